"""What a ledger says of the standing of its sources: for each, what each service said last, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harvest.standing.flags import by_record
from harvest.standing.ranges import sids_in
from harvest.standing.status import State

Body = Mapping[str, Any]

LEDGER: Final = "ledger"
"""The service that is the ledger itself: its notices may retract; that there are none says nothing."""
STATING: Final = frozenset({"pubmed", "europepmc"})
"""Providers whose records say when a document was retracted."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of a service on a document: the day for which it holds, and why it is not known if it is not."""

    state: State
    as_of: str
    why: str = ""

    def as_json(self) -> dict[str, str]:
        """The same as plain JSON values."""
        said = {"state": str(self.state), "as_of": self.as_of, "why": self.why}
        return {name: value for name, value in said.items() if value}


@dataclass(slots=True)
class Standings:
    """A fold: `of` gives for each source what it was heard to be, by service."""

    of: defaultdict[str, dict[str, Heard]] = field(default_factory=lambda: defaultdict(dict))

    def searched(self, search: Body, sources: Mapping[str, Body], day: str) -> None:
        """Work in a `search` entry: what a service said of the sources, or that a provider was asked which it marks.

        Of a source that a provider was asked for and does not mark, its last word holds up to that day.
        """
        if "standing" in search:
            self._take(search["standing"])
        if search.get("window", {}).get("kind") == "withdrawn" and search["outcome"] == "complete":
            for sid, body in sources.items():
                before = self.of[sid].get(search["provider"]) if body["provider"] == search["provider"] else None
                if before is not None and "withdrawn" not in body["flags"]:
                    self.of[sid][search["provider"]] = Heard(before.state, day, before.why)

    def heard(self, sids: Iterable[str]) -> dict[str, Heard]:
        """The last word of each service on a document that has these numbers; one that it fell under any counts."""
        told: dict[str, Heard] = {}
        for sid in sids:
            for service, word in self.of.get(sid, {}).items():
                told[service] = max(told.get(service, word), word, key=_weight)
        return told

    def _take(self, standing: Body) -> None:
        service, day = standing["service"], standing["as_of"]
        for state in (State.RETRACTED, State.NOT_RETRACTED):
            self._hear(service, standing[str(state).replace("-", "_")], Heard(state, day))
        for why, sids in standing["not_known"].items():
            self._hear(service, sids, Heard(State.NOT_KNOWN, day, why))
            for sid in sids_in(sids) if service == LEDGER else ():
                del self.of[sid][service]

    def record(self, sid: str, provider: str, body: Body, day: str) -> None:
        """Work in a record of a provider that states retractions; what others deliver says nothing on it."""
        if provider in STATING:
            retracted = "retracted" in by_record(body) or _flagged_itself(body)
            there = "withdrawn" not in body.get("flags", ())
            stands = Heard(State.NOT_RETRACTED, day) if there else Heard(State.NOT_KNOWN, day, "not_registered")
            self.of[sid][provider] = Heard(State.RETRACTED, day) if retracted else stands

    def _hear(self, service: str, sids: str, heard: Heard) -> None:
        for sid in sids_in(sids):
            self.of[sid][service] = heard


def _weight(word: Heard) -> tuple[bool, bool, str]:
    return word.state is State.RETRACTED, word.state is State.NOT_RETRACTED, word.as_of


def with_services(body: Body, new: Mapping[str, Any]) -> dict[str, Any]:
    """The new fields of a source; what one service says replaces what that service said before, no other's words."""
    if "services" not in new:
        return dict(new)
    return {**new, "services": {**body.get("services", {}), **new["services"]}}


def _flagged_itself(body: Body) -> bool:
    """Its links may have been cut to fit a line; without services its flags are its record's."""
    return "services" not in body and "retracted" in body.get("flags", ())
