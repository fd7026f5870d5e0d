"""The swift way through a ledger accepts what is right, whole or in pieces, and nothing else."""

import re
import sys
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvest.ledger import Depth, Report, Verdict, verify
from harvest.ledger import swift as swift_way
from harvest.ledger.anchor import Anchor
from harvest.ledger.inspection import Inspection
from harvest.ledger.leaf import leaf
from harvest.ledger.merkle import tree_root
from harvest.ledger.note import Signer
from harvest.ledger.scan import scan
from harvest.ledger.span import Span
from harvest.ledger.swift import swiftly
from tests.ledger.room import FIRST_RUN, ORIGIN, SECOND_RUN, Room
from tests.ledger.test_verify import signed

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


def slow(room: Room) -> Report:
    with patch.object(sys.modules[verify.__module__], "swiftly", lambda *_, **__: False):
        return room.verify(depth=Depth.DEEP)


@pytest.mark.parametrize("number", [0, 1, 7, 19])
@pytest.mark.parametrize("count", [1, 3])
def test_lines_that_no_head_numbers_are_not_passed_over_as_a_piece_of_their_own(
    rich: Room, number: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = rich.stored()
    forged = [re.sub(rb'"seq":\d+', b'"seq":%d' % (10**12 + at), lines[number]) for at in range(count)]
    rich.put([*lines[:number], *forged, *lines[number:]])
    size = rich.path.stat().st_size
    for share in (1, len(b"".join(forged)), 10_000):
        monkeypatch.setattr(swift_way, "PIECE", share)
        assert not swiftly(inspection(rich), size, processes=1, progress=None)
        assert not swiftly(inspection(rich), size, processes=2, progress=None)
        at = rich.verify().first_divergence
        assert at is not None
        assert (at.line, at.expected) == (number + 1, f"seq {number}")


def test_a_number_of_too_many_digits_is_left_to_the_slow_way(rich: Room) -> None:
    first, *rest = rich.stored()
    rich.put([first.replace(b'"seq":0,', b'"seq":%b,' % (b"9" * 4_301)), *rest])
    assert scan(rich.path, 0, rich.path.stat().st_size, [20]) is None
    assert rich.verify().verdict is Verdict.BROKEN


def test_what_a_distrusted_head_covers_is_read_by_all_rules(crawled: Room) -> None:
    """Somebody adopts with a key of his own, goes on with what is no JSON, and signs that."""
    mine, lines = Signer(ORIGIN, b"m" * 32), crawled.stored()
    envelope = b'{"body":%b,"prev":"%b","run":"%b","seq":%d,"time":"2027-11-21T19:06:00.000000Z","type":"%b","v":1}\n'
    for type_, body in (
        (b"adopted", b'{"reason":"moved","vkey":"%b"}' % str(mine.verifier).encode()),
        (b"source", b"{"),
    ):
        lines.append(envelope % (body, leaf(lines[-1]).hex().encode(), SECOND_RUN.encode(), len(lines), type_))
    crawled.put(lines)
    crawled.beside("checkpoint").write_bytes(signed(crawled, mine))
    assert crawled.verify().verdict is slow(crawled).verdict is Verdict.BROKEN
    assert crawled.verify().first_divergence == slow(crawled).first_divergence


@given(
    st.randoms(use_true_random=False), st.sampled_from([1, 200, 400, 900, 3_000]), st.sampled_from([50, 700, 1 << 20])
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_ledger_whose_lines_were_moved_about_is_the_same_to_both_ways(
    rich: Room, chance: Random, piece: int, block: int
) -> None:
    honest = rich.stored()
    lines = honest[:]
    begin, end = sorted(chance.choices(range(len(lines)), k=2))
    place, some = chance.randrange(len(lines)), lines[begin : end + 1]
    seq = chance.choice([b"0", b"5", b"%d" % (len(lines) - 1), b"%d" % len(lines), b"1000000000"])
    other = [re.sub(rb'"seq":\d+', b'"seq":' + seq, line) for line in some]
    chance.choice(
        [
            lambda: lines.__setitem__(slice(place, place), some),
            lambda: lines.__setitem__(slice(place, place), other),
            lambda: lines.__setitem__(slice(begin, end + 1), other),
            lambda: lines.__delitem__(slice(begin, end + 1)),
            lambda: lines.insert(place, chance.choice([b"\n", b"x\n", b"{}\n", b"y" * 70_000 + b"\n"])),
        ]
    )()
    rich.put(lines)
    try:
        with patch.object(swift_way, "PIECE", piece), patch("harvest.ledger.scan.BLOCK", block):
            swift = rich.verify(depth=Depth.DEEP)
        assert swift == slow(rich)
    finally:
        rich.put(honest)


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
