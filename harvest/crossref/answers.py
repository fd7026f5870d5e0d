"""Crossref's answers: is it one, and what stands in it (external APIs 7.2, 7.3, 7.5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvest.crossref.work import Work, read_work
from harvest.errors import ParseError
from harvest.faults import Fault, retry_after

_OK: Final = 200
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_PASSING: Final = frozenset({_OK, _NOT_FOUND, 408, 425, 500, 502, 503, 504, 522, 524})
"""What is not of Crossref's form under these statuses comes from something between, and passes."""
_NOTHING: Final = b"Resource not found."
"""The whole body of a 404, as plain text."""
REFUSED: Final = "query-refused"
"""The kind of fault of a query that Crossref does not take."""
_SAID: Final = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `cursor` is given on every page, the last one too."""

    works: tuple[Work, ...]
    total: int
    cursor: str


def fault(status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    """What is wrong with an answer; None for one that can be read, "not found" included.

    Args:
        status: of HTTP.
        headers: names in lower case.
        body: decoded.
    """
    if status == _NOT_FOUND and body.strip() == _NOTHING:
        return None
    if status == _TOO_MANY:
        return Fault(
            "rate-limited", "too many requests", retry=True, wait=retry_after(headers.get("retry-after", ""), None)
        )
    document = _json(body)
    if status == _OK and document.get("status") == "ok" and "message" in document:
        return None
    if status in {_BAD_REQUEST, _NOT_FOUND} and document.get("status") == "failed":
        return Fault(REFUSED, f"Crossref does not take the query: {_said(document)}")
    retry = status in _PASSING
    what = "no answer of Crossref's form" if status == _OK else f"status {status}"
    kind = headers.get("content-type", "").partition(";")[0] or "no content type"
    return Fault(f"status-{status}" if status != _OK else "not-json", f"{what} ({kind})", retry=retry)


def work(body: bytes) -> Work | None:
    """The work of a single look-up; None where Crossref has no such DOI.

    Raises:
        ParseError: it is not of the form that Crossref describes.
    """
    return None if body.strip() == _NOTHING else read_work(message_of(body))


def page(body: bytes) -> Page:
    """A page of works.

    Raises:
        ParseError: it is not of the form that Crossref describes.
    """
    message = message_of(body)
    items = message.get("items")
    if not isinstance(items, list):
        raise ParseError("expected a list of works of Crossref, got none")
    total, cursor = message.get("total-results"), message.get("next-cursor")
    return Page(tuple(map(read_work, items)), total if isinstance(total, int) else 0, str(cursor or ""))


def message_of(body: bytes) -> dict[str, Any]:
    """What an answer says.

    Raises:
        ParseError: it says nothing of Crossref's form.
    """
    message = _json(body).get("message")
    if not isinstance(message, dict):
        raise ParseError("expected an answer of Crossref, got one without a message")
    return message


def _json(body: bytes) -> dict[str, Any]:
    """The document; an empty one where the body is no JSON object."""
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _said(document: Mapping[str, Any]) -> str:
    """The first validation message; Crossref repeats the query in it, which may be long."""
    messages = document.get("message")
    first = messages[0] if isinstance(messages, list) and messages else {}
    return (
        str(first.get("message") or first.get("type") or "no reason given")[:_SAID] if isinstance(first, dict) else ""
    )
