"""The screening against pairs that were read, over the recorded PubMed files (`data/labels/screening.jsonl`)."""

from pathlib import Path

import pytest

from benchmarks.screening import Judged, articles, counts, judged, kappa, pairs, topics, wanted
from harvest.model import Relevance

pytestmark = [pytest.mark.recorded, pytest.mark.slow]

PAIRS = pairs()
PRECISION = {"direct": 0.79, "compound-only": 0.85, "condition-only": 0.75, "off-topic": 0.86}
RECALL = {"direct": 0.90, "compound-only": 0.86, "condition-only": 0.78, "off-topic": 0.72}
"""The lower ends of what was measured over both halves."""


@pytest.fixture(scope="module")
def found(recorded: Path) -> list[Judged]:
    return judged(PAIRS, wanted(articles(recorded / "pubmed"), PAIRS))


def test_every_labelled_record_is_there(found: list[Judged]) -> None:
    assert len(found) == len(PAIRS) >= 400


@pytest.mark.parametrize("label", [str(each) for each in Relevance])
def test_each_verdict_is_as_right_and_as_complete_as_it_was(found: list[Judged], label: str) -> None:
    right, given, expected = counts(found, label)
    assert right / given >= PRECISION[label]
    assert right / expected >= RECALL[label]


def test_the_half_that_was_set_aside_is_screened_as_well_as_it_was(found: list[Judged]) -> None:
    aside = [each for each in found if each.pair.half == "test"]
    assert sum(each.pair.label == each.given for each in aside) / len(aside) >= 0.79


def test_a_pair_that_is_near_is_said_to_be(found: list[Judged]) -> None:
    near = [each for each in found if each.pair.near]
    assert near
    assert all(each.near for each in near)


def test_two_passes_were_made_over_every_pair_and_mostly_agree() -> None:
    assert {pair.topic for pair in PAIRS} == set(topics())
    assert all(pair.first and pair.second for pair in PAIRS)
    assert kappa(PAIRS) > 0.9
