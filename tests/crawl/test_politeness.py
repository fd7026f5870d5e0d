"""A request goes out when its limit has a slot."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request

from harvest.archive import Archive, Exchange, Replay
from harvest.crawl.pause import SLICE, Pause, Stopping
from harvest.crawl.politeness import PolitenessMiddleware, limiters
from harvest.limiter import Limit, Limiter
from tests.crawl.stand_in import NOW, FakeSession, FakeSleep, crawler

LIMIT = Limit("eutils:eutils.example", 0.34)


class StillClock:
    """A limiter whose clock stands, so that the waits are exact."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, limit: Limit) -> Limiter:
        return Limiter(self.folder, limit.name, interval=limit.interval, monotonic=lambda: 1000.0)


def middleware(folder: Path, sleep: FakeSleep, crawling: Any = None) -> PolitenessMiddleware:
    crawling = crawling or crawler()
    return PolitenessMiddleware(crawling, pause=Pause(crawling, sleep), limiter=StillClock(folder))


def ask(polite: PolitenessMiddleware, *limits: Limit | None) -> None:
    async def together() -> None:
        requests = [Request("https://a.example/", meta={"limit": limit} if limit else {}) for limit in limits]
        await asyncio.gather(*(polite.process_request(request) for request in requests))

    asyncio.run(together())


def test_each_request_waits_for_its_slot(tmp_path: Path) -> None:
    sleep = FakeSleep()
    ask(middleware(tmp_path, sleep), LIMIT, LIMIT, LIMIT)
    assert sleep.slept == pytest.approx([0.34, SLICE, 0.68 - SLICE])


def test_a_request_without_a_limit_passes(tmp_path: Path) -> None:
    sleep = FakeSleep()
    ask(middleware(tmp_path, sleep), None, None)
    assert sleep.slept == []
    assert list(tmp_path.iterdir()) == []


def test_a_replay_does_not_wait(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive", name="t-p-r", started=NOW, software="harvest") as archive:
        archive.record(Exchange("GET", "https://a.example/", b"", 200, "OK", (), b"", NOW))
    sleep = FakeSleep()
    replaying = crawler(FakeSession(replay=Replay(tmp_path / "archive")))
    ask(middleware(tmp_path, sleep, replaying), LIMIT, LIMIT)
    assert sleep.slept == []


def test_a_stop_is_noticed_while_waiting(tmp_path: Path) -> None:
    stopped = crawler()
    sleep = FakeSleep(then=lambda: setattr(stopped, "crawling", False))
    StillClock(tmp_path)(LIMIT).penalise(60)
    with pytest.raises(Stopping):
        ask(middleware(tmp_path, sleep, stopped), LIMIT)
    assert sleep.slept == [SLICE]


def test_a_spider_that_is_being_closed_is_a_stop_too(tmp_path: Path) -> None:
    closing = crawler()
    sleep = FakeSleep(then=lambda: setattr(closing.engine._slot, "closing", object()))
    StillClock(tmp_path)(LIMIT).penalise(60)
    with pytest.raises(Stopping):
        ask(middleware(tmp_path, sleep, closing), LIMIT)
    assert sleep.slept == [SLICE]


def test_a_stopped_crawl_takes_no_slot(tmp_path: Path) -> None:
    stopped = crawler()
    stopped.crawling = False
    with pytest.raises(Stopping):
        ask(middleware(tmp_path, FakeSleep(), stopped), LIMIT)
    assert StillClock(tmp_path)(LIMIT).reserve() == 0.0


def test_requests_behind_the_one_that_waits_feel_a_penalty(tmp_path: Path) -> None:
    limiter = StillClock(tmp_path)(LIMIT)
    limiter.reserve()
    sleep = FakeSleep()
    polite = middleware(tmp_path, sleep)

    def penalise_once() -> None:
        sleep.then = None
        limiter.penalise(30)

    sleep.then = penalise_once
    ask(polite, LIMIT, LIMIT)
    assert sleep.slept[0] == pytest.approx(0.34)
    assert sum(sleep.slept[1:]) == pytest.approx(30.0)


def test_the_setting_names_the_folder_of_the_limits(tmp_path: Path) -> None:
    polite = PolitenessMiddleware.from_crawler(crawler(HARVEST_LIMITER_DIR=str(tmp_path)))
    ask(polite, LIMIT)
    assert len(list(tmp_path.iterdir())) == 1


def test_limits_lie_in_the_private_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.crawl.politeness.private_folder", lambda: tmp_path)
    limiters()(LIMIT).reserve()
    assert len(list(tmp_path.iterdir())) == 1
