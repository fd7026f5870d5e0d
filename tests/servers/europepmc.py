"""A local stand-in for Europe PMC's web service, written from its published behaviour alone (reference 5).

    with EuropePmcServer() as server:
        ...  # server.url is http://127.0.0.1:PORT/europepmc/webservices/rest/

README.md says what it does and does not do.
"""

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.servers import faults
from tests.servers.emulator import Emulator
from tests.servers.europepmc_query import Indexed, matches, words
from tests.servers.europepmc_records import Held, own_records
from tests.servers.faults import Rule
from tests.servers.messages import JSON, XML, Answer, Request, jsonic, plain

FAULTS = (
    *faults.FAULTS,
    "error-in-200",
    "missing-hit-count",
    "hit-count-drifts",
    "no-next-cursor",
    "another-query",
    "error-bean",
)
_MOST = 1_000
_CALLS = ("citations", "references", "supplementaryFiles", "textMinedTerms", "fullTextXML")
Result = dict[str, Any]


class EuropePmcServer(Emulator):
    """The emulator; its records change by `add`, `revise`, `touch` and `delete`, also over `/_control`."""

    path = "/europepmc/webservices/rest/"
    faults = FAULTS

    def __init__(self, records: Iterable[Held] | None = None, *, port: int = 0, now: datetime | None = None) -> None:
        """Make a server over the records given, or over its own."""
        super().__init__(port=port, now=now)
        self._held = {each.name: each for each in (own_records() if records is None else records)}
        self.commands |= {"revise": self.revise, "touch": self.touch, "delete": self.delete}

    @classmethod
    def over_recorded(cls, folder: Path, **options: Any) -> "EuropePmcServer":
        """Make a server over real results that were recorded; of a core search they give what a lite one has."""
        results = (one for path in sorted(folder.rglob("*.json")) for one in _recorded(path))
        return cls([Held(one, one["firstIndexDate"]) for one in results], **options)

    def add(self, held: Held) -> None:
        """Take in a record, or a new version of one."""
        with self.lock:
            self._held[held.name] = held

    def revise(self, source: str, number: str, **changes: Any) -> None:
        """Change a record; its dates of revision and update become the emulator's day."""
        with self.lock:
            held = self._held[source, number]
            held.core |= changes | {"dateOfRevision": self.today()}
            held.updated = self.today()

    def add_text(self, source: str, number: str, *, like: tuple[str, str]) -> None:
        """Give a record the full text of another one."""
        with self.lock:
            self._held[source, number].text = self._held[like].text

    def touch(self, source: str, number: str) -> None:
        """Let a record's date of update move, as it does for any file; nothing of the document changes."""
        with self.lock:
            held = self._held[source, number]
            held.core["citedByCount"] = held.core.get("citedByCount", 0) + 1
            held.updated = self.today()

    def delete(self, source: str, number: str) -> None:
        """Take a record out of the index."""
        with self.lock:
            del self._held[source, number]

    def today(self) -> str:
        """The emulator's day."""
        return self.clock.now().date().isoformat()

    def tool(self, request: Request) -> str:
        """`search` for both ways to search."""
        return "search" if request.tool in {"search", "searchPOST"} else request.tool

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        """Answer as the service does."""
        name = rule.name if rule else ""
        if request.tool in {"search", "searchPOST"}:
            return self._search(request, rule) if (request.method == "POST") == request.path.endswith("POST") else _405
        if request.tool not in _CALLS:
            return plain("HTTP 404 Not Found", status=404)
        if name == "error-bean" and rule:
            return _bean(rule.options.get("message", "Service is not available"), rule.options.get("code", 0))
        return self._full_text(request) if request.tool == "fullTextXML" else plain("HTTP 404 Not Found", status=404)

    def _full_text(self, request: Request) -> Answer:
        number = request.path.rstrip("/").split("/")[-2]
        held = next((each for each in self._held.values() if each.core.get("pmcid") == number), None)
        if held is None or not held.text:
            message = f"Article with id {number} is not open access one"
            return _bean(message, 0) if held and held.core.get("isOpenAccess") != "Y" else plain("", status=404)
        return Answer(held.text.encode(), XML)

    def _search(self, request: Request, rule: Rule | None) -> Answer:
        name = rule.name if rule else ""
        if name == "error-in-200" and rule:
            return _wrong(rule.options.get("code", 500), rule.options.get("message", "Search is not available"))
        size = request.number("pageSize", 25)
        if not 1 <= size <= _MOST:
            return _wrong(404, f"Invalid page size: {size}. Page size must be between 1 and {_MOST}.")
        if request.get("resultType", "lite").lower() not in {"idlist", "lite", "core"}:
            return _wrong(404, "Invalid result type")
        if not request.get("query").strip():
            return _wrong(404, "Query is missing")
        found = self._found(request)
        page, following = _paged(found, request, size)
        answer = self._answer_of(request, page, total=len(found) + (3 if name == "hit-count-drifts" else 0))
        if following and name != "no-next-cursor":
            answer["nextCursorMark"] = following
        if name == "missing-hit-count":
            del answer["hitCount"], answer["resultList"]
        if name == "another-query":
            answer["request"]["queryString"] = "something else"
        return jsonic(answer) if request.get("format") == "json" else _as_xml(answer)

    def _found(self, request: Request) -> list[Held]:
        synonym = request.get("synonym").lower() == "true"
        listed = [
            held
            for held in self._held.values()
            if held.core.get("firstIndexDate", "") <= self.today()
            and matches(request.get("query"), _indexed(held), synonym=synonym)
        ]
        return sorted(listed, key=lambda held: (held.core.get("firstPublicationDate", ""), *held.name), reverse=True)

    def _answer_of(self, request: Request, page: list[Held], *, total: int) -> Result:
        kind = request.get("resultType", "lite").lower()
        shown = {"core": lambda held: held.core, "lite": lambda held: held.lite, "idlist": _bare}[kind]
        return {
            "version": "6.9",
            "hitCount": total,
            "request": {
                "queryString": request.get("query"),
                "resultType": kind,
                "cursorMark": request.get("cursorMark", "*"),
                "pageSize": request.number("pageSize", 25),
                "sort": request.get("sort"),
                "synonym": request.get("synonym").lower() == "true",
            },
            "resultList": {"result": [shown(held) for held in page]},
        }


_405 = plain("HTTP 405 Method Not Allowed", status=405)


def _paged(found: list[Held], request: Request, size: int) -> tuple[list[Held], str]:
    """A page and the cursor of the next; behind the last record the cursor is the one that was sent."""
    mark = request.get("cursorMark", "*")
    if "page" in request.params and "cursorMark" not in request.params:
        start = (request.number("page", 1) - 1) * size
        return found[start : start + size], ""
    start = 0 if mark == "*" else _decoded(mark)
    page = found[start : start + size]
    return page, _encoded(start + len(page), request.get("query")) if page else mark


def _encoded(offset: int, query: str) -> str:
    """An opaque cursor, as Solr's are."""
    return base64.b64encode(f"{offset}:{sha256(query.encode()).hexdigest()[:12]}".encode()).decode()


def _decoded(mark: str) -> int:
    return int(base64.b64decode(mark).decode().partition(":")[0])


def _bare(held: Held) -> Result:
    return {key: held.core[key] for key in ("id", "source", "pmid") if key in held.core}


def _indexed(held: Held) -> Indexed:
    core = held.core
    headings = [one["descriptorName"] for one in core.get("meshHeadingList", {}).get("meshHeading", [])]
    chemicals = [one["name"] for one in core.get("chemicalList", {}).get("chemical", [])]
    listed = {
        "TITLE": [core.get("title", "")],
        "ABSTRACT": [core.get("abstractText", "")],
        "KW": core.get("keywordList", {}).get("keyword", []),
        "MESH": headings,
        "CHEM": chemicals,
        "AUTH": [core.get("authorString", "")],
        "PUB_TYPE": core.get("pubTypeList", {}).get("pubType", []) or core.get("pubType", "").split("; "),
        "BODY": [held.text],
    }
    exact = {
        "EXT_ID": core["id"], "SRC": core["source"], "DOI": core.get("doi", ""), "PMCID": core.get("pmcid", ""),
        "OPEN_ACCESS": core.get("isOpenAccess", ""), "LICENSE": core.get("license", ""),
        "LANG": core.get("language", ""), "HAS_FT": "y" if held.text else "n",
        "HAS_ABSTRACT": "y" if core.get("abstractText") else "n",
        "IN_EPMC": core.get("inEPMC", ""),
    }  # fmt: skip
    days = {
        "FIRST_IDATE": core.get("firstIndexDate", ""), "FIRST_PDATE": core.get("firstPublicationDate", ""),
        "UPDATE_DATE": held.updated, "CREATION_DATE": core.get("dateOfCreation", ""),
        "PUB_YEAR": core.get("pubYear", ""),
    }  # fmt: skip
    return Indexed(
        {name: [words(text) for text in texts] for name, texts in listed.items()},
        {name: {value.lower()} for name, value in exact.items()},
        days,
    )


def _recorded(path: Path) -> list[Result]:
    answer = json.loads(path.read_text(encoding="utf-8"))
    results: list[Result] = answer.get("resultList", {}).get("result", [])
    return results


def _wrong(code: int, message: str) -> Answer:
    """An error inside 200."""
    return jsonic({"version": "6.9", "errCode": code, "errMsg": message}, content_type=JSON)


def _bean(message: str, code: int) -> Answer:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = f"{head}<errorBean><errCode>{code}</errCode><errMsg>{escape(message)}</errMsg></errorBean>"
    return Answer(body.encode(), XML)


def _as_xml(answer: Result) -> Answer:
    """What callers get who forget `format=json`; a poor likeness."""
    results = "".join(
        f"<result><id>{escape(str(one['id']))}</id><source>{one['source']}</source></result>"
        for one in answer["resultList"]["result"]
    )
    head = f"<responseWrapper><hitCount>{answer['hitCount']}</hitCount>"
    return Answer(f"{head}<resultList>{results}</resultList></responseWrapper>".encode(), XML)
