"""A crawl of Europe PMC or of ClinicalTrials.gov as an operator starts it, against its emulator."""

import sys
from pathlib import Path
from typing import Any

from tests.crawl.trial import QUICK, Trial

PASSING = (
    "html", "empty", "truncated", "wrong-content-type", "http-500", "http-502", "http-503", "http-504", "reset",
    "cut-off", "rate-limit", "rate-limit-retry-after", "rate-limit-http-date",
)  # fmt: skip
"""Faults after which a further try is answered."""
PATIENT = ("-s", "HARVEST_RETRY_TIMES=40")
SOON = ("-s", "HARVEST_RETRY_TIMES=1")


class ScholarlyTrial(Trial):
    """One operator's folders, and one provider that is not PubMed."""

    spider = ""
    variable = ""
    interval = ""

    def __init__(self, folder: Path, url: str, *, options: str = "", **topic: str) -> None:
        super().__init__(folder, url, **topic)
        if options:
            self.topic_file.write_text(f"{self.topic_file.read_text()}[providers.{self.spider}]\n{options}\n")

    def environment(self, **more: str) -> dict[str, str]:
        nowhere = "http://127.0.0.1:9/"
        return super().environment(**({"HARVEST_EUTILS_URL": nowhere, self.variable: self.url} | more))

    def command(self, *options: str) -> list[str]:
        crawl = [sys.executable, "-m", "scrapy", "crawl", self.spider, "-a", f"topic={self.slug}"]
        hasty = (f"HARVEST_LIMITER_DIR={self.folder / 'limits'}", f"{self.interval}=0.001")
        return [*crawl, *(part for one in hasty for part in ("-s", one)), *QUICK, *options]

    def account(self) -> dict[str, Any]:
        """The last run's account."""
        account: dict[str, Any] = self.bodies("run-finished")[-1]["providers"][self.spider]
        return account

    def source(self, key: str) -> dict[str, Any]:
        """The source line of a key."""
        return next(body for body in self.bodies("source") if body["key"] == key)


class EuropePmcTrial(ScholarlyTrial):
    """Europe PMC."""

    spider = "europepmc"
    variable = "HARVEST_EUROPEPMC_URL"
    interval = "HARVEST_EUROPEPMC_INTERVAL"


class TrialsTrial(ScholarlyTrial):
    """ClinicalTrials.gov."""

    spider = "trials"
    variable = "HARVEST_CTGOV_URL"
    interval = "HARVEST_CTGOV_INTERVAL"
