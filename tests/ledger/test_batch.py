"""Entries that become durable together: when they are written, at which time, and who is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvest.ledger import Batch, Entry
from harvest.ledger.batch import MAX_ENTRIES, Timekeeper
from harvest.ledger.chain import Chain
from harvest.ledger.content import ContentStore
from harvest.ledger.line import LineRefused
from harvest.ledger.note import Signer
from harvest.ledger.store import Store
from tests.ledger.room import FIRST_RUN, ORIGIN, START

GENESIS = {"nonce": "0f" * 32, "origin": ORIGIN, "vkey": str(Signer(ORIGIN, bytes(32)).verifier)}


class Desk:
    """A batch on a ledger of its own, with a clock that shows what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.shows = START
        self.folded: list[Entry] = []
        self.chain = Chain()
        self.store = Store(folder / "ledgers" / "x.jsonl")
        self.times = Timekeeper(lambda: self.shows)
        self.batch = self.begin()
        self.batch.append("ledger", GENESIS)

    def begin(self) -> Batch:
        content = ContentStore.beside(self.store.path)
        return Batch(self.chain, self.store, content, run=FIRST_RUN, times=self.times, fold=self.folded.append)

    def goes(self, seconds: float) -> None:
        self.shows += timedelta(seconds=seconds)

    def said(self) -> list[tuple[str, str]]:
        """Type, and seconds and fractions of the time, of each entry."""
        return [(entry.type, entry.time[17:-1]) for entry in self.folded]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def test_an_entry_bears_number_time_run_and_link(desk: Desk) -> None:
    desk.goes(1)
    link = desk.chain.prev
    body = {"sid": "s1"}
    assert desk.batch.append("source", body) == 1
    assert desk.folded[1] == Entry(1, 1, "2026-11-21T19:06:01.000000Z", FIRST_RUN, "source", link, body)


def test_nothing_is_on_disk_before_it_is_written_and_then_all_is(desk: Desk) -> None:
    assert desk.store.size() == 0
    desk.batch.write()
    assert desk.store.size() == desk.chain.offset > 0
    desk.batch.append("source", {})
    desk.batch.write()
    desk.batch.write()
    assert desk.store.size() == desk.chain.offset


def test_a_batch_that_is_full_is_written_before_its_last_entry_is_told_of(desk: Desk) -> None:
    sizes = []
    for _ in range(MAX_ENTRIES - 1):
        sizes.append(desk.store.size())
        desk.batch.append("source", {})
    assert set(sizes) == {0}
    assert desk.store.size() == desk.chain.offset
    desk.batch.append("source", {})
    assert desk.store.size() < desk.chain.offset


def test_a_clock_that_went_back_is_said_once_until_it_has_caught_up(desk: Desk) -> None:
    desk.goes(-2)
    for _ in range(2):
        desk.batch.append("source", {})
    assert desk.times.regressed
    assert desk.folded[1].body == {"clock": "2026-11-21T19:05:58.000000Z", "kept": "2026-11-21T19:06:00.000000Z"}
    desk.goes(2)
    desk.batch.append("source", {})
    assert not desk.times.regressed
    desk.goes(-1)
    desk.batch.append("source", {})
    back = ("clock-regressed", "00.000000")
    source = ("source", "00.000000")
    assert desk.said() == [("ledger", "00.000000"), back, source, source, source, back, source]


def test_a_clock_that_went_back_is_said_once_over_several_batches(desk: Desk) -> None:
    desk.goes(-2)
    desk.batch.append("source", {})
    desk.begin().append("source", {})
    assert [type_ for type_, _ in desk.said()].count("clock-regressed") == 1


def test_whoever_opens_a_ledger_later_says_anew_that_the_clock_went_back(desk: Desk) -> None:
    desk.goes(-2)
    desk.batch.append("source", {})
    desk.times = Timekeeper(desk.times.clock)
    desk.begin().append("source", {})
    assert [type_ for type_, _ in desk.said()].count("clock-regressed") == 2


def test_the_number_that_is_announced_is_given_although_the_clock_goes_on_or_back(desk: Desk) -> None:
    desk.goes(-2)
    assert desk.batch.next_seq == 2
    desk.goes(-5)
    assert desk.batch.next_seq == 2
    desk.goes(9)
    assert desk.batch.append("source", {}) == 2
    assert desk.said()[1:] == [("clock-regressed", "00.000000"), ("source", "00.000000")]
    assert desk.batch.append("source", {}) == 3
    assert desk.said()[-1] == ("source", "02.000000")


def test_a_body_that_no_line_can_hold_is_neither_numbered_nor_told_of(desk: Desk) -> None:
    before = (desk.chain.tree.copy(), desk.chain.offset)
    with pytest.raises(LineRefused):
        desk.batch.append("source", {"Key": 1})
    assert (desk.chain.tree, desk.chain.offset) == before
    assert len(desk.folded) == 1
    assert desk.batch.append("source", {}) == 1


def test_erasable_fields_stand_beside_the_ledger_and_the_line_commits_to_them(desk: Desk, tmp_path: Path) -> None:
    desk.batch.append("source", {"sid": "s1"}, content={"title": "x", "text": "y"})
    reference = desk.folded[1].body["content"]
    assert desk.folded[1].body == {"sid": "s1", "content": reference}
    assert reference["fields"] == ["text", "title"]
    assert (tmp_path / "content" / "x" / f"{reference['commitment']}.json").exists()


def test_what_is_acknowledged_is_all_that_was_added_and_what_comes_next_comes_right_after(desk: Desk) -> None:
    desk.batch.append("source", {})
    desk.goes(-1)
    assert desk.batch.acknowledged() == 3
    assert desk.store.size() == desk.chain.offset
    desk.goes(-1)
    assert desk.batch.append("run-finished", {"acknowledged": 3}) == 3
    assert desk.said()[2:] == [("clock-regressed", "00.000000"), ("run-finished", "00.000000")]


def test_a_clock_is_asked_for_the_zone_it_shows() -> None:
    assert Timekeeper(lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)).now() == "2026-01-02T03:04:05.000000Z"
