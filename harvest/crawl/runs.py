"""Which providers there are, and what a set of finished runs exits with (design section 4)."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from harvest.archive import Exchange
from harvest.configuration import Configuration
from harvest.crawl import lookup
from harvest.crawl.progress import RunReport
from harvest.crossref.record import PROVIDER as CROSSREF
from harvest.errors import UsageError
from harvest.model import Record, RunOutcome

EXIT_CODES: Final = {
    RunOutcome.COMPLETE: 0,
    RunOutcome.PARTIAL: 2,
    RunOutcome.FAILED: 3,
    RunOutcome.SKIPPED: 64,
}


def project_settings() -> Settings:
    """Scrapy's settings with the project's, wherever one stands."""
    settings = Settings()
    settings.setmodule("harvest.settings", priority="project")
    return settings


def spiders() -> Mapping[str, Any]:
    """The spider class of each provider of this version, by name."""
    loader = get_spider_loader(project_settings())
    return {name: loader.load(name) for name in sorted(loader.list())}


def reader(provider: str) -> Callable[[Exchange], Iterable[Record]]:
    """How the records of a provider are read from one of its answers; none are, where this version has no such spider.

    `TopicSpider.records` of the spider that has its name; Crossref has none, and is only ever looked up.
    """
    if provider == CROSSREF:
        return lookup.records
    spider = spiders().get(provider)
    return spider.records if spider else lambda _: ()


def advise(configuration: Configuration) -> None:
    """One line on standard error for what a live run can do without and had better not."""
    if not configuration.contact and not configuration.replay:
        sys.stderr.write(
            "harvest: HARVEST_CONTACT is not set; providers want an e-mail address that they may write to\n"
        )


def runnable(name: str, loader: SpiderLoaderProtocol) -> Any:
    """The spider class of a provider.

    Raises:
        UsageError: there is none of this name.
    """
    names = sorted(loader.list())
    if name not in names:
        raise UsageError(f"expected a provider ({', '.join(names)}), got {name!r}")
    return loader.load(name)


def exit_code(reports: Sequence[RunReport | None]) -> int:
    """0 all complete; 2 something partial, failed or skipped beside something that came; 3 nothing trustworthy.

    A run without a report never closed its books. A lone skipped provider is a matter of usage: 64.
    """
    outcomes = [report.outcome if report else RunOutcome.FAILED for report in reports]
    if len(set(outcomes)) == 1:
        return EXIT_CODES[outcomes[0]]
    trusted = {RunOutcome.COMPLETE, RunOutcome.PARTIAL} & set(outcomes)
    if not trusted:
        return EXIT_CODES[RunOutcome.FAILED]
    only_skipped_beside = set(outcomes) == {RunOutcome.COMPLETE, RunOutcome.SKIPPED}
    return 0 if only_skipped_beside else EXIT_CODES[RunOutcome.PARTIAL]
