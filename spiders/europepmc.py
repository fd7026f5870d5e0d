"""Europe PMC: preprints, articles and what else it holds of a topic; open-access full texts are read for claims."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import ClassVar, cast

from harvest.archive import Exchange
from harvest.catalogue import RETRIES
from harvest.crawl.api import Kept
from harvest.crawl.europepmc import INTERVAL, EuropePmc
from harvest.entries import content_digest
from harvest.errors import HarvestError, NotRecorded, NotThere, ParseError, ProviderError
from harvest.europepmc import answers, report
from harvest.europepmc.lists import Json
from harvest.europepmc.query import EuropepmcOptions, named, query
from harvest.europepmc.record import record
from harvest.europepmc.windows import Window, windows
from harvest.evidence import classify
from harvest.model import EvidenceKind, Found, FullText, Key, Outcome, Record, Snapshot
from harvest.screening import screen
from harvest.searching import SearchEntry, query_digest
from harvest.settlement import Absence
from harvest.windows import left_off
from spiders.base import TopicSpider

MOST_PAGES = 1_000
"""Pages of one search; a search that has more is reported as cut short, never as done."""
AT_ONCE = 40
"""Records asked for by name in one query."""


@dataclass(slots=True)
class Finds:
    """What the searches of a run returned."""

    pages: list[Kept] = field(default_factory=list)
    keys: dict[Key, None] = field(default_factory=dict)
    """In the order found."""
    whole: bool = True
    """Every search came to its end: only then may the next run begin where this one ends."""


class EuropepmcSpider(TopicSpider):
    """Searches Europe PMC for a topic; each page holds whole records, so that nothing is fetched twice."""

    name = "europepmc"
    Options: ClassVar = EuropepmcOptions
    after: ClassVar = ("pubmed",)

    @staticmethod
    def records(answer: Exchange) -> Iterable[Record]:
        """Those of a page; a result that cannot be read is passed over."""
        return (read for read in map(_read, answers.page(answer.body).results) if isinstance(read, Record))

    async def harvest(self) -> AsyncIterator[Found]:
        """Search; yield what is new or has changed, with the full text where its licence lets it be read."""
        session = self.session
        interval = self.crawler.settings.getfloat("HARVEST_EUROPEPMC_INTERVAL", INTERVAL)
        self._service = EuropePmc(self.ask, session.configuration, interval=interval)
        self.asked = self._service.asked
        self._query = query(session.topic, self._options)
        finds = Finds()
        for window in self._windows():
            await self._one_search(window, finds)
        missing = await self._look_up(finds)
        session.account.find((*finds.keys, *missing))
        session.progress.found(self.name, session.account.tally(), to_fetch=len(finds.keys))
        await session.writer.absent(missing, Absence("missing", expected="a record", got="an answer without it"))
        async for found in self._found(finds):
            yield found
        if finds.whole:
            session.watermark = self.new_mark(query_digest(self._query))

    @property
    def _options(self) -> EuropepmcOptions:
        return cast("EuropepmcOptions", self.session.options)

    def _windows(self) -> tuple[Window, ...]:
        since = left_off(
            self.mark,
            query_digest=query_digest(self._query),
            topic_sha256=self.session.topic.digest,
            today=self.today,
        )
        return windows(self._query, since=None if self.refresh_due else since, today=self.today)

    async def _one_search(self, window: Window, finds: Finds) -> None:
        """Carry out one search and append its entry, also when it fails."""
        entry = SearchEntry(self.name, window.query, kind=window.kind, first=window.first, last=window.last)
        entry.extra = {"synonym": False, "result_type": "core"}
        pages: list[tuple[bytes, Snapshot]] = []
        keys: dict[Key, None] = {}
        try:
            await self._carry_out(entry, pages, keys)
        except HarvestError as error:
            entry.failure = error.message
            await self.session.writer.note("search", entry.body())
            raise
        entry.returned = len(keys)
        seq = await self.session.writer.note("search", entry.body())
        account = self.session.account
        account.problems.extend(problem for problem in entry.problems if problem not in account.problems)
        if window.kind == "all":
            account.stated_total = entry.recounted_total
        finds.pages.extend(Kept(body, snapshot, seq) for body, snapshot in pages)
        finds.keys |= keys
        finds.whole = finds.whole and entry.whole

    async def _carry_out(self, entry: SearchEntry, pages: list[tuple[bytes, Snapshot]], keys: dict[Key, None]) -> None:
        """Ask for page after page until the service says that it was the last, or repeats itself."""
        mark = answers.BEGINNING
        for _ in range(MOST_PAGES):
            page, kept = await self._page(entry, mark)
            if page is None:
                return
            report.take(entry, page)
            new = [key for key in page.keys if key not in keys]
            keys.update(dict.fromkeys(new))
            pages.append(kept)
            if page.is_last(mark):
                report.close(entry, len(keys))
                return
            if not new:
                entry.problems.append("Europe PMC answered a page without anything new before the last one")
                return
            mark = page.next
        entry.problems.append(f"Europe PMC has more than {MOST_PAGES} pages; the rest was not asked for")

    async def _page(self, entry: SearchEntry, mark: str) -> tuple[answers.Page | None, tuple[bytes, Snapshot]]:
        """One page; one after the first that does not come ends the search with what there is."""
        try:
            body, kept = await self._service.page(entry.query, mark)
            page = answers.page(body)
        except (ProviderError, NotRecorded) as error:
            if mark == answers.BEGINNING:
                raise
            entry.problems.append(f"expected page {entry.requests + 1} of Europe PMC's results, got: {error.message}")
            return None, (b"", Snapshot("", "", ""))
        entry.take(kept)
        return page, (body, kept)

    async def _look_up(self, finds: Finds) -> list[Key]:
        """Ask by name for what failed in earlier runs, and in a full look for sources that it did not bring.

        Returns:
            Those that the service does not have any more.
        """
        catalogue = self.session.catalogue
        expected = [*catalogue.open_failures(self.name)]
        if self.refresh_due:
            expected += catalogue.held_by(self.name)
        open_keys = iter([key for key in dict.fromkeys(expected) if key not in finds.keys])
        missing: list[Key] = []
        while batch := list(islice(open_keys, AT_ONCE)):
            known = len(finds.keys)
            await self._one_search(Window("named", named(batch)), finds)
            came = set(islice(finds.keys, known, None))
            missing += [key for key in batch if key not in came]
        return missing

    async def _found(self, finds: Finds) -> AsyncIterator[Found]:
        """Each record once, in the order found; what is settled as it stands is known."""
        told: set[Key] = set()
        for kept in finds.pages:
            for result in answers.page(kept.body).results:
                key = answers.key(result)
                if key in told:
                    continue
                told.add(key)
                read = _read(result)
                if isinstance(read, ParseError):
                    await self._unreadable(key, read)
                elif self._stands(read):
                    self.session.account.settle(key, Outcome.KNOWN)
                elif found := await self._whole(Found(read, kept.snapshot, kept.search)):
                    yield found

    async def _unreadable(self, key: Key, error: ParseError) -> None:
        await self.session.writer.absent([key], Absence("unreadable", expected="a record", got=error.message))

    def _stands(self, read: Record) -> bool:
        """It is settled, for this very question, with this very content."""
        catalogue = self.session.catalogue
        settled = catalogue.settled.get(read.key)
        if settled is None or read.key in catalogue.failures or not self.session.same_question:
            return False
        return content_digest(read) == settled.digest

    async def _whole(self, found: Found) -> Found | None:
        """The record with its full text; one whose text should have come and did not fails, and is asked for again."""
        catalogue, key = self.session.catalogue, found.record.key
        try:
            text = await self._full_text(found.record)
        except (ProviderError, NotRecorded) as error:
            if catalogue.failures[key] < RETRIES:
                why = Absence("no-full-text", expected="an open-access text", got=error.message, answered=False)
                await self.session.writer.absent([key], why)
                return None
            self.session.account.problems.append(f"the full text of {key} did not come: {error.message}")
            text = None
        return replace(found, full_text=text)

    async def _full_text(self, read: Record) -> FullText | None:
        """The text of an open-access article, under a licence of the topic's choice, of which claims may be made."""
        licence, pmcid = read.details.get("licence", ""), next(_pmcids(read), "")
        if not pmcid or read.details.get("open_access") is not True or licence not in self._options.full_text:
            return None
        if not screen(read, self.session.topic).is_source or classify(read).kind is EvidenceKind.NONE:
            return None
        try:
            sections, stated, kept = await self._service.full_text(pmcid)
        except NotThere:
            return None
        if not sections or (stated or licence) not in self._options.full_text:
            return None
        return FullText(sections, stated or licence, kept)


def _read(result: Json) -> Record | ParseError:
    try:
        return record(result)
    except ParseError as error:
        return error


def _pmcids(read: Record) -> Iterator[str]:
    return (key.partition(":")[2] for key in read.keys if key.startswith("pmcid:"))
