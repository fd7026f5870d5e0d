"""What is wrong with one answer, as a value: providers find it, the retry middleware acts on it.

"HTTP 200 is not success": a status says little, so each provider reads the body first and says what it saw.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer cannot be believed, and what may be done about it.

    Three outcomes: `retry` (ask the same again after `wait`), `fatal` (no request of this run can succeed: a refused
    key), neither (this one request has failed: give it up, go on with the others).
    """

    kind: str
    """A short stable word for counting, lower case with hyphens: `rate-limited`, `html-page`, `truncated`."""
    detail: str
    """What came, in one line for a person: lower case, without secrets, addresses or query strings."""
    retry: bool = False
    """Asking the same again can help."""
    wait: float | None = None
    """Seconds the provider asked us to wait (Retry-After); None where it named none."""
    fatal: bool = False
    """No request of this run can succeed; never together with `retry`."""


def retry_after(value: str, now: datetime | None) -> float | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3), seconds or a date, as seconds from `now` (aware).

    Returns:
        Never less than 0; None where the header is empty or of neither form, or a date and `now` is not known.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    if now is None:
        return None
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (TypeError, ValueError):
        return None
