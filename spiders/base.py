"""What every provider's spider shares: a topic, a session, and requests that are answered or say why not."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import BaseModel
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from harvest.archive import Exchange
from harvest.catalogue import Watermark
from harvest.configuration import Configuration
from harvest.crawl.duty import There
from harvest.crawl.network_faults import UNREACHABLE
from harvest.crawl.pause import Pause, Stopping
from harvest.crawl.progress import Progress, fitting_progress
from harvest.crawl.retry import GaveUp
from harvest.crawl.session import Session
from harvest.errors import (
    AnswerUnusable,
    BudgetSpent,
    HarvestError,
    HistoryExpired,
    Interrupted,
    KeyRefused,
    NotRecorded,
    NotThere,
    Unreachable,
    UsageError,
)
from harvest.faults import Fault
from harvest.model import Found, Key, Record
from harvest.windows import refresh_due

_ERRORS: Mapping[str, type[HarvestError]] = {
    "budget-spent": BudgetSpent,
    "key-refused": KeyRefused,
    "history-expired": HistoryExpired,
    "not-found": NotThere,
    "not-recorded": NotRecorded,
    **dict.fromkeys(UNREACHABLE, Unreachable),
}
_HINTS: Mapping[type[HarvestError], str] = {
    AnswerUnusable: "run again later; what came is in the archive",
    KeyRefused: "`harvest doctor` names the keys that are set",
    NotRecorded: "record it first: crawl without HARVEST_REPLAY",
    Unreachable: "`make demo` shows the same without a network",
}
_LOOK = 0.05
"""Seconds between two looks whether the others have ended."""
_NO_TOPIC = "expected -a topic=SLUG, got no topic"
_REPORT = "please report it with the lines of the log"


class TopicSpider(Spider):  # no ABC: its metaclass breaks the feeds of Scrapy, which read every attribute
    """Base of all providers.

    A provider is one file: its topic options (`Options`) and `harvest`, which searches and yields records in the order
    asked. A spider without a session does not crawl; Scrapy makes one for `scrapy list` and `scrapy check`.
    """

    Options: ClassVar[type[BaseModel]]
    deletion_duty: ClassVar[bool] = False
    """The provider wants deleted everywhere what its users delete: `harvest recheck` asks `still_there`."""
    after_others: ClassVar[bool] = False
    """It works on what the other providers of the topic found: `harvest crawl` lets it wait for them."""
    after: ClassVar[tuple[str, ...]] = ()
    """Providers that go first in `harvest crawl`: their records of a document are fuller, or name records of its."""

    def __init__(self, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.done = False
        """Everything that was found has been asked for."""
        self.asked: Mapping[str, int] = {}
        """Requests made, by the provider's name of the tool."""
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, session: Session | None = None, **arguments: Any) -> Self:
        """Make the spider; without a `session`, one is opened for the arguments given (`-a topic=...`)."""
        if session is None and arguments:
            session = cls.open_session(Configuration.from_scrapy(crawler.settings), arguments)
        return super().from_crawler(crawler, *args, session=session)

    @classmethod
    def open_session(
        cls, configuration: Configuration, arguments: Mapping[str, str], progress: Progress | None = None
    ) -> Session:
        """Check the command's arguments and open the run.

        Raises:
            UsageError: a misspelt, missing or unknown argument.
            HarvestError: whatever `Session.open` finds wrong.
        """
        unknown = sorted(set(arguments) - {"topic"})
        if unknown:
            raise UsageError(f"expected the argument topic, got {unknown[0]!r}", hint="use -a topic=SLUG")
        if not arguments.get("topic"):
            raise UsageError(_NO_TOPIC, hint="`harvest topic list` names them")
        return Session.open(
            arguments["topic"],
            cls.name,
            configuration,
            options=cls.Options,
            deletion_duty=cls.deletion_duty,
            progress=progress or fitting_progress(),
        )

    @staticmethod
    def records(answer: Exchange) -> Iterable[Record]:  # noqa: ARG004 - for those that have some
        """What one of the provider's answers says of documents; pure: from an answer that was kept they are read again.

        None by default: then records are not judged again from the archive but asked for anew.

        Raises:
            ParseError: the answer is not of the expected form.
        """
        return ()

    @classmethod
    def still_there(cls, keys: Sequence[Key], configuration: Configuration) -> Mapping[Key, There]:
        """Asks the provider which of these records still exist; synchronous, outside any crawl.

        Args:
            keys: at most 100, of records whose text is held.
            configuration: base URLs, credentials, contact.

        Returns:
            True: it exists; `nameless`: it does, and its writer's account is gone; False: it was deleted; None, or no
            answer: that was not to be learned.

        Raises:
            ProviderError: the provider did not answer; it is not asked for more now.
        """
        raise NotImplementedError(f"{cls.name} has a deletion duty and no way to ask")

    @property
    def has_session(self) -> bool:
        """It was made to crawl."""
        return self._session is not None

    @property
    def session(self) -> Session:
        """The run that this spider works for.

        Raises:
            UsageError: it was made without a topic.
        """
        if self._session is None:
            raise UsageError(_NO_TOPIC, hint="`harvest topic list` names them")
        return self._session

    @cached_property
    def today(self) -> date:
        """The day on which it began to harvest, also where midnight passes meanwhile."""
        return self.session.clock().date()

    @property
    def mark(self) -> Watermark | None:
        """Where the last run of this provider with all pages stored left off."""
        return self.session.catalogue.watermarks.get(self.name)

    @property
    def refresh_due(self) -> bool:
        """Every source is to be compared again in this run."""
        return refresh_due(self.mark, today=self.today, days=self.session.configuration.refresh_days)

    def new_mark(self, digest: str, *, index: str = "") -> Watermark:
        """Where the next run of this provider may begin.

        Args:
            digest: of what was asked.
            index: the state of the provider's index, where it says so.
        """
        mark, today = self.mark, self.today.isoformat()
        refreshed = today if mark is None or self.refresh_due else mark.refreshed
        return Watermark(today, digest, self.session.topic.digest, refreshed, index)

    async def start(self) -> AsyncIterator[Any]:
        """Harvest; what goes wrong for the whole run ends in its account, not in a traceback."""
        if not self.crawler.crawling:
            return
        self.session.begin()
        try:
            await self._turn()
            _ = self.today
            async for found in self.harvest():
                await self.session.writer.room()
                yield found
            self.done = True
            await self._processed()
        except Interrupted:
            return
        except HarvestError as error:
            self.session.account.failure = str(error)
        except Exception as error:
            self.session.account.failure = (
                f"expected to harvest, got an internal error ({type(error).__name__}); {_REPORT}"
            )
            raise

    @abstractmethod
    def harvest(self) -> AsyncIterator[Found]:
        """Search the provider and yield what it says of each document, in the order asked."""

    async def _turn(self) -> None:
        """Wait for the crawls that go first, then take in what they wrote."""
        pause = Pause(self.crawler)
        try:
            while not all(crawl.done() for crawl in self.session.after):
                await pause(_LOOK)
        except Stopping:
            raise Interrupted("stopped before the others had ended") from None
        if self.session.after:
            await self.session.writer.catch_up()

    async def _processed(self) -> None:
        """Wait until the pipelines are through: Scrapy looks for idleness when `start` ends, and then 5 s later."""
        slot = self.crawler.engine.scraper.slot
        while slot is not None and not slot.is_idle():  # noqa: ASYNC110  # Scrapy has no event for it
            await asyncio.sleep(0.005)

    def give_up(self) -> None:
        """Stop asking: nothing more can be written."""
        engine = self.crawler.engine
        if engine.running:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason="ledger"))

    async def ask(self, request: Request) -> Response:
        """Send one request through all middlewares and wait for an answer that can be believed.

        Raises:
            AnswerUnusable: it stayed wrong after all retries; KeyRefused: the credentials are wrong.
            NotRecorded: in replay, the recording holds no such answer.
        """
        try:
            response = await self.crawler.engine.download_async(request)
        except GaveUp as gave_up:
            raise _error(gave_up.fault) from None
        except Stopping:
            raise Interrupted("stopped before an answer came") from None
        self.session.admit(response.meta["snapshot"])
        return response


def _error(fault: Fault) -> HarvestError:
    kind = _ERRORS.get(fault.kind, AnswerUnusable)
    return kind(fault.detail, hint=_HINTS.get(kind, ""))
