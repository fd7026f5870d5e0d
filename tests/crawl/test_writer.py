"""The way from the event loop to the ledger, when something goes wrong on it."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvest import ledger
from harvest.accounting import Account
from harvest.catalogue import Catalogue
from harvest.crawl import writer as room
from harvest.crawl.writer import Writer
from harvest.errors import HarvestError, LedgerError
from harvest.ledger import Entry, Ledger, StateFolder
from harvest.model import Outcome
from harvest.settlement import Absence, settle_absent
from tests.documents import judged, record

RUN = "01M8000000000000000000000A"
MISSING = Absence("missing", expected="a record", got="an answer without it")


class Desk:
    """A writer over a ledger of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledgers" / "topic.jsonl"
        self.catalogue, self.account = Catalogue(), Account()
        self.ledger = Ledger.open(
            self.path, keys=StateFolder(folder / "state"), origin="example.org/topic", topic="topic", run=RUN,
            clock=lambda: datetime(2026, 11, 21, tzinfo=UTC), created_by="tests", genesis={}, fold=self.catalogue.apply,
        )  # fmt: skip
        self.writer = Writer(self.ledger, self.catalogue, self.account, provider="pubmed")

    def entries(self) -> list[Entry]:
        return list(ledger.entries(self.path))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


async def submitted(desk: Desk, *numbers: int, **changes: str) -> list[object]:
    documents = [record(number, **(changes if number == 2 else {})) for number in numbers]
    desk.account.find(document.key for document in documents)
    waiting = [desk.writer.submit(judged(document)) for document in documents]
    return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), timeout=20)


def test_a_record_that_no_line_can_hold_fails_alone_and_is_asked_for_again(desk: Desk) -> None:
    asyncio.run(submitted(desk, 1, 2, 3, title="x" * 70_000))
    assert [entry.type for entry in desk.entries()] == ["ledger", "source", "failed", "source"]
    assert desk.account.tally().failed == 1
    assert desk.catalogue.open_failures("pubmed") == (record(2).key,)
    assert desk.writer.trouble is None


def test_a_fault_of_the_program_ends_writing_and_nobody_waits_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(room, "settle", fault)
    ends = asyncio.run(submitted(desk, 1, 2))
    assert all(isinstance(end, LedgerError) and "internal error (KeyError)" in str(end) for end in ends)
    assert [entry.type for entry in desk.entries()] == ["ledger"]
    with pytest.raises(HarvestError):
        desk.writer.write("search", {})


def test_a_record_that_was_never_found_ends_writing_and_nobody_waits_for_ever(desk: Desk) -> None:
    async def submit() -> None:
        await asyncio.wait_for(desk.writer.submit(judged(record(1))), timeout=20)

    with pytest.raises(LedgerError, match="internal error"):
        asyncio.run(submit())


def test_what_a_cancelled_caller_was_writing_is_booked_before_the_books_are_closed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*args: object, **kwargs: object) -> object:
        begun.set()
        assert go_on.wait(20)
        return settle_absent(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(room, "settle_absent", slow)

    async def stopped() -> None:
        caller = asyncio.create_task(desk.writer.absent(("pmid:1",), MISSING))
        await asyncio.to_thread(begun.wait, 20)
        caller.cancel()
        await asyncio.wait([caller])
        assert caller.cancelled()
        go_on.set()
        await desk.writer.quiet()
        assert desk.account.found == {"pmid:1": Outcome.FAILED}

    desk.account.find(["pmid:1"])
    asyncio.run(stopped())
    assert [entry.type for entry in desk.entries()] == ["ledger", "failed"]
