"""Downloader middleware: nothing is asked for that the host's robots.txt does not allow, or could not be heard about.

In place of Scrapy's, which allows everything where the file does not come (contract 16.2). RFC 9309 section 2.3.1: what
a 4xx answers allows everything; where a server fails, or nobody answers, nothing is allowed.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from harvest.crawl.hosts import asking, limit_of, next_hop, send
from harvest.crawl.pause import Stopping
from harvest.crawl.retry import TOO_MANY, GaveUp
from harvest.errors import ParseError
from harvest.faults import Fault
from harvest.model import Snapshot
from harvest.visiting import Robots

AGENT: Final = "harvest"
"""Our product token, the first word of the User-Agent."""
KEPT: Final = 24 * 3600.0
"""Seconds that a file counts (section 2.4)."""
HOPS: Final = 5
"""Redirects that are followed, to other hosts too (section 2.3.1.2)."""
LONGEST_DELAY: Final = 120.0
"""Seconds of a Crawl-delay that are waited; a host that asks for more is not asked at all."""

_OK, _REDIRECTS, _BAD_REQUEST, _SERVER_ERROR = 200, 300, 400, 500


class Disallowed(GaveUp):
    """robots.txt forbids the request, or did not come; `snapshot` is the answer that says so, if one came."""

    def __init__(self, fault: Fault, snapshot: Snapshot | None) -> None:
        super().__init__(fault)
        self.snapshot = snapshot


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of asking for a robots.txt: its rules, or why nothing may be asked for."""

    robots: Robots
    fault: Fault | None
    snapshot: Snapshot | None
    until: float


class RobotsMiddleware:
    """Looks into the robots.txt of scheme, host and port before each request that it is meant for.

    `dont_obey_robotstxt` in `request.meta` passes it by: for services that are meant for programs, and for robots.txt.
    """

    def __init__(self, crawler: Crawler, *, now: Callable[[], float]) -> None:
        self._crawler = crawler
        self._now = now
        self._asked: dict[str, asyncio.Task[_Heard]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a component."""
        return cls(crawler, now=time.monotonic)

    async def process_request(self, request: Request) -> None:
        """Let pass what is allowed, at the pace that the host asks for.

        Raises:
            Disallowed: it is not, or nobody knows.
            Stopping: the crawl is being stopped.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        heard = await self._of(f"{parts.scheme}://{parts.netloc}")
        if heard.fault:
            raise Disallowed(heard.fault, heard.snapshot)
        decision = heard.robots.decide(request.url)
        if not decision.allowed:
            raise Disallowed(Fault("robots-disallowed", f"robots.txt says {decision.rule}"), heard.snapshot)
        if heard.robots.delay > LONGEST_DELAY:
            said = f"robots.txt says Crawl-delay: {heard.robots.delay:.0f}"
            raise Disallowed(Fault("robots-delay", said), heard.snapshot)
        limit = request.meta.get("limit") or limit_of(request.url, self._crawler)
        request.meta["limit"] = replace(limit, interval=max(limit.interval, heard.robots.delay))

    async def _of(self, origin: str) -> _Heard:
        """Ask once for all who want to know, and again when the answer is a day old."""
        task = self._asked.get(origin)
        if task is None or (
            task.done() and (task.cancelled() or task.exception() or task.result().until <= self._now())
        ):
            task = self._asked[origin] = asyncio.ensure_future(self._ask(origin))
        return await asyncio.shield(task)

    async def _ask(self, origin: str) -> _Heard:
        url = f"{origin}/robots.txt"
        kept: Snapshot | None = None
        try:
            for _ in range(HOPS + 1):
                response = await send(self._crawler, asking(url, self._crawler, tool="robots", obey=False))
                kept = response.meta.get("snapshot")
                hop = next_hop(response)
                if not hop:
                    return self._heard(response, kept)
                url = hop
            return self._closed(f"more than {HOPS} redirects", kept)
        except Stopping:
            raise
        except GaveUp as gave_up:
            return self._closed(gave_up.fault.detail, kept, kind=gave_up.fault.kind)
        except ParseError as error:
            return self._closed(error.message, kept)

    def _heard(self, response: Response, kept: Snapshot | None) -> _Heard:
        if response.status < _REDIRECTS:
            return _Heard(Robots.of(response.body, AGENT), None, kept, self._now() + KEPT)
        if _BAD_REQUEST <= response.status < _SERVER_ERROR and response.status != TOO_MANY:
            return _Heard(Robots(), None, kept, self._now() + KEPT)
        return self._closed(f"status {response.status}", kept)

    def _closed(self, why: str, kept: Snapshot | None, *, kind: str = "") -> _Heard:
        """Nothing may be asked for; an address that is not public is called that."""
        unreachable = Fault("robots-unreachable", f"robots.txt: {why}")
        fault = Fault(kind, why) if kind in {"not-public", "not-recorded"} else unreachable
        return _Heard(Robots(), fault, kept, self._now() + KEPT)
