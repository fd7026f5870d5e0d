"""Stage 2, screening: is the record about the pair?"""

from typing import Self

from scrapy.crawler import Crawler

from harvest.crawl.session import harvesting
from harvest.screening import screen
from harvest.stages import Identified, Screened


class ScreeningPipeline:
    """Identified -> Screened."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    def process_item(self, identified: Identified) -> Screened:
        """Screen against the topic of the run."""
        topic = harvesting(self._crawler).session.topic
        return Screened(identified.found, identified.fingerprint, screen(identified.found.record, topic))
