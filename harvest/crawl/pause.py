"""Waiting that ends when the crawl does."""

import asyncio
from collections.abc import Awaitable, Callable

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

SLICE = 0.5
"""Seconds after which a stop is noticed at the latest."""


class Stopping(IgnoreRequest):
    """The crawl is being stopped: this request is given up unanswered."""


class Pause:
    """Sleeps for a request, but no longer than the crawl goes on."""

    def __init__(self, crawler: Crawler, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._crawler = crawler
        self._sleep = sleep

    async def __call__(self, seconds: float) -> None:
        """Sleep at least that long.

        Raises:
            Stopping: the crawl was stopped before or meanwhile.
        """
        while True:
            if self._is_stopping():
                raise Stopping("the crawl is being stopped")
            if seconds <= 0:
                return
            step = min(seconds, SLICE)
            await self._sleep(step)
            seconds -= step

    def _is_stopping(self) -> bool:
        """Tell whether the crawler was stopped (a signal) or its spider is being closed (CloseSpider, an error)."""
        slot = getattr(self._crawler.engine, "_slot", None)  # Scrapy has no public sign of the latter
        return not self._crawler.crawling or (slot is not None and slot.closing is not None)
