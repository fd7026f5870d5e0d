"""More records than PubMed shows of one search."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.crawl.trial import Trial
from tests.servers.eutils import EutilsServer
from tests.servers.eutils_synthetic import Made, article_xml

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

WORD = "multitudine"
DAY = date(2025, 3, 1)
YEARS = [(date(2023, 1, 1) + timedelta(days=day)).isoformat() for day in range(3 * 365)]
CEILING = 9_999


def crawled(trial: Trial, server: EutilsServer, capsys: pytest.CaptureFixture[str]) -> int:
    """Crawl, hold the account against what the emulator was asked, print the figures; the exit code."""
    done = trial.crawl()
    account = trial.account()
    assert account["requests"] == {tool: len(server.asked(tool)) for tool in account["requests"]}
    with capsys.disabled():
        print(f"\n{account['found']} of {account['stated_total']}, {account['outcome']}: {account['requests']}")  # noqa: T201 - the figures are asked for
    return done.code


def test_twenty_five_thousand_ids_over_three_years_are_all_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with EutilsServer.over_own_records(rate_limit=False) as server:
        first, last = server.control.generate(count=25_000, days=YEARS, word=WORD)
        trial = Trial(tmp_path, server.url, slug=WORD, name=WORD)
        assert crawled(trial, server, capsys) == 0
    assert trial.content().keys() == {f"pmid:{pmid}" for pmid in range(first, last + 1)}
    assert trial.account()["found"] == trial.account()["stated_total"] == 25_000


def test_a_single_day_of_mixed_records_beyond_the_ceiling_is_found_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with EutilsServer.over_own_records(rate_limit=False) as server:
        first, last = server.control.generate(count=9_000, days=[DAY.isoformat()], word=WORD)
        titles = {last + number: f"A {WORD} without an abstract, number {number}." for number in range(1, 3_001)}
        for pmid, title in titles.items():
            server.control.add(xml=article_xml(Made(pmid, title, (), created=DAY)).decode())
        trial = Trial(tmp_path, server.url, slug=WORD, name=WORD)
        assert crawled(trial, server, capsys) == 0
    assert trial.content().keys() == {f"pmid:{pmid}" for pmid in range(first, max(titles) + 1)}


def test_a_single_day_that_cannot_be_divided_is_partial_and_says_how_much_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with EutilsServer.over_own_records(rate_limit=False) as server:
        server.control.generate(count=12_000, days=[DAY.isoformat()], word=WORD)
        trial = Trial(tmp_path, server.url, slug=WORD, name=WORD)
        assert crawled(trial, server, capsys) == 2
    account = trial.account()
    assert (account["found"], account["stated_total"], account["outcome"]) == (CEILING, 12_000, "partial")
    assert any("12000" in problem and "9999" in problem for problem in account["problems"])
