"""Sources that turn out to be one document are merged by rule or by a person, and parted again by a person."""

from dataclasses import replace
from typing import Any

import pytest

from harvest.errors import UsageError
from harvest.merging import merged_by, unmerged_by
from harvest.model import Author, Outcome, Record
from harvest.settlement import Settlement, since_heard
from tests.documents import record
from tests.test_settlement import Book

PAPER = record(1)
BY_DOI = replace(PAPER, key="doi:10.5555/synth.1", keys=("doi:10.5555/synth.1",), title="", authors=())
BY_PMCID = replace(PAPER, key="pmcid:PMC7", keys=("pmcid:PMC7",))
BOTH = replace(PAPER, keys=(*PAPER.keys, "pmcid:PMC7"))
WHO = ("A. Person", "read both")


@pytest.fixture
def book() -> Book:
    return Book()


def merged(settlement: Settlement) -> list[dict[str, Any]]:
    return [body for kind, body in settlement.entries if kind == "merged"]


def settled(book: Book, *records: Record) -> Settlement:
    *before, last = records
    for one in before:
        book.settle(one)
    return book.settle(last)


def test_a_record_with_identifiers_of_two_sources_merges_them_and_is_a_duplicate_of_the_lower(book: Book) -> None:
    found = settled(book, BY_DOI, BY_PMCID, BOTH)
    (body,) = merged(found)
    assert (body["sids"], body["kept"], body["rule"], body["key"]) == (["s1", "s2"], "s1", "merge.shared-id", PAPER.key)
    assert (found.outcome, found.entries[-1][1]["of"]) == (Outcome.DUPLICATE, "s1")
    assert list(book.catalogue.sources) == ["s1"]
    assert list(book.catalogue.numbered) == ["s1", "s2"]


def test_a_known_record_that_gains_an_identifier_of_another_source_merges_them(book: Book) -> None:
    found = settled(book, BY_DOI, BY_PMCID, replace(BY_PMCID, keys=("pmcid:PMC7", "doi:10.5555/synth.1")))
    assert [kind for kind, _ in found.entries] == ["changed", "merged"]
    assert book.catalogue.merges.kept("s2") == "s1"


def heard(book: Book, number: int, **said: Any) -> list[tuple[str, dict[str, Any]]]:
    """What follows when a service says this of a source."""
    body = book.catalogue.numbered[f"s{number}"]
    event = {"key": body["key"], "provider": "enrich", "sid": f"s{number}", "new": {"services": {"crossref": said}}}
    book.write("changed", event)
    return list(since_heard(f"s{number}", book.catalogue))


def test_an_identifier_that_a_service_gives_a_source_may_show_it_to_be_another(book: Book) -> None:
    settled(book, BY_DOI, BY_PMCID)
    assert [kind for kind, _ in heard(book, 2, ids=["doi:10.5555/other"])] == []
    ((kind, body),) = heard(book, 2, ids=["doi:10.5555/synth.1"])
    assert (kind, body["sids"], body["agreed"]) == ("merged", ["s1", "s2"], _agreed())


def _agreed() -> list[str]:
    return ["author", "doi", "journal", "long-title", "pages", "pmcid", "title", "volume", "year"]


def test_a_link_that_a_service_knows_is_written(book: Book) -> None:
    settled(book, BY_DOI, record(2, title="Second", authors=(Author("Second"),)))
    translation = {"relation": "has-translation", "key": "doi:10.5555/synth.1", "citation": ""}
    ((kind, body),) = heard(book, 2, links=[translation])
    assert (kind, body["one"], body["relation"], body["other"]) == ("linked", "s1", "translation-of", "s2")


@pytest.mark.parametrize(
    "contradiction",
    [
        {"title": "Something else altogether, of which nobody has heard yet"},
        {"authors": (Author("Stranger"),)},
        {"keys": ("pmcid:PMC7", "pmid:90000077")},
    ],
)
def test_sources_that_contradict_each_other_are_not_merged_by_rule(book: Book, contradiction: dict[str, Any]) -> None:
    found = settled(book, PAPER, replace(BY_PMCID, **contradiction), BOTH)
    assert merged(found) == []


def test_what_a_person_parted_no_rule_merges_again(book: Book) -> None:
    settled(book, BY_DOI, BY_PMCID, BOTH)
    book.write("unmerged", unmerged_by(*WHO, ("s1", "s2"), book.catalogue))
    assert list(book.catalogue.sources) == ["s1", "s2"]
    again = replace(BOTH, key="epmc:MED/1", keys=("epmc:MED/1", *BOTH.keys))
    assert merged(book.settle(again)) == []
    book.write("merged", merged_by(*WHO, ("s2", "s1"), book.catalogue))
    assert list(book.catalogue.sources) == ["s1"]


def test_what_a_person_called_distinct_no_rule_merges(book: Book) -> None:
    settled(book, BY_DOI, replace(BY_PMCID, title="Synthetic record of another length"))
    book.catalogue.numbered["s2"]["maybe_duplicate_of"] = "s1"
    book.write("review", {"sid": "s2", "reviewer": "A", "decision": "distinct", "reason": "read both"})
    assert merged(book.settle(replace(BOTH, title=""))) == []


def test_a_further_record_of_an_alias_is_one_of_the_source_that_stays(book: Book) -> None:
    settled(book, BY_DOI, BY_PMCID, BOTH)
    found = book.settle(replace(BY_PMCID, key="epmc:PMC/7", keys=("epmc:PMC/7", "pmcid:PMC7")))
    assert found.entries[0][1]["of"] == "s1"
    assert {sid for sid, _ in book.catalogue.further} == {"s1"}


def test_an_alias_is_still_asked_about_and_still_has_its_own_record(book: Book) -> None:
    settled(book, BY_DOI, BY_PMCID, BOTH)
    assert book.catalogue.held_by("pubmed") == (BY_DOI.key, BY_PMCID.key)
    assert book.settle(replace(BY_PMCID, title="A new title")).entries[0][0] == "changed"


def test_the_identifiers_of_a_further_record_name_the_document(book: Book) -> None:
    twin = replace(PAPER, key="doi:10.5555/twin", keys=("doi:10.5555/twin", "pmid:90000001"))
    settled(book, replace(PAPER, keys=("pmid:90000001",)), twin)
    found = book.settle(replace(BY_DOI, key="epmc:AGR/1", keys=("epmc:AGR/1", "doi:10.5555/twin")))
    assert (found.outcome, found.entries[0][1]["of"]) == (Outcome.DUPLICATE, "s1")


@pytest.mark.parametrize(
    ("sids", "complaint"),
    [
        (("s1", "s1"), "expected two documents, got s1 and s1, which are one already"),
        (("s1", "s9"), "expected a source (s1 to s3), got 's9'"),
        (("s1", "pmid:1"), "expected a source (s1 to s3), got 'pmid:1'"),
        (("s2", "s1"), "expected two documents, got s2 and s1, which are one already"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(book: Book, sids: tuple[str, str], complaint: str) -> None:
    settled(book, BY_DOI, BY_PMCID, BOTH, record(2, title="Third", authors=(Author("Third"),)))
    with pytest.raises(UsageError) as said:
        merged_by(*WHO, sids, book.catalogue)
    assert said.value.message == complaint


def test_a_merge_through_an_alias_names_what_stays(book: Book) -> None:
    settled(book, record(2, title="First", authors=(Author("First"),)), BY_DOI, BY_PMCID, BOTH)
    assert merged_by(*WHO, ("s3", "s1"), book.catalogue)["sids"] == ["s1", "s2"]


@pytest.mark.parametrize("words", [("", "read both"), ("A. Person", " ")])
def test_a_decision_names_who_and_why(book: Book, words: tuple[str, str]) -> None:
    settled(book, PAPER, record(2))
    with pytest.raises(UsageError, match=r"expected a re(?:viewer|ason), got nothing"):
        merged_by(*words, ("s1", "s2"), book.catalogue)


def test_only_what_one_entry_merged_can_be_undone(book: Book) -> None:
    settled(book, PAPER, record(2, title="Second"), record(3, title="Third"))
    book.write("merged", merged_by(*WHO, ("s2", "s3"), book.catalogue))
    book.write("merged", merged_by(*WHO, ("s1", "s2"), book.catalogue))
    with pytest.raises(UsageError, match="expected two sources that one entry merged, got s1 and s3") as said:
        unmerged_by(*WHO, ("s1", "s3"), book.catalogue)
    assert said.value.hint == "s3 was merged with s2"
