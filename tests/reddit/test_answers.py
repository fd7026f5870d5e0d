"""What is wrong with an answer: refusals, pauses, errors that come with status 200."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from harvest.faults import Fault
from harvest.reddit import answers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = {"kind": "Listing", "data": {"children": []}}


def fault(status: int, body: Any = "", *, token: bool = False, **headers: str) -> Fault | None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return answers.fault(status, names, raw, now=NOW, token=token)


@pytest.mark.parametrize("body", [GOOD, [GOOD, GOOD], {"json": {"errors": [], "data": {"things": []}}}])
def test_what_was_asked_for_is_believed(body: Any) -> None:
    assert fault(200, body) is None


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "375"}, 375.0),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "375.5"}, 375.5),
        ({"x_ratelimit_remaining": "12.0", "x_ratelimit_reset": "375"}, None),
        ({"x_ratelimit_remaining": "many", "x_ratelimit_reset": "375"}, None),
        ({}, None),
    ],
)
def test_too_many_requests_says_how_long_to_wait(headers: dict[str, str], wait: float | None) -> None:
    found = fault(429, b"<html>whoa there</html>", **headers)
    assert found is not None
    assert (found.kind, found.retry, found.wait) == ("rate-limited", True, wait)


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 520, 522, 524])
def test_a_passing_trouble_is_worth_another_try(status: int) -> None:
    found = fault(status, b"<html></html>")
    assert found is not None
    assert found.retry


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"kind": "Listing"', b"null", b"3", b"[" * 100_000])
def test_200_is_not_enough(body: bytes) -> None:
    found = fault(200, body)
    assert found is not None
    assert (found.kind, found.retry) == ("not-json", True)


def test_an_error_object_with_200_is_an_error() -> None:
    found = fault(200, {"message": "Internal Server Error", "error": 500})
    assert found is not None
    assert (found.kind, found.retry) == ("error-in-200", True)


@pytest.mark.parametrize(
    ("said", "wait"), [("again in 9 seconds", 9.0), ("in 2 minutes.", 120.0), ("500 milliseconds", 0.5), ("soon", None)]
)
def test_a_limit_told_with_200_is_waited_for(said: str, wait: float | None) -> None:
    found = fault(200, {"json": {"errors": [["RATELIMIT", said, "ratelimit"]]}})
    assert found is not None
    assert (found.kind, found.retry, found.wait) == ("rate-limited", True, wait)


@pytest.mark.parametrize("errors", [[["BAD_LINK", "no", "link"]], ["BAD"], "BAD", {"a": 1}])
def test_another_error_of_a_post_is_final(errors: Any) -> None:
    found = fault(200, {"json": {"errors": errors}})
    assert found is not None
    assert (found.kind, found.retry) == ("error-in-200", False)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"reason": "private"}, "private"),
        (403, {"reason": "quarantined"}, "quarantined"),
        (404, {"reason": "banned"}, "banned"),
        (404, {"message": "Not Found"}, "missing"),
        (302, b"", "missing"),
        (301, b"", "missing"),
        (451, {"reason": "unavailable"}, "withheld"),
        (403, {"message": "Forbidden", "error": 403}, "forbidden"),
        (400, {"reason": "BAD_PARAMETER"}, "status-400"),
        (414, b"<h1>414</h1>", "status-414"),
    ],
)
def test_a_refusal_is_told_by_its_reason_and_not_asked_again(status: int, body: Any, kind: str) -> None:
    found = fault(status, body)
    assert found is not None
    assert (found.kind, found.retry, found.fatal) == (kind, False, False)


def test_a_page_in_place_of_a_refusal_means_that_we_are_blocked() -> None:
    found = fault(403, b"<html>blocked by network security</html>")
    assert found is not None
    assert (found.kind, found.fatal) == ("blocked", True)


def test_another_token_may_mend_a_401_but_not_at_the_token_endpoint() -> None:
    assert fault(401, {"message": "Unauthorized", "error": 401}) is None
    found = fault(401, {"message": "Unauthorized", "error": 401}, token=True)
    assert found is not None
    assert (found.kind, found.fatal) == ("key-refused", True)


def test_an_error_of_the_token_endpoint_with_200_is_left_to_praw() -> None:
    assert fault(200, {"error": "invalid_grant"}, token=True) is None


@pytest.mark.parametrize("count", ["988.0", "988"])
def test_what_is_left_of_the_window_is_read_in_both_forms(count: str) -> None:
    assert answers.reset({"x-ratelimit-remaining": count, "x-ratelimit-reset": "375"}) == (988.0, 375.0)


def test_headers_that_are_not_there_say_nothing() -> None:
    assert answers.reset({"x-ratelimit-used": "3"}) is None


@pytest.mark.parametrize("body", [{"error": 500}, [], {"access_token": "x"}, {"access_token": "x", "expires_in": "1"}])
def test_what_is_no_token_is_asked_for_again(body: Any) -> None:
    found = fault(200, body, token=True)
    assert found is not None
    assert found.retry


def test_a_token_is_a_token() -> None:
    assert fault(200, {"access_token": "x", "expires_in": 3600, "scope": "*"}, token=True) is None
