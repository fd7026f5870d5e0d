"""A registration is no evidence; its results are."""

from typing import Any

import pytest

from harvest.summary import lines
from tests.summary.holdings import Written, people, profile, source, studies

NUMBER = "nct:NCT01234567"
REGISTERED = {"evidence": "none", "design": "trial-registration", "tier": 8, "provider": "trials", "basis": "registry"}


def registration(number: int, **entry: Any) -> Written:
    return source(number, **REGISTERED, key=NUMBER, keys=[NUMBER], details=entry)


@pytest.mark.parametrize(
    ("entry", "state", "overdue"),
    [
        ({"status": "RECRUITING"}, "ongoing", 0),
        ({"status": "COMPLETED", "primary_completion": "2024-03-21"}, "completed", 20),
        ({"status": "COMPLETED", "primary_completion": "2024-03-22"}, "completed", 19),
        ({"status": "COMPLETED", "primary_completion": "2026-06"}, "completed", 0),
        ({"status": "COMPLETED"}, "completed", None),
        ({"status": "TERMINATED", "primary_completion": "2020-01-01", "why_stopped": "no money"}, "stopped", 70),
        ({"status": "UNKNOWN"}, "not known", None),
        ({}, "not known", None),
    ],
)
def test_where_a_trial_stands(entry: dict[str, Any], state: str, overdue: int | None) -> None:
    (found,) = profile(registration(1, **entry)).registrations

    assert (found.state, found.months_overdue, found.results) == (state, overdue, False)


def test_a_registration_counts_as_no_study_and_not_among_what_has_no_results() -> None:
    found = profile(registration(1, status="RECRUITING"))

    assert (studies(found), found.not_evidence) == (0, {})


def test_an_article_that_states_its_number_is_its_result() -> None:
    found = profile(registration(1, status="COMPLETED", completion="2020-01"), people(2, abstract="NCT01234567"))

    assert (found.registrations[0].results, found.registrations[0].months_overdue) == (True, 0)
    assert studies(found) == 1


def test_a_stopped_trial_is_shown_with_its_reason() -> None:
    said = "\n".join(
        lines(profile(registration(1, status="WITHDRAWN", completion="2020-01-01", why_stopped="no money")))
    )

    assert "(stopped; no results here; results 70 months overdue; why stopped: no money)" in said
