"""Studies read as registrations, and their posted results as records of their own (external contract 6.3, 6.6, 6.7)."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from harvest.ctgov.answers import studies
from harvest.ctgov.registration import registration
from harvest.ctgov.results import results
from harvest.ctgov.texts import plain
from harvest.entries import content_digest
from harvest.errors import ParseError
from harvest.evidence import classify
from harvest.identity import compare, fingerprint
from harvest.model import Author, Record, Related
from tests.servers.trials_records import made, posted

RECORDED = "trials_scholarly/biomcp/testdata/sources/ctgov"


def of(**modules: Any) -> dict[str, Any]:
    return made("NCT00000001", "Semax after stroke", "People receive Semax.", **modules)


def posted_by(**modules: Any) -> Record:
    read = results(of(results=posted(), **modules))
    assert read is not None
    return read


def test_a_registration_is_a_plan_without_results_of_its_own() -> None:
    read = registration(of())
    evidence = classify(read)
    assert (read.key, read.keys, read.basis) == ("nct:NCT00000001", ("nct:NCT00000001",), "registry")
    assert (evidence.kind, evidence.design, evidence.tier, evidence.basis) == (
        "none",
        "trial-registration",
        8,
        "registry",
    )
    assert fingerprint(read).role == "registration"
    assert read.url == "https://clinicaltrials.gov/study/NCT00000001"


def test_what_is_planned_is_told_under_labels_and_nothing_of_doses_or_of_who_is_left_out() -> None:
    read = registration(of())
    assert [section.label for section in read.abstract] == ["SUMMARY", "INTERVENTIONS", "ARMS", "PRIMARY OUTCOMES"]
    assert "Drug: Semax (MEHFPGP)" in read.abstract_text
    assert "Placebo comparator: Saline" in read.abstract_text
    assert "strength" not in read.abstract_text
    assert "ketamine" not in read.abstract_text
    assert read.authors == (Author(collective="Institute of Invention"),)
    assert [word.text for word in read.keywords] == ["Emotional blunting"]


def test_state_and_design_are_the_registers_own_words() -> None:
    assert registration(of()).details == {
        "status": "COMPLETED",
        "start": "2023-02-01",
        "completion": "2024-07",
        "study_type": "INTERVENTIONAL",
        "phases": ["PHASE2"],
        "allocation": "RANDOMIZED",
        "model": "PARALLEL",
        "masking": "DOUBLE",
        "sponsor_class": "OTHER",
        "minimum_age": "18 Years",
        "enrolment": {"count": 40, "type": "ACTUAL"},
        "has_results": False,
    }


def test_a_stopped_study_says_why() -> None:
    read = registration(of(statusModule={"overallStatus": "TERMINATED", "whyStopped": "Nobody\n came"}))
    assert (read.flags, read.details["why_stopped"]) == (("stopped",), "Nobody came")
    assert read.abstract[-1].text == "Nobody came"


def test_any_module_may_be_missing() -> None:
    bare = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}
    read = registration(bare)
    assert (read.title, read.abstract, read.authors, read.details, read.revised) == ("", (), (), {}, None)
    observed = registration(of(designModule={"studyType": "OBSERVATIONAL"}))
    assert "phases" not in observed.details


@pytest.mark.parametrize(
    ("date", "iso", "precision"),
    [("2016-07", "2016-07", "month"), ("2016-07-09", "2016-07-09", "day"), ("soon", "", "none")],
)
def test_a_date_is_as_precise_as_it_is_given(date: str, iso: str, precision: str) -> None:
    read = registration(of(statusModule={"studyFirstPostDateStruct": {"date": date}}))
    assert (read.date.iso, read.date.precision, read.date.raw) == (iso, precision, date)


def test_papers_that_the_sponsor_names_are_results_and_those_found_by_machine_are_maybe() -> None:
    references = [
        {"pmid": "1", "type": "RESULT", "citation": "A"},
        {"pmid": "2", "type": "DERIVED", "citation": "B"},
        {"pmid": "x", "type": "BACKGROUND", "citation": "C"},
    ]
    assert registration(of(referencesModule={"references": references})).related == (
        Related("has-results", "pmid:1", "A"),
        Related("maybe-has-results", "pmid:2", "B"),
        Related("cites", "", "C"),
    )


def test_the_numbers_of_before_a_merger_are_its_own() -> None:
    read = registration(of(identificationModule={"nctId": "NCT00000001", "nctIdAliases": ["NCT00000009"]}))
    assert read.keys == ("nct:NCT00000001", "nct:NCT00000009")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("* first\n* second", "- first\n\n- second"),
        ("1. first\n2. second", "first\nsecond"),
        (r"P\<0.05 \[a\]", "P&lt;0.05 [a]"),
        ("**Bold** text", "Bold  text"),
    ],
)
def test_a_release_with_other_markup_is_the_same_text(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_signs_of_arithmetic_are_no_markup() -> None:
    assert plain("2 * 3 and a_b_c and x**y") == "2 * 3 and a_b_c and x**y"


def test_a_new_date_of_posting_is_no_change_and_a_new_status_is_one() -> None:
    one, posted_anew, stopped = of(), of(), of()
    posted_anew["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] = "2026-01-01"
    posted_anew["derivedSection"]["miscInfoModule"]["versionHolder"] = "2026-01-01"
    stopped["protocolSection"]["statusModule"]["overallStatus"] = "SUSPENDED"
    assert content_digest(registration(one)) == content_digest(registration(posted_anew))
    assert content_digest(registration(one)) != content_digest(registration(stopped))


def test_posted_results_are_a_record_in_people_that_is_joined_to_its_registration_and_never_taken_for_it() -> None:
    study = of(results=posted())
    plan, read = registration(study), posted_by()
    assert read.keys == ("nct-results:NCT00000001", "nct:NCT00000001")
    assert read.related == (Related("results-of", "nct:NCT00000001"),)
    assert Related("has-results", "nct-results:NCT00000001") in plan.related
    verdict = compare(fingerprint(plan), fingerprint(read))
    assert (verdict.same, verdict.maybe, "nct" in verdict.agreed) == (False, False, True)
    assert results(of()) is None


def test_posted_results_are_told_in_the_registers_words_and_numbers() -> None:
    told = {section.label: section.text for section in posted_by().abstract}
    assert told["PARTICIPANTS"] == "Started: Semax 20, Saline 20. Completed: Semax 19"
    assert told["PRIMARY OUTCOME"] == (
        "Change of the blunting score (8 weeks; Mean, points): Semax -6.0 (±2.1), Saline -1.9 (±2.4)."
        " Semax versus Saline: ANCOVA, Mean difference -4.1, 95% CI -6.0 to -2.2, p < 0.001."
    )
    assert told["ADVERSE EVENTS"] == "Serious adverse events: Semax 0 of 20, Saline 1 of 20."
    assert "SECONDARY OUTCOME" not in told  # its values are not posted


@pytest.mark.parametrize(
    ("design", "label"),
    [
        ({"studyType": "INTERVENTIONAL", "designInfo": {"allocation": "RANDOMIZED"}}, "rct"),
        ({"studyType": "INTERVENTIONAL", "designInfo": {"allocation": "NON_RANDOMIZED"}}, "controlled-trial"),
        (
            {"studyType": "INTERVENTIONAL", "designInfo": {"allocation": "NA", "interventionModel": "SINGLE_GROUP"}},
            "uncontrolled-trial",
        ),
        ({"studyType": "OBSERVATIONAL", "designInfo": {"observationalModel": "COHORT"}}, "cohort"),
        ({"studyType": "OBSERVATIONAL"}, "other"),
        (None, "other"),
    ],
)
def test_how_posted_results_came_about_is_the_registers_word(design: dict[str, Any] | None, label: str) -> None:
    evidence = classify(posted_by(designModule=design))
    assert (evidence.kind, evidence.design) == ("human", label)


def test_results_of_an_odd_form_are_said_to_be_odd() -> None:
    with pytest.raises(ParseError, match="expected posted results"):
        results(of(results={"outcomeMeasuresModule": {"outcomeMeasures": [{"classes": 3}]}}))
    with pytest.raises(ParseError, match="expected a study"):
        registration(of(designModule={"designInfo": "none"}))


@pytest.mark.recorded
def test_every_recorded_study_is_read_with_number_title_and_state(recorded: Path) -> None:
    read = [study for file in sorted((recorded / RECORDED).glob("*.json")) for study in studies(file.read_bytes())]
    assert len(read) >= 22
    for study in read:
        plan = registration(study)
        protocol = study["protocolSection"]
        assert plan.key == f"nct:{protocol['identificationModule']['nctId']}"
        assert plan.title == " ".join(protocol["identificationModule"]["briefTitle"].split())
        assert plan.details["status"] == protocol["statusModule"]["overallStatus"]
        assert plan.details["enrolment"]["count"] == protocol["designModule"]["enrollmentInfo"]["count"]
        names = [each["name"] for each in protocol.get("armsInterventionsModule", {}).get("interventions", [])]
        assert all(plain(name) in plan.abstract_text for name in names)
        assert classify(plan).design == "trial-registration"
        json.dumps(deepcopy(dict(plan.details)))
