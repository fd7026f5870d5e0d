"""What became of the topic's outcome, and unwanted effects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.findings import finding
from harvest.model import Direction, Evidence, Harms, Record
from tests.findings.pairs import ANIMAL, HUMAN, PLAN, REPORT, TOPIC, post, record, trial

IMPROVED, NO_DIFFERENCE, NOT_REPORTED = Direction.IMPROVED, Direction.NO_CLEAR_DIFFERENCE, Direction.NOT_REPORTED
GOOD = trial(
    "Anhedonia scores were significantly reduced with Semax compared with placebo (p < 0.001). "
    "No adverse events occurred.",
    "Semax significantly improved anhedonia and was well tolerated.",
)
NONE = trial(
    "There was no significant difference in anhedonia between Semax and placebo (p = 0.62).",
    "Semax did not improve anhedonia.",
)


def outcome(of: Record, evidence: Evidence = HUMAN) -> Direction:
    return finding(of, TOPIC, evidence).outcome


def test_what_authors_call_better_is_improved() -> None:
    assert outcome(GOOD) is IMPROVED


def test_no_significant_difference_is_no_clear_difference() -> None:
    assert outcome(NONE) is NO_DIFFERENCE


@pytest.mark.parametrize(
    ("results", "conclusions"),
    [
        ("Anhedonia was significantly increased with Semax.", "Semax worsened anhedonia."),
        ("More patients died under Semax than under placebo (p = 0.01).", "Semax increased mortality in anhedonia."),
        ("Scores of anhedonia did not fall.", "Semax failed to reduce anhedonia."),
        ("Semax reduced the efficacy of sertraline.", "Semax reduced efficacy in anhedonia."),
    ],
)
def test_harm_and_failure_are_never_called_improved(results: str, conclusions: str) -> None:
    assert outcome(trial(results, conclusions)) is not IMPROVED


def test_a_hope_is_no_result() -> None:
    text = "Patients with anhedonia were weighed. Future trials should show whether Semax may improve anhedonia."
    assert outcome(record("Semax in anhedonia", text=text)) is NOT_REPORTED


def test_what_was_known_before_is_no_result() -> None:
    told = record(
        "Semax and gene expression in anhedonia",
        background="Semax has significantly improved anhedonia in many earlier studies.",
        methods="Rats received Semax.",
        results="Semax changed the expression of 12 genes.",
    )
    assert outcome(told, ANIMAL) is NOT_REPORTED


def test_a_plan_reports_nothing_whatever_it_says() -> None:
    assert finding(GOOD, TOPIC, PLAN).outcome is NOT_REPORTED
    assert finding(GOOD, TOPIC, PLAN).harms is Harms.NOT_REPORTED


def test_a_result_on_something_else_is_not_reported_of_the_condition() -> None:
    told = record(
        "Semax in stroke",
        results="Motor scores were significantly better with Semax than with placebo (p < 0.001).",
        conclusions="Semax significantly improved recovery after stroke.",
    )
    assert outcome(told) is NOT_REPORTED


@pytest.mark.parametrize(
    ("sentence", "harms"),
    [
        ("Side effects were mild headache and nausea.", Harms.REPORTED),
        ("Adverse events occurred in 12 patients, most commonly dizziness.", Harms.REPORTED),
        ("Three patients discontinued due to adverse events.", Harms.REPORTED),
        ("No adverse events were observed.", Harms.NONE_REPORTED),
        ("Treatment was well tolerated.", Harms.NONE_REPORTED),
        ("There were no serious side effects.", Harms.NONE_REPORTED),
        ("Adverse events did not differ between Semax and placebo.", Harms.NONE_REPORTED),
        ("Scores were lower.", Harms.NOT_REPORTED),
        ("Headache was relieved.", Harms.NOT_REPORTED),
        ("Serious adverse events: Semax 0 of 20, Saline 1 of 20.", Harms.NONE_REPORTED),
        ("Serious adverse events: Semax 1 of 20, Saline 0 of 20.", Harms.REPORTED),
        ("Serious adverse events: Semax, low dose 0 of 20, Semax, high dose 10 of 20.", Harms.REPORTED),
        ("Serious adverse events: Placebo then Semax 2 of 20, Placebo then Placebo 0 of 20.", Harms.REPORTED),
        ("Adverse events: 0/20 in either arm.", Harms.NONE_REPORTED),
        ("Adverse events were seen in 0 out of the 20 patients.", Harms.NONE_REPORTED),
        ("Nausea was an adverse effect in 4 of 20; 0 of 20 withdrew.", Harms.REPORTED),
        ("Nausea, an adverse effect, was frequent and 0 of 20 patients withdrew.", Harms.REPORTED),
    ],
)
def test_unwanted_effects_are_told_apart(sentence: str, harms: Harms) -> None:
    told = record("Semax in anhedonia", results=f"Thirty patients completed the trial. {sentence}")
    assert finding(told, TOPIC, HUMAN).harms is harms


def test_a_side_effect_that_is_told_outweighs_good_tolerability() -> None:
    told = trial("Nausea and other side effects occurred in 9 patients.", "Semax was well tolerated.")
    assert finding(told, TOPIC, HUMAN).harms is Harms.REPORTED


def test_reasons_name_the_direction_and_cite_its_words() -> None:
    found = finding(GOOD, TOPIC, HUMAN)
    texts = {"title": GOOD.title, "abstract": GOOD.abstract_text}
    assert next(reason.rule for reason in found.reasons) == "finding.improved"
    assert found.reasons[-1].rule == "finding.harms-none-reported"
    for reason in found.reasons:
        assert texts[reason.field][reason.start : reason.end] == reason.text


def test_an_abbreviation_that_the_record_defines_counts_as_the_condition() -> None:
    told = record(
        "A trial of Semax",
        background="Severe anhedonia (ANH) is common.",
        results="ANH was significantly reduced with Semax compared with placebo (p < 0.001).",
        conclusions="Semax significantly improved ANH.",
    )
    assert outcome(told) is IMPROVED


def test_nothing_is_found_in_nothing() -> None:
    assert finding(record(), TOPIC, HUMAN).outcome is NOT_REPORTED


def test_another_treatment_s_result_is_not_the_compound_s() -> None:
    told = record(
        "Colchicine in depression with anhedonia",
        methods="Patients received colchicine or Semax.",
        results="Semax was given to 12 patients. Anhedonia was significantly reduced with colchicine (p < 0.001).",
        conclusions="Colchicine significantly improved anhedonia. Side effects of colchicine were nausea and vomiting.",
    )
    found = finding(told, TOPIC, HUMAN)
    assert (found.outcome, found.harms) == (NOT_REPORTED, Harms.NOT_REPORTED)


def test_what_was_not_confirmed_is_no_improvement() -> None:
    told = trial("Semax reduced anhedonia in open studies.", "An improvement of anhedonia was not confirmed for Semax.")
    assert outcome(told) is not IMPROVED


@pytest.mark.parametrize(
    ("told", "evidence", "rule"),
    [
        (GOOD, PLAN, "finding.no-results"),
        (record("Semax in stroke", results="Semax improved recovery."), HUMAN, "finding.no-condition"),
        (record("Semax in anhedonia", results="Ninety patients were seen."), HUMAN, "finding.not-plain"),
    ],
)
def test_where_nothing_is_reported_the_reason_is_said(told: Record, evidence: Evidence, rule: str) -> None:
    assert finding(told, TOPIC, evidence).reasons[0].rule == rule


def test_what_somebody_wrote_is_read_as_a_report() -> None:
    assert outcome(post("I took Semax for my anhedonia and it helped me a lot. I feel better."), REPORT) is IMPROVED
    assert outcome(post("Has anybody tried Semax for anhedonia?"), PLAN) is NOT_REPORTED


WORDS = (
    "Semax",
    "anhedonia",
    "reduced",
    "improved",
    "not",
    "p = 0.04",
    "worse.",
    "but",
    "\u00df",
    "\u0130",
    "adverse events\n",
)


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.text(max_size=60))
def test_reasons_cite_the_very_words_of_any_text(words: list[str], title: str) -> None:
    told = record(title, results=" ".join(words), text=" ".join(reversed(words)))
    texts = {"title": told.title, "abstract": told.abstract_text}
    for reason in finding(told, TOPIC, HUMAN).reasons:
        assert reason.text
        assert reason.start < 0 or texts[reason.field][reason.start : reason.end] == reason.text
