"""What is asked about a ledger's sources, what services answered, and the entries that this causes.

That a source still stands needs no line of its own: one `search` entry for each service and run names all sources by
what was said of them. A `changed` entry says what is new of one source.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from harvest.catalogue import ENRICHING, Catalogue
from harvest.entries import snapshot
from harvest.identity import Fingerprint, fingerprint_of_line
from harvest.model import Key, Snapshot
from harvest.searching import SearchEntry
from harvest.standing import (
    LEDGER,
    Event,
    Notice,
    Standings,
    State,
    Told,
    events,
    sids_said,
    standing_flags,
    status,
)

Body = dict[str, Any]

CITED: Final = 5
"""Answers that a `changed` entry cites at most."""
PART: Final = 2_000
"""Sources that one `search` entry speaks of at most."""
AGAIN: Final = timedelta(days=30)
"""What a service did not have, it is asked for again when its word is this old."""
_LACKING: Final = frozenset({"no_id", "not_registered"})
_NOTICES: Final = {
    "retraction-of": Event.RETRACTION,
    "concern-for": Event.CONCERN,
    "erratum-for": Event.ERRATUM,
}
_STATES: Final = {State.RETRACTED: "retracted", State.NOT_RETRACTED: "not_retracted"}


@dataclass(frozen=True)
class Asked:
    """A source that services are asked about.

    Attributes:
        sid: of the source; `key` is its key.
        document: what tells which document it is, with all identifiers that are known of it.
    """

    sid: str
    key: Key
    document: Fingerprint

    @cached_property
    def doi(self) -> str:
        """Its first DOI, without `doi:`; empty where none is known."""
        return self._first("doi")

    @cached_property
    def pmid(self) -> str:
        """Its first PMID, without `pmid:`; empty where none is known."""
        return self._first("pmid")

    def _first(self, scheme: str) -> str:
        return next((key.partition(":")[2] for key in self.document.keys if key.startswith(f"{scheme}:")), "")


def to_ask(catalogue: Catalogue) -> tuple[Asked, ...]:
    """The sources that services may know: those with a DOI or a PMID, and what a journal has printed.

    A source is known by the identifiers of its line, those of further records of it, and those that services gave.
    """
    further: defaultdict[str, list[Key]] = defaultdict(list)
    for sid, record in catalogue.further:
        further[sid] += record["keys"]
    asked = (_asked(sid, body, further[sid]) for sid, body in catalogue.sources.items())
    return tuple(one for one in asked if one is not None)


def _asked(sid: str, body: Body, further: Sequence[Key]) -> Asked | None:
    given = (key for said in body.get("services", {}).values() for key in said.get("ids", ()))
    keys = tuple(dict.fromkeys((*body["keys"], *further, *given)))
    identified = any(key.startswith(("doi:", "pmid:")) for key in keys)
    if not identified and not (body.get("journal") and body.get("title")):
        return None
    return Asked(sid, body["key"], _with_keys(fingerprint_of_line(body), keys))


def _with_keys(document: Fingerprint, keys: tuple[Key, ...]) -> Fingerprint:
    """The document under these identifiers; of two of one scheme only the first may be compared with."""
    first: dict[str, Key] = {}
    for key in keys:
        first.setdefault(key.partition(":")[0], key)
    return replace(document, keys=tuple(first.values()))


def due(asked: Sequence[Asked], service: str, standings: Standings, today: str) -> tuple[Asked, ...]:
    """Those of the sources that a service is asked about today: not what it lately did not have."""
    since = (date.fromisoformat(today) - AGAIN).isoformat()

    def lacked(one: Asked) -> bool:
        word = standings.of.get(one.sid, {}).get(service)
        return word is not None and word.why in _LACKING and word.as_of > since

    return tuple(one for one in asked if not lacked(one))


def parts(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    """As many at a time as one line can name, whatever is said of them."""
    return (asked[start : start + PART] for start in range(0, len(asked), PART))


def of_notices(catalogue: Catalogue, as_of: str) -> "Hearing":
    """What notices that stand in the ledger themselves say of its sources: PubMed's `RetractionOf` and the like.

    Only of the sources that they name; that no notice is here says nothing.
    """
    notices: defaultdict[Key, list[Notice]] = defaultdict(list)
    for body in catalogue.sources.values():
        for link in body.get("links", ()):
            if (event := _NOTICES.get(link["relation"])) and link["key"]:
                notices[link["key"]].append(Notice(event, body["key"], _day(body)))
    named = {one.sid: [notice for key in one.document.keys for notice in notices[key]] for one in to_ask(catalogue)}
    asked = [one for one in to_ask(catalogue) if named[one.sid]]
    hearing = Hearing.of(LEDGER, "links of notices that are sources of this ledger", as_of, asked)
    hearing.told |= {one.sid: Told(status(named[one.sid])) for one in asked}
    return hearing


def _day(body: Mapping[str, Any]) -> str:
    return str(body.get("date", {}).get("value", ""))


@dataclass(slots=True)
class Hearing:
    """Collects what one service says of the sources in one run.

    Attributes:
        as_of: the day for which it holds.
        asked: the sources that it is asked about.
        entry: the `search` entry in the making; problems and failure go there.
        told: what it said, by `sid`; who is missing here was not answered for.
    """

    service: str
    as_of: str
    asked: Sequence[Asked]
    entry: SearchEntry
    told: dict[str, Told] = field(default_factory=dict)
    _cited: defaultdict[str, list[Snapshot]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, service: str, query: str, as_of: str, asked: Sequence[Asked]) -> "Hearing":
        """Begin; `query` says in words how the service is asked."""
        return cls(service, as_of, asked, SearchEntry(ENRICHING, query, kind="standing", last=as_of))

    def problem(self, what: str) -> None:
        """Note why an answer is missing; it counts if the source was not heard of in another way."""
        if what not in self.entry.problems:
            self.entry.problems.append(what)

    def cite(self, sid: str, kept: Snapshot) -> None:
        """Note that this answer speaks of this source."""
        if kept.record:
            self._cited[sid].append(kept)

    @property
    def unanswered(self) -> list[str]:
        """Sources of which the service was asked and said nothing."""
        return [one.sid for one in self.asked if one.sid not in self.told]

    def body(self) -> Body:
        """The `search` entry."""
        missing = f"{self.service} did not answer for {len(self.unanswered)} of {len(self.asked)} sources"
        self.entry.problems = [missing, *self.entry.problems] if self.unanswered else []
        self.entry.returned = len(self.told)
        self.entry.extra = {**self.entry.extra, "standing": self._standing()}
        return self.entry.body()

    def _standing(self) -> Body:
        said: defaultdict[str, list[str]] = defaultdict(list)
        not_known: defaultdict[str, list[str]] = defaultdict(list)
        for sid, told in self.told.items():
            if told.status.state is State.NOT_KNOWN:
                not_known[told.status.why].append(sid)
            elif self.service == LEDGER and told.status.state is State.NOT_RETRACTED:
                not_known["not_said"].append(sid)
            else:
                said[_STATES[told.status.state]].append(sid)
        ids = "\n".join(" ".join(one.document.keys) for one in self.asked)
        return {
            "service": self.service,
            "as_of": self.as_of,
            "asked": len(self.asked),
            "asked_sha256": hashlib.sha256(ids.encode()).hexdigest(),
            "retracted": sids_said(said["retracted"]),
            "not_retracted": sids_said(said["not_retracted"]),
            "not_known": {why: sids_said(sids) for why, sids in sorted(not_known.items())},
            "unanswered": sids_said(self.unanswered),
            "counts": {
                "retracted": len(said["retracted"]),
                "not_retracted": len(said["not_retracted"]),
                "not_known": sum(map(len, not_known.values())),
                "unanswered": len(self.unanswered),
            },
        }

    def changes(self, catalogue: Catalogue, query: int) -> Iterator[Body]:
        """The `changed` entries that follow, given what the ledger says now; `query` is the seq of this hearing."""
        for sid, told in self.told.items():
            body = catalogue.numbered[sid]
            if "erased" not in body and (event := _changed(body, self.service, told)):
                cited = [snapshot(kept) for kept in self._cited[sid][:CITED]]
                yield event | {"query": query, "snapshots": cited}


def _changed(body: Mapping[str, Any], service: str, told: Told) -> Body | None:
    """What is new of one source; a service that does not know it any more takes nothing back."""
    before: dict[str, Body] = body.get("services", {})
    was, said = before.get(service, {}), told.body(known=body["keys"])
    if told.status.state is State.NOT_KNOWN or was == said:
        return None
    flags, now = list(body["flags"]), standing_flags(body, {**before, service: said})
    differing = {} if flags == now else {"flags": flags}
    return {
        "key": body["key"],
        "sid": body["sid"],
        "provider": ENRICHING,
        "service": service,
        "what": events(flags, now),
        "old": {"services": {service: was}, **differing},
        "new": {"services": {service: said}, **({"flags": now} if differing else {})},
    }
