"""The middleware in front of every request that robots.txt is meant for."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from harvest.crawl.pause import Stopping
from harvest.crawl.public import HARVESTED
from harvest.crawl.retry import GaveUp
from harvest.crawl.robots import Disallowed, RobotsMiddleware
from harvest.errors import LedgerError
from harvest.faults import Fault
from harvest.limiter import Limit
from harvest.model import Snapshot
from tests.crawl.stand_in import crawler

PAGE = "https://example.com/private/page"
KEPT = Snapshot("file", "urn:uuid:1", "0" * 64)
LIMIT = Limit("web:example.com", 2.0)


class Host:
    """Answers requests for robots.txt; `then` is what the next answers are."""

    def __init__(self, *then: Response | Exception) -> None:
        self.then = list(then)
        self.asked: list[Request] = []

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        answer = self.then.pop(0) if len(self.then) > 1 else self.then[0]
        if isinstance(answer, Exception):
            raise answer
        return answer.replace(request=Request(request.url, meta={"snapshot": KEPT}), url=request.url)


def middleware(host: Host, now: Callable[[], float] = lambda: 0.0) -> RobotsMiddleware:
    crawling: Any = crawler(HARVEST_WEB_INTERVAL="2.0")
    crawling.engine.download_async = host.download_async
    crawling.spider.session.admit = lambda _: None
    return RobotsMiddleware(crawling, now=now)


def rules(text: str, status: int = 200) -> Response:
    return Response("https://example.com/robots.txt", status=status, body=text.encode())


def ask(robots: RobotsMiddleware, *requests: Request) -> list[BaseException | None]:
    async def together() -> list[BaseException | None]:
        waiting = (robots.process_request(request) for request in requests)
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(together())


def test_a_host_is_asked_once_for_all_and_the_request_is_marked_as_harvested_and_limited() -> None:
    host = Host(rules("User-agent: *\nDisallow: /private/"))
    said = ask(middleware(host), *(Request(PAGE) for _ in range(5)))
    assert [type(one) for one in said] == [Disallowed] * 5
    (asked,) = host.asked
    assert asked.url == "https://example.com/robots.txt"
    assert asked.meta[HARVESTED]
    assert asked.meta["dont_obey_robotstxt"]
    assert asked.meta["limit"] == LIMIT


def test_a_refusal_names_the_rule_and_cites_the_file() -> None:
    (no,) = ask(middleware(Host(rules("User-agent: *\nDisallow: /private/"))), Request(PAGE))
    assert isinstance(no, Disallowed)
    assert no.fault == Fault("robots-disallowed", "robots.txt says Disallow: /private/")
    assert no.snapshot == KEPT


def test_each_scheme_host_and_port_has_a_file_of_its_own() -> None:
    host = Host(rules(""))
    urls = ("http://example.com/", "https://example.com/", "https://www.example.com/", "https://example.com:444/")
    ask(middleware(host), *map(Request, urls))
    assert sorted(one.url for one in host.asked) == sorted(f"{url}robots.txt" for url in urls)


def test_a_file_counts_for_a_day_and_is_then_asked_for_again() -> None:
    now = [0.0]
    host = Host(rules(""), rules("User-agent: *\nDisallow: /"))
    robots = middleware(host, lambda: now[0])

    async def over_time() -> list[str]:
        said = []
        for now[0] in (0.0, 86_399.0, 86_400.0):
            try:
                await robots.process_request(Request(PAGE))
                said.append("allowed")
            except Disallowed:
                said.append("disallowed")
        return said

    assert asyncio.run(over_time()) == ["allowed", "allowed", "disallowed"]
    assert len(host.asked) == 2


@pytest.mark.parametrize(
    ("file", "interval"),
    [("", 2.0), ("User-agent: *\nCrawl-delay: 1", 2.0), ("User-agent: *\nCrawl-delay: 30", 30.0)],
)
def test_the_longer_of_our_interval_and_the_delay_that_is_asked_for_holds(file: str, interval: float) -> None:
    for meta in ({}, {"limit": LIMIT}):
        request = Request(PAGE, meta=meta)
        assert ask(middleware(Host(rules(file))), request) == [None]
        assert request.meta["limit"] == Limit("web:example.com", interval)


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (rules("", 500), "robots-unreachable", "robots.txt: status 500"),
        (rules("", 429), "robots-unreachable", "robots.txt: status 429"),
        (rules("", 304), "robots-unreachable", "robots.txt: status 304"),
        (GaveUp(Fault("timed-out", "none in time")), "robots-unreachable", "robots.txt: none in time"),
        (GaveUp(Fault("not-public", "this machine")), "not-public", "this machine"),
        (GaveUp(Fault("not-recorded", "no answer")), "not-recorded", "no answer"),
        (rules("User-agent: *\nCrawl-delay: 121"), "robots-delay", "robots.txt says Crawl-delay: 121"),
    ],
)  # fmt: skip
def test_nothing_is_asked_for_where_nobody_knows_the_rules(answer: Response | Exception, kind: str, why: str) -> None:
    (no,) = ask(middleware(Host(answer)), Request(PAGE))
    assert isinstance(no, Disallowed)
    assert no.fault == Fault(kind, why)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 499])
def test_a_file_that_is_not_to_be_had_allows_everything(status: int) -> None:
    assert ask(middleware(Host(rules("User-agent: *\nDisallow: /", status))), Request(PAGE)) == [None]


def test_what_is_meant_for_programs_is_passed_by() -> None:
    host = Host(rules("User-agent: *\nDisallow: /"))
    assert ask(middleware(host), Request(PAGE, meta={"dont_obey_robotstxt": True})) == [None]
    assert host.asked == []


@pytest.mark.parametrize("error", [Stopping("stopped"), LedgerError("synthetic")])
def test_what_ends_the_run_is_no_answer_of_a_host_and_is_asked_again(error: Exception) -> None:
    host = Host(error, rules(""))
    robots = middleware(host)
    first, *_ = ask(robots, Request(PAGE))
    assert first is error
    assert ask(robots, Request(PAGE)) == [None]
