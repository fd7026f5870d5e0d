"""Everything that is known to go wrong, by name, on demand (reference 1.9 and 1.13)."""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Any

from tests.servers.eutils_messages import GATEWAY_JSON, JSON, Answer, Request, error, page

TRANSPORT_FAULTS = ("reset", "refuse", "timeout", "slow-drip", "cut-off")
"""Faults of the connection; `cut-off` promises more bytes than it sends."""
ALTERING_FAULTS = (
    "empty",
    "truncated",
    "wrong-content-type",
    "expired-history",
    "missing-ids",
    "no-xml-declaration",
)
"""Faults that spoil an otherwise right answer."""
REPLACING_FAULTS = (
    "html",
    "down_bethesda",
    "backend-failed",
    "db-not-supported",
    "cxx-exception",
    "rate-limit",
    "rate-limit-retry-after",
    "rate-limit-http-date",
    "rate-limit-in-200",
    "bad-key",
    "uri-too-long",
    "http-500",
    "http-502",
    "http-503",
    "http-504",
    "invalid-json",
)
"""Faults that answer in place of the tool."""
FAULTS = TRANSPORT_FAULTS + ALTERING_FAULTS + REPLACING_FAULTS

CEILING_MESSAGE = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve "
    "the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that "
    "contains additional logic to batch PubMed search results automatically so that an arbitrary number can be "
    "retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
_PAGES = {
    "html": ("PubMed", "This page was answered in place of a result.", 200),
    "down_bethesda": ("Temporarily unavailable", "See /static/down_bethesda.html: service is under maintenance.", 200),
    "http-500": ("WWW Error 500 Diagnostic", "Internal server error.", 500),
    "http-502": ("502 Bad Gateway", "The proxy got no valid answer.", 502),
    "http-503": ("503 Service Unavailable", "No server is available to handle this request.", 503),
    "http-504": ("504 Gateway Time-out", "The server did not respond in time.", 504),
    "uri-too-long": ("Submitted URI too large!", "The requested URL is longer than this server takes.", 414),
}
_IN_BAND = {
    "backend-failed": "Search Backend failed: Unable to open connection to #PMQuerySrv?dbaf=pubmed",
    "db-not-supported": "Search Backend failed: Database is not supported: pubmed",
    "cxx-exception": "NCBI C++ Exception: Error: TXCLIENT(CException::eUnknown) txsvr: read failed: Timeout",
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

    def __init__(self) -> None:
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
        if name not in FAULTS:
            raise ValueError(f"expected one of {', '.join(FAULTS)}, got {name!r}")
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


def rate_limited(
    who: str, count: int, limit: int, *, status: int = 429, headers: Mapping[str, str] | None = None
) -> Answer:
    """The limiter's answer: JSON, whatever was asked for."""
    body = {"error": "API rate limit exceeded", "api-key": who, "count": str(count), "limit": str(limit)}
    return Answer((json.dumps(body, separators=(",", ":")) + "\n").encode(), GATEWAY_JSON, status, headers or {})


def bad_key(key: str) -> Answer:
    """The answer to a key that is not one of NCBI's."""
    body = {"error": "API key invalid", "api-key": key, "type": "api", "status": "unknown"}
    return Answer((json.dumps(body, separators=(",", ":")) + "\n").encode(), GATEWAY_JSON, 400)


def beyond_ceiling(request: Request, *, status: int = 200) -> Answer:
    """Retstart past the ceiling: in JSON with a raw line break inside a string, which is not valid JSON."""
    if not request.json:
        return error(request, CEILING_MESSAGE, status=status)
    body = '{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"ERROR":"' + CEILING_MESSAGE + '"}}\n'
    return Answer(body.encode(), JSON, status)


def replacement(rule: Rule, request: Request, now: datetime) -> Answer | None:
    """Give the answer that stands in place of the tool's, None for a fault of another kind."""
    seconds = rule.options.get("seconds", 1)
    limited = {
        "rate-limit": (429, {}),
        "rate-limit-in-200": (200, {}),
        "rate-limit-retry-after": (429, {"Retry-After": str(seconds)}),
        "rate-limit-http-date": (429, {"Retry-After": format_datetime(now + timedelta(seconds=seconds), usegmt=True)}),
    }
    if rule.name in limited:
        status, headers = limited[rule.name]
        return rate_limited(request.get("api_key") or request.address, 4, 3, status=status, headers=headers)
    if rule.name in _PAGES:
        title, text, status = _PAGES[rule.name]
        return page(title, text, status=rule.options.get("status", status))
    if rule.name in _IN_BAND:
        return error(request, _IN_BAND[rule.name], status=rule.options.get("status", 200))
    if rule.name == "bad-key":
        return bad_key(request.get("api_key"))
    return beyond_ceiling(request) if rule.name == "invalid-json" else None
