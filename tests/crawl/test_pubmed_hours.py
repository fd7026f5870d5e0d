"""Large jobs in NCBI's busy hours."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from harvest.errors import Interrupted
from spiders.pubmed import PubmedSpider
from tests.crawl import stand_in

MONDAY_NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def told(records: int, now: datetime = MONDAY_NOON, *, off_peak: str = "advise", crawling: bool = True) -> list[str]:
    """What a spider says before it fetches so many records."""
    said: list[str] = []
    crawler = stand_in.crawler()
    crawler.crawling = crawling
    logger = SimpleNamespace(warning=lambda words, *values: said.append(words % values))
    session = SimpleNamespace(clock=lambda: now, replay=None, configuration=SimpleNamespace(off_peak=off_peak))
    spider: Any = SimpleNamespace(session=session, crawler=crawler, logger=logger)
    asyncio.run(PubmedSpider._off_peak(spider, records))
    return said


def test_a_large_job_in_busy_hours_says_what_ncbi_wants_and_goes_on() -> None:
    (line,) = told(25_000)
    assert line.startswith(
        "25000 records to fetch, and NCBI wants large jobs after 540 more minutes; HARVEST_OFF_PEAK=wait"
    )


@pytest.mark.parametrize(("records", "now"), [(20_000, MONDAY_NOON), (25_000, SUNDAY)])
def test_smaller_jobs_and_quiet_hours_need_no_word(records: int, now: datetime) -> None:
    assert told(records, now) == []


def test_who_chose_to_wait_is_stopped_by_a_stop() -> None:
    with pytest.raises(Interrupted):
        told(25_000, off_peak="wait", crawling=False)
