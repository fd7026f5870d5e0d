"""A topic in the language of ClinicalTrials.gov, and which search a run makes."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from harvest import topics
from harvest.ctgov.answers import Version
from harvest.ctgov.query import FIELDS, RESULT_FIELDS, TrialsOptions, named, parameters, shown, updated_since
from harvest.ctgov.windows import window
from harvest.topics import Topic
from tests.servers.trials import PARAMETERS

TOPIC = """\
slug = "a"
title = "A"
[compound]
name = "Semax"
synonyms = ['ACTH(4-7) "x" [y]']
derivatives = ["NA-Semax"]
[condition]
name = "anhedonia"
synonyms = ["apathy"]
"""
MOVED = Version("2.0.5", "2026-11-20T09:00:05")


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    (tmp_path / "a.toml").write_text(TOPIC)
    return topics.load("a", tmp_path)


def test_every_name_is_a_phrase_without_signs_that_the_language_would_read(topic: Topic) -> None:
    assert parameters(topic, TrialsOptions()) == {"query.term": '"Semax" OR "ACTH 4-7 x y" OR "NA-Semax"'}


def test_a_pair_asks_for_the_condition_too(topic: Topic) -> None:
    assert parameters(topic, TrialsOptions(scope="pair"))["query.cond"] == '"anhedonia" OR "apathy"'


def test_only_parameters_that_exist_are_asked_with(topic: Topic) -> None:
    asked = (
        parameters(topic, TrialsOptions(scope="pair")) | updated_since(date(2026, 1, 1)) | named(["nct:NCT00000001"])
    )
    assert set(asked) | {"fields", "pageSize", "pageToken", "countTotal"} <= PARAMETERS


def test_the_fields_of_a_search_leave_out_results_which_are_asked_for_one_by_one() -> None:
    assert "resultsSection" not in FIELDS
    assert RESULT_FIELDS.startswith(FIELDS)
    assert "contactsLocationsModule" not in RESULT_FIELDS
    assert all(
        re.fullmatch(r"(protocolSection|resultsSection)\.\w+Module|hasResults", name) for name in FIELDS.split("|")
    )


def test_studies_are_named_by_number_a_registration_and_its_results_once() -> None:
    assert named(["nct:NCT00000001", "nct-results:NCT00000001", "nct:NCT00000002"]) == {
        "filter.ids": "NCT00000001,NCT00000002"
    }


def test_a_number_of_another_form_is_refused() -> None:
    with pytest.raises(ValidationError):
        TrialsOptions(ids=("NCT1",))


def test_a_later_run_asks_for_what_was_posted_since_with_three_days_overlap() -> None:
    whole = window({"query.term": "x"}, since=None, index="", now=MOVED)
    assert (whole.kind, whole.asked) == ("all", {"query.term": "x"})
    later = window({"query.term": "x"}, since=date(2026, 11, 21), index="older", now=MOVED)
    assert later.kind == "updated"
    assert shown(later.asked) == "query.term=x & filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-11-18,MAX]"


def test_a_register_that_was_not_refreshed_since_is_not_searched() -> None:
    same = window({}, since=date(2026, 11, 21), index=MOVED.timestamp, now=MOVED)
    assert same.kind == "unchanged"
    unknown = window({}, since=date(2026, 11, 21), index="", now=Version("", ""))
    assert unknown.kind == "updated"
    assert window({}, since=None, index=MOVED.timestamp, now=MOVED).kind == "all"
