"""What readers are shown, in the words of the design."""

from dataclasses import replace
from typing import Any

import pytest

from harvest.summary import lines, summarise
from harvest.summary.question import question
from tests.summary.holdings import SEMAX, left_out, people, profile, reading, report, retraction, source


def _shown(*written: Any, **accounts: str) -> str:
    return "\n".join(lines(profile(*written, **accounts)))


def test_the_sentence_comes_first_and_the_question_after_it() -> None:
    first, second, *_ = _shown().splitlines()

    assert first.startswith("Studies of Semax in people for SSRI emotional blunting: none found (")
    assert second.startswith("Does Semax help people with SSRI emotional blunting (counted as this use only beside ")


def test_a_synthetic_ledger_says_so_before_anything_else() -> None:
    assert next(lines(replace(profile(), synthetic=True))).startswith("SYNTHETIC")


def test_a_condition_without_context_makes_a_plain_question() -> None:
    plain = SEMAX.model_copy(update={"condition": SEMAX.condition.model_copy(update={"context": ()})})

    assert question(plain) == "Does Semax help people with SSRI emotional blunting?"


def test_a_cell_says_whom_what_and_how_many_in_words() -> None:
    said = _shown(people(1, outcome="improved", harms="reported", abstract="We enrolled 52 patients."))

    assert "    1  this use · tested in people · randomised trial\n" in said
    assert "52 people; authors report improvement 1; harms reported 1; machine-labelled, unchecked 1" in said


def test_no_clear_difference_is_no_proof_of_no_effect() -> None:
    assert "no clear difference (not proof of no effect) 1" in _shown(people(1, outcome="no-clear-difference"))


def test_people_studied_without_the_compound_are_not_tested_with_it() -> None:
    said = _shown(left_out(1, evidence="human", design="cohort"))

    assert "condition without this compound · people studied, without this compound · group followed over time" in said
    assert "tested in people" not in said


def test_studies_of_the_laboratory_are_named_as_nearest_where_there_is_no_other() -> None:
    said = _shown(source(1, screening="direct"))

    assert "Nearest: animal or laboratory work on this use (1), not people." in said


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (people(1, flags=["concern"]), "  Expression of concern: s1 Synthetic document number 1"),
        (people(1, flags=["retracted"]), "  Retracted, counted nowhere: s1 Synthetic document number 1"),
        (source(1, evidence="none", design="question"), "    1  no results of its own · question"),
        (source(1, evidence="undetermined", design="other"), "    1  too little to tell · the machine is unsure"),
        (left_out(1), "    1  left out: condition without this compound"),
        (report(1, flags=["other-compounds"]), "took other compounds at the same time 1"),
    ],
)
def test_what_is_no_study_is_told_in_words(written: Any, line: str) -> None:
    assert line in _shown(written)


def test_a_later_retraction_is_told() -> None:
    assert "Retracted, counted nowhere: s1" in _shown(people(1), retraction(1))


def test_possible_duplicates_are_named() -> None:
    said = _shown(people(1), people(2, maybe_duplicate_of="s1"))

    assert "1 to 2  this use · tested in people" in said
    assert "May be one, so counts are ranges until a person decides: s2 and s1" in said


def test_further_records_are_counted() -> None:
    body = {"key": "doi:10.1/x", "keys": ["doi:10.1/x"], "provider": "crossref", "digest": "", "of": "s1", "rule": "r"}

    assert "    1  further records of a document that is counted once" in _shown(people(1), ("duplicate", body))


def test_studies_that_share_authors_are_told() -> None:
    shared = {"authors": ["Ivanov A", "Petrov B"]}

    assert "Authors in common, tested in people: 2 of 2 studies" in _shown(people(1, **shared), people(2, **shared))


def test_of_many_queries_the_one_that_asks_the_whole_question_is_shown() -> None:
    marked = {"provider": "pubmed", "query": "#1 AND retracted", "outcome": "complete", "window": {"kind": "withdrawn"}}

    assert "asked for: semax (one of 2 queries)" in _shown(("search", marked))


def test_an_interrupted_run_is_named() -> None:
    held = reading()
    (run,) = held.catalogue.runs
    del held.catalogue.runs[run]["finished"]

    said = "\n".join(lines(summarise(held, SEMAX)))

    assert f"Interrupted run, never finished: {run}" in said
    assert "none found" not in said


def test_the_profile_ends_with_the_head_it_was_computed_from() -> None:
    assert _shown().splitlines()[-1] == "  As of 2026-11-21T19:06:00.000000Z: 4 entries, root root"
