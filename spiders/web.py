"""The web: pages of a topic, of its feeds and sitemaps, and pages that its sources link to."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import ClassVar, cast

from harvest.archive import Exchange
from harvest.crawl.hosts import PAGE
from harvest.crawl.kept_pages import (
    conditions,
    kept_pages,
    key_of_page,
    leads_of,
    links_of,
    names_of,
    pages_of,
    titles_of,
)
from harvest.crawl.listed import Listed, listed
from harvest.crawl.reader import SECONDS, Reader
from harvest.crawl.visits import PAGES, NotVisited, Visits
from harvest.errors import ParseError, Unreachable
from harvest.model import Found, Key, Outcome, Record, Snapshot
from harvest.pages import Page, PageKind, Refusal, record, resolved
from harvest.searching import SearchEntry, query_digest
from harvest.settlement import Absence
from harvest.visiting import WebOptions, key_of
from spiders.base import TopicSpider

AT_ONCE = 8
"""Pages under way at one time; each host has its own pace."""
LONGEST_TEXT = 1_000_000
"""Code points of a page's text; judging so long a text takes seconds."""
KEPT_AT_ONCE = 50
"""Pages of the archive that are held in memory at one time."""


@dataclass(slots=True)
class Finds:
    """Pages that a run is to look at, in the order found, each with the `seq` of the search that found it first."""

    search_of: dict[Key, int] = field(default_factory=dict)
    again: set[Key] = field(default_factory=set)
    """Known ones that are to be asked for once more."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A page that was read, and the answer that it was read from; no page where nothing has changed."""

    url: str
    kept: Snapshot
    page: Page | None


class WebSpider(TopicSpider):
    """Asks for pages, each host at its own pace, and reads them in a process that can be killed."""

    name = "web"
    Options: ClassVar = WebOptions

    @staticmethod
    def records(answer: Exchange) -> Iterator[Record]:
        """The page of an answer, if it can be read; in a process of its own, whatever it costs."""
        page = asyncio.run(_read_once(answer))
        if not page.refusal:
            yield record(page, key_of_page(page, answer.url))

    async def harvest(self) -> AsyncIterator[Found]:
        """Gather addresses; ask for pages that are new or due for another look; judge again for another question."""
        session = self.session
        self._options = cast("WebOptions", session.options)
        self.asked = asked = Counter[str]()
        self._visits = Visits(self.crawler, asked)
        self._reader = Reader(seconds=self.crawler.settings.getint("HARVEST_READER_SECONDS", SECONDS))
        self._names = names_of(session.catalogue)
        self._titles = titles_of(session.catalogue)
        self._met: set[Key] = set()
        try:
            finds = await self._search()
            session.account.find(finds.search_of)
            async for found in self._looked_at(finds):
                yield found
        finally:
            await self._reader.close()
        session.watermark = self.new_mark(query_digest(self._options.model_dump_json()))

    async def _search(self) -> Finds:
        """Each way to pages is a search of its own and an entry."""
        catalogue, options, finds = self.session.catalogue, self._options, Finds()
        if options.urls:
            entry = SearchEntry(self.name, "pages of the topic", extra={"by": "urls"})
            await self._note(entry, map(key_of, options.urls), finds)
        for by, addresses in (("feed", options.feeds), ("sitemap", options.sitemaps)):
            for address in addresses:
                await self._listing(address, by, finds)
        if options.follow and (links := links_of(catalogue, options.follow)):
            entry = SearchEntry(self.name, "pages that sources link to", extra={"by": "links"})
            await self._note(entry, links, finds)
        earlier = self._earlier(finds)
        if earlier:
            entry = SearchEntry(self.name, "pages known from earlier runs", kind="revised", extra={"by": "ledger"})
            await self._note(entry, earlier, finds)
        return finds

    def _earlier(self, finds: Finds) -> list[Key]:
        """Pages of earlier runs to look at: what failed, all when it is time, and all when the question is another."""
        catalogue = self.session.catalogue
        again = dict.fromkeys(catalogue.open_failures(self.name))
        if self.refresh_due:
            again |= dict.fromkeys(key for key in finds.search_of if key in catalogue.settled)
            again |= dict.fromkeys(catalogue.held_by(self.name))
        finds.again = set(again)
        return [*again] if self.session.same_question else list(dict.fromkeys((*again, *pages_of(catalogue))))

    async def _listing(self, address: str, by: str, finds: Finds) -> None:
        """Read a feed or sitemap; one that does not come makes the run partial."""
        entry = SearchEntry(self.name, address, extra={"by": by})
        found = Listed()
        try:
            found = await listed(address, by, self._visits, self._reader, entry)
        except (NotVisited, ParseError) as error:
            entry.failure = f"expected a {by}, got: {error}"
            if isinstance(error, NotVisited) and error.refused:
                body = error.entry(key_of(address), address, provider=self.name)
                await self.session.writer.note("refused", body)
        entry.stated_total = None if entry.failure else found.stated
        keys = [self._names.get(key, key) for key in map(key_of, found.pages)]
        met = {*self._names, *finds.search_of}
        new = [key for key in dict.fromkeys(keys) if key not in met]
        if len(new) > self._options.most:
            entry.problems.append(f"the {by} names {len(new)} new pages, {self._options.most} are read in this run")
        left = set(new[self._options.most :])
        await self._note(entry, (key for key in keys if key not in left), finds)

    async def _note(self, entry: SearchEntry, keys: Iterable[Key], finds: Finds) -> None:
        known = dict.fromkeys(self._names.get(key, key) for key in keys)
        entry.returned = len(known)
        seq = await self.session.writer.note("search", entry.body())
        self.session.account.problems.extend(entry.body()["problems"])
        for key in known:
            finds.search_of.setdefault(key, seq)

    async def _looked_at(self, finds: Finds) -> AsyncIterator[Found]:
        """Whatever is to be judged, new or anew; the rest is known."""
        session, catalogue = self.session, self.session.catalogue
        missing = [key for key in finds.search_of if key not in catalogue.settled or key in finds.again]
        known = [key for key in finds.search_of if key in catalogue.settled and key not in finds.again]
        rejudged = [] if session.same_question else known
        session.progress.found(self.name, session.account.tally(), to_fetch=len(missing))
        async for found in self._from_archive(rejudged):
            yield found
        missing += [key for key in rejudged if key not in self._met]
        for key in known if session.same_question else ():
            session.account.settle(key, Outcome.KNOWN)
        async for found in self._from_the_web(missing, finds):
            yield found
        if missing and not self.crawler.stats.get_value("downloader/response_count"):
            raise Unreachable("expected pages, got no answer from any host")

    async def _from_archive(self, keys: Sequence[Key]) -> AsyncIterator[Found]:
        """Pages as they stood when they were asked for last; those that cannot be read again are left open."""
        catalogue, archive = self.session.catalogue, self.session.configuration.archive
        pages = iter(keys)
        while batch := tuple(islice(pages, KEPT_AT_ONCE)):
            for key, answer in await asyncio.to_thread(lambda some: [*kept_pages(some, catalogue, archive)], batch):
                body = catalogue.settled[key].body
                kept = Snapshot(**{"synthetic": False, **body["snapshot"]})
                try:
                    page = await self._read(answer.url, answer.body, answer.header("Content-Type"), kept)
                except NotVisited:
                    continue
                if not page.refusal and key not in self._met:
                    self._met.add(key)
                    yield Found(self._record(page, key, ()), kept, body["query"])

    async def _from_the_web(self, keys: Sequence[Key], finds: Finds) -> AsyncIterator[Found]:
        """Several under way; in the order asked."""
        catalogue, archive = self.session.catalogue, self.session.configuration.archive
        settled = [key for key in keys if key in catalogue.settled and self.session.same_question]
        headers = await asyncio.to_thread(conditions, settled, catalogue, archive)
        waiting: deque[tuple[Key, asyncio.Task[Arrived]]] = deque()
        coming = iter(keys)
        try:
            while True:
                for key in islice(coming, AT_ONCE - len(waiting)):
                    waiting.append((key, _begun(self._visit(key, headers.get(key, {})))))
                if not waiting:
                    return
                key, task = waiting.popleft()
                for found in await self._arrived(key, task, finds):
                    yield found
        finally:
            for _, task in waiting:
                task.cancel()

    async def _visit(self, key: Key, headers: Mapping[str, str]) -> Arrived:
        visited = await self._visits.visit(key.removeprefix("url:"), tool=PAGE, accepted=PAGES, headers=headers)
        if visited.unchanged and headers:
            return Arrived(visited.url, visited.kept, None)
        try:
            page = await self._read(visited.url, visited.body, visited.content_type, visited.kept)
        except NotVisited as no:
            no.kept = visited.kept if no.reason == "unreadable" else self._visits.keep(visited)
            raise
        written_by_users = page.kind is PageKind.FORUM  # what they wrote shall be erasable, and their names stand there
        return Arrived(visited.url, visited.kept if written_by_users else self._visits.keep(visited), page)

    async def _read(self, url: str, body: bytes, content_type: str, kept: Snapshot) -> Page:
        """Read a page; one that says nothing of its own is as good as none."""
        today = self.today
        try:
            page = await self._reader.page(body, url=url, content_type=content_type, fetched=today)
        except ParseError as error:
            raise NotVisited("unreadable", expected="a page", got=error.message, kept=kept) from None
        if page.refusal:
            reason = "gone" if page.refusal is Refusal.NOT_FOUND else str(page.refusal)
            raise NotVisited(reason, expected="a page with a text", got=f"a page that is {page.refusal}", kept=kept)
        if len(page.text) > LONGEST_TEXT:
            got = f"a text of {len(page.text)} characters"
            raise NotVisited("too-large", expected=f"a text of at most {LONGEST_TEXT}", got=got, kept=kept)
        return page

    async def _arrived(self, key: Key, task: asyncio.Task[Arrived], finds: Finds) -> list[Found]:
        """Book what came of one address; two that lead to one page are one."""
        account = self.session.account
        try:
            arrived = await task
        except NotVisited as no:
            if key not in self._met:
                await self._not_visited(key, no)
            return []
        if key in self._met:
            return []
        page = arrived.page
        if page is None:
            account.settle(key, Outcome.KNOWN)
            return []
        final = key_of_page(page, arrived.url)
        met = final in self._met or account.found.get(final) is not None
        if final != key:
            account.rename(key, final)
        if met:
            return []
        self._met.add(final)
        names = (key, key_of(arrived.url))
        return [Found(self._record(page, final, names), arrived.kept, finds.search_of[key])]

    def _record(self, page: Page, key: Key, names: Iterable[Key]) -> Record:
        """The page under its key, with every other address that led to it, now or before."""
        before = self.session.catalogue.settled.get(key)
        known = before.body["keys"] if before else ()
        read = record(resolved(page, self._titles), key)
        leads = () if read.erasable else leads_of(page)
        return replace(read, keys=tuple(dict.fromkeys((key, *known, *names))), related=(*read.related, *leads))

    async def _not_visited(self, key: Key, no: NotVisited) -> None:
        """What was refused is an entry of its own; what did not come is asked for again in the next runs."""
        session = self.session
        if no.refused:
            await session.writer.note("refused", no.entry(key, key.removeprefix("url:"), provider=self.name))
            session.account.settle(key, Outcome.FAILED)
            session.account.refused.add(key)
            return
        reason = "missing" if no.gone else "no-answer"
        why = Absence(reason, expected=no.expected, got=f"{no.reason}: {no.got}", answered=no.gone)
        await session.writer.absent([key], why)


def _begun(visit: Coroutine[None, None, Arrived]) -> asyncio.Task[Arrived]:
    """Start a visit whose failure is nobody's concern once the run has been stopped."""
    task = asyncio.create_task(visit)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


async def _read_once(answer: Exchange) -> Page:
    reader = Reader()
    try:
        content_type = answer.header("Content-Type")
        return await reader.page(answer.body, url=answer.url, content_type=content_type, fetched=answer.when.date())
    finally:
        await reader.close()
