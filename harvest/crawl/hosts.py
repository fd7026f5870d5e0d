"""Asking a host that nobody configured: marked as harvested, without redirects of Scrapy's, at the host's own pace."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.url import safe_url_string

from harvest.crawl.public import HARVESTED
from harvest.crawl.retry import TRANSIENT
from harvest.crawl.session import harvesting
from harvest.crawl.warc_storage import WITHHOLD
from harvest.faults import Fault
from harvest.limiter import Limit
from harvest.visiting import canonical

PAGE: Final = "page"
"""The tool whose answers are archived when they were read: a forum's are not."""
LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a page, as sent and decoded."""
INTERVAL: Final = 2.0
"""Seconds between two requests to a host, of all processes of this machine."""
RETRIES: Final = 2
"""A page that does not come is seldom worth more."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


def limit_of(url: str, crawler: Crawler) -> Limit:
    """The limit of a URL's host, whatever the scheme; HARVEST_WEB_INTERVAL sets the seconds."""
    host = (urlsplit(url).hostname or "").lower()
    return Limit(f"web:{host}", crawler.settings.getfloat("HARVEST_WEB_INTERVAL", INTERVAL))


def asking(
    url: str, crawler: Crawler, *, tool: str, obey: bool = True, headers: Mapping[str, str] | None = None
) -> Request:
    """A request for a harvested URL; `obey`: robots.txt is looked into first."""
    meta = {
        HARVESTED: True,
        "check": _passing,
        "dont_obey_robotstxt": not obey,
        "dont_redirect": True,
        "download_maxsize": LARGEST,
        "limit": limit_of(url, crawler),
        "max_retry_times": crawler.settings.getint("HARVEST_WEB_RETRIES", RETRIES),
        "tool": tool,
        WITHHOLD: tool == PAGE,
    }
    return Request(url, headers=dict(headers or {}), dont_filter=True, meta=meta)


async def send(crawler: Crawler, request: Request) -> Response:
    """Send it through all middlewares.

    Raises:
        GaveUp: nothing came that can be used; Stopping: the crawl is being stopped.
        LedgerError: it came from an emulator, and the ledger is none of a test.
    """
    response = await crawler.engine.download_async(request)
    if kept := response.meta.get("snapshot"):
        harvesting(crawler).session.admit(kept)
    return response


def next_hop(response: Response) -> str:
    """Where a redirect leads to; empty where the answer is none.

    Raises:
        ParseError: to what may not be asked for.
    """
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or location is None:
        return ""
    try:
        target = safe_url_string(urljoin(response.url, location.decode("utf-8", "replace").strip()))
    except ValueError:
        target = ""
    canonical(target)
    return target.partition("#")[0]


def _passing(status: int, _headers: Mapping[str, str], body: bytes) -> Fault | None:
    """A failure that passes is asked again; whatever else came is for the caller to judge."""
    if status in TRANSIENT:
        return Fault(f"status-{status}", f"status {status}", retry=True)
    return Fault("too-large", f"more than {LARGEST} bytes") if len(body) > LARGEST else None
