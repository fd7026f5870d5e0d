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
    prefix = Prefix(path)
    for size in (0, 1, 100, 100, 700, len(CONTENT), len(CONTENT) + 9):
        assert prefix.digest(size) == hashlib.sha256(CONTENT[:size]).hexdigest()


@pytest.mark.parametrize(("block", "told"), [(1_000, [1_000, 1_280]), (640, [640, 1_280]), (5_000, [1_280])])
def test_bytes_are_told_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, told: list[int]
) -> None:
    monkeypatch.setattr("harvest.ledger.standing._BLOCK", block)
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    said: list[int] = []
    prefix = Prefix(path)
    assert prefix.digest(len(CONTENT), said.append) == hashlib.sha256(CONTENT).hexdigest()
    assert said == told
    prefix.digest(len(CONTENT), said.append)
    assert said == told


def looked_at(room: Room) -> Inspection:
    head = Anchor.parse("kept head", room.head.read_bytes())
    look = Inspection(room.path, origin=ORIGIN, heads=[head], kept=None)
    assert swiftly(look, room.path.stat().st_size, processes=1, progress=None)
    return look


def test_what_is_gone_on_from_is_what_a_look_came_to(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("run-started", {"spider": "pubmed"})
            batch.append("failed", {})
        ledger.seal()
    look = looked_at(crawled)
    standing = Standing.of(look, Prefix(crawled.path))
    assert standing
    assert bytes(standing) == bytes(Standing.parse(bytes(standing)))
    head = Anchor.parse("kept head", crawled.head.read_bytes())
    again = Inspection(crawled.path, origin=ORIGIN, heads=[head], kept=None)
    assert Standing.parse(bytes(standing)).restore(again, Prefix(crawled.path))
    assert again.report(None) == look.report(None)
    assert [dict(run.counts) for run in again.report(None).interrupted] == [{"failed": 1}]
    assert (again.chain.offset, again.chain.prev, again.chain.last) == (
        look.chain.offset,
        look.chain.prev,
        look.chain.last,
    )


def test_a_look_that_read_nothing_stands_nowhere(crawled: Room) -> None:
    look = Inspection(crawled.path, origin=ORIGIN, heads=[], kept=None)
    assert Standing.of(look, Prefix(crawled.path)) is None


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
