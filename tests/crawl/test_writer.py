"""The way from the event loop to the ledger, when something goes wrong on it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from harvest import ledger
from harvest.accounting import Account
from harvest.catalogue import Catalogue
from harvest.crawl import writer as room
from harvest.crawl.writer import Writer
from harvest.erasing import erase
from harvest.errors import HarvestError, LedgerError
from harvest.ledger import Checkpoint, Entry, Ledger, Persons, StateFolder
from harvest.model import Outcome, Record
from harvest.reading import read
from harvest.settlement import Absence, settle_absent
from tests.documents import judged, record

RUN = "01M8000000000000000000000A"
MISSING = Absence("missing", expected="a record", got="an answer without it")


class Minutes:
    """A sleep: so many minutes are over at once, the next never is."""

    def __init__(self) -> None:
        self.left = 0
        self.slept: list[float] = []
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.left:
            self.over.set()
            await asyncio.Event().wait()
        self.left -= 1


class Desk:
    """A writer over a ledger of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledgers" / "topic.jsonl"
        self.catalogue, self.account = Catalogue(), Account()
        self.ledger = Ledger.open(
            self.path, keys=StateFolder(folder / "state"), origin="example.org/topic", topic="topic", run=RUN,
            clock=lambda: datetime(2026, 11, 21, tzinfo=UTC), created_by="tests", genesis={}, fold=self.catalogue.apply,
        )  # fmt: skip
        persons = Persons(StateFolder(folder / "state"), "example.org/topic")
        self.minutes = Minutes()
        self.writer = Writer(
            self.ledger, self.catalogue, self.account, provider="pubmed", persons=persons, sleep=self.minutes
        )

    def entries(self) -> list[Entry]:
        return list(ledger.entries(self.path))

    def signed(self) -> int:
        """Entries under the newest signed head."""
        return int(self.path.with_suffix(".checkpoint").read_bytes().split(b"\n")[1])

    async def waits(self, minutes: int) -> None:
        """A spider waits so long; the writer goes on signing meanwhile."""
        self.minutes.left = minutes
        self.writer.sign_meanwhile()
        await asyncio.wait_for(self.minutes.over.wait(), timeout=20)

    def seen(self, key: str) -> dict[str, Any]:
        return read(self.path).find(key)

    async def settles(self, document: Record) -> None:
        self.account.find([document.key])
        self.account.found[document.key] = None
        await asyncio.wait_for(self.writer.submit(judged(document)), timeout=20)


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
    def fault(*_: object, **__: object) -> None:
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


SEARCH = {"provider": "pubmed", "query": "q", "query_digest": "0" * 64}


def others() -> set[asyncio.Task[Any]]:
    """The tasks that are left beside the test's own."""
    return asyncio.all_tasks() - {cast("asyncio.Task[Any]", asyncio.current_task())}


def test_what_was_written_is_signed_within_a_minute_while_the_spider_waits(desk: Desk) -> None:
    desk.writer.write("search", SEARCH)
    assert desk.signed() == 1
    asyncio.run(desk.waits(1))
    assert (desk.signed(), desk.minutes.slept) == (2, [60, 60])
    assert [entry.type for entry in desk.entries()] == ["ledger", "search"]


def test_a_minute_that_brought_nothing_signs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, seal = [], desk.ledger.seal

    def counted() -> Checkpoint:
        sealed.append(head := seal())
        return head

    monkeypatch.setattr(desk.ledger, "seal", counted)
    asyncio.run(desk.waits(5))
    assert [head.size for head in sealed] == [1]


def test_signing_meanwhile_ends_with_the_writer(desk: Desk) -> None:
    async def ended() -> set[asyncio.Task[Any]]:
        await desk.waits(1)
        assert others()
        await desk.writer.quiet()
        return others()

    assert asyncio.run(ended()) == set()


def test_the_books_are_not_closed_while_the_head_is_being_signed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, seal = threading.Event(), threading.Event(), desk.ledger.seal

    def slow() -> Checkpoint:
        begun.set()
        assert go_on.wait(20)
        return seal()

    async def closed() -> int:
        desk.minutes.left = 1
        desk.writer.sign_meanwhile()
        await asyncio.to_thread(begun.wait, 20)
        asyncio.get_running_loop().call_soon(go_on.set)
        await desk.writer.quiet()
        return desk.signed()

    desk.writer.write("search", SEARCH)
    monkeypatch.setattr(desk.ledger, "seal", slow)
    assert asyncio.run(closed()) == 2


def test_a_head_that_cannot_be_signed_ends_writing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> Checkpoint:
        raise LedgerError("expected a kept head, got none")

    async def ended() -> None:
        desk.minutes.left = 5
        desk.writer.sign_meanwhile()
        await asyncio.wait(others(), timeout=20)
        assert others() == set()
        await desk.writer.quiet()

    monkeypatch.setattr(desk.ledger, "seal", refused)
    asyncio.run(ended())
    assert desk.minutes.slept == [60]
    with pytest.raises(LedgerError, match="expected a kept head"):
        desk.writer.write("search", SEARCH)


def test_after_a_failed_append_no_head_is_signed(desk: Desk) -> None:
    desk.writer.write("search", SEARCH)
    desk.writer.trouble = LedgerError("expected room on the disk, got none")

    async def ended() -> None:
        desk.minutes.left = 5
        desk.writer.sign_meanwhile()
        await asyncio.wait(others(), timeout=20)

    asyncio.run(ended())
    assert (desk.signed(), desk.minutes.slept) == (1, [60])


POST = {"provider": "reddit", "erasable": True, "writer": "t2_writer", "basis": "post", "authors": ()}
KEY = "reddit:t3_1"


def post(**changes: Any) -> Record:
    return replace(record(1), key=KEY, keys=(KEY,), **{**POST, **changes})


def test_the_words_of_a_post_stand_in_no_line_and_are_shown_all_the_same(desk: Desk) -> None:
    asyncio.run(desk.settles(post(title="My own words")))
    assert b"My own words" not in desk.path.read_bytes()
    assert b"t2_writer" not in desk.path.read_bytes()
    assert desk.seen(KEY)["title"] == "My own words"
    assert read(desk.path).persons() == 1


def test_a_post_that_did_not_change_is_known_and_writes_nothing(desk: Desk) -> None:
    asyncio.run(desk.settles(post()))
    before = desk.path.read_bytes()
    asyncio.run(desk.settles(post()))
    assert desk.path.read_bytes() == before


def test_an_edited_post_is_shown_as_it_now_is_and_neither_text_stands_in_a_line(desk: Desk) -> None:
    asyncio.run(desk.settles(post(title="Said first")))
    asyncio.run(desk.settles(post(title="Said later", flags=("edited",))))
    assert [entry.type for entry in desk.entries()][-2:] == ["source", "changed"]
    assert b"Said" not in desk.path.read_bytes()
    assert desk.seen(KEY)["title"] == "Said later"
    assert "edited" in desk.seen(KEY)["flags"]


def test_erasing_an_edited_post_leaves_no_version_of_its_text(desk: Desk) -> None:
    asyncio.run(desk.settles(post(title="Said first")))
    asyncio.run(desk.settles(post(title="Said later")))
    erase([KEY], "person-asked", desk.ledger, desk.catalogue)
    stored = [path for path in desk.path.parent.parent.rglob("*.json") if "Said" in path.read_text()]
    assert stored == []
    assert "erased" in desk.seen(KEY)
