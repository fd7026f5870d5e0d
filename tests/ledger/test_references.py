"""What lines say of one another: numbers given once and in order, documents settled once, nothing named that is not."""

from typing import Any

import pytest

from harvest.ledger.references import Event, References
from tests.ledger.room import FIRST_RUN, SECOND_RUN
from tests.ledger.test_runs import entry

Found = list[tuple[str, str]]


class Told:
    """A fold that is told events, numbered as they come."""

    def __init__(self) -> None:
        self._references = References()
        self._seq = 0

    def take(self, type_: str, *, run: str = FIRST_RUN, **body: Any) -> Found:
        found = self._references.take(Event.of(entry(self._seq, type_, run=run, **body), 0))
        self._seq += 1
        return found


@pytest.fixture
def told() -> Told:
    """A ledger with its first line."""
    told = Told()
    assert told.take("ledger", topic="semax-ssri") == []
    return told


def test_of_an_entry_only_what_others_may_refer_to_is_kept() -> None:
    body = {
        "sid": "s1", "key": "k", "of": "s1", "kept": "s1", "sids": [], "one": "s1", "other": "s2", "query": 1, "seq": 2,
        "snapshot": {}, "snapshots": [], "content": {}, "topic": "t", "acknowledged": 3,
    }  # fmt: skip
    event = Event.of(entry(7, "source", **body, title="x", abstract="y"), 900)
    assert event == Event(7, 900, "source", FIRST_RUN, body)


def test_sources_are_numbered_in_the_order_in_which_they_come(told: Told) -> None:
    assert told.take("source", sid="s1", key="a") == []
    assert told.take("source", sid="s3", key="b") == [("sid s2", "s3")]
    assert told.take("source", key="c") == [("sid s3", "None")]
    assert told.take("source", sid="s4", key="d") == []


def test_a_document_is_settled_once_unless_it_was_left_out(told: Told) -> None:
    assert told.take("excluded", key="a") == []
    assert told.take("excluded", key="a") == [("a once", "it settled as excluded before")]
    assert told.take("source", sid="s1", key="a") == []
    assert told.take("excluded", key="a") == [("a once", "it settled as source before")]
    assert told.take("duplicate", key="b", of="s1") == []
    assert told.take("source", sid="s2", key="b") == [("b once", "it settled as duplicate before")]
    assert told.take("excluded", key=None) == told.take("excluded", key=None) == []


@pytest.mark.parametrize("sid", ["s1", "s2"])
def test_a_source_before_may_be_named(told: Told, sid: str) -> None:
    told.take("source", sid="s1", key="a")
    told.take("source", sid="s2", key="b")
    for found in (
        told.take("duplicate", key="c", of=sid),
        told.take("merged", sids=[sid, "s1"], kept="s1"),
        told.take("unmerged", sids=[sid, "s1"], kept=sid),
        told.take("linked", one=sid, other="pmid:7"),
        told.take("linked", one="doi:10.1/x", other=sid),
        told.take("changed", sid=sid),
        told.take("changed", key="a"),
        told.take("review", sid=sid),
    ):
        assert found == []


@pytest.mark.parametrize("sid", ["s2", "s10", "s0", "s01", "x1", "1", "", None, 1, ["s1"]])
def test_no_source_may_be_named_that_is_not_there(told: Told, sid: object) -> None:
    told.take("source", sid="s1", key="a")
    said = str(sid)
    assert told.take("duplicate", key="c", of=sid) == [("of to be a source before", said)]
    merged = ("a merged source to be a source before", said)
    assert told.take("merged", sids=[sid], kept="s1") == told.take("unmerged", sids=["s1"], kept=sid) == [merged]
    assert told.take("merged", sids="s1", kept=sid) == [merged]
    for type_ in ("changed", "review"):
        assert told.take(type_, sid=sid) == [("sid to be a source before", said)]


@pytest.mark.parametrize("end", ["one", "other"])
def test_a_link_between_sources_names_such_as_are_there(told: Told, end: str) -> None:
    told.take("source", sid="s1", key="a")
    assert told.take("linked", **{end: "s2"}) == [(f"{end} to be a source before", "s2")]


def test_what_is_said_of_a_long_value_is_its_beginning(told: Told) -> None:
    assert told.take("duplicate", key="c", of="x" * 99) == [("of to be a source before", "x" * 80)]


def test_a_record_is_judged_again_only_after_it_was_settled(told: Told) -> None:
    told.take("source", sid="s1", key="a")
    told.take("excluded", key="b")
    assert told.take("reclassified", key="a", sid="s1") == told.take("reclassified", key="b") == []
    unsettled = ("a record that was settled before it is judged again", "c")
    assert told.take("reclassified", key="c") == [unsettled]
    assert told.take("reclassified", key="c", sid="s9") == [("sid to be a source before", "s9"), unsettled]


def test_a_query_is_the_number_of_a_search_before(told: Told) -> None:
    told.take("search")
    assert told.take("source", sid="s1", key="a", query=1) == []
    wrong = "query to be the seq of a search before"
    assert told.take("source", sid="s2", key="b", query=2) == [(wrong, "2")]
    assert told.take("excluded", key="c", query=9) == [(wrong, "9")]
    assert told.take("excluded", key="d", query="1") == []
    assert told.take("excluded", key="e", query=True) == []


def test_content_is_redacted_once_and_only_where_there_was_some(told: Told) -> None:
    wrong = "seq to be that of a line before with content, not redacted yet"
    told.take("source", sid="s1", key="a", content={})
    told.take("source", sid="s2", key="b")
    assert told.take("redaction", seq=1) == []
    assert told.take("redaction", seq=1) == [(wrong, "1")]
    assert told.take("redaction", seq=2) == [(wrong, "2")]
    assert told.take("redaction", seq=9) == [(wrong, "9")]
    told.take("source", sid="s3", key="c", content={})
    assert told.take("redaction", seq="7") == [(wrong, "7")]
    assert told.take("redaction", seq=True) == [(wrong, "True")]
    assert told.take("redaction", seq=7) == []


def test_a_run_is_of_the_ledgers_topic(told: Told) -> None:
    assert told.take("run-started", topic="semax-ssri") == told.take("run-started") == []
    assert told.take("run-started", topic="other") == [("topic semax-ssri as in the first line", "other")]
    nameless = Told()
    nameless.take("ledger")
    assert nameless.take("run-started", topic="other") == []


def test_a_runs_end_counts_the_entries_that_were_acknowledged_before_it(told: Told) -> None:
    told.take("run-started", run=SECOND_RUN)
    told.take("search", run=SECOND_RUN)
    told.take("failed")
    assert told.take("run-finished", run=SECOND_RUN, acknowledged=2) == []
    wrong = f"3 entries of run {FIRST_RUN} before its end, as acknowledged"
    assert told.take("run-finished", acknowledged=3) == [(wrong, "2")]
    assert told.take("run-finished") == []


def test_types_that_refer_to_nothing_say_nothing_wrong(told: Told) -> None:
    assert told.take("failed", sid="s9", of="s9", seq=9) == told.take("omen", sid="s9") == []
