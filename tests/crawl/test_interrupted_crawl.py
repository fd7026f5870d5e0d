"""Runs that end before their time: nothing acknowledged is lost, nothing is written twice."""

import random
import signal
import time
from pathlib import Path

import pytest

from harvest.ledger import run_lock
from tests.crawl.trial import Trial
from tests.servers.eutils import EutilsServer
from tests.unmeasured import UNMEASURED

CROWD = 600


@pytest.fixture
def crowd(server: EutilsServer) -> EutilsServer:
    """Enough records for several fetches."""
    server.control.generate(count=CROWD, days=["2024-01-01", "2024-12-31"], word="crowdine")
    return server


@pytest.fixture
def crowded(tmp_path: Path, crowd: EutilsServer) -> Trial:
    return Trial(tmp_path, crowd.url, slug="crowdine", name="crowdine")


def wait_for_lines(trial: Trial, count: int) -> None:
    """Wait until the ledger holds so many lines; a run that ends first has as many as it will have."""
    for _ in range(2_000):
        if trial.ledger.exists() and trial.ledger.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.01)


def test_sigterm_closes_the_books_as_partial_and_the_next_run_completes_them(
    crowded: Trial, crowd: EutilsServer
) -> None:
    crowd.fault("timeout", tool="efetch", on=[2, 3], seconds=5)
    run = crowded.start("-s", "DOWNLOAD_TIMEOUT=60")
    wait_for_lines(crowded, 100)
    run.send_signal(signal.SIGTERM)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 2, said
    account = crowded.account()
    assert account["outcome"] == "partial"
    assert account["found"] == CROWD
    assert "interrupted" in said
    assert "Traceback" not in said
    assert crowded.verify() == 0
    crowd.control.clear_faults()
    done = crowded.crawl()
    assert done.code == 0, done.said
    assert len(crowded.content()) == CROWD


def test_sigterm_before_the_spider_starts_closes_the_books_too(trial: Trial) -> None:
    run = trial.start()
    wait_for_lines(trial, 2)
    run.send_signal(signal.SIGTERM)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 2, said
    assert trial.account()["outcome"] == "partial"
    assert trial.verify() == 0


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_loses_nothing_and_the_next_run_writes_nothing_twice(crowded: Trial, seed: int) -> None:
    run = crowded.start()
    wait_for_lines(crowded, random.Random(seed).randrange(1, CROWD))
    run.kill()
    run.communicate(timeout=60)
    before = crowded.ledger.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]
    done = crowded.crawl()
    assert done.code == 0, done.said
    assert crowded.ledger.read_bytes().startswith(whole)
    assert len(crowded.content()) == CROWD
    assert crowded.verify() == 2, "the killed run is reported as interrupted"


def test_a_second_run_of_the_same_topic_and_provider_is_refused(trial: Trial) -> None:
    with run_lock(trial.folder / "state", trial.slug, "pubmed"):
        done = trial.crawl()
    assert done.code == 75
    assert len(done.last_lines) == 1


def test_a_full_disk_ends_the_run_with_one_line_and_the_ledger_stays_valid(crowded: Trial) -> None:
    limited = ["bash", "-c", 'ulimit -f 200; exec "$@"', "-", *crowded.command()]
    done = crowded.run(limited, **UNMEASURED)
    assert done.code == 3
    assert "Traceback" not in done.said
    assert crowded.verify() in {0, 2}
    done = crowded.crawl()
    assert done.code == 0, done.said
    assert len(crowded.content()) == CROWD


@pytest.mark.slow
def test_more_ids_than_pubmed_shows_come_through_the_ceiling(tmp_path: Path, server: EutilsServer) -> None:
    days = [f"{year}-{month:02d}-{day:02d}" for year in (2023, 2024, 2025) for month in range(1, 13) for day in (1, 15)]
    server.control.generate(count=10_200, days=days, word="multitudine")
    many = Trial(tmp_path, server.url, slug="multitudine", name="multitudine")
    done = many.crawl()
    assert done.code == 0, done.said
    account = many.account()
    assert account["found"] == account["stated_total"] == 10_200
    assert account["requests"]["efetch"] == 51
