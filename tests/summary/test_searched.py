"""Where was searched stands beside every "none found"."""

import pytest

from harvest.summary import legacy_index, lines
from harvest.summary.searched import Searched, none_found, where
from tests.summary.holdings import STARTED, people, profile


def test_days_are_named_per_provider_and_those_never_asked_come_last() -> None:
    searched = [
        Searched("pubmed", "complete", "2026-11-21", "2026-11-21"),
        Searched("europepmc", "complete", "2026-11-21", "2026-11-21"),
        Searched("trials", "complete", "2026-11-14", "2026-11-14"),
        Searched("reddit", "skipped"),
    ]

    assert where(searched) == (
        "PubMed, Europe PMC searched 2026-11-21; ClinicalTrials.gov searched 2026-11-14; Reddit not searched"
    )


def test_a_failure_after_a_search_that_can_be_relied_on_names_both_days() -> None:
    searched = [Searched("pubmed", "failed", "2026-11-14", "2026-11-21")]

    assert where(searched) == "PubMed searched 2026-11-14; search of PubMed failed 2026-11-21"


def test_a_failure_on_the_day_of_a_search_that_can_be_relied_on_is_named_too() -> None:
    searched = [Searched("pubmed", "failed", "2026-11-21", "2026-11-21")]

    assert where(searched) == "PubMed searched 2026-11-21; search of PubMed failed 2026-11-21"


def test_a_provider_that_was_skipped_is_named_as_skipped() -> None:
    assert where([Searched("reddit", "skipped", "", "2026-11-21")]) == "search of Reddit skipped 2026-11-21"


def test_a_partial_search_after_a_complete_one_is_partial() -> None:
    assert where([Searched("pubmed", "partial", "2026-11-21", "2026-11-21")]) == "PubMed searched in part 2026-11-21"


def test_a_search_that_was_stopped_is_not_finished() -> None:
    assert where([Searched("pubmed", "partial", "", "2026-11-21")]) == "search of PubMed not finished 2026-11-21"


def test_a_topic_that_asks_nobody_says_so() -> None:
    assert where([]) == "nothing searched"


def test_nothing_is_none_found_before_a_search_has_succeeded() -> None:
    assert none_found([Searched("pubmed", "failed", "", "2026-11-21")]) == (
        "not known, no search has succeeded (search of PubMed failed 2026-11-21)"
    )


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_a_provider_that_did_not_answer_stands_in_every_line_that_says_none_found(outcome: str) -> None:
    said = list(lines(profile(people(1, screening="compound-only"), pubmed="complete", europepmc=outcome)))

    without = [line for line in said if "none found" in line]
    assert len(without) == 2
    assert all(f"search of Europe PMC {outcome}" in line and "Reddit" in line for line in without)


def test_each_query_stands_word_for_word_with_its_day_and_outcome() -> None:
    (pubmed, *_) = profile().searched

    (query,) = pubmed.queries
    assert (query.text, query.day, query.outcome) == ("semax", "2026-11-21", "complete")


@pytest.mark.parametrize("kind", ["human", "preclinical", "anecdotal", "none"])
def test_any_source_raises_the_older_index(kind: str) -> None:
    assert legacy_index({kind: 1}) > legacy_index({})


def test_a_run_that_judged_records_again_has_asked_no_provider() -> None:
    again = ("run-started", STARTED | {"spider": "reclassify"})

    assert {one.outcome for one in profile(again).searched} == {"skipped"}


def test_pages_count_as_searched_only_where_some_were_asked_for() -> None:
    said = profile(people(1), pubmed="complete", web="complete").searched

    assert {one.provider: one.outcome for one in said if one.provider in {"pubmed", "web"}} == {
        "pubmed": "complete",
        "web": "skipped",
    }
