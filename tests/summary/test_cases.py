"""Fifteen hard cases, labelled as they should be: how many studies or persons each counts, and what is said of it.

That the labels come out so is tested in `tests/evidence/test_cases.py`.
"""

import json
from pathlib import Path

import pytest

from harvest.summary import Profile, lines
from tests.summary.holdings import Written, left_out, linked, people, profile, report, source, studies

NUMBER = "nct:NCT01234567"
NOTHING = {"evidence": "none", "tier": 8, "harms": "not-reported"}


def persons_and_studies(of: Profile) -> int:
    """The counting unit: studies, as each kind of evidence, and writers."""
    special = sum(cell.studies for cell in of.healthy_or_pk)
    return studies(of) + special + of.reports.writers


CASES: dict[str, tuple[list[Written], int]] = {
    "1-a-review-of-ssris-is-left-out-and-counts-nothing": (
        [left_out(1, evidence="human", design="systematic-review", tier=1)],
        0,
    ),
    "3-one-paper-under-two-titles-counts-once": (
        [
            source(1, screening="compound-only", flags=["near"], outcome="mixed"),
            (
                "duplicate",
                {"key": "doi:10.1016/j", "keys": ["doi:10.1016/j"], "provider": "crossref", "digest": "", "of": "s1"},
            ),
        ],
        1,
    ),
    "5-an-article-by-a-clinician-counts-nothing": ([people(1, **NOTHING, design="opinion", provider="web")], 0),
    "7-a-daily-log-counts-its-writer-once": (
        [report(1, flags=["near"], outcome="improved"), report(2, flags=["near"]), linked("s2", "cross-post", "s1")],
        1,
    ),
    "9-two-writers-in-one-thread-are-two": (
        [report(1, outcome="worsened"), report(2, outcome="mixed"), linked("s1", "same-thread", "s2")],
        2,
    ),
    "11-three-arms-of-healthy-volunteers-are-one-study": (
        [people(1, screening="compound-only", design="controlled-trial", flags=["healthy-volunteers"])],
        1,
    ),
    "13-cells-of-patients-and-patients-are-two": (
        [people(1, design="case-series", parts=["human", "preclinical"], tier=4)],
        2,
    ),
    "15-a-background-of-animals-adds-nothing": ([people(1, design="controlled-trial", needs_review=True)], 1),
    "17-rats-and-patients-are-two": (
        [people(1, design="controlled-trial", parts=["human", "preclinical"], outcome="mixed")],
        2,
    ),
    "19-a-meta-analysis-counts-no-study": ([people(1, design="meta-analysis", tier=1, outcome="improved")], 0),
    "21-healthy-volunteers-without-the-compound": (
        [left_out(1, evidence="human", design="controlled-trial", title="Chronic escitalopram in healthy volunteers")],
        1,
    ),
    "23-a-machine-written-summary-counts-nothing": (
        [people(1, **NOTHING, screening="compound-only", design="other", provider="web")],
        0,
    ),
    "25-results-of-a-registration-and-its-article-are-one-study": (
        [
            people(1, provider="trials", key=NUMBER, keys=[NUMBER], parts=["none", "human"], basis="registry"),
            people(2, abstract="Registered as NCT01234567."),
        ],
        1,
    ),
    "27-a-trial-in-dogs-is-an-animal-study": ([source(1, outcome="improved")], 1),
    "29-biopsies-of-patients-who-got-nothing-are-no-study-in-people": ([source(1, screening="direct")], 1),
}


@pytest.mark.parametrize(("written", "count"), CASES.values(), ids=CASES.keys())
def test_a_case_counts_as_many_studies_or_persons_as_it_has(written: list[Written], count: int) -> None:
    assert persons_and_studies(profile(*written)) == count


def found(name: str) -> Profile:
    return profile(*next(written for case, (written, _) in CASES.items() if case.startswith(f"{name}-")))


def test_case_3_is_near_and_mixed() -> None:
    (cell,) = found("3").cells

    assert (cell.match, cell.outcomes, found("3").duplicates) == ("near", {"mixed": 1}, 1)


def test_case_5_stands_among_what_has_no_results() -> None:
    assert found("5").not_evidence == {"opinion": 1}
    assert "none found" in found("5").sentence


def test_case_7_is_a_writer_who_reports_improvement() -> None:
    assert (found("7").reports.outcomes, found("7").reports.matches) == ({"improved": 1}, {"near": 1})


def test_case_9_never_counts_as_improved() -> None:
    assert found("9").reports.outcomes == {"worsened": 1, "mixed": 1}


def test_cases_11_and_21_stand_outside_the_efficacy_cells() -> None:
    for name in ("11", "21"):
        assert (found(name).cells, len(found(name).healthy_or_pk)) == ((), 1)


@pytest.mark.parametrize("name", ["13", "17"])
def test_cases_13_and_17_show_people_and_the_laboratory_apart(name: str) -> None:
    assert [cell.evidence for cell in found(name).cells] == ["human", "preclinical"]


def test_case_19_is_listed_as_a_synthesis_and_not_in_the_sentence() -> None:
    assert [one.design for one in found("19").syntheses] == ["meta-analysis"]
    assert "none found" in found("19").sentence


def test_case_25_is_a_registration_with_results() -> None:
    (registered,) = found("25").registrations

    assert (registered.sid, registered.results) == ("s1", True)


@pytest.mark.parametrize("name", ["27", "29"])
def test_cases_27_and_29_are_never_tested_in_people(name: str) -> None:
    said = "\n".join(lines(found(name)))

    assert "tested in people" not in said
    assert "animals or laboratory, not people" in said


@pytest.mark.recorded
def test_these_are_the_cases_that_were_agreed(recorded: Path) -> None:
    path = recorded.parent / "reference" / "evidence-cases.jsonl"
    if not path.is_file():
        pytest.skip("no agreed cases beside this checkout")
    agreed = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    assert {case["n"]: case["counts_as_studies_or_persons"] for case in agreed} == {
        int(name.split("-", maxsplit=1)[0]): count for name, (_, count) in CASES.items()
    }
