"""What may come from ClinicalTrials.gov instead of an answer (external contract 6.4)."""

import pytest

from harvest.ctgov.failure import studies_fault, study_fault, version_fault

JSON = {"content-type": "application/json"}
TEXT = {"content-type": "text/plain"}
RIGHT = b'{"studies":[]}'


def test_the_right_envelope_is_no_fault() -> None:
    assert studies_fault(200, JSON, RIGHT) is None
    assert study_fault(200, JSON, b'{"protocolSection":{}}') is None
    assert version_fault(200, {}, b'{"apiVersion":"2.0.5","dataTimestamp":"2026-11-20T09:00:05"}') is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", "empty"),
        (200, b"<html>Sorry</html>", "html-page"),
        (200, RIGHT[:-3], "truncated"),
        (200, b"Too much", "not-json"),
        (200, b'{"totalCount":3}', "wrong-envelope"),
        (200, b"[]", "wrong-envelope"),
        (429, b"Too many requests", "rate-limited"),
        (500, b"Internal error", "server-error"),
        (503, RIGHT, "server-error"),
        (202, RIGHT, "unexpected-status"),
    ],
)
def test_what_may_pass_is_asked_again(status: int, body: bytes, kind: str) -> None:
    found = studies_fault(status, JSON, body)
    assert found is not None
    assert (found.kind, found.retry) == (kind, True)


def test_json_that_is_announced_as_text_is_asked_again() -> None:
    found = studies_fault(200, TEXT, RIGHT)
    assert found is not None
    assert (found.kind, found.retry) == ("wrong-content-type", True)


def test_our_own_mistake_is_told_in_its_words_and_not_asked_again() -> None:
    found = studies_fault(400, TEXT, b"Error parsing query in Other terms: unexpected '\"'\nmore")
    assert found is not None
    assert (found.kind, found.retry) == ("bad-request", False)
    assert "Error parsing query in Other terms" in found.detail
    assert "\n" not in found.detail


def test_a_study_that_is_not_there_is_not_there() -> None:
    found = study_fault(404, TEXT, b"NCT number NCT00000000 not found")
    assert found is not None
    assert (found.kind, found.retry) == ("not-found", False)
