"""The fold over content, redactions and rechecks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harvest import settlement
from harvest.catalogue import Catalogue
from harvest.errors import LedgerError
from harvest.holdings import CLOCKS_APART, RECHECK_WITHIN
from harvest.model import Outcome
from tests import bodies, posts
from tests.cli import ledgers

Body = dict[str, Any]
NOW = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)
REDACTED = {"time": bodies.Line.time, "reason": "person-asked"}


@dataclass
class Book:
    """A catalogue and the number of its next line."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    size: int = 0

    def write(self, kind: str, body: Body) -> int:
        line = bodies.Line(self.size, kind, body)
        self.catalogue.apply(line)
        self.size += 1
        return line.seq

    def post(self, number: int, text: str = "words", **changes: Any) -> int:
        return self.write("source", posts.line(number, text, **changes))

    def redact(self, seq: int) -> None:
        self.write("redaction", {"seq": seq, "reason": "person-asked"})

    def recheck(self, outcome: str, began: datetime) -> None:
        told = {"asked": 1, "present": 1, "gone": 0, "unknown": 0, "outcome": outcome}
        self.write("rechecked", told | {"provider": posts.PROVIDER, "began": began.isoformat()})


@pytest.fixture
def book() -> Book:
    return Book()


def test_an_erased_source_counts_no_more_and_its_number_stays_given(book: Book) -> None:
    first = book.post(1)
    book.post(2)
    book.redact(first)

    assert list(book.catalogue.sources) == ["s2"]
    assert book.catalogue.numbered["s1"]["erased"] == REDACTED
    assert book.catalogue.next_sid == "s3"
    assert book.catalogue.held_by(posts.PROVIDER) == ("trialposts:2",)


def test_a_record_that_was_left_out_can_be_erased_and_stays_settled(book: Book) -> None:
    body = posts.line(1, "words")
    seq = book.write("excluded", {**body, "reason": "off-topic", "stage": "screening"})
    book.redact(seq)

    assert book.catalogue.settled["trialposts:1"].body["erased"] == REDACTED


def test_an_older_text_that_is_erased_leaves_the_newer_one(book: Book) -> None:
    old = book.post(1)
    newer = {"commitment": "n" * 43, "fields": ["title"]}
    new = book.write("changed", {"key": "trialposts:1", "new": {}, "content": newer})
    book.redact(old)

    assert book.catalogue.sources["s1"]["content"] == newer
    assert list(book.catalogue.holdings.held) == [new]
    assert book.catalogue.holdings.held[new].provider == posts.PROVIDER
    book.redact(new)
    assert book.catalogue.sources == {}


def test_a_further_record_that_is_erased_takes_nothing_from_its_source(book: Book) -> None:
    book.post(1)
    seq = book.write("duplicate", posts.line(2, "words") | {"of": "s1", "rule": "r", "agreed": []})
    book.redact(seq)

    assert list(book.catalogue.sources) == ["s1"]
    assert "erased" in book.catalogue.settled["trialposts:2"].body


def test_what_was_erased_is_known_and_nothing_of_it_is_written_again(book: Book) -> None:
    judged = bodies._judged(bodies.RECORD)
    (_, body), *_ = settlement.settle(judged, book.catalogue).entries
    seq = book.write("source", body | {"content": {"commitment": "c" * 43, "fields": ["title"]}})
    book.redact(seq)

    settled = settlement.settle(judged, book.catalogue)

    assert (settled.entries, settled.outcome) == ((), Outcome.KNOWN)


def test_a_redaction_of_a_line_without_content_changes_nothing(book: Book) -> None:
    seq = book.write("source", ledgers.source("s1", "1", "Semax in rats"))
    book.redact(seq)
    book.redact(99)

    assert list(book.catalogue.sources) == ["s1"]


@pytest.mark.parametrize("body", [{"reason": "legal"}, {"seq": 0}])
def test_a_redaction_that_does_not_say_of_what_or_why_stops_the_count(book: Book, body: Body) -> None:
    book.post(1)
    with pytest.raises(LedgerError, match="expected a whole redaction entry in line 2"):
        book.write("redaction", body)


@pytest.mark.parametrize("content", ["words", 7, None, ["title"]])
def test_a_reference_to_content_that_is_none_stops_the_count(book: Book, content: object) -> None:
    with pytest.raises(LedgerError, match="expected a whole source entry in line 1"):
        book.write("source", posts.line(1, "words") | {"content": content})


def test_content_that_is_about_no_record_is_held_too(book: Book) -> None:
    seq = book.write("linked", {"one": "s1", "other": "s2", "relation": "same-thread", "content": {"commitment": "c"}})

    assert book.catalogue.holdings.held[seq].key == ""
    assert book.catalogue.holdings.from_provider("") == {}


def test_a_record_that_came_after_all_and_a_provider_that_was_rechecked_are_told_apart(book: Book) -> None:
    book.catalogue.failures["pmid:1"] = 1
    book.write("rechecked", {"key": "pmid:1", "provider": "pubmed", "exists": True, "snapshot": {}})

    assert (dict(book.catalogue.failures), book.catalogue.holdings.duties) == ({}, set())
    book.recheck("complete", NOW)
    assert book.catalogue.holdings.duties == {posts.PROVIDER}


def started(book: Book) -> None:
    book.write("run-started", posts.STARTED | {"deletion_duty": True})
    book.post(1)


def overdue(book: Book, *, after: timedelta) -> bool:
    written = datetime.fromisoformat(bodies.Line.time)
    return book.catalogue.holdings.overdue(posts.PROVIDER, written + after)


JUST, MORE = RECHECK_WITHIN, RECHECK_WITHIN + timedelta(microseconds=1)


def test_before_the_first_recheck_the_time_counts_from_the_first_text(book: Book) -> None:
    started(book)
    assert (overdue(book, after=JUST), overdue(book, after=MORE)) == (False, True)


def test_a_complete_recheck_renews_the_time_from_when_it_began(book: Book) -> None:
    started(book)
    book.recheck("complete", datetime.fromisoformat(bodies.Line.time) + timedelta(hours=10))
    ten = timedelta(hours=10)
    assert (overdue(book, after=JUST + ten), overdue(book, after=MORE + ten)) == (False, True)


def test_a_recheck_that_began_in_the_future_by_a_wrong_clock_renews_nothing(book: Book) -> None:
    started(book)
    year = timedelta(days=365)
    book.recheck("complete", datetime.fromisoformat(bodies.Line.time) + year)
    earlier = timedelta(microseconds=1)
    assert overdue(book, after=year - CLOCKS_APART - earlier)
    assert not overdue(book, after=year - CLOCKS_APART)
    assert (overdue(book, after=year + JUST), overdue(book, after=year + MORE)) == (False, True)


@pytest.mark.parametrize("outcome", ["partial", "failed"])
def test_a_recheck_that_left_something_open_renews_nothing(book: Book, outcome: str) -> None:
    started(book)
    book.recheck(outcome, NOW + timedelta(days=30))
    assert overdue(book, after=MORE)


def test_without_a_clock_text_under_a_duty_is_hidden(book: Book) -> None:
    started(book)
    assert book.catalogue.holdings.overdue(posts.PROVIDER, None)
    assert not book.catalogue.holdings.overdue("pubmed", None)


class Erasing(RuleBasedStateMachine):
    """Posts come, change and are erased; a list of plain facts is the model."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.newest: dict[int, int] = {}
        self.held: set[int] = set()
        self.erased: set[int] = set()

    @rule()
    def post(self) -> None:
        number = len(self.newest) + 1
        self.newest[number] = self.book.post(number)
        self.held.add(self.newest[number])

    @precondition(lambda self: self.newest)
    @rule(pick=st.integers(0, 99), kind=st.sampled_from(["changed", "reclassified"]))
    def rewrite(self, pick: int, kind: str) -> None:
        number = self._number(pick)
        content = {"commitment": "n" * 43, "fields": ["title"]}
        body = {"key": f"trialposts:{number}", "sid": f"s{number}", "new": {"tier": 7}, "content": content}
        self.newest[number] = self.book.write(kind, body)
        self.held.add(self.newest[number])

    @precondition(lambda self: self.newest)
    @rule(pick=st.integers(0, 99))
    def review(self, pick: int) -> None:
        sid = f"s{self._number(pick)}"
        self.book.write("review", {"sid": sid, "reviewer": "A", "decision": "confirmed", "reason": "read"})

    @precondition(lambda self: self.newest)
    @rule(pick=st.integers(0, 99))
    def redact(self, pick: int) -> None:
        seq = pick % self.book.size
        self.book.redact(seq)
        self.erased |= {number for number, newest in self.newest.items() if newest == seq}
        self.held.discard(seq)

    @invariant()
    def what_is_held_is_what_was_committed_to_and_not_redacted(self) -> None:
        assert set(self.book.catalogue.holdings.held) == self.held

    @invariant()
    def what_was_erased_once_never_counts_again(self) -> None:
        assert set(self.book.catalogue.sources) == {f"s{n}" for n in self.newest if n not in self.erased}
        assert self.book.catalogue.next_sid == f"s{len(self.newest) + 1}"

    def _number(self, pick: int) -> int:
        return 1 + pick % len(self.newest)


TestErasing: Callable[..., Any] = Erasing.TestCase
TestErasing.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)  # type: ignore[attr-defined]  # of unittest's class
