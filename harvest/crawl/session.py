"""One provider's run over one topic: what it holds open, and what it says of itself in the ledger.

A session is opened before Scrapy starts, so that whatever is wrong with topic, settings, lock or ledger is said in one
line; the spider and the pipelines share it; `finish` closes the books.
"""

import asyncio
import importlib.metadata
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol, Self, cast
from urllib.parse import urlsplit

from pydantic import BaseModel
from scrapy.crawler import Crawler
from ulid import ULID

from harvest import __version__, topics
from harvest.accounting import Account
from harvest.archive import Archive, Replay
from harvest.catalogue import Catalogue, Watermark
from harvest.configuration import Configuration
from harvest.crawl.progress import Progress, RunReport
from harvest.crawl.writer import Writer
from harvest.errors import HarvestError, LedgerError, UsageError
from harvest.evidence import VERSION
from harvest.ledger import Ledger, Persons, StateFolder, run_lock
from harvest.model import RunOutcome, Snapshot
from harvest.settlement import Absence
from harvest.topics import Topic

Body = dict[str, Any]
Clock = Callable[[], datetime]

PROBLEMS_LIMIT: Final = 50
"""Problems that `run-finished` names; the screen shows all."""
PROBLEM_LENGTH: Final = 300
"""Code points of each; a long query may stand in it."""
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_VERSIONED: Final = ("biopython", "lxml", "scrapy", "trafilatura", "warcio")


@dataclass(slots=True)
class Session:
    """What one run holds open. Create with `open`, end with `finish`."""

    topic: Topic
    options: BaseModel
    """The provider's table of the topic file, as the provider's own model."""
    provider: str
    configuration: Configuration
    run: str
    clock: Clock
    ledger: Ledger
    catalogue: Catalogue
    account: Account
    writer: Writer
    archive: Archive | None
    replay: Replay | None
    progress: Progress
    watermark: Watermark | None = None
    """Set by the spider when all pages are stored: where the next run may begin. None if a record was lost."""
    begun: bool = False
    """Its spider has started: from then on the pipelines close the books, however the crawl is stopped."""
    after: Sequence[asyncio.Task[None]] = ()
    """Crawls of other providers that are to end before this one begins to harvest."""
    report: RunReport | None = None
    """How the run ended; None while it goes on."""
    _open: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def open(
        cls,
        slug: str,
        provider: str,
        configuration: Configuration,
        *,
        options: type[BaseModel],
        progress: Progress,
        deletion_duty: bool = False,
    ) -> Self:
        """Read the topic, take the run lock, open ledger and archive, write `run-started`.

        `deletion_duty`: the provider wants deleted here, too, what its users delete; the ledger says so to its readers.

        Raises:
            UsageError, Busy, LedgerError, ArchiveError: each with the one line to show.
        """
        topic = topics.load(slug, configuration.topics)
        chosen = topics.provider_options(topic, provider, options)
        replay = Replay(configuration.replay) if configuration.replay else None
        clock = _clock(replay)
        run = str(ULID.from_datetime(clock()))
        catalogue, account = Catalogue(), Account()
        with ExitStack() as stack:
            stack.enter_context(run_lock(configuration.state_dir, slug, provider))
            ledger = _open_ledger(configuration, slug, run=run, clock=clock, replay=replay, catalogue=catalogue)
            stack.callback(ledger.close)
            archive = None if replay else _archive(configuration, slug, provider, run=run, started=clock())
            if archive:
                stack.callback(archive.close)
            persons = Persons(StateFolder(configuration.state_dir), configuration.ledger_origin(slug))
            writer = Writer(ledger, catalogue, account, provider=provider, persons=persons)
            duty: Body = {"deletion_duty": True} if deletion_duty else {}
            writer.write("run-started", _started(topic, provider, configuration) | duty)
            return cls(
                topic, chosen, provider, configuration, run, clock, ledger, catalogue, account, writer, archive, replay,
                progress, _open=stack.pop_all(),
            )  # fmt: skip

    def begin(self) -> None:
        """Its spider starts: the pipelines close the books, and until then the head is signed while the crawl waits.

        A replay waits for nobody, and no time passes in it.
        """
        self.begun = True
        if self.replay is None:
            self.writer.sign_meanwhile()

    @property
    def same_question(self) -> bool:
        """All that is settled of this provider was screened under the topic file as it is now."""
        return self.catalogue.questions.get(self.provider, set()) <= {self.topic.digest}

    def admit(self, snapshot: Snapshot) -> None:
        """Refuse an emulator's answer in a production ledger.

        Raises:
            LedgerError: the answer is marked synthetic and the ledger is not.
        """
        if snapshot.synthetic and not self.catalogue.genesis.get("synthetic"):
            raise LedgerError(
                f"expected answers of the real service for {self.topic.slug}, got one marked synthetic",
                hint="use another HARVEST_DATA_DIR for trials against an emulator",
            )

    def finish(self, *, interrupted: bool, requests: Mapping[str, int]) -> RunReport:
        """Close the books: open ids, `run-finished`, signed head; then archive, ledger and lock."""
        try:
            self._settle_open(interrupted=interrupted)
            self.report = self._report(requests)
            self.writer.finish(self._finished(self.report))
            self.ledger.seal()
        except HarvestError as error:
            self.account.failure = self.account.failure or str(error)
            self.report = self._report(requests)
        finally:
            self._open.close()
        return self.report

    def _settle_open(self, *, interrupted: bool) -> None:
        if interrupted:
            self.account.problems.append("interrupted before all records were fetched")
        reason = "interrupted" if interrupted else "run-failed"
        got = "the run ended first" if interrupted else self.account.failure or "nothing"
        why = Absence(reason, expected="a record", got=got, interrupted=True)
        if unsettled := self.account.unsettled():
            self.watermark = None
            self.writer.write_absent(unsettled, why)

    def _report(self, requests: Mapping[str, int]) -> RunReport:
        present = {key for settled in self.catalogue.settled.values() for key in settled.body["keys"]}
        evidence: dict[str, int] = {}
        for source in self.catalogue.sources.values():
            evidence[source["evidence"]] = evidence.get(source["evidence"], 0) + 1
        return RunReport(
            self.provider,
            self.account.outcome(),
            self.account.tally(),
            self.account.stated_total,
            tuple(self.account.problems),
            self.account.failure,
            requests,
            tuple(key for key in self.topic.expect if key not in present),
            evidence,
        )

    def _finished(self, report: RunReport) -> Body:
        counts: Body = asdict(report.tally) | {
            "outcome": str(report.outcome),
            "stated_total": report.stated_total,
            "problems": [problem[:PROBLEM_LENGTH] for problem in report.problems[:PROBLEMS_LIMIT]],
            "requests": dict(report.requests),
            "expected_missing": list(report.expected_missing),
        }
        if report.failure:
            counts["failure"] = report.failure
        if self.watermark and report.outcome is not RunOutcome.FAILED:
            counts["watermark"] = self.watermark.as_body()
        finished: Body = {"providers": {self.provider: counts}}
        return finished | {"journal_sha256": self.archive.journal_sha256} if self.archive else finished


class Harvesting(Protocol):
    """What pipelines know of the spider that feeds them; spiders and pipelines never import each other."""

    session: Session
    has_session: bool
    done: bool
    asked: Mapping[str, int]

    def give_up(self) -> None:
        """Stop asking."""


def harvesting(crawler: Crawler) -> Harvesting:
    """The spider of a crawl."""
    return cast("Harvesting", crawler.spider)


def _clock(replay: Replay | None) -> Clock:
    """Wall time; in a replay the recorded start of the run, so that the same windows are asked."""
    if replay is None or replay.started is None:
        return lambda: datetime.now(UTC)
    started = replay.started
    return lambda: started


def _open_ledger(
    configuration: Configuration, slug: str, *, run: str, clock: Clock, replay: Replay | None, catalogue: Catalogue
) -> Ledger:
    synthetic = _is_test(configuration, replay)
    ledger = Ledger.open(
        configuration.ledger(slug),
        keys=StateFolder(configuration.state_dir),
        origin=configuration.ledger_origin(slug),
        topic=slug,
        clock=clock,
        run=run,
        created_by=f"harvest {__version__}",
        genesis={"synthetic": True} if synthetic else {},
        fold=catalogue.apply,
    )
    if catalogue.genesis.get("synthetic") and not synthetic:
        ledger.close()
        raise UsageError(
            f"expected a production ledger for {slug}, got one made against an emulator",
            hint="use another HARVEST_DATA_DIR and HARVEST_STATE_DIR, or set HARVEST_MODE=test",
        )
    return ledger


def _is_test(configuration: Configuration, replay: Replay | None) -> bool:
    if configuration.mode != "auto":
        return configuration.mode == "test"
    if replay is not None:
        return replay.synthetic
    return any(urlsplit(url).hostname in _LOCAL for url in configuration.base_urls)


def _archive(configuration: Configuration, slug: str, provider: str, *, run: str, started: datetime) -> Archive:
    return Archive(
        configuration.archive,
        name=f"{slug}-{provider}-{run}",
        started=started,
        software=f"harvest {__version__}",
        max_bytes=configuration.archive_max_bytes,
        about={"topic": slug, "provider": provider, "run": run},
        secrets=configuration.secrets,
    )


def _started(topic: Topic, provider: str, configuration: Configuration) -> Body:
    """What shaped the run: question, settings, versions."""
    versions = {name: importlib.metadata.version(name) for name in _VERSIONED}
    return {
        "spider": provider,
        "topic": topic.slug,
        "topic_sha256": topic.digest,
        "versions": {"harvest": __version__, "evidence": VERSION, "python": platform.python_version(), **versions},
        "settings": {"refresh_days": configuration.refresh_days, "mode": configuration.mode},
    }
