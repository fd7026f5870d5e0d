"""Asking Europe PMC through Scrapy: pages of a search and full texts, read and checked, nothing decided."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from harvest.configuration import Configuration
from harvest.crawl.api import Api
from harvest.europepmc import fulltext
from harvest.europepmc.failure import search_fault, text_fault
from harvest.limiter import Limit
from harvest.model import AbstractSection, Snapshot

INTERVAL: Final = 0.25
"""Seconds between requests: the service publishes no limit, four a second is polite (external contract 5.1 and 19)."""
PAGE_SIZE: Final = 100
LONGEST_ADDRESS: Final = 2_000
"""Characters of a query up to which it is asked by GET."""


class EuropePmc:
    """Europe PMC's web service; `asked` counts the requests made by tool, without retries.

    Args:
        ask: `TopicSpider.ask`.
        configuration: base URL.
        interval: seconds between two requests, of all processes of this machine.
    """

    def __init__(
        self, ask: Callable[[Request], Awaitable[Response]], configuration: Configuration, *, interval: float = INTERVAL
    ) -> None:
        base = configuration.europepmc_url
        limit = Limit(f"europepmc:{urlsplit(base).netloc}", interval)
        self._searches = Api(ask, base=base, limit=limit, check=search_fault)
        self._texts = Api(ask, base=base, limit=limit, check=text_fault)
        self.asked = self._texts.asked = self._searches.asked

    async def page(self, query: str, mark: str) -> tuple[bytes, Snapshot]:
        """One page of core records; synonyms are the topic's, so the service's own are left off."""
        parameters = {
            "query": query,
            "format": "json",
            "resultType": "core",
            "synonym": "false",
            "pageSize": str(PAGE_SIZE),
            "cursorMark": mark,
        }
        if len(query) > LONGEST_ADDRESS:
            return await self._searches.post("search", "searchPOST", parameters)
        return await self._searches.get("search", "search", parameters)

    async def full_text(self, pmcid: str) -> tuple[tuple[AbstractSection, ...], str, Snapshot]:
        """The sections of an article, the licence that it states itself, and where the answer is kept.

        Raises:
            NotThere: it is not among those that are open.
        """
        body, kept = await self._texts.get("full_text", f"{pmcid}/fullTextXML", {})
        return fulltext.sections(body), fulltext.licence(body), kept
