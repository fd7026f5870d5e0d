"""PubMed: searches for a topic and fetches, by explicit ids, what is new or has changed."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import ClassVar, cast

from harvest import medline
from harvest.archive import Exchange
from harvest.catalogue import Settled
from harvest.crawl.eutils import Eutils
from harvest.crawl.pause import Pause, Stopping
from harvest.crawl.rejudge import kept_records
from harvest.errors import (
    AnswerUnusable,
    HarvestError,
    HistoryExpired,
    Interrupted,
    KeyRefused,
    NotRecorded,
    ParseError,
    ProviderError,
)
from harvest.eutils import answers, query, slices
from harvest.eutils.hours import LARGE, until_quiet
from harvest.eutils.report import SearchReport
from harvest.eutils.windows import TIME_ZONES, Window, windows
from harvest.medline import Parsed
from harvest.model import Found, Key, Outcome, Record, Snapshot
from harvest.searching import query_digest
from harvest.settlement import Absence
from spiders.base import TopicSpider

Fetched = tuple[Parsed, Snapshot]

AT_ONCE = 8
"""Fetches under way at one time; their answers wait for each other, so that records keep the order asked."""
SWEEP = "#1 AND (retracted publication[pt] OR expression of concern[pt])"
"""Within the posted ids of all sources: those that PubMed marks as not to be relied on (external contract 1.11)."""


@dataclass(slots=True)
class Finds:
    """What the searches of a run returned: each key with the `seq` of the search that found it first."""

    search_of: dict[Key, int] = field(default_factory=dict)
    revised: set[Key] = field(default_factory=set)
    """Keys to look at again although they are known."""
    whole: bool = True
    """Each search gave as many ids as the provider states: only then may the next run begin where this one ends."""

    def add(self, keys: Iterable[Key], search: int, *, revised: bool) -> None:
        """Take in the result of one search."""
        for key in keys:
            self.search_of.setdefault(key, search)
            if revised:
                self.revised.add(key)


class PubmedSpider(TopicSpider):
    """Searches PubMed for a topic and fetches what is new or changed."""

    name = "pubmed"
    Options: ClassVar = query.PubmedOptions

    @staticmethod
    def records(answer: Exchange) -> Iterable[Record]:
        """Those of an efetch answer."""
        return medline.articles(answer.body).records

    async def harvest(self) -> AsyncIterator[Found]:
        """Search; fetch new records and revised ones; judge again what was judged for another question."""
        session, catalogue = self.session, self.session.catalogue
        self._eutils = Eutils(self.ask, session.configuration)
        self.asked = self._eutils.asked
        finds = await self._search()
        session.account.find(finds.search_of)
        known = [key for key in finds.search_of if key in catalogue.settled]
        rejudged = [] if session.same_question else [key for key in known if key not in finds.revised]
        again, unread = await asyncio.to_thread(kept_records, rejudged, catalogue, session.configuration.archive)
        outdated = finds.revised | unread
        missing = [key for key in finds.search_of if key not in catalogue.settled or key in outdated]
        looked_at = {*missing, *(found.record.key for found in again)}
        for key in known:
            if key not in looked_at:
                session.account.settle(key, Outcome.KNOWN)
        session.progress.found(self.name, session.account.tally(), to_fetch=len(missing))
        await self._off_peak(len(missing))
        async for found in self._fetch(missing, finds):
            yield found
        for found in again:
            yield found
        if finds.whole:
            session.watermark = self.new_mark(query_digest(self._term))

    async def _off_peak(self, records: int) -> None:
        """A large job in NCBI's busy hours: wait until they are over, or say so, as the operator has chosen."""
        session = self.session
        left = until_quiet(session.clock())
        if records <= LARGE or not left or session.replay:
            return
        waits = session.configuration.off_peak == "wait"
        self.logger.warning(
            "%d records to fetch, and NCBI wants large jobs after %d more minutes; %s",
            records, left.total_seconds() // 60, "waiting" if waits else "HARVEST_OFF_PEAK=wait waits for that",
        )  # fmt: skip
        if waits:
            try:
                await Pause(self.crawler)(left.total_seconds())
            except Stopping:
                raise Interrupted("stopped while waiting for NCBI's quiet hours") from None

    async def _search(self) -> Finds:
        """All searches of this run, each an entry; what is revised, failed before or due for a fresh look is marked."""
        catalogue = self.session.catalogue
        finds, last = Finds(), 0
        index = await self._index()
        for window in self._windows():
            report = SearchReport(window, index)
            last, keys = await self._one_search(report)
            finds.add(keys, last, revised=window.kind == "revised")
            finds.whole = finds.whole and report.whole
        if held := catalogue.held_by(self.name):
            await self._sweep(index, held, finds)
        finds.add(catalogue.open_failures(self.name), last, revised=True)
        if self.refresh_due:
            finds.add(held, last, revised=True)
        return finds

    async def _index(self) -> answers.Index:
        """State of PubMed's index; a run without it is partial, since how fresh its answers are is not known."""
        try:
            return (await self._eutils.index())[0]
        except AnswerUnusable as error:
            self.session.account.problems.append(f"how fresh PubMed's index is, is not known: {error.message}")
            return answers.Index("pubmed", build="", last_update="", count=0, fields=())

    def _windows(self) -> tuple[Window, ...]:
        session = self.session
        options = cast("query.PubmedOptions", session.options)
        self._term = query.term(session.topic, options)
        began = session.catalogue.began if session.catalogue.settled else ""
        return windows(
            self._term,
            mark=self.mark,
            topic_sha256=session.topic.digest,
            began=date.fromisoformat(began) if began else None,
            today=self.today,
        )

    async def _one_search(self, report: SearchReport, posted: answers.Posted | None = None) -> tuple[int, list[Key]]:
        """Carry out one search and append its entry, also when it fails."""
        try:
            await self._carry_out(report, posted)
        except HarvestError as error:
            report.failure = error.message
            await self.session.writer.note("search", report.body())
            raise
        seq = await self.session.writer.note("search", report.body())
        account, collected = self.session.account, cast("slices.Collected", report.collected)
        account.problems.extend(problem for problem in report.problems() if problem not in account.problems)
        if report.window.kind == "all":
            account.stated_total = collected.stated if collected.recounted is None else collected.recounted
        return seq, [f"pmid:{pmid}" for pmid in collected.ids]

    async def _carry_out(self, report: SearchReport, posted: answers.Posted | None) -> None:
        plan = slices.collect(report.window.term, last=self.today + TIME_ZONES)
        ask = next(plan)
        while report.collected is None:
            answer, kept = await self._eutils.search(ask, posted)
            report.take(answer, kept)
            try:
                ask = plan.send(answer)
            except StopIteration as done:
                report.collected = done.value
        if report.window.kind == "all" and not report.collected.stated:
            with suppress(AnswerUnusable, ParseError):  # advice: without it the search is as good
                report.suggestion = await self._eutils.spelling(report.window.term)

    async def _sweep(self, index: answers.Index, held: Sequence[Key], finds: Finds) -> None:
        """Ask which of the catalogued records are marked as retracted or of concern; unanswered, the run is partial."""
        try:
            search, keys = await self._marked(index, [key.partition(":")[2] for key in held])
        except (AnswerUnusable, HistoryExpired, ParseError) as error:
            self.session.account.problems.append(f"expected to hear which sources are retracted, got: {error.message}")
            return
        settled = self.session.catalogue.settled
        finds.add(keys, search, revised=False)
        finds.revised.update(key for key in keys if _not_marked(settled.get(key)))

    async def _marked(self, index: answers.Index, pmids: Sequence[str]) -> tuple[int, list[Key]]:
        """Search within `pmids`; a posted list may expire once."""
        window = Window("withdrawn", SWEEP)
        posted = await self._eutils.post(pmids)
        try:
            return await self._one_search(SearchReport(window, index), posted)
        except HistoryExpired:
            return await self._one_search(SearchReport(window, index), await self._eutils.post(pmids))

    async def _fetch(self, keys: Sequence[Key], finds: Finds) -> AsyncIterator[Found]:
        """Fetch records 200 at a time, several requests under way, and yield them in the order asked."""
        waiting: deque[tuple[tuple[Key, ...], asyncio.Task[Fetched]]] = deque()
        batches = slices.batches(tuple(keys))
        try:
            while True:
                for batch in islice(batches, AT_ONCE - len(waiting)):
                    pmids = [key.partition(":")[2] for key in batch]
                    waiting.append((batch, _begun(self._eutils.fetch(pmids))))
                if not waiting:
                    return
                batch, task = waiting.popleft()
                for found in await self._arrived(batch, task, finds):
                    yield found
        finally:
            for _, task in waiting:
                task.cancel()

    async def _arrived(self, batch: tuple[Key, ...], task: asyncio.Task[Fetched], finds: Finds) -> list[Found]:
        """Compare what was asked with what came; ids without a record are booked."""
        writer = self.session.writer
        try:
            parsed, kept = await task
        except KeyRefused:
            raise
        except (ProviderError, NotRecorded) as error:
            why = Absence("no-answer", expected=f"{len(batch)} records", got=error.message, answered=False)
            await writer.absent(batch, why)
            return []
        self.session.account.problems.extend(parsed.unreadable)
        records = {record.key: record for record in parsed.records}
        deleted = [key for key in batch if key in parsed.deleted]
        missing = [key for key in batch if key not in records and key not in parsed.deleted]
        await writer.absent(deleted, Absence("deleted", expected="a record", got="DeleteCitation", deleted=True))
        await writer.absent(missing, Absence("missing", expected="a record", got="an answer without it"))
        return [
            Found(records[key], kept, finds.search_of[key]) for key in batch if key in records and key not in deleted
        ]


def _begun(fetch: Coroutine[None, None, Fetched]) -> asyncio.Task[Fetched]:
    """Start a fetch whose failure is nobody's concern once the run has been stopped."""
    task = asyncio.create_task(fetch)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


def _not_marked(settled: Settled | None) -> bool:
    """A catalogued record that the ledger does not yet show as retracted or of concern."""
    return settled is not None and not {"retracted", "concern"} & set(settled.body.get("flags", []))
