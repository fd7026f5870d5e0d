"""Downloader middleware: reads the body before it believes the status, waits, asks again, and gives up with a reason.

Stands at 595, between redirects (600) and decompression (590): a body that cannot be decompressed is a fault as well.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from random import Random
from typing import Never, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from harvest.archive.coding import ACCEPTED, BodyDamaged, BodyTooLarge, decode
from harvest.crawl.network_faults import UNREACHABLE, fault_of
from harvest.crawl.pause import Pause
from harvest.crawl.politeness import OpenLimiter, limiters
from harvest.crawl.warc_storage import UNRECORDED, is_replay
from harvest.faults import Fault, retry_after

logger = logging.getLogger(__name__)

Check = Callable[[int, Mapping[str, str], bytes], Fault | None]
"""What a spider puts into `request.meta["check"]`: given status, headers (names in lower case) and decoded body, it
says what is wrong."""

OFFLINE_TIMES = 2
TOO_MANY = 429
TRANSIENT = frozenset({408, 425, TOO_MANY, 500, 502, 503, 504, 522, 524})
"""Statuses worth another try where a provider has no check of its own."""


class GaveUp(IgnoreRequest):
    """A request has failed for good; reaches the spider as errback or out of `download_async`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.kind}: {fault.detail}")
        self.fault = fault


class RetryMiddleware:
    """In place of Scrapy's own, which neither waits nor reads bodies.

    Settings: HARVEST_RETRY_TIMES (6; `max_retry_times` in `request.meta` goes first), HARVEST_RETRY_BACKOFF (1.0 s,
    doubled each time, full jitter, at most HARVEST_RETRY_BACKOFF_MAX, 60 s), HARVEST_RETRY_AFTER_MAX (120 s, the
    longest Retry-After that is honoured).
    A replay does not wait. As long as nothing at all has answered, a failing connection is tried OFFLINE_TIMES more
    times only: most likely there is no network, and somebody waits for the word.
    """

    def __init__(
        self,
        crawler: Crawler,
        *,
        pause: Callable[[float], Awaitable[None]],
        limiter: OpenLimiter,
        random: Random,
        now: Callable[[], datetime],
    ) -> None:
        self._crawler = crawler
        self._pause = pause
        self._limiter = limiter
        self._random = random
        self._now = now
        self._answered = False
        settings = crawler.settings
        self._times = settings.getint("HARVEST_RETRY_TIMES", 6)
        self._base = settings.getfloat("HARVEST_RETRY_BACKOFF", 1.0)
        self._longest = settings.getfloat("HARVEST_RETRY_BACKOFF_MAX", 60.0)
        self._longest_asked = settings.getfloat("HARVEST_RETRY_AFTER_MAX", 120.0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a component."""
        logging.getLogger(http11.__name__).setLevel(logging.ERROR)  # it names URLs; what it warns of is handled here
        folder = crawler.settings.get("HARVEST_LIMITER_DIR")
        return cls(
            crawler,
            pause=Pause(crawler),
            limiter=limiters(Path(folder) if folder else None),
            random=Random(),  # noqa: S311 - jitter, not a secret
            now=lambda: datetime.now(UTC),
        )

    def process_request(self, request: Request) -> None:
        """Count it, repeated ones too, and ask for no coding that the archive cannot undo (Scrapy would: zstd)."""
        request.headers["Accept-Encoding"] = ACCEPTED
        self._count(f"requests/{_tool(request)}")

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the answer if it can be believed, else the request once more.

        Raises:
            GaveUp: it cannot be believed, and asking again is of no use or was of none.
            Stopping: the crawl is being stopped.
        """
        self._answered = True
        fault = _judge(request, response)
        if fault is None:
            return response
        if fault.retry and fault.wait is None:
            asked = retry_after(_header(response, "Retry-After"), self._now())
            fault = replace(fault, wait=asked)
        return await self._again(request, fault, penalty=response.status == TOO_MANY or fault.wait is not None)

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request once more if the connection failed; raises as `process_response`."""
        fault = fault_of(exception)
        return None if fault is None else await self._again(request, fault, penalty=False)

    async def _again(self, request: Request, fault: Fault, *, penalty: bool) -> Request:
        attempt = request.meta.get("attempt", 1)
        hopeless = not self._answered and fault.kind in UNREACHABLE and attempt > OFFLINE_TIMES
        times = request.meta.get("max_retry_times", self._times)
        if fault.fatal or not fault.retry or hopeless or attempt > times:
            self._give_up(request, fault)
        wait = 0.0 if is_replay(self._crawler) else self._wait(fault, attempt)
        self._count(f"retries/{fault.kind}")
        logger.info("%s: %s; try %d of %d in %.1f s", _tool(request), fault.detail, attempt + 1, times + 1, wait)
        if penalty and wait and (limit := request.meta.get("limit")):
            self._limiter(limit).penalise(wait)
        await self._pause(wait)
        again: Request = request.replace(dont_filter=True)
        again.meta["attempt"] = attempt + 1
        again.meta.pop("snapshot", None)
        return again

    def _wait(self, fault: Fault, attempt: int) -> float:
        if fault.wait is not None:
            return min(fault.wait, self._longest_asked)
        return self._random.uniform(0, min(self._longest, self._base * 2 ** (attempt - 1)))

    def _give_up(self, request: Request, fault: Fault) -> Never:
        self._count(f"given-up/{fault.kind}")
        logger.info("%s: %s; given up", _tool(request), fault.detail)
        raise GaveUp(fault)

    def _count(self, key: str) -> None:
        self._crawler.stats.inc_value(f"harvest/{key}")


def _judge(request: Request, response: Response) -> Fault | None:
    if why := request.meta.pop(UNRECORDED, ""):
        return Fault("not-recorded", why)
    try:
        body = decode(_header(response, "Content-Encoding"), response.body)
    except BodyTooLarge as error:
        return Fault("too-large", str(error))
    except BodyDamaged as error:
        return Fault("undecodable", str(error), retry=True)
    check: Check = request.meta.get("check", _status_only)
    return check(response.status, _headers(response), body)


def _status_only(status: int, _headers: Mapping[str, str], _body: bytes) -> Fault | None:
    return Fault(f"status-{status}", f"status {status}", retry=True) if status in TRANSIENT else None


def _headers(response: Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): _header(response, name) for name in response.headers}


def _header(response: Response, name: str | bytes) -> str:
    return ", ".join(value.decode("latin-1") for value in response.headers.getlist(name))


def _tool(request: Request) -> str:
    """The provider's tool, for counting: `request.meta["tool"]`, else the last part of the path."""
    return str(request.meta.get("tool") or PurePosixPath(urlsplit(request.url).path).stem or "page")
