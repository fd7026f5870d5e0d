"""What is known to go wrong with the E-utilities beside what goes wrong everywhere (reference 1.9 and 1.13)."""

import json
from collections.abc import Mapping
from datetime import datetime

from tests.servers import faults
from tests.servers.eutils_messages import GATEWAY_JSON, Request, error
from tests.servers.faults import Rule, retry_after
from tests.servers.messages import JSON, Answer, page

FAULTS = (
    *faults.FAULTS,
    "expired-history",
    "missing-ids",
    "no-xml-declaration",
    "down_bethesda",
    "backend-failed",
    "db-not-supported",
    "cxx-exception",
    "rate-limit-in-200",
    "bad-key",
    "uri-too-long",
    "invalid-json",
)

CEILING_MESSAGE = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve "
    "the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that "
    "contains additional logic to batch PubMed search results automatically so that an arbitrary number can be "
    "retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
_PAGES = {
    "down_bethesda": ("Temporarily unavailable", "See /static/down_bethesda.html: service is under maintenance.", 200),
    "uri-too-long": ("Submitted URI too large!", "The requested URL is longer than this server takes.", 414),
}
_IN_BAND = {
    "backend-failed": "Search Backend failed: Unable to open connection to #PMQuerySrv?dbaf=pubmed",
    "db-not-supported": "Search Backend failed: Database is not supported: pubmed",
    "cxx-exception": "NCBI C++ Exception: Error: TXCLIENT(CException::eUnknown) txsvr: read failed: Timeout",
}


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
    if rule.name.startswith("rate-limit"):
        status = 200 if rule.name == "rate-limit-in-200" else 429
        who = request.get("api_key") or request.address
        return rate_limited(who, 4, 3, status=status, headers=retry_after(rule, now))
    if rule.name in _PAGES:
        title, text, status = _PAGES[rule.name]
        return page(title, text, status=rule.options.get("status", status))
    if rule.name in _IN_BAND:
        return error(request, _IN_BAND[rule.name], status=rule.options.get("status", 200))
    if rule.name == "bad-key":
        return bad_key(request.get("api_key"))
    return beyond_ceiling(request) if rule.name == "invalid-json" else faults.replacement(rule, now)


def altered(rule: Rule, answer: Answer) -> Answer:
    """Give the answer as the fault spoils it."""
    if rule.name == "no-xml-declaration" and answer.body.startswith(b"<?xml"):
        body = answer.body.partition(b"?>")[2].lstrip()
        return Answer(body, answer.content_type, answer.status, answer.headers)
    return faults.altered(rule, answer)
