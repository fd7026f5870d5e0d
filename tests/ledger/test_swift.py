"""The swift way through a ledger accepts what is right, whole or in pieces, and nothing else."""

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.ledger import Depth, Verdict, verify
from harvest.ledger import swift as swift_way
from harvest.ledger.anchor import Anchor
from harvest.ledger.inspection import Inspection
from harvest.ledger.leaf import leaf
from harvest.ledger.merkle import tree_root
from harvest.ledger.scan import scan
from harvest.ledger.span import Span
from harvest.ledger.swift import swiftly
from tests.ledger.room import FIRST_RUN, ORIGIN, SECOND_RUN, Room

THIRD_RUN = "01J00000000000000000000003"


@pytest.fixture
def rich(room: Room) -> Room:
    """Two finished runs, a rotation, an interrupted run: 20 lines, all sealed."""
    room.crawl(FIRST_RUN, sources=8)
    with room.open(SECOND_RUN) as ledger:
        ledger.rotate()
    room.crawl(SECOND_RUN, sources=4)
    with room.open(THIRD_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("run-started", {"spider": "pubmed"})
            batch.append("source", {"title": "left alone"})
        ledger.seal()
    return room


def boundaries(path: Path) -> list[int]:
    return [0, *(found.end() for found in re.finditer(rb"\n", path.read_bytes()))]


def inspection(room: Room) -> Inspection:
    return Inspection(room.path, origin=ORIGIN, heads=[Anchor.parse("kept head", room.head.read_bytes())], kept=None)


def test_it_ends_with_the_report_of_the_slow_way(rich: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    swift = rich.verify()
    monkeypatch.setattr(sys.modules[verify.__module__], "swiftly", lambda *_, **__: False)
    assert swift == rich.verify()
    assert swift.verdict is Verdict.UNFINISHED
    assert [(run.run, dict(run.counts)) for run in swift.interrupted] == [(THIRD_RUN, {"source": 1})]


@pytest.mark.parametrize("share", [1, 300, 1_000, 5_000])
def test_however_it_is_cut_in_pieces_the_report_is_the_same(
    rich: Room, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rich.verify(depth=Depth.DEEP)
    monkeypatch.setattr(swift_way, "PIECE", share)
    assert verify(rich.path, state=rich.state, depth=Depth.DEEP, processes=1) == whole
    assert verify(rich.path, state=rich.state, depth=Depth.DEEP, processes=2) == whole


def test_lines_longer_than_a_block_are_read_whole(rich: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rich.verify()
    monkeypatch.setattr("harvest.ledger.scan.BLOCK", 50)
    assert swiftly(inspection(rich), rich.path.stat().st_size, processes=1, progress=None)
    assert rich.verify() == whole


def test_a_stretch_has_the_subtrees_of_its_lines(rich: Room) -> None:
    places, leaves = boundaries(rich.path), [leaf(raw) for raw in rich.stored()]
    first = scan(rich.path, 0, places[7], [len(leaves)])
    second = scan(rich.path, places[7], places[-1], [len(leaves)])
    assert first
    assert second
    assert (first.begin, first.end, second.begin, second.end) == (0, 7, 7, len(leaves))
    assert second.prev == first.leaf == leaves[6].hex().encode()
    assert Span(0, first.subtrees).join(second.subtrees).frontier().root() == tree_root(leaves)


def test_a_scan_halts_where_the_newest_head_ends(rich: Room) -> None:
    stretch = scan(rich.path, 0, rich.path.stat().st_size, [3, 5])
    assert stretch
    assert stretch.end == 5
    assert {mark.size for mark in stretch.marks} >= {3, 5}
    nothing = scan(rich.path, boundaries(rich.path)[9], rich.path.stat().st_size, [3, 5])
    assert nothing
    assert (nothing.begin, nothing.end, nothing.marks) == (9, 9, [])


def test_without_a_head_there_is_nothing_to_go_by(rich: Room) -> None:
    bare = Inspection(rich.path, origin=ORIGIN, heads=[], kept=None)
    assert not swiftly(bare, rich.path.stat().st_size, processes=1, progress=None)


@settings(deadline=None, max_examples=60)
@given(place=st.integers(0, 10**6), change=st.integers(1, 255))
def test_no_changed_byte_is_accepted(place: int, change: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    room = Room(tmp_path_factory.mktemp("flipped"))
    room.crawl(sources=3)
    stored = bytearray(room.path.read_bytes())
    stored[place % len(stored)] ^= change
    room.path.write_bytes(stored)
    assert not swiftly(inspection(room), len(stored), processes=1, progress=None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":2,', b'"seq":3,'),
        (b'"seq":2,', b'"seq":20,'),
        (b'"time":"2026', b'"time":"2025'),
        (b'"prev":"', b'"prev":"0'),
        (b'"v":1}', b'"v":2}'),
        (b"\n", b"\r\n"),
        (b"\n", b" \n"),
        (b"\n", b""),
    ],
)
def test_a_line_out_of_its_place_is_not_accepted(rich: Room, old: bytes, new: bytes) -> None:
    lines = rich.stored()
    assert lines[2].count(old) == 1
    lines[2] = lines[2].replace(old, new)
    rich.put(lines)
    assert scan(rich.path, 0, rich.path.stat().st_size, [len(lines)]) is None


def test_a_torn_end_is_not_accepted(rich: Room) -> None:
    size = rich.path.stat().st_size
    assert scan(rich.path, 0, size - 1, [99]) is None
    assert scan(rich.path, 0, size + 9, [99]) is None


def test_an_entry_after_its_runs_end_is_left_to_the_slow_way(room: Room) -> None:
    room.crawl(FIRST_RUN)
    with room.open(FIRST_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"title": "too late"})
        ledger.seal()
    assert not swiftly(inspection(room), room.path.stat().st_size, processes=1, progress=None)
    report = room.verify()
    assert report.first_divergence
    assert "after its run-finished" in report.first_divergence.expected


def test_large_ledgers_are_scanned_by_several_processes(rich: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 500)
    whole = verify(rich.path, state=rich.state, depth=Depth.DEEP, processes=1)
    assert verify(rich.path, state=rich.state, depth=Depth.DEEP, processes=2) == whole
    assert verify(rich.path, state=rich.state, processes=3).verdict == whole.verdict or whole.contradictions
