"""A local stand-in for OpenAlex's API, written from the reference (external APIs 8), never from our client.

    with OpenAlexServer([work(1, doi="10.5555/synth.1")]) as server:
        ...  # server.url is http://127.0.0.1:PORT/

README.md says what it does and does not do.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import unquote

from tests.servers import faults
from tests.servers.emulator import Emulator
from tests.servers.faults import Rule
from tests.servers.messages import Answer, Request, jsonic

Json = dict[str, Any]

KEY = "synthetic-openalex-key"
OWN_FAULTS = ("budget-gone", "bad-key", "too-fast", "missing-works", "null-fields")
"""A day's budget that is gone, a key refused, 403 for being too fast, works left out of a list, null fields."""
PRICES = {"list": 100, "search": 1_000, "work": 0}
"""Millionths of a dollar (external APIs 8: per 1,000 calls $0.10, $1, nothing)."""
MOST, DEEPEST, MOST_VALUES = 100, 10_000, 100
_PARAMETERS = frozenset(
    {"filter", "search", "select", "per_page", "per-page", "page", "cursor", "sort", "api_key", "mailto"}
)
_PAID = frozenset({"from_created_date", "from_updated_date"})
_PREFIXES = {"doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}


def work(number: int, *, doi: str = "", pmid: str = "", title: str = "", **fields: Any) -> Json:
    """A made-up work: ids are URLs, the index of the abstract has a gap; `fields` replace its members."""
    own = f"https://openalex.org/W{9_000_000_000 + number}"
    ids = {"openalex": own}
    ids |= {"doi": _PREFIXES["doi"] + doi} if doi else {}
    ids |= {"pmid": _PREFIXES["pmid"] + pmid} if pmid else {}
    made: Json = {
        "id": own,
        "doi": ids.get("doi"),
        "title": title,
        "display_name": title,
        "publication_year": 2024,
        "ids": ids,
        "language": "en",
        "primary_location": None,
        "best_oa_location": None,
        "open_access": {"is_oa": False, "oa_status": "closed", "oa_url": None, "any_repository_has_fulltext": False},
        "type": "article",
        "is_retracted": False,
        "abstract_inverted_index": {"Invented": [0], "ran": [3]},
        "referenced_works": [],
        "related_works": [],
        "updated_date": "2026-05-01T00:00:00",
    }
    return made | fields


def open_copy(url: str, *, kind: str = "green", licence: str | None = "cc-by") -> Json:
    """The members of a work that anybody may read."""
    location = {
        "landing_page_url": url,
        "pdf_url": None,
        "license": licence,
        "version": "acceptedVersion",
        "is_oa": True,
    }
    access = {"is_oa": True, "oa_status": kind, "oa_url": url, "any_repository_has_fulltext": True}
    return {"best_oa_location": location, "open_access": access}


class OpenAlexServer(Emulator):
    """The works behind a socket; a key is wanted and its budget counts down.

    Attributes:
        works: by id; change them while it runs.
        merged: ids of works that were merged (`https://openalex.org/W1`, `https://openalex.org/doi:10.5555/1`), to the
            id of what they are part of now; answered 301.
        budget: what is left of the day's, in the units of `PRICES`.
    """

    faults: ClassVar = (*faults.FAULTS, *OWN_FAULTS)

    def __init__(
        self,
        works: Iterable[Json] = (),
        *,
        port: int = 0,
        now: datetime | None = None,
        keys: Iterable[str] = (KEY,),
        budget: int = 1_000_000,
    ) -> None:
        super().__init__(port=port, now=now)
        self.works = {one["id"]: one for one in works}
        self.merged: dict[str, str] = {}
        self.keys = frozenset(keys)
        self.limit = self.budget = budget
        self._day = self.clock.now().date()

    def tool(self, request: Request) -> str:
        """`work` for a single look-up, else `works`."""
        return "works" if request.path.strip("/") == "works" else "work"

    def who(self, request: Request) -> str:
        """The key, from the Bearer header or the parameter."""
        return request.headers.get("authorization", "").removeprefix("Bearer ") or request.get("api_key")

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        """One work, a list, or why there is none; every answer says what is left of the budget."""
        self._new_day()
        name = rule.name if rule else ""
        if self.who(request) not in self.keys or name == "bad-key":
            return jsonic({"error": "Forbidden", "message": "API key missing or invalid"}, status=403)
        if name == "too-fast":
            return jsonic(
                {"error": "Forbidden", "message": "Rate limit exceeded: too many requests per second"}, status=403
            )
        if name == "budget-gone":
            self.budget = 0
        price = self._price(request)
        if price and self.budget < price:
            self.budget = 0
            gone = {"error": "Too Many Requests", "message": "Daily budget exceeded"}
            return self._stated(jsonic(gone, status=429), 0)
        self.budget -= price
        return self._stated(self._answer_of(request, rule), price)

    def _answer_of(self, request: Request, rule: Rule | None) -> Answer:
        if self.tool(request) == "work":
            return self._work(request, rule)
        return self._list(request, rule)

    def _price(self, request: Request) -> int:
        kind = (
            self.tool(request) if self.tool(request) == "work" else "search" if "search" in request.params else "list"
        )
        return PRICES[kind]

    def _stated(self, answer: Answer, price: int) -> Answer:
        now = self.clock.now()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        stated = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.budget),
            "X-RateLimit-Credits-Used": str(price),
            "X-RateLimit-Reset": str(int((midnight - now).total_seconds())),
        }
        return replace(answer, headers={**answer.headers, **stated})

    def _new_day(self) -> None:
        """Budgets begin anew at midnight UTC."""
        if self._day != self.clock.now().date():
            self._day, self.budget = self.clock.now().date(), self.limit

    def _work(self, request: Request, rule: Rule | None) -> Answer:
        wanted = unquote(request.path.strip("/").removeprefix("works/"))
        own = f"https://openalex.org/{wanted}"
        if own in self.merged:
            return Answer(b"", "text/html", 301, {"Location": f"/works/{self.merged[own].rpartition('/')[2]}"})
        scheme, _, value = wanted.partition(":")
        found = [one for one in self.works.values() if one["id"] == own or _has(one, scheme, value)]
        if not found:
            page = b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
            return Answer(page, "text/html; charset=utf-8", 404)
        return jsonic(_shown(found[0], request, rule))

    def _list(self, request: Request, rule: Rule | None) -> Answer:
        if wrong := _wrong(request):
            return jsonic({"error": "Invalid query parameters error.", "message": wrong}, status=400)
        found = [one for one in self.works.values() if _matches(one, request.get("filter"))]
        if request.get("search"):
            words = request.get("search").lower().split()
            found = [one for one in found if all(word in (one["title"] or "").lower() for word in words)]
        size, page = request.number("per_page", 25), request.number("page", 1)
        cursor = request.get("cursor")
        start = (0 if cursor == "*" else int(cursor)) if cursor else (page - 1) * size
        results = found[start : start + size]
        if rule and rule.name == "missing-works":
            results = results[: -rule.options.get("count", 1)]
        meta: Json = {"count": len(found), "db_response_time_ms": 1, "page": None if cursor else page, "per_page": size}
        if cursor:
            meta["next_cursor"] = str(start + size) if results else None
        return jsonic({"meta": meta, "results": [_shown(one, request, rule) for one in results], "group_by": []})


def _has(one: Json, scheme: str, value: str) -> bool:
    """Ids are compared without case and with or without the address before them."""
    prefix = _PREFIXES.get(scheme, "")
    stored = str(one["ids"].get(scheme) or "")
    return bool(prefix and stored) and stored.lower().removeprefix(prefix) == value.lower().removeprefix(prefix)


def _matches(one: Json, text: str) -> bool:
    for pair in filter(None, text.split(",")):
        name, _, values = pair.partition(":")
        if name in _PREFIXES and not any(_has(one, name, value) for value in values.split("|")):
            return False
        if name == "is_retracted" and one["is_retracted"] != (values == "true"):
            return False
    return True


def _wrong(request: Request) -> str:
    """What the real service says of a list query that it does not take; empty where it takes it."""
    names = [pair.partition(":")[0] for pair in filter(None, request.get("filter").split(","))]
    most = max((pair.count("|") + 1 for pair in request.get("filter").split(",")), default=0)
    size, page = request.number("per_page", 25), request.number("page", 1)
    for name in request.params:
        if name not in _PARAMETERS:
            return f"{name} is not a valid parameter."
    for name in names:
        if name in _PAID:
            return f"{name} needs a paid plan."
        if name not in {*_PREFIXES, "is_retracted"}:
            return f"{name} is not a valid field."
    if most > MOST_VALUES:
        return f"Maximum number of values exceeded for {names[0]}: {MOST_VALUES}."
    if not 1 <= size <= MOST:
        return f"per-page parameter must be between 1 and {MOST}."
    return "" if page * size <= DEEPEST else f"Maximum results size of {DEEPEST} records is exceeded."


def _shown(one: Json, request: Request, rule: Rule | None) -> Json:
    names = [name for name in request.get("select").split(",") if name]
    shown = {name: one.get(name) for name in names} if names else one
    if rule and rule.name == "null-fields":
        return shown | dict.fromkeys(
            ("title", "primary_location", "best_oa_location", "abstract_inverted_index", "language")
        )
    return shown
