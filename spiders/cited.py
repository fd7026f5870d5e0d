"""Cited: documents that pages of the ledger cite by PMID, DOI or trial number, if they are what the page says."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, Field

from harvest.crawl.lookup import Looked, Lookup
from harvest.entries import snapshot
from harvest.ledger import entries
from harvest.model import Found, Key, Outcome
from harvest.pages import PROVIDER as PAGES
from harvest.pasted import SCHEMES, Mention, Statement, match, stated
from harvest.searching import SearchEntry
from harvest.settlement import Absence
from spiders.base import TopicSpider

_LONGEST = 200
"""Code points of a title, or of what a page says, in a `refused` entry."""


class CitedOptions(BaseModel):
    """`[providers.cited]` of a topic file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: int = Field(50, ge=1, le=500)
    """How many documents at most are looked up in one run; the next run goes on."""


class CitedSpider(TopicSpider):
    """Looks up what pages cite and the ledger does not have, when the other providers have ended."""

    name = "cited"
    Options: ClassVar = CitedOptions
    after_others: ClassVar[bool] = True

    async def harvest(self) -> AsyncIterator[Found]:
        """One look-up by identifiers, a `search` entry; each record is compared with what the page says of it."""
        session = self.session
        named = self._named()
        entry = SearchEntry(self.name, ", ".join(one.key for one in named), extra={"by": "cites"})
        session.account.find(one.key for one in named)
        session.progress.found(self.name, session.account.tally(), to_fetch=len(named))
        lookup = Lookup(self.ask, session.configuration)
        looked = await lookup.find([one.key for one in named])
        self.asked = lookup.asked
        for kept in lookup.snapshots:
            entry.take(kept)
        entry.returned = sum(one.record is not None for one in looked)
        seq = await session.writer.note("search", entry.body())
        self._held: set[Key] = set()
        for mention, one in zip(named, looked, strict=True):
            if found := await self._settled(mention, one, seq):
                yield found

    def _named(self) -> tuple[Mention, ...]:
        """What pages cite and nobody has settled or refused, in ledger order; no words of what can be erased."""
        catalogue = self.session.catalogue
        known = {name for settled in catalogue.settled.values() for name in settled.body["keys"]}
        known |= self._refused()
        said: dict[Key, tuple[Statement, ...]] = {}
        for body in catalogue.sources.values():
            for link in body.get("links", ()) if body["provider"] == PAGES else ():
                key, words = link["key"], "" if "content" in body else link["citation"]
                if link["relation"] == "cites" and key.partition(":")[0] in SCHEMES and key not in known:
                    of = stated(words)
                    said[key] = (*said.get(key, ()), *((of,) if of else ()))
        most = cast("CitedOptions", self.session.options).most
        return tuple(Mention(key, 0, 0, said[key]) for key in list(said)[:most])

    def _refused(self) -> set[Key]:
        """What an earlier run found to be something else."""
        ledger = self.session.configuration.ledger(self.session.topic.slug)
        refused = (line.body for line in entries(ledger) if line.type == "refused")
        return {body["key"] for body in refused if body["provider"] == self.name}

    async def _settled(self, mention: Mention, one: Looked, seq: int) -> Found | None:
        """The record, if it is what was said; else it is booked."""
        record, kept = one.record, one.kept
        if record is None or kept is None:
            why = one.why or Absence("missing", expected="a record", got="nothing")
            await self.session.writer.absent([mention.key], why)
            return None
        account = self.session.account
        if not match(mention, record).holds and mention.key not in self._held:
            await self._refuse(mention, record.title, snapshot(kept))
            return None
        if record.key != mention.key:
            account.rename(mention.key, record.key)
        if record.key in self._held or account.found[record.key] is not None:
            return None  # cited under two of its identifiers
        self._held.add(record.key)
        return Found(record, kept, seq)

    async def _refuse(self, mention: Mention, title: str, where: dict[str, Any]) -> None:
        session = self.session
        body = {
            "provider": self.name,
            "key": mention.key,
            "request": mention.key,
            "reason": "other-title",
            "expected": _words(mention.said)[:_LONGEST],
            "got": title[:_LONGEST],
            "snapshot": where,
        }
        await session.writer.note("refused", body)
        session.account.settle(mention.key, Outcome.FAILED)
        session.account.refused.add(mention.key)


def _words(said: Iterable[Statement]) -> str:
    return " / ".join(one.text for one in said)
