"""What goes wrong with any service, by name, on demand, and the script that says when (reference 18.8)."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Any

from tests.servers.messages import Answer, page, plain

TRANSPORT_FAULTS = ("reset", "refuse", "timeout", "slow-drip", "cut-off")
"""Faults of the connection; `cut-off` promises more bytes than it sends."""
ALTERING_FAULTS = ("empty", "truncated", "wrong-content-type")
"""Faults that spoil an otherwise right answer."""
REPLACING_FAULTS = (
    "html",
    "http-500",
    "http-502",
    "http-503",
    "http-504",
    "rate-limit",
    "rate-limit-retry-after",
    "rate-limit-http-date",
)
"""Faults that answer in place of the service."""
FAULTS = TRANSPORT_FAULTS + ALTERING_FAULTS + REPLACING_FAULTS

_PAGES = {
    "html": ("A page", "This page was answered in place of a result.", 200),
    "http-500": ("500 Internal Server Error", "Internal server error.", 500),
    "http-502": ("502 Bad Gateway", "The proxy got no valid answer.", 502),
    "http-503": ("503 Service Unavailable", "No server is available to handle this request.", 503),
    "http-504": ("504 Gateway Time-out", "The server did not respond in time.", 504),
}


@dataclass(slots=True)
class Rule:
    """When a fault happens.

    Attributes:
        tool: only requests of this tool count; None counts all.
        on: which of the counted requests, from 1; empty means by `times` and `probability`.
        times: how often at most; None means for ever.
        probability: of each counted request, drawn with `seed`.
        options: of the fault, such as `status`, `seconds`, `bytes`, `count`.
    """

    name: str
    tool: str | None = None
    on: tuple[int, ...] = ()
    times: int | None = None
    probability: float = 1.0
    options: dict[str, Any] = field(default_factory=dict)
    draw: random.Random = field(default_factory=lambda: random.Random(0))
    counted: int = 0
    happened: int = 0

    def strikes(self, tool: str) -> bool:
        """Count a request and say whether it is to be hit."""
        if self.tool not in {None, tool}:
            return False
        self.counted += 1
        if self.on:
            return self.counted in self.on
        spent = self.times is not None and self.happened >= self.times
        return self.draw.random() < self.probability and not spent


class Faults:
    """The script: rules in the order in which they were given, of which the first that strikes counts."""

    def __init__(self, names: Iterable[str] = FAULTS) -> None:
        """Start without a rule; `names` are the faults that this emulator knows."""
        self._names = tuple(names)
        self._rules: list[Rule] = []
        self._lock = Lock()

    def add(
        self,
        name: str,
        *,
        tool: str | None = None,
        on: Iterable[int] = (),
        times: int | None = 1,
        probability: float | None = None,
        seed: int = 0,
        **options: Any,
    ) -> None:
        """Script a fault; without `on`, `times` or `probability` it happens once, at the next request.

        Raises:
            ValueError: there is no such fault.
        """
        if name not in self._names:
            raise ValueError(f"expected one of {', '.join(self._names)}, got {name!r}")
        numbers = tuple(on)
        bounded = times if not numbers and probability is None else None
        chance = 1.0 if probability is None else probability
        with self._lock:
            self._rules.append(Rule(name, tool, numbers, bounded, chance, options, random.Random(seed)))

    def clear(self) -> None:
        """Forget the script."""
        with self._lock:
            self._rules.clear()

    def strike(self, tool: str) -> Rule | None:
        """Give the fault that hits this request: all rules count it, the first that strikes is used up."""
        with self._lock:
            struck = [rule for rule in self._rules if rule.strikes(tool)]
            if not struck:
                return None
            struck[0].happened += 1
            return struck[0]


def retry_after(rule: Rule, now: datetime) -> dict[str, str]:
    """Give the header of a rate-limiting fault: none, seconds, or a date."""
    seconds = rule.options.get("seconds", 1)
    if rule.name == "rate-limit-http-date":
        return {"Retry-After": format_datetime(now + timedelta(seconds=seconds), usegmt=True)}
    return {"Retry-After": str(seconds)} if rule.name == "rate-limit-retry-after" else {}


def replacement(rule: Rule, now: datetime) -> Answer | None:
    """Give the answer that stands in place of the service's, None for a fault of another kind."""
    if rule.name in _PAGES:
        title, text, status = _PAGES[rule.name]
        return page(title, text, status=rule.options.get("status", status))
    if rule.name.startswith("rate-limit"):
        return plain("Too Many Requests\n", status=429, headers=retry_after(rule, now))
    return None


def altered(rule: Rule, answer: Answer) -> Answer:
    """Give the answer as the fault spoils it; unchanged by a fault of another kind."""
    body, kind = answer.body, answer.content_type
    if rule.name == "empty":
        body = b""
    elif rule.name == "truncated":
        body = body[: rule.options.get("bytes", len(body) * 2 // 3)]
    elif rule.name == "wrong-content-type":
        kind = rule.options.get("content_type", "text/plain")
    return Answer(body, kind, answer.status, answer.headers)
