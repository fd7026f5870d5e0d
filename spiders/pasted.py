"""Pasted: a text that somebody hands in, and the documents that it names, if they are what it says of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar, Self

from scrapy.crawler import Crawler

from harvest.configuration import Configuration
from harvest.crawl.lookup import Looked, Lookup
from harvest.crawl.progress import Progress
from harvest.crawl.session import Session
from harvest.errors import UsageError
from harvest.ledger import Persons, StateFolder
from harvest.model import Found, Key, Outcome, Record, Snapshot
from harvest.pasted import (
    PROVIDER,
    Match,
    Mention,
    NoOptions,
    Paste,
    Told,
    is_bare,
    match,
    mentions,
    passage,
    record_of,
    refused,
)
from harvest.searching import SearchEntry
from harvest.settlement import Absence
from spiders.base import TopicSpider

MILLION = 1_000_000


@dataclass(slots=True)
class Answers:
    """What stands under the identifiers of a text."""

    held: dict[Key, Match] = field(default_factory=dict)
    """Those that are what the text says of them."""
    found: list[Found] = field(default_factory=list)
    refused: int = 0

    @property
    def bare(self) -> int:
        """Of how many the text says nothing."""
        return sum(one.by == "nothing-said" for one in self.held.values())


class PastedSpider(TopicSpider):
    """Settles one text, and what it names and PubMed, Crossref or ClinicalTrials.gov have."""

    name = PROVIDER
    Options: ClassVar = NoOptions
    _paste: Paste

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, session: Session | None = None, paste: Paste | None = None, **arguments: Any
    ) -> Self:
        """Make the spider for a text."""
        spider = super().from_crawler(crawler, *args, session=session, **arguments)
        spider._paste = paste or Paste("")  # noqa: SLF001 - its own
        return spider

    @classmethod
    def open_session(
        cls, configuration: Configuration, arguments: Mapping[str, str], progress: Progress | None = None
    ) -> Session:
        """There is nothing to crawl.

        Raises:
            UsageError: always.
        """
        del configuration, progress
        slug = arguments.get("topic", "TOPIC")
        raise UsageError("expected a text, got none", hint=f"harvest ingest {slug} --text FILE")

    async def harvest(self) -> AsyncIterator[Found]:
        """Look up what the text names, then settle the text."""
        session, text = self.session, self._paste.text
        key = "" if is_bare(text) else self._key(text)
        before = session.catalogue.settled.get(key) if session.same_question else None
        named = mentions(text)
        if before:
            again = session.catalogue.open_failures(self.name)
            named = tuple(mention for mention in named if mention.key in again)
        session.account.find([*([key] if key else []), *(one.key for one in named)])
        self._lookup = Lookup(self.ask, session.configuration)
        answers = await self._answers(named)
        self.asked = self._lookup.asked
        for found in answers.found:
            yield found
        if before and not answers.held:
            session.account.settle(key, Outcome.KNOWN)
        elif key:
            yield await self._passage(key, before.body if before else {}, answers)

    async def _passage(self, key: Key, before: Mapping[str, Any], answers: Answers) -> Found:
        """The text, with what it names; an earlier run may have found some of that."""
        text, counted = self._paste.text, before.get("details", {})
        record = passage(
            text,
            key,
            cited=[*(link["key"] for link in before.get("links", ())), *answers.held],
            refused=counted.get("refused_ids", 0) + answers.refused,
            bare=counted.get("ids_without_title", 0) + answers.bare,
        )
        return Found(record, Snapshot("", "", sha256(text.encode()).hexdigest()), await self._noted())

    def _key(self, text: str) -> Key:
        """Keyed: without the key, nobody can try out what the text was."""
        configuration = self.session.configuration
        origin = configuration.ledger_origin(self.session.topic.slug)
        keyed = Persons(StateFolder(configuration.state_dir), origin)
        return f"{PROVIDER}:{keyed.hash(f'{PROVIDER} text', text)}"

    async def _noted(self) -> int:
        """No word of the text stands in a line."""
        entry = SearchEntry(self.name, "a text that somebody pasted", returned=1, extra={"by": "text"})
        return await self.session.writer.note("search", entry.body())

    async def _answers(self, named: Sequence[Mention]) -> Answers:
        """Compare each record with what the text says of it; one in the ledger is not asked for again."""
        answers = Answers()
        sources = self._sources()
        to_ask: list[Mention] = []
        for mention in named:
            if not mention.possible:
                await self._refuse(mention, "impossible", "no such number can be a PMID", None, answers)
            elif source := sources.get(mention.key):
                await self._known(mention, source, answers)
            else:
                to_ask.append(mention)
        if to_ask:
            await self._asked(to_ask, answers)
        return answers

    def _sources(self) -> dict[Key, Record]:
        """What the ledger has in full, by every identifier."""
        sources = self.session.catalogue.sources.values()
        return {key: record_of(body) for body in sources if "title" in body for key in body["keys"]}

    async def _known(self, mention: Mention, source: Record, answers: Answers) -> None:
        how = match(mention, source)
        if not how.holds:
            await self._refuse(mention, "other-title", source.title, None, answers)
            return
        self._rename(mention.key, source.key)
        answers.held[source.key] = how
        self._tell(mention.key, "known", how, source.title)
        if self.session.account.found.get(source.key) is None:
            self.session.account.settle(source.key, Outcome.KNOWN)

    async def _asked(self, named: Sequence[Mention], answers: Answers) -> None:
        """Look them up; the search entry says of each how it was matched."""
        looked = await self._lookup.find([mention.key for mention in named])
        compared = [
            (mention, one, match(mention, one.record)) for mention, one in zip(named, looked, strict=True) if one.record
        ]
        taken = [(one, how) for _, one, how in compared if how.holds]
        seq = await self._note(named, taken)
        for one, how in taken:
            self._take(one, how, seq, answers)
        for mention, one, how in compared:
            if one.record and not how.holds:
                await self._refuse(mention, "other-title", one.record.title, one.kept, answers)
        for mention, one in zip(named, looked, strict=True):
            if one.record is None:
                await self._absent(mention, one)

    async def _note(self, named: Sequence[Mention], taken: Sequence[tuple[Looked, Match]]) -> int:
        matched = [{"key": one.key, "by": how.by, "share": round(how.share * MILLION)} for one, how in taken]
        entry = SearchEntry(self.name, ", ".join(one.key for one in named), extra={"by": "ids", "matched": matched})
        for kept in self._lookup.snapshots:
            entry.take(kept)
        entry.returned = len(taken)
        return await self.session.writer.note("search", entry.body())

    def _take(self, one: Looked, how: Match, seq: int, answers: Answers) -> None:
        record, kept = one.record, one.kept
        if record is None or kept is None:
            return
        self._rename(one.key, record.key)
        self._tell(one.key, "accepted", how, record.title)
        if record.key not in answers.held:
            answers.found.append(Found(record, kept, seq))
        answers.held[record.key] = how

    def _rename(self, key: Key, other: Key) -> None:
        """A DOI may be that of an article which PubMed knows by its number; both may stand in the text."""
        if key != other:
            self.session.account.rename(key, other)

    async def _refuse(self, mention: Mention, reason: str, title: str, kept: Snapshot | None, answers: Answers) -> None:
        """Nothing is catalogued for it."""
        self._tell(mention.key, "refused", Match("no-match", 0.0), title)
        account = self.session.account
        if mention.key in answers.held:  # named by its DOI, too, and there it is what the text says
            return
        await self.session.writer.note("refused", refused(mention, reason=reason, got=title, kept=kept))
        account.settle(mention.key, Outcome.FAILED)
        account.refused.add(mention.key)
        answers.refused += 1

    async def _absent(self, mention: Mention, one: Looked) -> None:
        why = one.why or Absence("missing", expected="a record", got="nothing")
        await self.session.writer.absent([mention.key], why)
        self._tell(mention.key, "failed", Match("no-match", 0.0), why.got)

    def _tell(self, key: Key, outcome: str, how: Match, title: str) -> None:
        self._paste.told.append(Told(key, outcome, how.by, title))
