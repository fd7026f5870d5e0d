"""Reddit: searches communities for a compound's names and reads the threads found, with every comment."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, cast

from harvest.catalogue import Watermark
from harvest.configuration import Configuration
from harvest.crawl.duty import There
from harvest.crawl.pause import Pause, Stopping
from harvest.crawl.politeness import limiters
from harvest.crawl.progress import Progress
from harvest.crawl.reddit import gathering, rechecking
from harvest.crawl.reddit.client import Client
from harvest.crawl.reddit.finds import Finds
from harvest.crawl.reddit.gathering import Read, Search, Searched
from harvest.crawl.reddit.network import TIMEOUT
from harvest.crawl.reddit.opening import check, opened
from harvest.crawl.reddit.polite import Patience
from harvest.crawl.reddit.worker import Worker
from harvest.crawl.session import Session
from harvest.errors import Interrupted
from harvest.model import Found, Key, Outcome, Snapshot
from harvest.reddit import query, readings, records, things
from harvest.reddit.candidates import candidates, names_compound, place_name
from harvest.reddit.query import RedditOptions
from harvest.reddit.readings import Reading
from harvest.reddit.things import Post, Standing
from harvest.reddit.threads import Thread
from harvest.searching import SearchEntry, fitted
from harvest.settlement import Absence
from spiders.base import TopicSpider

TOLD_AT_ONCE: Final = 200
"""Threads after which the ledger is told which were read to the end."""
_NO_RECORD: Final = frozenset({"identification", "retrieval"})
"""Stages at which an id is left out without a record."""
_LOOK: Final = 0.02
"""Seconds between two looks whether records are settled."""
_GONE: Final[Mapping[Standing, Absence]] = {
    Standing.DELETED: Absence("deleted", expected="its text", got="deleted by its author", deleted=True),
    Standing.REMOVED: Absence("removed", expected="its text", got="removed by moderators", deleted=True),
}


class RedditSpider(TopicSpider):
    """Searches Reddit for a topic and reads threads that are new or have grown."""

    name = records.PROVIDER
    Options: ClassVar = RedditOptions
    deletion_duty: ClassVar = True

    @classmethod
    def open_session(
        cls, configuration: Configuration, arguments: Mapping[str, str], progress: Progress | None = None
    ) -> Session:
        """As every provider's, but not without credentials.

        Raises:
            CredentialsMissing: there are none; in a replay, none of Reddit's exchanges are recorded.
        """
        check(configuration)
        return super().open_session(configuration, arguments, progress)

    @classmethod
    def still_there(cls, keys: Sequence[Key], configuration: Configuration) -> Mapping[Key, There]:
        """Ask `/api/info`; what is missing from its answer was deleted (external contract 11.8)."""
        names = [key.removeprefix(records.key("")) for key in keys]
        said = rechecking.still_there(rechecking.client(configuration), names)
        return {records.key(name): there for name, there in said.items()}

    async def harvest(self) -> AsyncIterator[Found]:
        """Search; look again at what is known; read threads that are new, have grown or are due."""
        self._pause = Pause(self.crawler)
        self._yielded: list[Key] = []
        worker = Worker(self._client, pause=self._pause)
        try:
            async for found in self._found(worker):
                self._yielded.append(found.record.key)
                yield found
        except Stopping:
            raise Interrupted("stopped before an answer came") from None
        finally:
            worker.close()

    def _client(self, worker: Worker[Client]) -> Client:
        """Made in the thread of the worker."""
        settings = self.crawler.settings
        asked = settings.get("HARVEST_RETRY_AFTER_MAX")
        patience = Patience(
            times=settings.getint("HARVEST_RETRY_TIMES", 6),
            base=settings.getfloat("HARVEST_RETRY_BACKOFF", 1.0),
            longest=settings.getfloat("HARVEST_RETRY_BACKOFF_MAX", 60.0),
            **({"longest_asked": float(asked)} if asked else {}),
        )
        folder = settings.get("HARVEST_LIMITER_DIR")
        client = opened(
            self.session.configuration,
            pause=worker.sleep,
            limiter=limiters(Path(folder) if folder else None),
            patience=patience,
            timeout=min(TIMEOUT, settings.getfloat("DOWNLOAD_TIMEOUT")),
        )
        self._made, self.asked = client, client.asked
        return client

    async def _found(self, worker: Worker[Client]) -> AsyncIterator[Found]:
        session = self.session
        self._readings = readings.readings(session.catalogue.searches)
        self._since = self._found_until()
        finds = await self._search(worker)
        session.account.find(records.key(name) for name in finds.search_of)
        reading = [name for name in finds.search_of if self._is_due(name, finds)]
        session.progress.found(self.name, session.account.tally(), to_fetch=len(reading))
        due = set(reading)
        for name in [name for name in finds.search_of if name not in due]:
            async for found in self._known(finds.posts[name], finds):
                yield found
        async for found in self._threads(worker, reading, finds):
            yield found
        if finds.whole:
            session.watermark = self._watermark()

    async def _search(self, worker: Worker[Client]) -> Finds:
        """All searches of this run, each an entry; what failed before or is due for a fresh look is added."""
        session, catalogue = self.session, self.session.catalogue
        options = cast("RedditOptions", session.options)
        topic = session.topic
        wanted = partial(names_compound, topic=topic)
        beside = query.beside(topic)
        plan = Search(query.names(topic, options), options, self._since, self.today, wanted, beside)
        finds, last = Finds(), 0
        async for searched in worker.stream(plan.run):
            self._admit()
            last = await session.writer.note("search", self._entry(searched))
            finds.take(searched, last)
            account = session.account
            account.problems += [problem for problem in searched.problems if problem not in account.problems]
        finds.add(_fullnames(catalogue.open_failures(self.name)), last)
        if self._since is None or not session.same_question:
            held = (key for key, one in catalogue.settled.items() if one.body.get("provider") == self.name)
            finds.add((*_fullnames(held), *(f"{things.POST}_{post_id}" for post_id in self._readings)), last)
        return finds

    def _entry(self, searched: Searched) -> dict[str, Any]:
        """One search as the ledger tells of it."""
        entry = SearchEntry(
            self.name,
            searched.query,
            searched.kind,
            first=searched.first,
            last=self.today.isoformat(),
            returned=len(searched.names),
            requests=searched.requests,
            problems=searched.problems,
            failure=searched.failure,
            extra={"listings": searched.saturation.rows(), "saturation": searched.saturation.figure()},
        )
        return fitted(entry.body(), ("listings",))

    def _is_due(self, name: str, finds: Finds) -> bool:
        """Is a thread to be read: new, grown, never read to the end, failed before, or all are?"""
        post, read = finds.posts.get(name), self._readings.get(name.removeprefix(f"{things.POST}_"))
        catalogue = self.session.catalogue
        if post is None or read is None or records.key(name) not in catalogue.settled:
            return True
        failed = records.key(name) in catalogue.failures
        return failed or not self.session.same_question or self._since is None or post.num_comments != read.stated

    async def _known(self, post: Post, finds: Finds) -> AsyncIterator[Found]:
        """A thread that has not grown; its post may have been edited or deleted."""
        read = self._readings[post.id]
        async for found in self._post(post, read.missing, finds.search_of[post.name]):
            yield found

    async def _threads(self, worker: Worker[Client], names: Sequence[str], finds: Finds) -> AsyncIterator[Found]:
        """Read threads and yield posts and comments in the order asked; then say which were read to the end."""
        post_ids = [name.removeprefix(f"{things.POST}_") for name in names]
        whole: list[Reading] = []
        async for read in worker.stream(partial(gathering.read_threads, post_ids=post_ids)):
            if read.thread is None:
                await self._unread(read, finds)
                continue
            async for found in self._thread(read.thread, finds.search_of[f"{things.POST}_{read.post_id}"]):
                yield found
            if read.thread.unanswered:
                finds.whole = False
                self.session.account.problems.append(
                    f"{read.thread.unanswered} parts of {read.thread.post.name} missing"
                )
            else:
                whole.append(Reading.of(read.thread))
            if len(whole) >= TOLD_AT_ONCE:
                await self._tell(whole)
                whole = []
        await self._tell(whole)

    async def _thread(self, thread: Thread, search: int) -> AsyncIterator[Found]:
        """A post, and the comments that count as documents of their own."""
        async for found in self._post(thread.post, thread.missing, search):
            yield found
        settled, account = self.session.catalogue.settled, self.session.account
        for comment, record in candidates(thread, self.session.topic, settled):
            account.find([record.key])
            if self._is_erased(record.key):
                account.settle(record.key, Outcome.KNOWN)
            else:
                yield records.found(record, comment.sha256, search, synthetic=self._made.synthetic)
        for comment in thread.comments:
            if not comment.standing.has_text and (key := records.key(comment.name)) in settled:
                account.find([key])
                await self._gone(key, _GONE[comment.standing])

    async def _post(self, post: Post, missing: int, search: int) -> AsyncIterator[Found]:
        """A post as a record; one that is deleted or removed there, or erased here, is settled without."""
        key = records.key(post.name)
        if not post.standing.has_text:
            await self._gone(key, _GONE[post.standing])
        elif self._is_erased(key):
            self.session.account.settle(key, Outcome.KNOWN)
        else:
            about = place_name(post, self.session.topic)
            record = records.post_record(post, about=about, missing_comments=missing)
            yield records.found(record, post.sha256, search, synthetic=self._made.synthetic)

    async def _gone(self, key: Key, why: Absence) -> None:
        """Settle what has no text any more; the ledger is told once, and `harvest recheck` erases."""
        settled = self.session.catalogue.settled.get(key)
        told = settled and ("withdrawn" in settled.body.get("flags", []) or settled.body.get("stage") in _NO_RECORD)
        if told or self._is_erased(key):
            self.session.account.settle(key, Outcome.KNOWN)
        else:
            await self.session.writer.absent([key], why)

    async def _unread(self, read: Read, finds: Finds) -> None:
        """A thread that did not come: there is none any more, it is not for us, or nothing was heard."""
        key = records.key(f"{things.POST}_{read.post_id}")
        if read.missing:
            known = key in self.session.catalogue.settled
            await self._gone(key, Absence("missing", expected="a thread", got=read.problem, deleted=known))
            return
        finds.whole = False
        reason = "refused" if read.refused else "no-answer"
        if read.refused:
            self.session.account.refused.add(key)
        why = Absence(reason, expected="a thread", got=read.problem, answered=False)
        await self.session.writer.absent([key], why)

    async def _tell(self, read: Sequence[Reading]) -> None:
        """Say which threads were read to the end, once what was found in them is durable."""
        if not read:
            return
        found = self.session.account.found
        while any(found[key] is None for key in self._yielded):
            await self._pause(_LOOK)
        self._yielded.clear()
        for start in range(0, len(read), readings.ROWS):
            part = read[start : start + readings.ROWS]
            entry = SearchEntry(self.name, readings.QUERY, readings.KIND, last=self.today.isoformat())
            entry.returned = sum(one.came for one in part)
            entry.extra = readings.body(part)
            await self.session.writer.note("search", entry.body())

    def _is_erased(self, key: Key) -> bool:
        settled = self.session.catalogue.settled.get(key)
        return settled is not None and "erased" in settled.body

    def _admit(self) -> None:
        """Refuse an emulator's answers before anything of them is written."""
        self.session.admit(Snapshot("", "", "", synthetic=self._made.synthetic))

    def _found_until(self) -> date | None:
        session = self.session
        return query.since(
            self.mark,
            query=self._digest(),
            topic_sha256=session.topic.digest,
            today=self.today,
            refresh_days=session.configuration.refresh_days,
        )

    def _watermark(self) -> Watermark:
        session, today = self.session, self.today.isoformat()
        refreshed = self.mark.refreshed if self.mark and self._since else today
        return Watermark(today, self._digest(), session.topic.digest, refreshed)

    def _digest(self) -> str:
        return query.digest(self.session.topic, cast("RedditOptions", self.session.options))


def _fullnames(keys: Iterable[Key]) -> Iterator[str]:
    """Of the posts among these."""
    whole = records.key("")
    return (key.removeprefix(whole) for key in keys if key.startswith(f"{whole}{things.POST}_"))
