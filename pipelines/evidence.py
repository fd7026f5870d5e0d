"""Stage 3, evidence: what do the record's own results rest on, what came out, and which sentences say so?"""

from typing import Self

from scrapy.crawler import Crawler

from harvest.crawl.session import harvesting
from harvest.judging import judged
from harvest.stages import Judged, Screened


class EvidencePipeline:
    """Screened -> Judged."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    def process_item(self, screened: Screened) -> Judged:
        """Judge the record for the topic of the run."""
        return judged(screened, harvesting(self._crawler).session.topic)
