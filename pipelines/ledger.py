"""Stage 4, the ledger: included, excluded, duplicate or known; and at the end of the run its account."""

import asyncio
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvest.crawl.session import Session, harvesting
from harvest.errors import HarvestError
from harvest.stages import Judged


class LedgerPipeline:
    """Judged -> the source line, for those that became sources; everything else is dropped with its reason kept."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    async def process_item(self, judged: Judged) -> dict[str, Any]:
        """Wait until the record is settled and durable."""
        try:
            settlement = await self._session.writer.submit(judged)
        except HarvestError as error:
            self._session.account.failure = str(error)
            harvesting(self._crawler).give_up()
            raise DropItem(str(error), log_level="DEBUG") from error
        self._session.progress.settled()
        if settlement.source is None:
            raise DropItem(f"{judged.found.record.key}: {settlement.outcome}", log_level="DEBUG")
        return settlement.source

    async def close_spider(self) -> None:
        """Write the account of the run and sign the head."""
        spider = harvesting(self._crawler)
        if spider.has_session:
            await self._session.writer.quiet()
            interrupted = not spider.done and not self._session.account.failure
            report = await asyncio.to_thread(self._session.finish, interrupted=interrupted, requests=spider.asked)
            self._session.progress.finished(report)

    @property
    def _session(self) -> Session:
        return harvesting(self._crawler).session
