"""Asking ClinicalTrials.gov through Scrapy: its state, pages of studies, one study; read and checked, no more."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from harvest.configuration import Configuration
from harvest.crawl.api import Api
from harvest.ctgov import answers
from harvest.ctgov.failure import studies_fault, study_fault, version_fault
from harvest.ctgov.query import FIELDS, RESULT_FIELDS
from harvest.limiter import Limit
from harvest.model import Snapshot

INTERVAL: Final = 1.25
"""Seconds between requests: the service publishes no limit, others met one of 50 a minute (external contract 6.5)."""
PAGE_SIZE: Final = 1_000


class ClinicalTrials:
    """The API of ClinicalTrials.gov; `asked` counts the requests made by tool, without retries.

    Args:
        ask: `TopicSpider.ask`.
        configuration: base URL.
        interval: seconds between two requests, of all processes of this machine.
    """

    def __init__(
        self, ask: Callable[[Request], Awaitable[Response]], configuration: Configuration, *, interval: float = INTERVAL
    ) -> None:
        base = configuration.ctgov_url
        limit = Limit(f"ctgov:{urlsplit(base).netloc}", interval)
        self._studies = Api(ask, base=base, limit=limit, check=studies_fault)
        self._study = Api(ask, base=base, limit=limit, check=study_fault)
        self._version = Api(ask, base=base, limit=limit, check=version_fault)
        self.asked = self._study.asked = self._version.asked = self._studies.asked

    async def version(self) -> answers.Version:
        """The state of the register."""
        body, _ = await self._version.get("version", "version", {})
        return answers.version(body)

    async def page(self, asked: Mapping[str, str], token: str) -> tuple[bytes, Snapshot]:
        """One page of registrations; `token` is empty for the first."""
        paged = {"pageToken": token} if token else {"countTotal": "true"}
        parameters = {**asked, "fields": FIELDS, "pageSize": str(PAGE_SIZE), **paged}
        return await self._studies.get("studies", "studies", parameters)

    async def study(self, number: str) -> tuple[bytes, Snapshot]:
        """One study with its posted results; of a number that was merged, the study that it is now.

        Raises:
            NotThere: there is none.
        """
        return await self._study.get("study", f"studies/{number}", {"fields": RESULT_FIELDS})
