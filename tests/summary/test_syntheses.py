"""Reviews are listed with what is known of what they gather."""

import pytest

from harvest.evidence import designs
from harvest.relations import SYNTHESES
from harvest.summary import lines
from harvest.summary.syntheses import included, searched_until
from tests.summary.holdings import linked, people, profile, retraction, source

REVIEW = {"design": "systematic-review", "tier": 1}


def test_included_studies_of_the_ledger_are_counted_and_those_on_the_pair() -> None:
    found = profile(
        people(1, **REVIEW),
        people(2),
        people(3, screening="compound-only"),
        linked("s2", "included-in", "s1"),
        linked("s3", "included-in", "s1"),
    )

    (review,) = found.syntheses
    assert (review.in_ledger, review.on_pair, review.contains_retracted) == (2, 1, "none known")


def test_a_review_that_includes_a_retracted_study_is_flagged() -> None:
    found = profile(people(1, **REVIEW), people(2), linked("s2", "included-in", "s1"), retraction(2))

    assert (found.syntheses[0].contains_retracted, found.syntheses[0].in_ledger) == ("yes", 0)


def test_without_links_retractions_inside_are_not_checked() -> None:
    assert profile(people(1, **REVIEW)).syntheses[0].contains_retracted == "not checked"


def test_a_review_of_animal_studies_says_whose_studies_they_are() -> None:
    assert profile(source(1, design="systematic-review")).syntheses[0].species == ("preclinical",)


def test_a_retracted_review_is_not_listed() -> None:
    assert profile(people(1, **REVIEW), retraction(1)).syntheses == ()


def test_two_records_of_one_review_are_one() -> None:
    assert len(profile(people(1, **REVIEW), people(2, **REVIEW), linked("s2", "preprint-of", "s1")).syntheses) == 1


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("We searched PubMed and Embase from inception to March 2020.", "March 2020"),
        ("Databases were searched up to 14 May 2019 without limits.", "14 May 2019"),
        ("Studies were pooled.", ""),
    ],
)
def test_the_day_of_a_search_is_as_stated(said: str, until: str) -> None:
    assert searched_until(said) == until


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Twelve randomised trials were included.", 12),
        ("We included 8 controlled studies.", 8),
        ("Of 120 records screened, none fitted.", None),
    ],
)
def test_the_number_of_included_studies_is_as_stated(said: str, number: int | None) -> None:
    assert included(said) == number


def test_a_synthesis_is_said_to_count_as_no_study() -> None:
    said = list(lines(profile(people(1, **REVIEW, abstract="Twelve trials were included."))))

    assert "Syntheses, which count as no study:" in said
    assert any("12 studies included; 0 of them linked here" in line for line in said)


def test_syntheses_are_those_of_the_classifier() -> None:
    assert {str(design) for design in designs.SYNTHESES} == SYNTHESES
