"""Runs that go on while the day changes."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from harvest.accounting import Account
from harvest.catalogue import Catalogue
from harvest.configuration import Configuration
from harvest.crawl.progress import Silent
from spiders.pubmed import Finds, PubmedSpider


def test_the_watermark_is_the_day_of_the_searches_not_that_of_the_last_record(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    topic = SimpleNamespace(digest="0" * 64)
    session: Any = SimpleNamespace(
        configuration=Configuration.load(), catalogue=Catalogue(), account=Account(), progress=Silent(), topic=topic,
        clock=lambda: moment, same_question=True, watermark=None,
    )  # fmt: skip
    spider = PubmedSpider(session)

    async def midnight_passes(self: PubmedSpider) -> Finds:
        nonlocal moment
        moment += timedelta(hours=1)
        self._term = "semax"
        return Finds()

    async def crawl() -> None:
        assert spider.today == moment.date()  # `start` looks at it first
        async for _ in spider.harvest():
            pass

    monkeypatch.setattr(PubmedSpider, "_search", midnight_passes)
    asyncio.run(crawl())
    assert session.watermark.until == session.watermark.refreshed == "2026-11-21"
