"""A local stand-in for ClinicalTrials.gov's API 2, written from its published behaviour alone (reference 6).

    with TrialsServer() as server:
        ...  # server.url is http://127.0.0.1:PORT/api/v2/

README.md says what it does and does not do.
"""

import base64
import json
import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.servers import faults
from tests.servers.emulator import Emulator
from tests.servers.faults import Rule
from tests.servers.messages import Answer, Request, jsonic, plain
from tests.servers.trials_essie import Looked, NotParsed, Test, parsed, words
from tests.servers.trials_fields import UnknownField, shown, value_of
from tests.servers.trials_records import Study, own_studies, posted

FAULTS = (*faults.FAULTS, "short-page", "empty-page", "no-studies-key")
_QUERIES = ("cond", "term", "locn", "titles", "intr", "outc", "spons", "lead", "id", "patient")
_FILTERS = ("overallStatus", "geo", "ids", "advanced", "synonyms")
PARAMETERS = frozenset(
    {
        "format", "markupFormat", "aggFilters", "geoDecay", "fields", "sort", "countTotal", "pageSize", "pageToken",
        *(f"query.{name}" for name in _QUERIES),
        *(f"{kind}.{name}" for kind in ("filter", "postFilter") for name in _FILTERS),
    }
)  # fmt: skip
"""All that `/studies` takes; anything else is refused."""
_AREAS = {"query.cond": "Condition or disease", "query.intr": "Intervention / treatment", "query.term": "Other terms"}
_MAY_CHANGE = {"countTotal", "pageSize", "pageToken"}
_MOST = 1_000
_NUMBER = re.compile(r"^[Nn][Cc][Tt]0*[1-9]\d{0,7}$")


class TrialsServer(Emulator):
    """The emulator; its studies change by `add`, `revise`, `restyle`, `post_results`, `merge` and `delete`."""

    path = "/api/v2/"
    faults = FAULTS

    def __init__(self, studies: Iterable[Study] | None = None, *, port: int = 0, now: datetime | None = None) -> None:
        """Make a server over the studies given, or over its own."""
        super().__init__(port=port, now=now)
        self._held = {_nct(study): deepcopy(study) for study in (own_studies() if studies is None else studies)}
        self._merged: dict[str, str] = {}
        self._refreshed = self.clock.now()
        self.commands |= {
            "revise": self.revise, "restyle": self.restyle, "post_results": self.post_results, "merge": self.merge,
            "delete": self.delete,
        }  # fmt: skip

    @classmethod
    def over_recorded(cls, folder: Path, **options: Any) -> "TrialsServer":
        """Make a server over real studies that were recorded, with the fields that they were recorded with."""
        found = (study for path in sorted(folder.glob("*.json")) for study in _recorded(path))
        return cls(found, **options)

    def add(self, study: Study) -> None:
        """Take in a study, or a new version of one; the register counts as refreshed."""
        with self.lock:
            self._held[_nct(study)] = deepcopy(study)
            self._refreshed = self.clock.now()

    def revise(self, number: str, **modules: Any) -> None:
        """Change modules of a study field by field; its last update is posted on the emulator's day."""
        with self.lock:
            protocol = self._held[number]["protocolSection"]
            for name, changes in modules.items():
                protocol[name] = protocol.get(name, {}) | changes
            self._posted_anew(number)

    def restyle(self, number: str) -> None:
        """Release a study anew with other markup and not one other word, as happened to all of them in 2025."""
        with self.lock:
            held = self._held[number]["protocolSection"]["descriptionModule"]
            held["briefSummary"] = held["briefSummary"].replace("* ", "- ").replace("\\<", "&lt;") + "\n"
            self._posted_anew(number)

    def post_results(self, number: str, **options: Any) -> None:
        """Post results of a study, or other ones."""
        with self.lock:
            self._held[number] |= {"hasResults": True, "resultsSection": posted(**options)}
            day = {"date": self.clock.now().date().isoformat()}
            self._held[number]["protocolSection"].setdefault("statusModule", {})["resultsFirstPostDateStruct"] = day
            self._posted_anew(number)

    def merge(self, old: str, new: str) -> None:
        """Make a number another name of a study."""
        with self.lock:
            self._held.pop(old, None)
            self._merged[old] = new
            named = self._held[new]["protocolSection"]["identificationModule"]
            named["nctIdAliases"] = [*named.get("nctIdAliases", []), old]
            self._posted_anew(new)

    def delete(self, number: str) -> None:
        """Take a study out; the real register never does that."""
        with self.lock:
            del self._held[number]

    def tool(self, request: Request) -> str:
        """`studies`, `study` or `version`."""
        parts = request.path.removeprefix(self.path).strip("/").split("/")
        return "study" if len(parts) == 2 and parts[0] == "studies" else parts[0]

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        """Answer as the service does."""
        tool = self.tool(request)
        if request.method != "GET":
            return plain("Method Not Allowed", status=405)
        try:
            if tool == "studies":
                return self._studies(request, rule)
            if tool == "study":
                return self._study(request)
        except (NotParsed, UnknownField) as error:
            return plain(str(error), status=400)
        if tool == "version":
            stamp = self._refreshed.replace(tzinfo=None).isoformat(timespec="seconds")
            return jsonic({"apiVersion": "2.0.5", "dataTimestamp": stamp})
        return plain("Not Found", status=404)

    def _study(self, request: Request) -> Answer:
        asked = request.tool
        number = f"NCT{int(asked[3:]):08d}" if _NUMBER.match(asked) else ""
        if unknown := sorted(set(request.params) - {"format", "markupFormat", "fields"}):
            return plain(f"Unknown parameter: {unknown[0]}", status=400)
        if number in self._merged:
            query = f"?fields={request.get('fields').replace('|', '%7C')}" if request.get("fields") else ""
            return plain("", status=301, headers={"Location": f"{self.path}studies/{self._merged[number]}{query}"})
        if number not in self._held:
            return plain(f"NCT number {asked} not found", status=404)
        return jsonic(shown(self._held[number], request.get("fields")), content_type="application/json")

    def _studies(self, request: Request, rule: Rule | None) -> Answer:
        fault, options = (rule.name, rule.options) if rule else ("", {})
        if unknown := sorted(set(request.params) - PARAMETERS):
            return plain(f"Unknown parameter: {unknown[0]}", status=400)
        found = self._found(request)
        size = min(request.number("pageSize", 10) or 10, _MOST)
        start = 0
        if token := request.get("pageToken"):
            start = _start(token, request)
            if start < 0:
                return plain("Incorrect page token", status=400)
        size = {"short-page": options.get("size", max(1, size // 2)), "empty-page": 0}.get(fault, size)
        page = found[start : start + size]
        answer: dict[str, Any] = {"studies": [shown(study, request.get("fields")) for study in page]}
        if request.get("countTotal") == "true" and not token:
            answer["totalCount"] = len(found)
        if start + len(page) < len(found) or fault == "empty-page":
            answer["nextPageToken"] = _token(start + len(page), request)
        if fault == "no-studies-key":
            del answer["studies"]
        return jsonic(answer, content_type="application/json")

    def _found(self, request: Request) -> list[Study]:
        tests = [_test(name, request.get(name)) for name in request.params if name.startswith("query.")]
        tests += [_test(name, request.get(name)) for name in ("filter.advanced",) if request.get(name)]
        ids = set(request.get("filter.ids").replace("|", ",").split(",")) if request.get("filter.ids") else None
        status = set(re.split("[|,]", request.get("filter.overallStatus"))) - {""}
        return [
            study
            for number, study in sorted(self._held.items())
            if (ids is None or number in ids)
            and (not status or value_of(study, "OverallStatus") in status)
            and all(test(_looked(study)) for test in tests)
        ]

    def _posted_anew(self, number: str) -> None:
        status = self._held[number]["protocolSection"].setdefault("statusModule", {})
        status["lastUpdatePostDateStruct"] = {"date": self.clock.now().date().isoformat(), "type": "ACTUAL"}
        self._refreshed = self.clock.now()


def _test(name: str, expression: str) -> Test:
    try:
        return parsed(expression)
    except NotParsed as error:
        raise NotParsed(f"Error parsing query in {_AREAS.get(name, name)}: {error}") from None


def _looked(study: Study) -> Looked:
    """Everything that is said of a study, and the fields that ranges and areas ask for."""
    names = ("LastUpdatePostDate", "StudyFirstPostDate", "Phase", "StudyType", "OverallStatus", "HasResults", "NCTId")
    return Looked(
        words(json.dumps(study.get("protocolSection", {}), ensure_ascii=False)),
        {name: value_of(study, name) for name in names},
    )


def _token(start: int, request: Request) -> str:
    return base64.urlsafe_b64encode(f"{start}:{_digest(request)}".encode()).decode()


def _start(token: str, request: Request) -> int:
    """Where a page begins; -1 for a token of another search."""
    try:
        start, _, digest = base64.urlsafe_b64decode(token).decode().partition(":")
        return int(start) if digest == _digest(request) else -1
    except ValueError:
        return -1


def _digest(request: Request) -> str:
    same = sorted((name, values) for name, values in request.params.items() if name not in _MAY_CHANGE)
    return sha256(json.dumps(same).encode()).hexdigest()[:16]


def _nct(study: Study) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


def _recorded(path: Path) -> list[Study]:
    answer = json.loads(path.read_text(encoding="utf-8"))
    listed: list[Study] = answer.get("studies", [answer])
    return listed
