"""Rechecks: what a provider no longer has is erased here, and a check that left something open renews nothing."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harvest import settings
from harvest.catalogue import Catalogue
from harvest.configuration import Configuration
from harvest.crawl.progress import fitting_progress
from harvest.crawl.recheck import Rechecked, bound, exit_code, recheck
from harvest.errors import Busy, LedgerMissing, UsageError
from harvest.ledger import Depth, entries, run_lock, verify
from harvest.model import RunOutcome
from harvest.reading import HIDDEN, read
from tests import posts
from tests.cli import ledgers
from tests.crawl.trialposts import TrialPostsSpider
from tests.servers.trialposts import TrialPosts

LATER = ledgers.NOW + timedelta(hours=40)
FAR = ledgers.NOW + timedelta(hours=80)


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapy's loader finds the trial spider beside ours."""
    monkeypatch.setattr(settings, "SPIDER_MODULES", [*settings.SPIDER_MODULES, "tests.crawl.trialposts"])


@pytest.fixture(autouse=True)
def _unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves syncing out: hundreds of contents are written, and durability is not the point here."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    folders = {"HARVEST_DATA_DIR": tmp_path / "data", "HARVEST_STATE_DIR": tmp_path / "state"}
    return Configuration.load({name: str(path) for name, path in folders.items()})


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrialPosts]:
    """A provider of 250 posts."""
    with TrialPosts(range(1, 251)) as running:
        monkeypatch.setattr(TrialPostsSpider, "url", running.url)
        yield running


def harvested(configuration: Configuration, *texts: str, **options: Any) -> Path:
    return posts.write(configuration.data, configuration.state_dir, *texts, **options)


def asked(configuration: Configuration, **problem: str) -> Rechecked:
    (report,) = recheck("semax-ssri", configuration, lambda: LATER)
    return report


def bodies(path: Path, kind: str) -> list[dict[str, Any]]:
    return [entry.body for entry in entries(path) if entry.type == kind]


def title(path: Path, sid: str = "s1") -> str:
    """What a reader sees of a source, 80 hours after it was found."""
    return str(read(path, now=FAR).find(sid)["title"])


def test_what_is_gone_is_erased_and_the_rest_is_shown_again(configuration: Configuration, provider: TrialPosts) -> None:
    path = harvested(configuration, "one", "two", "three")
    provider.deleted = {"2"}
    assert title(path) == HIDDEN

    report = asked(configuration)

    assert report == Rechecked(posts.PROVIDER, 3, 2, 1, 0, RunOutcome.COMPLETE)
    assert bodies(path, "redaction") == [{"reason": "gone-at-provider", "seq": 4}]
    assert bodies(path, "rechecked") == [
        {
            "provider": posts.PROVIDER, "asked": 3, "present": 2, "gone": 1, "unknown": 0, "outcome": "complete",
            "began": "2026-11-23T11:06:00.000000Z",
        }
    ]  # fmt: skip
    assert (title(path, "s1"), title(path, "s3")) == ("Post 1: one", "Post 3: three")
    reading = read(path, now=FAR)
    assert (list(reading.sources), reading.find("s2")["erased"]["reason"]) == (["s1", "s3"], "gone-at-provider")
    assert verify(path, state=configuration.state_dir, depth=Depth.DEEP).exit_code == 0
    assert exit_code([report]) == 0


def test_a_hundred_are_asked_for_at_once_and_none_twice(configuration: Configuration, provider: TrialPosts) -> None:
    harvested(configuration, *(f"text {number}" for number in range(250)))
    provider.deleted = {"1", "250"}

    report = asked(configuration)

    assert (report.present, report.gone, report.outcome) == (248, 2, "complete")
    assert [len(ids) for ids in provider.asked] == [100, 100, 50]
    assert asked(configuration).asked == 248


def test_what_the_provider_says_nothing_of_stays_and_renews_nothing(
    configuration: Configuration, provider: TrialPosts
) -> None:
    path = harvested(configuration, "one", "two")
    provider.known = {"1"}

    report = asked(configuration)

    assert (report.present, report.gone, report.unknown, report.outcome) == (1, 0, 1, "partial")
    assert (bodies(path, "redaction"), title(path)) == ([], HIDDEN)
    assert exit_code([report]) == 2


def test_a_provider_that_breaks_off_is_not_asked_on_and_what_was_gone_is_erased(
    configuration: Configuration, provider: TrialPosts
) -> None:
    path = harvested(configuration, *(f"text {number}" for number in range(250)))
    provider.deleted, provider.answers = {"1"}, 1

    report = asked(configuration)

    assert (report.present, report.gone, report.unknown, report.outcome) == (99, 1, 150, "partial")
    assert (len(provider.asked), report.problem) == (2, "expected posts, got status 503")
    assert bodies(path, "rechecked")[0]["problem"] == report.problem
    assert title(path, "s2") == HIDDEN


def test_a_provider_that_cannot_be_reached_has_failed(configuration: Configuration) -> None:
    path = harvested(configuration, "one")

    report = asked(configuration)

    assert (report.unknown, report.outcome, exit_code([report])) == (1, "failed", 3)
    assert report.problem.startswith("expected an answer of http://127.0.0.1:9")
    assert title(path) == HIDDEN


def test_a_provider_of_another_version_is_reported_and_its_text_stays_hidden(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = harvested(configuration, "one")
    monkeypatch.setattr(settings, "SPIDER_MODULES", ["spiders"])

    report = asked(configuration)

    assert (report.outcome, report.problem, title(path)) == ("failed", "not in this version", HIDDEN)


def test_every_text_of_a_deleted_post_goes_the_older_ones_too(
    configuration: Configuration, provider: TrialPosts
) -> None:
    path = harvested(configuration, "first words")
    with posts.opened(configuration.data, configuration.state_dir, Catalogue(), run=OTHER_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("changed", {"key": "trialposts:1", "provider": posts.PROVIDER, "new": {}}, content={"a": "b"})
        ledger.seal()
    provider.deleted = {"1"}

    assert asked(configuration).gone == 1
    assert [body["seq"] for body in bodies(path, "redaction")] == [3, 5]
    assert list((configuration.data / "content" / "semax-ssri").iterdir()) == []


OTHER_RUN = "01JD7Q8Z0000000000000000AB"


def test_providers_without_the_duty_are_not_asked(configuration: Configuration) -> None:
    posts.write(configuration.data, configuration.state_dir, posts.whole(1, "one", provider="elsewhere"), duty=False)
    assert recheck("semax-ssri", configuration, lambda: LATER) == ()
    assert exit_code([]) == 0


def test_of_the_shipped_providers_reddit_has_the_duty() -> None:
    assert bound() == {posts.PROVIDER, "reddit"}
    with pytest.raises(NotImplementedError, match="no way to ask"):
        super(TrialPostsSpider, TrialPostsSpider).still_there([], Configuration.load())


def test_a_crawl_says_in_the_ledger_that_its_provider_has_the_duty(configuration: Configuration) -> None:
    topic = configuration.topics / "semax-ssri.toml"
    topic.parent.mkdir(parents=True)
    tracked = Path(__file__).resolve().parents[2] / "data" / "topics" / "semax-ssri.toml"
    topic.write_text(f"{tracked.read_text()}\n[providers.{posts.PROVIDER}]\n")

    session = TrialPostsSpider.open_session(configuration, {"topic": "semax-ssri"}, fitting_progress())
    session.finish(interrupted=False, requests={})

    assert bodies(configuration.ledger("semax-ssri"), "run-started")[0]["deletion_duty"] is True
    assert read(configuration.ledger("semax-ssri")).catalogue.holdings.duties == {posts.PROVIDER}


def test_in_replay_nobody_is_asked(configuration: Configuration, tmp_path: Path) -> None:
    replaying = configuration.model_copy(update={"replay": tmp_path})
    with pytest.raises(UsageError, match="expected to ask providers, got HARVEST_REPLAY"):
        recheck("semax-ssri", replaying, lambda: LATER)


def test_without_a_ledger_none_is_begun(configuration: Configuration) -> None:
    with pytest.raises(LedgerMissing, match="expected a ledger at"):
        recheck("semax-ssri", configuration, lambda: LATER)
    assert not configuration.ledger("semax-ssri").exists()


def test_two_rechecks_of_a_topic_do_not_run_at_once(configuration: Configuration) -> None:
    harvested(configuration, "one")
    with run_lock(configuration.state_dir, "semax-ssri", "recheck"), pytest.raises(Busy):
        recheck("semax-ssri", configuration, lambda: LATER)
