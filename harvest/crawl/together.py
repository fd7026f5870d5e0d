"""All providers of a topic in one Scrapy process, and what becomes of those that cannot run."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from harvest import topics
from harvest.accounting import Tally
from harvest.configuration import Configuration
from harvest.crawl.progress import Progress, RunReport
from harvest.crawl.runs import advise, exit_code, project_settings, spiders
from harvest.crawl.session import Session
from harvest.crawl.stopping import close_books, release_when_running
from harvest.errors import Busy, CredentialsMissing, HarvestError, UsageError
from harvest.model import RunOutcome
from harvest.stops import stops_held
from harvest.topics import Topic


@dataclass(frozen=True, slots=True)
class Harvested:
    """How the providers of one topic ended, in the order of the topic file, and the command's exit code."""

    reports: tuple[RunReport, ...]
    exit_code: int


def crawl_topic(
    slug: str, *, only: Sequence[str], configuration: Configuration, progress: Callable[[], Progress]
) -> Harvested:
    """Run the providers that the topic enables, side by side; `only` chooses among them.

    A provider without a spider, without credentials, or with a run going on is skipped and reported; the others run.

    Raises:
        UsageError: the topic, its tables or `only` are wrong. Busy: every provider has a run going on.
        LedgerError: the ledger cannot be continued.
    """
    topic = topics.load(slug, configuration.topics)
    known = spiders()
    chosen = _chosen(topic, only)
    for name in chosen:
        if name in known:
            topics.provider_options(topic, name, known[name].Options)
    with stops_held():
        opened, skipped = _open(slug, chosen, known, configuration, progress)
        if opened:
            advise(configuration)
            process = AsyncCrawlerProcess(project_settings())
            crawls: dict[str, Any] = {}
            for name, first in _turns(opened, known).items():
                opened[name].after = [crawls[other] for other in first]
                crawls[name] = process.crawl(known[name], session=opened[name])
            release_when_running()
            process.start()
    close_books(opened.values())
    reports = [skipped.get(name) or _ended(opened[name]) for name in chosen]
    return Harvested(tuple(reports), exit_code(reports))


def _chosen(topic: Topic, only: Sequence[str]) -> list[str]:
    enabled = list(topic.providers)
    if not enabled:
        raise UsageError(f"expected a [providers.NAME] table in topic {topic.slug}, got none", hint="add one and retry")
    unknown = [name for name in only if name not in enabled]
    if unknown:
        raise UsageError(f"expected providers of {topic.slug} ({', '.join(enabled)}), got {unknown[0]!r}")
    return [name for name in enabled if not only or name in only]


def _open(
    slug: str,
    chosen: Sequence[str],
    known: Any,
    configuration: Configuration,
    progress: Callable[[], Progress],
) -> tuple[dict[str, Session], dict[str, RunReport]]:
    """Open a session for each provider that can run; if the ledger itself refuses, none stays open."""
    opened: dict[str, Session] = {}
    skipped: dict[str, RunReport] = {}
    busy: list[Busy] = []
    try:
        for name in chosen:
            if name not in known:
                skipped[name] = _skipped(name, "not in this version")
                continue
            try:
                opened[name] = known[name].open_session(configuration, {"topic": slug}, progress())
            except (Busy, CredentialsMissing) as error:
                skipped[name] = _skipped(name, str(error))
                busy += [error] if isinstance(error, Busy) else []
    except HarvestError:
        for session in opened.values():
            session.finish(interrupted=True, requests={})
        raise
    if busy and not opened:
        raise busy[0]
    return opened, skipped


def _turns(names: Iterable[str], known: Any) -> dict[str, tuple[str, ...]]:
    """Each provider with those of the others that it waits for, in an order in which none comes before those."""
    chosen = list(names)
    last = [name for name in chosen if known[name].after_others]
    first = [name for name in chosen if name not in last]
    waits = {name: tuple(other for other in known[name].after if other in first) for name in first}
    waits |= {name: tuple(first) for name in last}
    return dict(sorted(waits.items(), key=lambda pair: len(pair[1])))


def _skipped(name: str, why: str) -> RunReport:
    return RunReport(name, RunOutcome.SKIPPED, Tally(), failure=why)


def _ended(session: Session) -> RunReport:
    """The session's report; a run that never closed its books has failed."""
    missing = RunReport(session.provider, RunOutcome.FAILED, session.account.tally(), failure="the run broke off")
    return session.report or missing
