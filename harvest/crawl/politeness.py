"""Downloader middleware: a request goes out when the limit it draws on has a slot, shared by all processes."""

import time
from asyncio import Lock
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from harvest.crawl.pause import Pause
from harvest.crawl.warc_storage import is_replay
from harvest.limiter import Limit, Limiter, private_folder

__all__ = ["Limit", "OpenLimiter", "PolitenessMiddleware", "limiters"]

OpenLimiter = Callable[[Limit], Limiter]


def limiters(folder: Path | None = None) -> OpenLimiter:
    """Return what opens the limiter of a limit, in the user's private folder unless another is given."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    where = folder or private_folder()
    return lambda limit: Limiter(where, limit.name, interval=limit.interval, monotonic=time.monotonic)


class PolitenessMiddleware:
    """Waits for the slot of `request.meta["limit"]` (a `Limit`); a request without one passes, and so does a replay.

    One request at a time holds a slot of a limit, the others queue behind it, so a penalty meets all of them.
    """

    def __init__(self, crawler: Crawler, *, pause: Pause, limiter: OpenLimiter) -> None:
        self._crawler = crawler
        self._pause = pause
        self._limiter = limiter
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a component; HARVEST_LIMITER_DIR names another folder for the limits."""
        folder = crawler.settings.get("HARVEST_LIMITER_DIR")
        return cls(crawler, pause=Pause(crawler), limiter=limiters(Path(folder) if folder else None))

    async def process_request(self, request: Request) -> None:
        """Wait for the slot.

        Raises:
            Stopping: the crawl is being stopped.
        """
        limit: Limit | None = request.meta.get("limit")
        if limit is None or is_replay(self._crawler):
            return
        async with self._turns[limit.name]:
            await self._pause(0)
            await self._pause(self._limiter(limit).reserve())
