"""What is wrong with one answer, as a value: providers find it, the retry middleware acts on it.

"HTTP 200 is not success": a status says little, so each provider reads the body first and says what it saw.
"""

from dataclasses import dataclass


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
