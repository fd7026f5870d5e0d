"""How one record ends, given what the ledger says already."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from harvest.catalogue import RETRIES, Catalogue
from harvest.entries import fits
from harvest.evidence import VERSION
from harvest.model import (
    AbstractSection,
    Claim,
    Correction,
    Direction,
    Finding,
    Found,
    Harms,
    Outcome,
    Relevance,
    Snapshot,
)
from harvest.settlement import Absence, Settlement, settle, settle_absent
from tests.documents import judged, record, retracted

RUN = "01M8000000000000000000000A"
MISSING = Absence("missing", expected="a record", got="an answer without it")


@dataclass(frozen=True)
class Line:
    seq: int
    type: str
    body: dict[str, Any]
    run: str = RUN
    time: str = "2026-11-21T00:00:00.000000Z"


class Book:
    """A catalogue that is told what was settled, as the writer does it."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self._seq = 0
        self._time = "2026-11-21T00:00:00.000000Z"

    def later(self, day: str) -> None:
        self._time = f"{day}T00:00:00.000000Z"

    def write(self, kind: str, body: dict[str, Any]) -> None:
        self.catalogue.apply(Line(self._seq, kind, body, time=self._time))
        self._seq += 1

    def settle(self, *args: Any, **kwargs: Any) -> Settlement:
        settlement = settle(judged(*args, **kwargs), self.catalogue)
        for kind, body in settlement.entries:
            self.write(kind, body)
        return settlement

    def absent(self, *keys: str, why: Absence = MISSING) -> tuple[Settlement, ...]:
        settlements, _ = settle_absent(keys, why, self.catalogue, provider="pubmed")
        for settlement in settlements:
            for kind, body in settlement.entries:
                self.write(kind, body)
        return settlements


@pytest.fixture
def book() -> Book:
    return Book()


def kinds(settlement: Settlement) -> list[str]:
    return [kind for kind, _ in settlement.entries]


def test_a_record_about_the_compound_becomes_a_source_with_the_next_number(book: Book) -> None:
    assert book.settle(record(1)).outcome is Outcome.INCLUDED
    second = book.settle(record(2))
    assert second.source is not None
    assert second.source["sid"] == "s2"


@pytest.mark.parametrize("relevance", [Relevance.OFF_TOPIC, Relevance.CONDITION_ONLY])
def test_a_record_not_about_the_compound_is_excluded_with_its_screening_as_reason(
    book: Book, relevance: Relevance
) -> None:
    settlement = book.settle(record(1), relevance)
    assert settlement.outcome is Outcome.EXCLUDED
    assert settlement.entries[0][1]["reason"] == relevance


def test_the_same_paper_under_another_pmid_is_a_duplicate_of_the_first(book: Book) -> None:
    first = record(1)
    book.settle(first)
    twin = replace(first, key="pmid:90000099", keys=("pmid:90000099", *first.keys[1:]))
    settlement = book.settle(twin)
    assert settlement.outcome is Outcome.DUPLICATE
    assert settlement.entries[0][1]["of"] == "s1"


def test_hyphen_against_en_dash_is_one_paper(book: Book) -> None:
    title = "Effects of the ACTH(4-10) synthetic analogs Semax and Melanotan II on male rats under stress"
    book.settle(record(1, title=title, keys=("pmid:90000001",)))
    dashed = record(
        2, title=title.replace("4-10", "4\u201310"), keys=("epmc:x",), key="epmc:x", journal=record(1).journal
    )
    assert book.settle(dashed).outcome is Outcome.DUPLICATE


def test_a_known_record_that_says_the_same_causes_nothing(book: Book) -> None:
    book.settle(record(1))
    settlement = book.settle(record(1))
    assert settlement == Settlement((), Outcome.KNOWN)


def test_processing_dates_alone_are_no_change(book: Book) -> None:
    book.settle(record(1))
    assert book.settle(record(1, status="MEDLINE", indexing_method="Automated")).changed is False


def test_a_revised_record_says_what_was_and_what_is(book: Book) -> None:
    book.settle(record(1))
    settlement = book.settle(record(1, title="Synthetic record: a new title"))
    body = settlement.entries[0][1]
    assert kinds(settlement) == ["changed"]
    assert settlement.changed
    assert body["what"] == ["revision"]
    assert body["new"]["title"] == "Synthetic record: a new title"
    assert body["old"]["title"] == record(1).title
    assert book.settle(record(1, title="Synthetic record: a new title")).changed is False


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("RetractionIn", "retraction"),
        ("ExpressionOfConcernIn", "concern"),
        ("ErratumIn", "erratum"),
        ("UpdateIn", "update"),
        ("RetractionOf", "revision"),
        ("ErratumFor", "revision"),
        ("ExpressionOfConcernFor", "revision"),
        ("UpdateOf", "revision"),
    ],
)
def test_what_happened_is_told_apart_by_direction(book: Book, kind: str, event: str) -> None:
    book.settle(record(1))
    settlement = book.settle(record(1, corrections=(Correction(kind, "J. 2025;1:1", "pmid:9"),)))
    assert settlement.entries[0][1]["what"] == [event]


def test_a_retraction_marks_the_source(book: Book) -> None:
    book.settle(record(1))
    book.settle(retracted(record(1)), flags=("retracted",))
    assert "retracted" in book.catalogue.sources["s1"]["flags"]


def test_another_judgement_of_a_source_is_appended_and_folded(book: Book) -> None:
    book.settle(record(1))
    settlement = book.settle(record(1), Relevance.DIRECT)
    assert kinds(settlement) == ["reclassified"]
    assert book.catalogue.sources["s1"]["screening"] == "direct"


def test_a_new_judgement_says_what_was_what_is_why_and_by_which_model(book: Book) -> None:
    book.settle(record(1))
    (kind, body), *more = settle(judged(record(1), Relevance.DIRECT), book.catalogue, why="the model is newer").entries
    assert (kind, more) == ("reclassified", [])
    assert (body["sid"], body["key"]) == ("s1", record(1).key)
    assert (body["old"]["screening"], body["new"]["screening"]) == ("compound-only", "direct")
    assert (body["why"], body["model"]) == ("the model is newer", VERSION)


def test_a_doubt_that_is_raised_or_gone_is_a_new_judgement(book: Book) -> None:
    book.settle(record(1))
    for doubt in (True, False):
        assert kinds(book.settle(record(1), needs_review=doubt)) == ["reclassified"]
        assert book.catalogue.sources["s1"]["needs_review"] is doubt


def test_a_source_that_may_be_another_record_of_a_known_one_stays_in_doubt(book: Book) -> None:
    book.settle(record(1))
    twin = record(2, title=record(1).title)
    source = book.settle(twin).source
    assert source is not None
    assert source["maybe_duplicate_of"] == "s1"
    assert book.settle(twin).entries == ()
    book.settle(twin, Relevance.DIRECT)
    assert book.catalogue.sources["s2"]["needs_review"] is True


def test_a_record_left_out_for_another_reason_is_written_anew(book: Book) -> None:
    book.settle(record(1), Relevance.CONDITION_ONLY)
    settlement = book.settle(record(1), Relevance.OFF_TOPIC)
    assert kinds(settlement) == ["reclassified"]
    assert "sid" not in settlement.entries[0][1]
    settled = book.catalogue.settled[record(1).key]
    assert (settled.kind, settled.body["reason"], settled.body["screening"]) == ("excluded", "off-topic", "off-topic")
    assert book.settle(record(1), Relevance.OFF_TOPIC).entries == ()
    assert book.catalogue.numbered == {}


def test_a_record_that_never_came_and_comes_after_all_is_judged(book: Book) -> None:
    key = record(1).key
    book.absent(key, why=Absence("deleted", expected="a record", got="DeleteCitation", deleted=True))
    assert kinds(book.settle(record(1), Relevance.OFF_TOPIC)) == ["changed", "reclassified"]
    body = book.catalogue.settled[key].body
    assert (body["stage"], body["reason"]) == ("screening", "off-topic")


def test_a_withdrawn_source_stays_withdrawn_when_it_is_judged_anew(book: Book) -> None:
    book.settle(record(1))
    book.absent(record(1).key, why=Absence("deleted", expected="a record", got="DeleteCitation", deleted=True))
    assert book.settle(record(1)).entries == ()
    book.settle(record(1), Relevance.DIRECT)
    assert book.catalogue.sources["s1"]["flags"] == ["withdrawn"]


def test_a_new_flag_alone_is_a_new_judgement(book: Book) -> None:
    book.settle(record(1))
    assert kinds(book.settle(record(1), flags=("concern",))) == ["reclassified"]
    assert book.catalogue.sources["s1"]["flags"] == ["concern"]


def test_a_retraction_that_changes_no_label_is_no_new_judgement(book: Book) -> None:
    book.settle(record(1))
    assert kinds(book.settle(retracted(record(1)), flags=("retracted",))) == ["changed"]


def test_a_changed_or_rejudged_record_is_read_from_its_newest_answer_from_then_on(book: Book) -> None:
    book.settle(record(1))
    document = record(1, title="Synthetic record: a new title")
    for number, relevance in enumerate((Relevance.COMPOUND_ONLY, Relevance.DIRECT)):
        newer = replace(judged(document, relevance), found=Found(document, Snapshot(f"{number}.warc.gz", "r", "0"), 3))
        ((kind, body),) = settle(newer, book.catalogue).entries
        book.write(kind, body)
        for place in (book.catalogue.sources["s1"], book.catalogue.settled[document.key].body):
            assert place["snapshot"]["file"] == f"{number}.warc.gz"


def test_an_excluded_record_that_is_about_the_pair_after_all_becomes_a_source(book: Book) -> None:
    book.settle(record(1), Relevance.OFF_TOPIC)
    settlement = book.settle(record(1), Relevance.DIRECT)
    assert kinds(settlement) == ["source"]
    assert settlement.outcome is Outcome.KNOWN
    assert settlement.changed


def test_two_excluded_records_of_one_paper_become_one_source(book: Book) -> None:
    first = record(1)
    twin = replace(first, key="pmid:90000099", keys=("pmid:90000099", *first.keys[1:]))
    for one in (first, twin):
        book.settle(one, Relevance.OFF_TOPIC)
    assert kinds(book.settle(first)) == ["source"]
    settlement = book.settle(twin)
    assert kinds(settlement) == ["duplicate"]
    assert settlement.outcome is Outcome.KNOWN
    assert settlement.changed
    assert list(book.catalogue.sources) == ["s1"]


def test_an_old_retraction_of_an_excluded_record_is_not_told_again(book: Book) -> None:
    book.settle(retracted(record(1)), Relevance.OFF_TOPIC, flags=("retracted",))
    again = retracted(record(1, title="Synthetic record: a new title"))
    settlement = book.settle(again, Relevance.OFF_TOPIC, flags=("retracted",))
    assert settlement.entries[0][1]["what"] == ["revision"]


def test_a_new_retraction_of_an_excluded_record_is_told(book: Book) -> None:
    book.settle(record(1), Relevance.OFF_TOPIC)
    settlement = book.settle(retracted(record(1)), Relevance.OFF_TOPIC, flags=("retracted",))
    assert settlement.entries[0][1]["what"] == ["retraction"]


def test_a_source_of_which_nothing_is_heard_is_never_called_withdrawn(book: Book) -> None:
    book.settle(record(1))
    silence = Absence("no-answer", expected="1 records", got="the connection failed", answered=False)
    for _ in range(RETRIES + 2):
        (settlement,) = book.absent("pmid:90000001", why=silence)
        assert settlement.outcome is Outcome.FAILED
    assert book.catalogue.sources["s1"]["flags"] == []
    assert book.catalogue.open_failures("pubmed") == ("pmid:90000001",)


def test_a_notice_that_retracts_hundreds_of_papers_still_fits_a_line(book: Book) -> None:
    papers = tuple(
        Correction("RetractionOf", f"Invented Results. 2025;{n}:1-22. " * 3, f"pmid:{n}") for n in range(700)
    )
    settlement = book.settle(record(1, corrections=papers))
    assert settlement.source is not None
    assert fits(settlement.source)
    assert "cut" in settlement.source["flags"]
    assert settlement.source["reasons"]


def test_an_id_that_does_not_come_fails_and_is_retried_in_three_runs_then_given_up(book: Book) -> None:
    for _ in range(RETRIES):
        assert [end.outcome for end in book.absent("pmid:7")] == [Outcome.FAILED]
        assert book.catalogue.open_failures("pubmed") == ("pmid:7",)
    (given_up,) = book.absent("pmid:7")
    assert given_up.outcome is Outcome.EXCLUDED
    assert given_up.entries[0][1]["reason"] == "unavailable"
    assert book.catalogue.open_failures("pubmed") == ()


def test_an_interruption_does_not_count_against_the_retries(book: Book) -> None:
    stopped = Absence("interrupted", expected="a record", got="the run ended first", interrupted=True)
    for _ in range(10):
        assert [end.outcome for end in book.absent("pmid:7", why=stopped)] == [Outcome.FAILED]
    assert book.catalogue.open_failures("pubmed") == ()


def test_ids_that_fail_together_share_entries_of_two_hundred(book: Book) -> None:
    settlements = book.absent(*(f"pmid:{n}" for n in range(450)))
    assert len(settlements) == 450
    assert [len(body["keys"]) for end in settlements for _, body in end.entries] == [200, 200, 50]


def test_a_new_id_that_the_provider_has_deleted_is_excluded(book: Book) -> None:
    gone = Absence("deleted", expected="a record", got="DeleteCitation", deleted=True)
    (settlement,) = book.absent("pmid:7", why=gone)
    assert settlement.entries[0][1]["reason"] == "deleted"


def test_a_source_that_the_provider_has_deleted_is_kept_and_marked(book: Book) -> None:
    book.settle(record(1))
    gone = Absence("deleted", expected="a record", got="DeleteCitation", deleted=True)
    (settlement,) = book.absent("pmid:90000001", why=gone)
    assert settlement.outcome is Outcome.KNOWN
    assert settlement.entries[0][1]["what"] == ["deletion"]
    assert "withdrawn" in book.catalogue.sources["s1"]["flags"]


def test_what_a_provider_has_withdrawn_or_never_had_is_not_asked_of_it_again(book: Book) -> None:
    book.settle(record(1))
    book.settle(record(2))
    book.settle(record(3, provider="web", key="url:https://example.org/3"))
    book.absent("pmid:90000001", why=Absence("deleted", expected="a record", got="DeleteCitation", deleted=True))
    assert book.catalogue.held_by("pubmed") == ("pmid:90000002",)


def test_a_known_record_that_failed_and_came_back_is_said_to_exist(book: Book) -> None:
    book.settle(record(1))
    book.absent("pmid:90000001")
    settlement = book.settle(record(1))
    assert kinds(settlement) == ["rechecked"]
    assert not settlement.changed
    assert book.catalogue.open_failures("pubmed") == ()


def test_a_record_that_may_be_a_known_one_goes_to_a_person(book: Book) -> None:
    title = "An invented controlled experiment on peptides and the behaviour of laboratory animals"
    book.settle(record(1, title=title))
    settlement = book.settle(record(2, title=title))
    assert settlement.outcome is Outcome.INCLUDED
    assert settlement.source is not None
    assert settlement.source["maybe_duplicate_of"] == "s1"
    assert settlement.source["needs_review"] is True


def test_a_change_of_two_long_abstracts_still_fits_a_line(book: Book) -> None:
    long = record(1).abstract[0]
    book.settle(record(1, abstract=(replace(long, text="д" * 29_000),)))
    body = book.settle(record(1, abstract=(replace(long, text="ж" * 29_000),))).entries[0][1]
    assert len(str(body).encode()) < 65_000
    assert body["old"] == {"digest": body["old"]["digest"]}


def test_a_source_that_turns_out_not_to_be_about_the_compound_counts_no_more(book: Book) -> None:
    book.settle(record(1))
    settlement = book.settle(record(1), Relevance.OFF_TOPIC)
    assert kinds(settlement) == ["reclassified"]
    assert "s1" not in book.catalogue.sources
    assert book.catalogue.numbered["s1"]["screening"] == "off-topic"
    assert book.settle(record(1), Relevance.OFF_TOPIC).changed is False
    assert book.catalogue.next_sid == "s2"


def test_a_source_that_is_about_the_compound_again_has_its_old_number(book: Book) -> None:
    book.settle(record(1))
    book.settle(record(1), Relevance.OFF_TOPIC)
    book.settle(record(1), Relevance.DIRECT)
    assert book.catalogue.sources["s1"]["screening"] == "direct"


def test_a_known_source_of_which_another_thing_came_out_is_reclassified_with_its_claims(book: Book) -> None:
    book.settle()
    text = record().abstract_text
    now = replace(
        judged(), finding=Finding(Direction.IMPROVED, Harms.REPORTED), claims=(Claim("abstract", 0, len(text), text),)
    )
    settlement = settle(now, book.catalogue)
    assert kinds(settlement) == ["reclassified"]
    body = settlement.entries[0][1]
    assert (body["old"]["outcome"], body["new"]["outcome"]) == ("not-reported", "improved")
    assert (body["old"]["claims"], body["new"]["claims"][0]["text"]) == ([], text)
    for kind, each in settlement.entries:
        book.write(kind, each)
    assert settle(now, book.catalogue).entries == ()


def test_claims_that_the_abstract_of_a_line_no_longer_holds_are_no_news(book: Book) -> None:
    text = "a" * 40_000
    long = record(abstract=(AbstractSection(text),))
    claims = (Claim("abstract", 39_000, 40_000, text[39_000:]),)
    first = replace(judged(long), claims=claims)
    for kind, body in settle(first, book.catalogue).entries:
        book.write(kind, body)
    assert settle(first, book.catalogue).entries == ()
