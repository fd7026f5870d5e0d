"""Extension: a crawl that is closed while records are in the pipelines ends when they are through.

Scrapy 2.19 looks whether its scraper is idle when it begins to close and when an answer has been scraped, but not when
an item that `start()` yielded leaves the pipelines: closed at such a moment (SIGTERM, a full disk) it would wait for
ever.
"""

import asyncio
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

LOOK = 0.005
"""Seconds between two looks while the last records pass."""


class CloseWhenIdle:
    """Fires the scraper's own signal of being closed once nothing is left in the pipelines."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._looking: asyncio.Task[None] | None = None
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(self._item_done, signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make an extension."""
        return cls(crawler)

    def _item_done(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._close_when_idle())

    async def _close_when_idle(self) -> None:
        slot, spider = self._crawler.engine.scraper.slot, self._crawler.spider
        while slot is not None and not slot.is_idle():  # noqa: ASYNC110  # Scrapy has no event for it
            await asyncio.sleep(LOOK)
        if slot is not None and spider is not None and slot.closing and not slot.closing.called:
            slot.closing.callback(spider)
