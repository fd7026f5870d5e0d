"""A local stand-in for Crossref's REST API, written from the reference (external APIs 7), never from our client.

    with CrossrefServer(works) as server:
        ...  # server.url is http://127.0.0.1:PORT/

README.md says what it does and does not do.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar
from urllib.parse import unquote

from tests.servers import crossref_query, faults
from tests.servers.clock import real_seconds
from tests.servers.crossref_query import Json, Refused
from tests.servers.crossref_works import Works
from tests.servers.emulator import Emulator
from tests.servers.faults import Rule
from tests.servers.messages import Answer, Request, jsonic, plain
from tests.servers.transport import Visit

OWN_FAULTS = ("validation-failure", "stale-cursor", "missing-works", "null-fields")
"""A query refused, a cursor forgotten, works left out of a list, fields that are null."""
POOLS = {"public": (5, 1, 1), "polite": (10, 3, 3)}
"""Requests a second, list queries a second, requests at once (7.1; that of lists is believed)."""
CURSOR_LIVES = 300
"""Seconds of the emulator's clock."""
_LEFT_NULL = ("title", "author", "container-title", "relation", "updated-by", "issued")


class CrossrefServer(Emulator):
    """The works behind a socket; pools, rates and concurrency as the real ones.

    Attributes:
        works: what is registered; change it while it runs.
        latency: seconds that each answer takes, so that requests can meet.
    """

    faults: ClassVar = (*faults.FAULTS, *OWN_FAULTS)

    def __init__(
        self, works: Works, *, port: int = 0, now: datetime | None = None, rate_limit: bool = True, latency: float = 0
    ) -> None:
        super().__init__(port=port, now=now)
        self.works = works
        self.latency = latency
        self._rate_limit = rate_limit
        self._lately: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._under_way: defaultdict[str, int] = defaultdict(int)
        self._cursors: dict[str, tuple[int, float]] = {}

    def tool(self, request: Request) -> str:
        """`work` for a single look-up, else `works`."""
        return "works" if _below(request.path) in {"works", ""} else "work"

    def who(self, request: Request) -> str:
        """The pool: polite for those who say where they can be written to."""
        named = "mailto" in request.params or "mailto:" in request.headers.get("user-agent", "")
        return "polite" if named else "public"

    def visit(self, request: Request) -> Visit:
        """As every emulator, with as many requests under way as the pool allows."""
        visit = super().visit(request)
        return replace(visit, answer=partial(self._at_once, request, visit.answer))

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        """One work, a list, or what the route makes of a wrong query."""
        route = _below(request.path)
        if rule and rule.name == "validation-failure":
            return _refusal(crossref_query.REFUSED)
        try:
            if route == "works":
                return self._list(request, rule)
            if route.startswith("works/"):
                return self._work(request, unquote(route.removeprefix("works/")), rule)
        except Refused as refused:
            return _refusal(refused)
        return _nothing()

    def _at_once(self, request: Request, answer: Callable[[], Answer]) -> Answer:
        pool = self.who(request)
        with self.lock:
            self._under_way[pool] += 1
            refused = self._rate_limit and (self._under_way[pool] > POOLS[pool][2] or self._too_fast(request, pool))
        try:
            if self.latency:
                time.sleep(self.latency)
            given = plain("Too Many Requests\n", status=429) if refused else answer()
        finally:
            with self.lock:
                self._under_way[pool] -= 1
        limit, _, at_once = POOLS[pool]
        stated = {
            "x-api-pool": pool,
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-interval": "1s",
            "x-concurrency-limit": str(at_once),
        }
        return replace(given, headers={**stated, **given.headers})

    def _too_fast(self, request: Request, pool: str) -> bool:
        """A second holds so many requests of each kind; refused ones count, too."""
        tool = self.tool(request)
        lately, now = self._lately[pool, tool], real_seconds()
        while lately and lately[0] <= now - 1:
            lately.popleft()
        lately.append(now)
        return len(lately) > POOLS[pool][tool == "works"]

    def _work(self, request: Request, doi: str, rule: Rule | None) -> Answer:
        if unknown := [name for name in request.params if name != "mailto"]:
            raise Refused("parameter-not-allowed", unknown[0], f"This route does not support {unknown[0]}")
        work = self.works.get(doi)
        if work is None:
            return _nothing()
        message = _nulled(work) if rule and rule.name == "null-fields" else work
        return jsonic({"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": message})

    def _list(self, request: Request, rule: Rule | None) -> Answer:
        crossref_query.check(request.params)
        works = crossref_query.found(self.works.by_doi.values(), request.params)
        rows, cursor = request.number("rows", 20), request.get("cursor")
        if rule and rule.name == "stale-cursor":
            self._cursors.clear()
        start = self._start(cursor) if cursor else request.number("offset", 0)
        if start is None:
            return _bad_cursor(cursor)
        items = works[start : start + rows]
        if rule and rule.name == "missing-works":
            items = items[: -rule.options.get("count", 1)]
        if rule and rule.name == "null-fields":
            items = list(map(_nulled, items))
        message: Json = {
            "facets": {},
            "total-results": len(works),
            "items": [_selected(work, request.get("select")) for work in items],
            "items-per-page": rows,
            "query": {"start-index": start, "search-terms": request.get("query") or None},
        }
        if cursor:
            message["next-cursor"] = self._cursor(start + len(items))
        return jsonic({"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message})

    def _start(self, cursor: str) -> int | None:
        """Where a cursor stands; None where it is unknown or has lived too long."""
        if cursor == "*":
            return 0
        start, given = self._cursors.get(cursor, (0, float("-inf")))
        return start if self.clock.seconds() - given <= CURSOR_LIVES else None

    def _cursor(self, start: int) -> str:
        """A cursor is given on every page, the last one too; it needs percent-encoding."""
        cursor = f"DnF1ZXJ5VGhlbkZldGNo+{len(self._cursors)}/=="
        self._cursors[cursor] = (start, self.clock.seconds())
        return cursor


def _below(path: str) -> str:
    """The route, with or without its version."""
    route = path.strip("/")
    return route.removeprefix("v1").lstrip("/") if route.startswith("v1/") else route


def _refusal(refused: Refused) -> Answer:
    return jsonic(refused.body, status=400, content_type="application/json;charset=utf-8")


def _nothing() -> Answer:
    return Answer(b"Resource not found.", "text/plain", 404)


def _bad_cursor(cursor: str) -> Answer:
    said = {"type": "cursor-invalid", "value": cursor, "message": "Cursor specified but it is invalid"}
    return jsonic({"status": "failed", "message-type": "resource-failure", "message": [said]}, status=404)


def _nulled(work: Json) -> Json:
    """As records sometimes are: members that are null, dates without a year."""
    return (
        work | {name: None for name in _LEFT_NULL if name not in work} | {"published-print": {"date-parts": [[None]]}}
    )


def _selected(work: Json, select: str) -> Json:
    return {name: work[name] for name in select.split(",") if name in work} if select else work
