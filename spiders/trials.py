"""ClinicalTrials.gov: registrations of a topic, and results where they are posted, each a record of its own."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar, cast

from harvest.archive import Exchange
from harvest.catalogue import Watermark
from harvest.crawl.api import Kept
from harvest.crawl.ctgov import INTERVAL, ClinicalTrials
from harvest.ctgov import answers, report
from harvest.ctgov.answers import Json, Version, nct, registration_key, results_key
from harvest.ctgov.numbers import registrations_of
from harvest.ctgov.query import TrialsOptions, named, number, parameters, shown
from harvest.ctgov.registration import registration
from harvest.ctgov.results import results
from harvest.ctgov.windows import Window, window
from harvest.entries import content_digest
from harvest.errors import HarvestError, NotRecorded, NotThere, ParseError, ProviderError
from harvest.model import Found, Key, Outcome, Record, Snapshot
from harvest.searching import SearchEntry, query_digest
from harvest.settlement import Absence
from harvest.windows import left_off
from spiders.base import TopicSpider

MOST_PAGES = 1_000
"""Pages of one search; a search that has more is reported as cut short, never as done."""
IDLE_PAGES = 5
"""A page may be empty and name a next one; the register is not asked for ever."""
AT_ONCE = 50
"""Studies asked for by number in one request."""


@dataclass(slots=True)
class Finds:
    """What the searches of a run returned."""

    answers: list[Kept] = field(default_factory=list)
    keys: dict[Key, None] = field(default_factory=dict)
    """Registrations and, where the register says that there are any, their results; in the order found."""
    last: int = 0
    """`seq` of the last search."""
    whole: bool = True
    """Every search came to its end: only then may the next run begin where this one ends."""

    def add(self, kept: Kept) -> None:
        """Take in an answer."""
        self.answers.append(kept)
        for study in answers.studies(kept.body):
            self.keys |= dict.fromkeys(_keys(study))


class TrialsSpider(TopicSpider):
    """Searches the register for a topic, and looks up the registrations that other sources of the topic name."""

    name = "trials"
    Options: ClassVar = TrialsOptions
    after: ClassVar = ("pubmed", "europepmc")

    @staticmethod
    def records(answer: Exchange) -> Iterable[Record]:
        """Registrations, and posted results where the answer holds them; what cannot be read is passed over."""
        return (read for read in _read(answers.studies(answer.body)) if isinstance(read, Record))

    async def harvest(self) -> AsyncIterator[Found]:
        """Search; yield what is new or has changed: each registration, then its results."""
        session = self.session
        interval = self.crawler.settings.getfloat("HARVEST_CTGOV_INTERVAL", INTERVAL)
        self._service = ClinicalTrials(self.ask, session.configuration, interval=interval)
        self.asked = self._service.asked
        self._asked = parameters(session.topic, cast("TrialsOptions", session.options))
        self._version = await self._state()
        finds = Finds()
        await self._one_search(self._window(), finds)
        gone = await self._look_up(finds)
        session.account.find((*finds.keys, *gone))
        session.progress.found(self.name, session.account.tally(), to_fetch=len(finds.keys))
        for key, why in gone.items():
            await session.writer.absent([key], why)
        async for found in self._found(finds):
            yield found
        if finds.whole:
            session.watermark = self._watermark()

    async def _state(self) -> Version:
        """State of the register; a run without it is partial, since how fresh its answers are is not known."""
        try:
            return await self._service.version()
        except ProviderError as error:
            self.session.account.problems.append(f"how fresh the register is, is not known: {error.message}")
            return Version("", "")

    def _window(self) -> Window:
        session, mark = self.session, self.mark
        digest = query_digest(shown(self._asked))
        since = left_off(mark, query_digest=digest, topic_sha256=session.topic.digest, today=self.today)
        since = None if self.refresh_due else since
        return window(self._asked, since=since, index=mark.index if mark else "", now=self._version)

    def _watermark(self) -> Watermark:
        return self.new_mark(query_digest(shown(self._asked)), index=self._version.timestamp)

    async def _one_search(self, asked: Window, finds: Finds) -> None:
        """Carry out one search and append its entry, also when it fails or when there is nothing new to search."""
        entry = report.opened(self.name, asked, today=self.today.isoformat(), now=self._version)
        pages: list[tuple[bytes, Snapshot]] = []
        try:
            if asked.kind != "unchanged":
                await self._carry_out(asked, entry, pages)
        except HarvestError as error:
            entry.failure = error.message
            await self.session.writer.note("search", entry.body())
            raise
        finds.last = await self.session.writer.note("search", entry.body())
        account = self.session.account
        account.problems.extend(problem for problem in entry.problems if problem not in account.problems)
        if asked.kind == "all":
            account.stated_total = entry.stated_total
        for body, kept in pages:
            finds.add(Kept(body, kept, finds.last))
        finds.whole = finds.whole and entry.whole

    async def _carry_out(self, asked: Window, entry: SearchEntry, pages: list[tuple[bytes, Snapshot]]) -> None:
        """Ask for page after page until one names none after it; a short or empty page may not be the last."""
        token, came, idle = "", set[str](), 0
        for _ in range(MOST_PAGES):
            try:
                body, kept = await self._service.page(asked.asked, token)
                page = answers.page(body)
            except (ProviderError, NotRecorded) as error:
                if not token:
                    raise
                entry.problems.append(f"expected page {entry.requests + 1} of the register, got: {error.message}")
                return
            entry.take(kept)
            report.take(entry, page)
            pages.append((body, kept))
            came.update(map(nct, page.studies))
            idle = 0 if len(came) > entry.returned else idle + 1
            entry.returned = len(came)
            if not page.next:
                report.close(entry, len(came))
                return
            if idle > IDLE_PAGES:
                entry.problems.append(f"the register answered {idle} pages without anything new, and names a next one")
                return
            token = page.next
        entry.problems.append(f"the register has more than {MOST_PAGES} pages; the rest was not asked for")

    async def _look_up(self, finds: Finds) -> dict[Key, Absence]:
        """Ask by number for what was named, failed before, or is missing in a full look.

        Returns:
            What the register does not have, or not any more, and why that is so.
        """
        expected = [key for key in dict.fromkeys(self._expected()) if key not in finds.keys]
        open_numbers = iter(dict.fromkeys(map(number, expected)))
        while batch := list(islice(open_numbers, AT_ONCE)):
            await self._one_search(Window("named", named([registration_key(each) for each in batch])), finds)
        gone: dict[Key, Absence] = {}
        for each in dict.fromkeys(map(number, expected)):
            if registration_key(each) not in finds.keys and (why := await self._single(each, finds)):
                gone |= {key: why for key in expected if number(key) == each}
        withdrawn = Absence("missing", expected="posted results", got="a study without any")
        return gone | {key: withdrawn for key in expected if key not in finds.keys and key not in gone}

    def _expected(self) -> Iterator[Key]:
        """Keys that are to be there: named by the topic or by a source of it, failed before, held where all is seen."""
        catalogue = self.session.catalogue
        yield from map(registration_key, cast("TrialsOptions", self.session.options).ids)
        yield from catalogue.open_failures(self.name)
        named_by_others = registrations_of(catalogue.sources.values())
        yield from (key for key in named_by_others if key not in catalogue.settled)
        if self.refresh_due:
            yield from catalogue.held_by(self.name)

    async def _single(self, each: str, finds: Finds) -> Absence | None:
        """Ask for one study: the register answers for a merged number with the study that it is now."""
        try:
            body, kept = await self._service.study(each)
            now = nct(answers.study(body))
        except NotThere:
            return Absence("missing", expected="a study", got="404: no such study")
        except (ProviderError, NotRecorded) as error:
            return Absence("no-answer", expected="a study", got=error.message, answered=False)
        if registration_key(now) not in finds.keys:
            finds.add(Kept(body, kept, finds.last))
        if now == each:
            return None
        return Absence("merged", expected="a study of its own", got=f"it is {now} now", deleted=True)

    async def _found(self, finds: Finds) -> AsyncIterator[Found]:
        """Each record once, in the order found; what is settled as it stands is known."""
        told: set[Key] = set()
        for kept in finds.answers:
            for study in answers.studies(kept.body):
                if registration_key(nct(study)) in told:
                    continue
                told.update(_keys(study))
                try:
                    read = registration(study)
                except ParseError as error:
                    await self._unreadable(_keys(study), error)
                    continue
                if not self._settled(read):
                    yield Found(read, kept.snapshot, kept.search)
                if study.get("hasResults") and (posted := await self._results(read, kept)):
                    yield posted

    async def _unreadable(self, keys: Sequence[Key], error: ParseError) -> None:
        await self.session.writer.absent(keys, Absence("unreadable", expected="a study", got=error.message))

    async def _results(self, of: Record, kept: Kept) -> Found | None:
        """The posted results of a study; they are fetched if they are not settled or the study was posted anew."""
        catalogue, each = self.session.catalogue, number(of.key)
        key = results_key(each)
        before = catalogue.settled.get(key)
        if before and before.body.get("revised") == (of.revised.iso if of.revised else None) and self._same(key):
            self.session.account.settle(key, Outcome.KNOWN)
            return None
        try:
            body, snapshot = await self._service.study(each)
            read = results(answers.study(body))
        except (ProviderError, NotRecorded) as error:
            why = Absence("no-answer", expected="posted results", got=error.message, answered=False)
            await self.session.writer.absent([key], why)
            return None
        if read is None:
            why = Absence("missing", expected="posted results", got="a study without any")
            await self.session.writer.absent([key], why)
            return None
        return None if self._settled(read) else Found(read, snapshot, kept.search)

    def _settled(self, read: Record) -> bool:
        """Book a record that is settled for this very question with this very content."""
        before = self.session.catalogue.settled.get(read.key)
        if before is None or content_digest(read) != before.digest or not self._same(read.key):
            return False
        self.session.account.settle(read.key, Outcome.KNOWN)
        return True

    def _same(self, key: Key) -> bool:
        return self.session.same_question and key not in self.session.catalogue.failures


def _keys(study: Json) -> tuple[Key, ...]:
    """The records that a study makes."""
    own = registration_key(nct(study))
    return (own, results_key(nct(study))) if study.get("hasResults") else (own,)


def _read(studies: Iterable[Json]) -> Iterator[Record | ParseError | None]:
    for study in studies:
        for reader in (registration, results):
            try:
                yield reader(study)
            except ParseError as error:
                yield error
