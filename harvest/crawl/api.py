"""Asking a provider's JSON service through Scrapy: one GET at a time, polite, checked, archived; nothing decided."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urljoin

from scrapy import Request
from scrapy.http import Response

from harvest.crawl.retry import Check
from harvest.limiter import Limit
from harvest.model import Snapshot

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer that holds records, and where it is kept."""

    body: bytes
    snapshot: Snapshot
    search: int
    """`seq` of the search that it belongs to."""


class Api:
    """A service that answers in one body, asked by GET unless the query is too long for an address.

    `asked` counts the requests made by tool, without retries. Each answer comes with the snapshot that keeps it.
    `limit` may be exchanged between two requests, where a service says how fast it may be asked.

    Args:
        ask: `TopicSpider.ask`.
        base: its base URL, with or without the last slash.
        limit: what all requests to it draw on.
        check: says of an answer what is wrong with it, before its status is believed.
        maxsize: bytes of one answer, at most.
        headers: sent with every request.
    """

    def __init__(
        self,
        ask: Callable[[Request], Awaitable[Response]],
        *,
        base: str,
        limit: Limit,
        check: Check,
        maxsize: int = LARGEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.limit = limit
        self._ask = ask
        self._base = base.rstrip("/") + "/"
        self._headers = dict(headers or {})
        # robots.txt is not meant for API clients
        self._meta = {"dont_obey_robotstxt": True, "download_maxsize": maxsize, "check": check}

    async def get(self, tool: str, path: str, parameters: Mapping[str, str]) -> tuple[bytes, Snapshot]:
        """One answer.

        Args:
            tool: what the request is counted as.
            path: below the base URL, already quoted.
            parameters: of the query, in this order.

        Raises:
            ProviderError: it stayed wrong after all retries. NotRecorded: in replay, the recording does not have it.
        """
        url = urljoin(self._base, path.lstrip("/"))
        if parameters:
            url += "?" + urlencode(parameters)
        return await self._sent(tool, Request(url, headers=self._headers, dont_filter=True))

    async def post(self, tool: str, path: str, form: Mapping[str, str]) -> tuple[bytes, Snapshot]:
        """As `get`, the parameters in a form: for queries that no address is long enough for."""
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        url, body = urljoin(self._base, path.lstrip("/")), urlencode(form).encode()
        request = Request(url, method="POST", body=body, headers=headers, dont_filter=True)
        request.meta["dont_redirect"] = True  # a redirected form would be lost
        return await self._sent(tool, request)

    async def _sent(self, tool: str, request: Request) -> tuple[bytes, Snapshot]:
        request.meta.update(self._meta, limit=self.limit, tool=tool)
        self.asked[tool] += 1
        response = await self._ask(request)
        return response.body, response.meta["snapshot"]
