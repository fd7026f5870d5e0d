"""Sources that are one document, and documents that others say report one study, count once."""

import pytest

from harvest.relations import SAME_STUDY
from tests.summary.holdings import linked, people, profile, retraction, source, studies

MERGED = {"sids": ["s1", "s2"], "kept": "s1", "reviewer": "A. Person", "reason": "read both"}


def test_merged_sources_are_one_study_and_one_source() -> None:
    found = profile(people(1), people(2), ("merged", MERGED))
    (cell,) = found.cells
    assert (cell.studies, cell.sources, found.sources, found.duplicates) == (1, ("s1",), 1, 1)


def test_after_the_undoing_they_are_two() -> None:
    found = profile(people(1), people(2), ("merged", MERGED), ("unmerged", MERGED))
    assert (studies(found), found.sources, found.duplicates) == (2, 2, 0)


def test_a_merge_answers_the_question_whether_they_are_one_and_so_does_its_undoing() -> None:
    asked = (people(1), people(2, maybe_duplicate_of="s1"))
    assert len(profile(*asked).maybe_duplicates) == 1
    assert profile(*asked, ("merged", MERGED)).maybe_duplicates == ()
    assert profile(*asked, ("merged", MERGED), ("unmerged", MERGED)).maybe_duplicates == ()


def test_a_question_about_an_alias_is_one_about_the_source_that_stays() -> None:
    found = profile(people(1), people(2), people(3, maybe_duplicate_of="s2"), ("merged", MERGED))
    assert [(pair.one.sid, pair.other.sid) for pair in found.maybe_duplicates] == [("s3", "s1")]


def test_a_retraction_of_the_alias_is_one_of_the_document() -> None:
    found = profile(people(1), people(2), ("merged", MERGED), retraction(2))
    assert (studies(found), [one.sid for one in found.retracted]) == (0, ["s1"])


def test_a_link_of_the_alias_is_one_of_the_source_that_stays() -> None:
    found = profile(people(1), people(2), people(3), linked("s3", "translation-of", "s2"), ("merged", MERGED))
    assert studies(found) == 1


def test_where_the_lowest_is_no_longer_about_the_compound_the_next_stands_for_the_document() -> None:
    moved = {"key": "pmid:90000001", "new": {"screening": "off-topic"}}
    found = profile(source(1), source(2), ("merged", MERGED), ("reclassified", moved))
    assert (found.sources, studies(found)) == (1, 1)


@pytest.mark.parametrize("relation", sorted(SAME_STUDY))
def test_every_relation_of_one_study_counts_once(relation: str) -> None:
    assert studies(profile(people(1), people(2), linked("s2", relation, "s1"))) == 1


def test_what_a_service_says_of_a_source_counts_once_too() -> None:
    said = {"crossref": {"links": [{"relation": "has-translation", "key": "pmid:90000002", "citation": ""}]}}
    assert studies(profile(people(1, services=said), people(2))) == 1


def test_what_a_page_claims_to_be_is_not_believed_without_an_entry() -> None:
    claim = [{"relation": "page-of", "key": "pmid:90000001", "citation": ""}]
    assert studies(profile(people(1), people(2, links=claim))) == 2
