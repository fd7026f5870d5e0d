import pytest

from harvest.summary import Searched, _where, legacy_index


def test_days_are_named_per_provider_and_those_never_asked_come_last() -> None:
    searched = [
        Searched("pubmed", "complete", "2026-11-21", "2026-11-21"),
        Searched("europepmc", "complete", "2026-11-21", "2026-11-21"),
        Searched("ctgov", "complete", "2026-11-14", "2026-11-14"),
        Searched("reddit", "skipped"),
    ]

    assert _where(searched) == (
        "PubMed, Europe PMC searched 2026-11-21; ClinicalTrials.gov searched 2026-11-14; Reddit not searched"
    )


def test_a_failure_after_a_search_that_can_be_relied_on_names_both_days() -> None:
    searched = [Searched("pubmed", "failed", "2026-11-14", "2026-11-21")]

    assert _where(searched) == "PubMed searched 2026-11-14; search of PubMed failed 2026-11-21"


def test_a_partial_search_after_a_complete_one_is_partial() -> None:
    assert _where([Searched("pubmed", "partial", "2026-11-21", "2026-11-21")]) == "PubMed searched in part 2026-11-21"


def test_a_search_that_was_stopped_is_not_finished() -> None:
    assert _where([Searched("pubmed", "partial", "", "2026-11-21")]) == "search of PubMed not finished 2026-11-21"


def test_a_topic_that_asks_nobody_says_so() -> None:
    assert _where([]) == "nothing searched"


@pytest.mark.parametrize("kind", ["human", "preclinical", "anecdotal", "none"])
def test_any_source_raises_the_older_index(kind: str) -> None:
    assert legacy_index({kind: 1}) > legacy_index({})
