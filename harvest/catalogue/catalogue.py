"""What a ledger says is settled: a fold over its entries, kept by the writer and by every reader alike.

State is never stored beside the ledger; reading the lines in order is the only way to it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from harvest.catalogue.kin import Kin
from harvest.catalogue.kinds import ENRICHING, FOLDED, PASSED_OVER, REJUDGING
from harvest.catalogue.links import Link
from harvest.catalogue.merges import Merges
from harvest.catalogue.reviews import DECISIONS, REVIEWED
from harvest.catalogue.settled import Settled, Watermark
from harvest.errors import LedgerError
from harvest.holdings import Holdings, Line
from harvest.identity import Fingerprint, Index, Verdict, fingerprint_of_line, weight
from harvest.model import Key, Relevance
from harvest.relations import RELATIONS
from harvest.standing import Standings, with_services

Body = dict[str, Any]

ABOUT: Final = frozenset({Relevance.DIRECT, Relevance.COMPOUND_ONLY})
"""Screenings of a source."""
RETRIES = 3
"""An id that failed is asked for again in the next three runs, then settled as unavailable (design section 8)."""


@dataclass(slots=True)
class Catalogue:
    """The fold. `apply` takes entries in ledger order; everything else only reads."""

    numbered: dict[str, Body] = field(default_factory=dict)
    """`sid` to every source there ever was, as it now stands: later changes and reclassifications are worked in."""
    settled: dict[Key, Settled] = field(default_factory=dict)
    failures: Counter[Key] = field(default_factory=Counter)
    watermarks: dict[str, Watermark] = field(default_factory=dict)
    runs: dict[str, Body] = field(default_factory=dict)
    """Run id to the body of its `run-started`; with `finished` once it ended."""
    searches: list[Body] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    linked: set[Link] = field(default_factory=set)
    """The same between sources where keys name some."""
    merges: Merges = field(default_factory=Merges)
    """Which sources are one document; `numbered` and `settled` hold every one of them as it is."""
    kin: Kin = field(default_factory=Kin)
    """The sources by what documents are linked with."""
    reviewed: dict[str, Body] = field(default_factory=dict)
    """`sid` to the labels that a person confirmed or set, and to who did (`reviewed_by`)."""
    distinct: set[str] = field(default_factory=set)
    """Sources of which a person said that they are not the source they were thought to double."""
    types: Counter[str] = field(default_factory=Counter)
    genesis: Body = field(default_factory=dict)
    began: str = ""
    """The day of the first entry, `2026-11-21`; empty in an empty ledger."""
    questions: dict[str, set[str]] = field(default_factory=dict)
    """Per provider the digests of the topic files under which what is settled was screened."""
    holdings: Holdings = field(default_factory=Holdings)
    """The erasable content that lines commit to. A body whose text is gone says so in `erased`: when, and why."""
    standings: Standings = field(default_factory=Standings)
    """Whether the sources may be relied on, by `sid` and service."""
    _index: Index = field(default_factory=Index)
    _failed_at: dict[Key, str] = field(default_factory=dict)
    _given: int = 0

    def apply(self, line: Line) -> None:
        """Work one entry in.

        Raises:
            LedgerError: its type may change what is counted in a way that this version does not know, or its body
                lacks what the type must say.
        """
        self.types[line.type] += 1
        if line.type in PASSED_OVER:
            return
        if line.type not in FOLDED:
            raise LedgerError(
                f"expected entries that this version can count, got type {line.type!r} in line {line.seq + 1}",
                hint="a newer version wrote it; update harvest",
            )
        try:
            getattr(self, f"_{line.type.replace('-', '_')}")(line)
            if "content" in line.body:
                self._hold(line)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(
                f"expected a whole {line.type} entry in line {line.seq + 1}, got one that cannot be read: {error!r}",
                hint="another program wrote it",
            ) from error

    @property
    def sources(self) -> dict[str, Body]:
        """The sources that count, by `sid`: the last screening found them about the pair, their text is not erased.

        Of several that are one document the lowest of these.
        """
        return {sid: self.numbered[sid] for sid in self.merges.one_each(self._about)}

    @property
    def _about(self) -> list[str]:
        return [sid for sid, body in self.numbered.items() if body["screening"] in ABOUT and "erased" not in body]

    @property
    def further(self) -> Iterator[tuple[str, Body]]:
        """Further records of sources: the `sid` that stays, and the body of the duplicate or of the merged source."""
        for settled in self.settled.values():
            kept = self.merges.kept(settled.sid) if settled.sid else ""
            if settled.kind == "duplicate" or (settled.kind == "source" and kept != settled.sid):
                yield kept, settled.body

    @property
    def next_sid(self) -> str:
        """The next source number; numbers are never used again."""
        return f"s{self._given + 1}"

    def alike(self, fingerprint: Fingerprint) -> list[tuple[str, Verdict]]:
        """The sources that `fingerprint` describes too, or may describe, under the numbers that stay; surest first."""
        found = sorted(self._index.candidates(fingerprint), key=lambda hit: weight(hit[1]), reverse=True)
        surest: dict[str, Verdict] = {}
        for sid, verdict in found:
            surest.setdefault(self.merges.kept(sid), verdict)
        return list(surest.items())

    def held_by(self, provider: str) -> tuple[Key, ...]:
        """Keys of the sources that came from `provider` and that it has not withdrawn."""
        return tuple(
            source["key"]
            for source in map(self.numbered.__getitem__, self._about)
            if source["provider"] == provider and "withdrawn" not in source["flags"]
        )

    def open_failures(self, provider: str) -> tuple[Key, ...]:
        """Keys that failed in earlier runs and are to be asked for again, in the order they first failed."""
        return tuple(key for key in self.failures if self._failed_at[key] == provider)

    def tried_enough(self, key: Key) -> bool:
        """The key failed in its first run and in all retries but this one."""
        return self.failures[key] >= RETRIES

    def _ledger(self, line: Line) -> None:
        self.genesis = line.body
        self.began = line.time[:10]

    def _run_started(self, line: Line) -> None:
        self.runs[line.run] = dict(line.body)
        if line.body.get("deletion_duty"):
            self.holdings.duties.add(line.body["spider"])
        if line.body["spider"] != REJUDGING:
            self.questions.setdefault(line.body["spider"], set()).add(line.body["topic_sha256"])

    def _run_finished(self, line: Line) -> None:
        run = self.runs.setdefault(line.run, {})
        run["finished"] = line.body
        again = line.body.get("reclassified")
        if again and not (again["unread"] or again["refused"]):
            self.questions = {provider: {run["topic_sha256"]} for provider in self.questions}
        for provider, counts in line.body.get("providers", {}).items():
            mark = counts.get("watermark")
            if mark:
                self.watermarks[provider] = Watermark(**mark)
                self.questions[provider] = {mark["topic_sha256"]}

    def _search(self, line: Line) -> None:
        self.searches.append(line.body | {"seq": line.seq})
        self.standings.searched(line.body, self.numbered, line.time[:10])

    def _source(self, line: Line) -> None:
        body, sid = dict(line.body), line.body["sid"]
        self._given = max(self._given, int(sid[1:]))
        self.numbered[sid] = body
        self._settle(body, Settled("source", sid, _digest(body), body))
        document = fingerprint_of_line(body)
        self._index.add(sid, document)
        self.kin.add(sid, body, document)
        self.standings.record(sid, body["provider"], body, line.time[:10])

    def _excluded(self, line: Line) -> None:
        self._settle(line.body, Settled("excluded", "", line.body.get("digest", ""), line.body))

    def _duplicate(self, line: Line) -> None:
        """Its identifiers are the document's, too; title and place are those of the source."""
        sid = line.body["of"]
        self._settle(line.body, Settled("duplicate", sid, _digest(line.body), line.body))
        self.kin.say(sid, line.body)
        if sid in self.numbered:
            document = fingerprint_of_line(self.numbered[sid])
            self._index.add(sid, replace(document, keys=tuple(line.body["keys"])))

    def _settle(self, body: Body, settled: Settled) -> None:
        self.settled[body["key"]] = settled
        self.failures.pop(body["key"], None)

    def _failed(self, line: Line) -> None:
        if line.body.get("interrupted") or line.body["provider"] == ENRICHING:
            return
        for key in line.body.get("keys", []):
            self.failures[key] += 1
            self._failed_at[key] = line.body["provider"]

    def _changed(self, line: Line) -> None:
        key, provider = line.body["key"], line.body.get("provider", "")
        if provider != ENRICHING:
            self.failures.pop(key, None)
        if (before := self.settled.get(key)) is None:
            return
        new = with_services(before.body, line.body["new"])
        now = replace(before, digest=new.get("digest", before.digest), body=before.body | new | _seen(line.body))
        self._replace(key, now)
        if now.sid:
            self.kin.say(now.sid, now.body)
        if now.kind == "source":
            self.standings.record(now.sid, provider, now.body, line.time[:10])

    def _rechecked(self, line: Line) -> None:
        """One record that failed to come is there after all; or a provider said which of its content still exists."""
        if "key" in line.body:
            self.failures.pop(line.body["key"], None)
        else:
            self.holdings.recheck(line.body)

    def _hold(self, line: Line) -> None:
        """The newest content of a record is the whole of its text."""
        settled, content = self.settled.get(line.body.get("key", "")), {**line.body["content"]}
        self.holdings.take(line, settled.body["provider"] if settled else "")
        if settled:
            self._replace(line.body["key"], replace(settled, body=settled.body | {"content": content}))

    def _redaction(self, line: Line) -> None:
        """The number stays given, the record settled: it is never asked for, counted or shown again."""
        key = self.holdings.redact(line.body["seq"])
        if settled := self.settled.get(key):
            erased = {"time": line.time, "reason": line.body["reason"]}
            self._replace(key, replace(settled, body=settled.body | {"erased": erased}))

    def _replace(self, key: Key, settled: Settled) -> None:
        """How a record now stands; what a person decided of it stays."""
        self.settled[key] = settled
        if settled.kind == "source":
            self.numbered[settled.sid] = settled.body | self.reviewed.get(settled.sid, {})

    def _reclassified(self, line: Line) -> None:
        """`settled` keeps what the machine says, which the next judgement is compared with."""
        key = line.body["key"]
        before = self.settled[key]
        self._replace(key, replace(before, body=before.body | line.body["new"] | _seen(line.body)))

    def _linked(self, line: Line) -> None:
        link = Link(line.body["one"], line.body["other"], line.body["relation"])
        if link.relation not in RELATIONS:
            raise ValueError(f"unknown relation {link.relation!r}")
        self.links.append(link)
        named = self.kin.named
        self.linked.add(Link(named.get(link.one, link.one), named.get(link.other, link.other), link.relation))

    def _merged(self, line: Line) -> None:
        self.merges.merge(self._known(line.body["sids"]), line.body["kept"])

    def _unmerged(self, line: Line) -> None:
        self.merges.part(self._known(line.body["sids"]))

    def _known(self, sids: Sequence[str]) -> Sequence[str]:
        if unknown := [sid for sid in sids if sid not in self.numbered]:
            raise ValueError(f"unknown source {unknown[0]!r}")
        return sids

    def _review(self, line: Line) -> None:
        sid, decision = line.body["sid"], line.body["decision"]
        if decision not in DECISIONS:
            raise ValueError(f"unknown decision {decision!r}")
        body = self.numbered[sid]
        if decision == "distinct":
            self.distinct.add(sid)
            return
        changed = line.body["new"] if decision == "changed" else {}
        self.reviewed[sid] = {axis: changed.get(axis, body[axis]) for axis in REVIEWED}
        self.reviewed[sid]["reviewed_by"] = line.body["reviewer"]
        self.numbered[sid] = body | self.reviewed[sid]


def _seen(event: Body) -> Body:
    """The answer that an event about a settled record was read from: from then on the one to read it from."""
    return {"snapshot": event["snapshot"]} if "snapshot" in event else {}


def _digest(body: Body) -> str:
    """Empty where it lies in erasable content."""
    return str(body.get("digest", "") if "content" in body else body["digest"])
