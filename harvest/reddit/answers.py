"""What is wrong with an answer of Reddit's, by status, headers and body (external contract 11.3 to 11.5)."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from harvest.faults import Fault, retry_after

TOO_MANY: Final = 429
_UNAUTHORIZED: Final = 401
_TRANSIENT: Final = frozenset({408, 425, 500, 502, 503, 504, 520, 522, 524})
_MOVED: Final = frozenset({301, 302, 307, 308})
_OK: Final = frozenset({200, 201, 202})
_REASONS: Final[Mapping[str, str]] = {
    "private": "it is private",
    "quarantined": "it is quarantined",
    "banned": "it is banned",
}
_UNITS: Final[Mapping[str, float]] = {"millisecond": 0.001, "second": 1.0, "minute": 60.0}
_AMOUNT = re.compile(r"(\d{1,4}) (millisecond|second|minute)s?")
_REFUSED: Final = "key-refused"
_NO_TOKEN: Final = Fault("no-token", "an answer without a token", retry=True)


def fault(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime | None, token: bool) -> Fault | None:
    """What is wrong with an answer; None if it can be believed, or if another token may mend it (401).

    Args:
        status: of the answer.
        headers: names in lower case.
        body: decoded.
        now: the time, aware, for a Retry-After with a date.
        token: is it the token endpoint's?
    """
    if status == TOO_MANY:
        return Fault("rate-limited", "too many requests", retry=True, wait=_asked(headers, now))
    if status in _TRANSIENT:
        return Fault(f"status-{status}", f"status {status}", retry=True, wait=_asked(headers, now))
    said = _json(body)
    if status in _OK:
        return _in_200(said, token=token)
    if token:
        return Fault(_REFUSED, f"the client was refused with status {status}", fatal=True)
    return None if status == _UNAUTHORIZED else _refusal(status, said)


def reset(headers: Mapping[str, str]) -> tuple[float, float] | None:
    """How many requests are left in this window, and the seconds until the next; None where it is not said.

    Numbers come with and without decimals (external contract 11.4).
    """
    try:
        return float(headers["x-ratelimit-remaining"]), max(0.0, float(headers["x-ratelimit-reset"]))
    except (KeyError, ValueError):
        return None


def _asked(headers: Mapping[str, str], now: datetime | None) -> float | None:
    """Seconds that Reddit asks to wait: Retry-After, else until the window ends if nothing is left in it."""
    named = retry_after(headers.get("retry-after", ""), now)
    window = reset(headers)
    if named is None and window and window[0] < 1:
        return window[1]
    return named


def _json(body: bytes) -> Any:
    """The body's JSON, None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _in_200(said: Any, *, token: bool) -> Fault | None:
    """Errors come with status 200, too."""
    if not isinstance(said, dict | list):
        return Fault("not-json", "an answer that is not JSON", retry=True)
    if token:
        return _of_a_token(said)
    if isinstance(said, list):
        return None
    if "error" in said and "kind" not in said:
        return Fault("error-in-200", f"an error with status 200: {str(said['error'])[:60]}", retry=True)
    wrapped = said.get("json")
    errors = wrapped.get("errors") if isinstance(wrapped, dict) else None
    return _post_errors(errors) if errors else None


def _of_a_token(said: Any) -> Fault | None:
    """A token is whole, or refused in a word that PRAW reads; anything else is an answer to something else."""
    if isinstance(said, dict):
        if isinstance(said.get("error"), str):
            return None
        if isinstance(said.get("access_token"), str) and isinstance(said.get("expires_in"), int):
            return None if isinstance(said.get("scope"), str) else _NO_TOKEN
    return _NO_TOKEN


def _post_errors(errors: Any) -> Fault:
    """`{"json":{"errors":[["RATELIMIT","... 5 seconds","ratelimit"]]}}`."""
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], list) else []
    code, message = ([*map(str, first), "", ""])[:2]
    if code != "RATELIMIT":
        return Fault("error-in-200", f"an error with status 200: {code[:60]}")
    amount = _AMOUNT.search(message)
    wait = int(amount[1]) * _UNITS[amount[2]] if amount else None
    return Fault("rate-limited", "too many requests", retry=True, wait=wait)


def _refusal(status: int, said: Any) -> Fault:
    """A refusal for good: of one community where Reddit says why, else of the client or of this one request."""
    reason = str(said.get("reason") or "") if isinstance(said, dict) else ""
    if reason in _REASONS:
        return Fault(reason, _REASONS[reason])
    if status in _MOVED:
        return Fault("missing", "there is none of that name")
    if status == 404:  # noqa: PLR2004 - Not Found
        return Fault("missing", "there is none of that name")
    if status == 451:  # noqa: PLR2004 - Unavailable For Legal Reasons
        return Fault("withheld", "it is withheld for legal reasons")
    if status == 403:  # noqa: PLR2004 - Forbidden
        blocked = not isinstance(said, dict)
        detail = "blocked by network security" if blocked else "forbidden"
        return Fault("blocked" if blocked else "forbidden", detail, fatal=blocked)
    return Fault(f"status-{status}", f"status {status}")
