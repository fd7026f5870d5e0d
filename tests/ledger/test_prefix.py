"""The digest that says whether a ledger's beginning is unchanged, and what is gone on from where it is."""

import hashlib
from pathlib import Path

import pytest

from harvest.ledger import Depth
from harvest.ledger.anchor import Anchor
from harvest.ledger.inspection import Inspection
from harvest.ledger.standing import Prefix, Standing
from harvest.ledger.swift import swiftly
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

CONTENT = bytes(range(256)) * 5


@pytest.mark.parametrize("block", [1, 100, 256, 1 << 18])
def test_a_digest_is_over_the_first_bytes_however_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("harvest.ledger.standing._BLOCK", block)
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    prefix = Prefix()
    for size in (0, 1, 100, 100, 700, len(CONTENT), len(CONTENT) + 9):
        prefix.read(path, size)
        assert (prefix.size, prefix.digest) == (min(size, 1_280), hashlib.sha256(CONTENT[:size]).hexdigest())
    prefix.update(b"more")
    assert (prefix.size, prefix.digest) == (1_284, hashlib.sha256(CONTENT + b"more").hexdigest())


@pytest.mark.parametrize(("block", "told"), [(1_000, [1_000, 1_280]), (640, [640, 1_280]), (5_000, [1_280])])
def test_bytes_are_told_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, told: list[int]
) -> None:
    monkeypatch.setattr("harvest.ledger.standing._BLOCK", block)
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    said: list[int] = []
    prefix = Prefix()
    prefix.read(path, len(CONTENT), said.append)
    assert said == told
    prefix.read(path, len(CONTENT), said.append)
    assert said == told


@pytest.fixture(autouse=True)
def _worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.ledger.swift.WORTH_A_PROCESS", 1)


def looked_at(room: Room) -> tuple[Inspection, Prefix]:
    head = Anchor.parse("kept head", room.head.read_bytes())
    look = Inspection(room.path, origin=ORIGIN, heads=[head], kept=None)
    prefix = Prefix()
    assert swiftly(look, room.path.stat().st_size, processes=2, progress=None, read=prefix.update)
    return look, prefix


def test_what_is_gone_on_from_is_what_a_look_came_to(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("run-started", {"spider": "pubmed"})
            batch.append("failed", {})
        ledger.seal()
    look, prefix = looked_at(crawled)
    standing = Standing.of(look, prefix)
    assert standing
    assert (standing.offset, standing.sha256) == (
        look.chain.offset,
        hashlib.sha256(crawled.path.read_bytes()).hexdigest(),
    )
    assert bytes(standing) == bytes(Standing.parse(bytes(standing)))
    head = Anchor.parse("kept head", crawled.head.read_bytes())
    again = Inspection(crawled.path, origin=ORIGIN, heads=[head], kept=None)
    assert Standing.parse(bytes(standing)).restore(again, Prefix())
    assert again.report(None) == look.report(None)
    assert [dict(run.counts) for run in again.report(None).interrupted] == [{"failed": 1}]
    assert (again.chain.offset, again.chain.prev, again.chain.last) == (
        look.chain.offset,
        look.chain.prev,
        look.chain.last,
    )


def test_a_look_that_read_nothing_stands_nowhere(crawled: Room) -> None:
    look = Inspection(crawled.path, origin=ORIGIN, heads=[], kept=None)
    assert Standing.of(look, Prefix()) is None


def test_other_bytes_than_were_looked_at_stand_nowhere(crawled: Room) -> None:
    look, prefix = looked_at(crawled)
    prefix.update(b"x")
    assert Standing.of(look, prefix) is None


def test_each_byte_below_a_standing_counts(crawled: Room) -> None:
    assert crawled.verify(depth=Depth.QUICK).exit_code == 0
    stored = crawled.path.read_bytes()
    for place in (0, 1, 2, len(stored) // 2, len(stored) - 2, len(stored) - 1):
        changed = bytearray(stored)
        changed[place] ^= 1
        crawled.path.write_bytes(changed)
        assert crawled.verify(depth=Depth.QUICK).exit_code == 1, place
    crawled.path.write_bytes(stored)
    assert crawled.verify(depth=Depth.QUICK).exit_code == 0
