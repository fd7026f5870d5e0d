"""OpenAlex's answers: is it one, and what stands in it (external APIs 8)."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from harvest.errors import ParseError
from harvest.faults import Fault, retry_after
from harvest.openalex.budget import Budget
from harvest.openalex.work import Work, read_work

_OK: Final = 200
_UNAUTHORISED: Final = frozenset({401, 403})
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_PASSING: Final = frozenset({_OK, _NOT_FOUND, 408, 425, 500, 502, 503, 504, 522, 524})
_FAST: Final = re.compile(r"too (?:many|fast)|rate limit|per second", re.IGNORECASE)
_NOTHING: Final = re.compile(rb"<title>404 not found</title>", re.IGNORECASE)
_SAID: Final = 200


def fault(status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    """What is wrong with an answer; None for one that can be read, "not found" included.

    Args:
        status: of HTTP.
        headers: names in lower case.
        body: decoded.
    """
    document = _json(body)
    if status == _NOT_FOUND and (document or _NOTHING.search(body)):
        return None
    if status == _OK and ("results" in document or "id" in document):
        return None
    said = str(document.get("message") or document.get("error") or "no reason given")[:_SAID]
    if status in {_TOO_MANY, *_UNAUTHORISED}:
        return _refusal(status, headers, said)
    if document and status not in _PASSING:
        return Fault("query-refused", f"OpenAlex does not take the query: {said}")
    kind = headers.get("content-type", "").partition(";")[0] or "no content type"
    what = "no answer of OpenAlex's form" if status == _OK else f"status {status}"
    return Fault(f"status-{status}" if status != _OK else "not-json", f"{what} ({kind})", retry=status in _PASSING)


def _refusal(status: int, headers: Mapping[str, str], said: str) -> Fault:
    """429 is a day's budget that is gone, or too fast; 403 a wrong key, or too fast."""
    if status == _TOO_MANY and Budget.of(headers).exhausted:
        return Fault("budget-spent", "the day's budget is spent; it begins anew at midnight UTC")
    if status == _TOO_MANY or _FAST.search(said):
        wait = retry_after(headers.get("retry-after", ""), None)
        return Fault("rate-limited", "too many requests", retry=True, wait=wait)
    return Fault("key-refused", "OpenAlex refuses the key", fatal=True)


def work(body: bytes) -> Work | None:
    """The work of a single look-up; None where OpenAlex has none.

    Raises:
        ParseError: it is not of the form that OpenAlex describes.
    """
    document = _json(body)
    return read_work(document) if "id" in document else None


def works(body: bytes) -> tuple[Work, ...]:
    """The works of a list.

    Raises:
        ParseError: it is not of the form that OpenAlex describes.
    """
    results = _json(body).get("results")
    if not isinstance(results, list):
        raise ParseError("expected a list of works of OpenAlex, got none")
    return tuple(map(read_work, results))


def _json(body: bytes) -> dict[str, Any]:
    """The document; an empty one where the body is no JSON object."""
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
