"""What may come from Europe PMC instead of an answer (external contract 5.4)."""

import json

import pytest

from harvest.europepmc.failure import search_fault, text_fault

JSON = {"content-type": "application/json;charset=UTF-8"}
XML = {"content-type": "text/xml"}
RIGHT = json.dumps({"version": "6.9", "hitCount": 0, "resultList": {"result": []}}).encode()
BEAN = "<errorBean><errCode>{}</errCode><errMsg>{}</errMsg></errorBean>"


def said(status: int, body: bytes, headers: dict[str, str] | None = None) -> tuple[str, bool]:
    found = search_fault(status, JSON if headers is None else headers, body)
    return (found.kind, found.retry) if found else ("", False)


def test_the_right_envelope_is_no_fault_even_without_a_content_type() -> None:
    assert said(200, RIGHT) == ("", False)
    assert said(200, RIGHT, {}) == ("", False)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", "empty"),
        (200, b"<!DOCTYPE html><html><body>Sorry</body></html>", "html-page"),
        (502, b"<html>502 Bad Gateway</html>", "html-page"),
        (200, RIGHT[:-20], "truncated"),
        (200, b"Service is down", "not-json"),
        (200, b"[]", "wrong-envelope"),
        (200, b'{"version":"6.9"}', "wrong-envelope"),
        (200, b'{"version":"6.9","hitCount":3}', "wrong-envelope"),
        (200, b'{"version":"6.9","hitCount":"3","resultList":{"result":[]}}', "wrong-envelope"),
        (200, b'{"version":"6.9","errCode":500,"errMsg":"Search is not available"}', "error-in-answer"),
        (200, b'{"version":"6.9","errMsg":"Something"}', "error-in-answer"),
        (429, b"", "rate-limited"),
        (500, RIGHT, "server-error"),
        (503, b"", "server-error"),
        (204, RIGHT, "unexpected-status"),
    ],
)
def test_what_may_pass_is_asked_again(status: int, body: bytes, kind: str) -> None:
    assert said(status, body) == (kind, True)


def test_json_that_is_announced_as_something_else_is_asked_again() -> None:
    assert said(200, RIGHT, {"content-type": "text/html"}) == ("wrong-content-type", True)


def test_our_own_mistake_inside_200_is_not_asked_again() -> None:
    body = b'{"version":"6.9","errCode":404,"errMsg":"Invalid page size"}'
    found = search_fault(200, JSON, body)
    assert found is not None
    assert (found.kind, found.retry, found.detail) == ("bad-request", False, "the error 'Invalid page size'")
    assert said(400, RIGHT) == ("bad-request", False)


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (200, BEAN.format(0, "Article with id PMC3040717 is not open access one").encode())],
)
def test_a_text_that_is_not_open_is_not_there_and_no_failure_of_the_service(status: int, body: bytes) -> None:
    found = text_fault(status, XML, body)
    assert found is not None
    assert (found.kind, found.retry) == ("not-found", False)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (BEAN.format(0, "Service is not available").encode(), "error-in-answer"),
        (b"<article><body>", "truncated"),
        (b"{}", "not-xml"),
        (b"<responseWrapper/>", "wrong-envelope"),
        (b"<html></html>", "html-page"),
        (b" ", "empty"),
    ],
)
def test_another_answer_in_place_of_a_text_is_asked_again(body: bytes, kind: str) -> None:
    found = text_fault(200, XML, body)
    assert found is not None
    assert (found.kind, found.retry) == (kind, True)


def test_a_text_announced_as_json_is_asked_again_and_a_right_one_is_no_fault() -> None:
    assert text_fault(200, XML, b"<article/>") is None
    found = text_fault(200, JSON, b"<article/>")
    assert found is not None
    assert found.kind == "wrong-content-type"
