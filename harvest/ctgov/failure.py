"""What can be wrong with an answer of ClinicalTrials.gov, seen in its bytes before its status is believed.

| kind | what came | then |
|---|---|---|
| `rate-limited` | 429 | ask again after `wait` |
| `bad-request` | 400 in plain text: a parameter or an expression that it does not know | give up: our mistake |
| `not-found` | 404 in plain text | give up this request: there is no such study |
| `html-page`, `empty`, `truncated`, `not-json` | something else under any status | ask again |
| `wrong-envelope` | JSON without what the call must say | ask again |
| `server-error`, `unexpected-status`, `wrong-content-type` | JSON, announced otherwise | ask again |

Errors are plain text, never JSON (external contract 6.4).
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from harvest.faults import Fault

_HTML: Final = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def _fault(expected: str, status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Fault("rate-limited", "the rate limit was exceeded", retry=True)
    if _HTML.search(body[:1024]):
        return Fault("html-page", f"an HTML page with status {status}", retry=True)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Fault("server-error", f"status {status}", retry=True)
    if status == HTTPStatus.NOT_FOUND:
        return Fault("not-found", "no such study")
    if status >= HTTPStatus.BAD_REQUEST:
        return Fault("bad-request", f"status {status}: {_line(body)!r}")
    return _in_json(expected, body) or _around(status, headers)


study_fault = partial(_fault, "protocolSection")
"""What is wrong with an answer to `/studies/{nctId}`, given status, headers (names in lower case) and decoded body."""
studies_fault = partial(_fault, "studies")
"""The same of an answer to `/studies`."""
version_fault = partial(_fault, "dataTimestamp")
"""The same of an answer to `/version`."""


def _in_json(expected: str, body: bytes) -> Fault | None:
    if not body.strip():
        return Fault("empty", "nothing at all", retry=True)
    try:
        answer: Any = json.loads(body)
    except ValueError:
        broken = body.lstrip()[:1] == b"{"
        return Fault("truncated" if broken else "not-json", f"broken JSON, or none: {_line(body)!r}", retry=True)
    if not isinstance(answer, dict) or expected not in answer:
        return Fault("wrong-envelope", f"an answer without {expected}", retry=True)
    return None


def _around(status: int, headers: Mapping[str, str]) -> Fault | None:
    if status != HTTPStatus.OK:
        return Fault("unexpected-status", f"status {status}", retry=True)
    named = headers.get("content-type", "")
    if named and "json" not in named.lower():
        return Fault("wrong-content-type", f"JSON announced as {named.partition(';')[0][:60]!r}", retry=True)
    return None


def _line(body: bytes) -> str:
    """The beginning of an error's text, in one line."""
    return " ".join(body[:1000].decode(errors="replace").split())[:160]
