"""What the provider `web` decides without a network."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from scrapy import Request
from scrapy.http import Response
from twisted.internet.error import DNSLookupError

from harvest.archive import Exchange
from harvest.catalogue import Catalogue, Settled
from harvest.configuration import Configuration
from harvest.crawl import visits
from harvest.crawl.hosts import LARGEST, asking, next_hop
from harvest.crawl.kept_pages import key_of_page, leads_of, links_of
from harvest.crawl.network_faults import fault_of
from harvest.crawl.pause import Stopping
from harvest.crawl.public import HARVESTED, Exempt, NotPublic, PublicDownloadHandler, _PublicEndpoint
from harvest.crawl.visits import PAGES, REFUSED, NotVisited, Visits
from harvest.errors import Interrupted, LedgerError, ParseError
from harvest.limiter import Limit
from harvest.model import Related, Snapshot
from harvest.pages import Page
from harvest.visiting import WebOptions
from spiders.web import WebSpider
from tests import pages
from tests.crawl.stand_in import NOW, crawler
from tests.crawl.trial import CHECKOUT
from tests.crawl.web_trial import article

PAGE = "https://example.com/page"
KEPT = Snapshot("file", "urn:uuid:1", "0" * 64)


# --- options


def test_addresses_in_a_topic_file_are_canonical_and_wrong_ones_are_told() -> None:
    options = WebOptions(urls=("HTTPS://Example.com:443/a?utm_source=x",), feeds=("https://example.com/feed",))
    assert options.urls == ("https://example.com/a",)
    with pytest.raises(ValidationError, match="expected an address of scheme http or https, got 'ftp'"):
        WebOptions(sitemaps=("ftp://example.com/",))
    with pytest.raises(ValidationError):
        WebOptions(depth=3)


# --- requests


def test_a_request_for_a_harvested_address_is_marked_polite_and_not_redirected_behind_our_back() -> None:
    request = asking("http://WWW.Example.com/a", crawler(), tool="page", headers={"Accept": "text/html"})
    kept = {name: request.meta[name] for name in (HARVESTED, "dont_redirect", "dont_obey_robotstxt", "max_retry_times")}
    assert kept == {HARVESTED: True, "dont_redirect": True, "dont_obey_robotstxt": False, "max_retry_times": 2}
    assert request.meta["limit"] == Limit("web:www.example.com", 2.0)
    check = request.meta["check"]
    assert check(200, {}, b"x" * LARGEST) is None
    assert check(200, {}, b"x" * (LARGEST + 1)).kind == "too-large"
    assert check(503, {}, b"").retry
    assert check(404, {}, b"") is None


@pytest.mark.parametrize(
    ("status", "location", "hop"),
    [
        (302, "/b#part", "https://example.com/b"),
        (302, "/\xfc b", "https://example.com/%C3%BC%20b"),
        (301, "c?z=1&a=2", "https://example.com/c?z=1&a=2"),
        (308, "//other.example/", "https://other.example/"),
        (200, "/b", ""),
        (304, "/b", ""),
        (302, None, ""),
    ],
)
def test_a_redirect_leads_where_it_says(status: int, location: str | None, hop: str) -> None:
    headers = {"Location": location} if location else {}
    assert next_hop(Response("https://example.com/a", status=status, headers=headers)) == hop


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://[/", "http://a:b@example.com/", "/" + "\u20ac" * 400]
)
def test_a_redirect_to_what_may_not_be_asked_for_is_an_error(location: str) -> None:
    with pytest.raises(ParseError):
        next_hop(Response(PAGE, status=302, headers={"Location": location}))


# --- addresses


class Names:
    """In place of a download handler: names of its own, and a record of what was connected to."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, _host: str) -> tuple[str, ...]:
        return self.addresses


@pytest.mark.parametrize(
    ("addresses", "port", "why"),
    [
        (("127.0.0.1",), 80, "this machine"),
        (("93.184.216.34", "10.0.0.1"), 443, "private"),
        (("93.184.216.34",), 22, "port 22"),
        (("::ffff:127.0.0.1",), 80, "not global IPv6"),
    ],
)
def test_one_address_that_is_not_public_is_enough(addresses: tuple[str, ...], port: int, why: str) -> None:
    endpoint = _PublicEndpoint(Names(*addresses), "example.com", port)  # type: ignore[arg-type]  # all it asks of it
    with pytest.raises(NotPublic, match=why):
        asyncio.run(endpoint._addresses())
    fault = fault_of(NotPublic(why))
    assert fault is not None
    assert (fault.kind, fault.retry) == ("not-public", False)


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".example", "\udcff"])
def test_a_name_without_an_address_is_just_that(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class System(Names):
        resolve = PublicDownloadHandler.resolve  # type: ignore[assignment]  # needs no handler

    with pytest.raises(DNSLookupError):
        asyncio.run(_PublicEndpoint(System(), host, 80)._addresses())  # type: ignore[arg-type]  # as above


def test_the_system_s_names_are_resolved_into_numbers() -> None:
    numbers = asyncio.run(PublicDownloadHandler.resolve(Any, "0x7f.1"))  # type: ignore[arg-type]  # needs no handler
    assert numbers == ("127.0.0.1",)


def test_a_base_url_exempts_services_and_pages_only_those_of_an_emulator_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_EUTILS_URL", "http://127.0.0.1:8080/eutils/")
    monkeypatch.setenv("HARVEST_CROSSREF_URL", "http://mirror.example/")
    service = Request("http://127.0.0.1:8080/eutils/esearch.fcgi")
    page = Request("http://127.0.0.1:8081/", meta={HARVESTED: True})
    for mode, pages_here in (("production", False), ("test", True)):
        monkeypatch.setenv("HARVEST_MODE", mode)
        exempt = Exempt.of(Configuration.load())
        assert exempt.covers(service)
        assert exempt.covers(page) is pages_here
        assert not exempt.covers(Request("http://127.0.0.1:8081/"))
        assert not exempt.covers(Request("http://127.0.0.2:8080/"))
        assert exempt.covers(Request("http://mirror.example/works"))
        assert not exempt.covers(Request("http://mirror.example/works", meta={HARVESTED: True}))


# --- what a page is called


@pytest.mark.parametrize(
    ("own", "visited", "key"),
    [
        ("https://example.com/a", "https://m.example.com/a", "https://example.com/a"),
        ("https://example.org/a", "https://example.com/a", "https://example.com/a"),
        ("https://example.com/", "https://example.com/a", "https://example.com/a"),
        ("https://example.com/?p=7", "https://example.com/a", "https://example.com/?p=7"),
        ("https://example.com/", "https://www.example.com/", "https://example.com/"),
        ("https://example.com/a?utm_source=x", "https://example.com/a", "https://example.com/a"),
        ("https://example.com/", "https://www.example.com/?p=2", "https://www.example.com/?p=2"),
        ("http://[", "https://example.com/a", "https://example.com/a"),
        ("javascript:x", "https://example.com/a", "https://example.com/a"),
        ("https://x@example.com/b", "https://example.com/a", "https://example.com/a"),
    ],
)
def test_a_page_s_own_address_is_believed_on_its_site_unless_it_is_the_front_page(
    own: str, visited: str, key: str
) -> None:
    assert key_of_page(Page(own), visited) == f"url:{key}"


# --- links of sources


def test_links_of_sources_to_pages_that_are_not_known_are_followed_up_to_a_number() -> None:
    catalogue = Catalogue()
    links = [
        "url:https://example.com/new?utm_source=x", "url:https://example.com/new", "url:https://example.com/known",
        "url:https://doi.org/10.1000/182", "url:https://old.reddit.com/r/x", "url:ftp://example.com/", "pmid:1", "",
        "url:https://example.com/second", "url:https://example.com/third",
    ]  # fmt: skip
    catalogue.numbered["s1"] = {"screening": "direct", "links": [{"key": key} for key in links]}
    catalogue.settled["url:https://example.com/k"] = pages_settled("url:https://example.com/known")
    assert links_of(catalogue, 2) == ("url:https://example.com/new", "url:https://example.com/second")
    assert links_of(catalogue, 0) == ()


def test_where_a_page_leads_to_is_named_once_and_documents_with_an_identifier_are_left_to_citations() -> None:
    links = (
        "https://a.example/x#1",
        "https://a.example/x#2",
        "https://doi.org/10.1000/182",
        "ftp://a.example/",
        *many(),
    )
    found = leads_of(Page("https://example.com/a", links=links))
    assert found[0] == Related("links-to", "url:https://a.example/x")
    assert len(found) == 40
    assert found[1].key == "url:https://b.example/0"


def many() -> tuple[str, ...]:
    return tuple(f"https://b.example/{number}" for number in range(60))


def pages_settled(*names: str) -> Any:
    return Settled("source", "s9", "", {"keys": list(names)})


# --- what goes wrong at one address


def visiting(monkeypatch: pytest.MonkeyPatch, *answers: Response | Exception) -> NotVisited | Exception | str:
    """Visit a page whose answers are these; what came of it."""
    coming = list(answers)

    async def send(_crawler: object, request: Request) -> Response:
        answer = coming.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer.replace(url=request.url, request=request.replace(meta={**request.meta, "snapshot": KEPT}))

    monkeypatch.setattr(visits, "send", send)
    try:
        visited = asyncio.run(Visits(crawler(), Counter()).visit(PAGE, tool="page", accepted=PAGES))
    except Exception as error:  # noqa: BLE001 - whatever it is, the test shall see it
        return error
    return visited.url


def test_a_fault_of_ours_at_one_answer_ends_that_visit_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = visiting(monkeypatch, ZeroDivisionError())
    assert isinstance(found, NotVisited)
    assert (found.reason, found.got, found.refused, found.gone) == (
        "internal", "an internal error (ZeroDivisionError)", False, False
    )  # fmt: skip
    assert "a fault of the program at one answer" in caplog.text


def test_what_concerns_the_whole_run_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(visiting(monkeypatch, Stopping("stopped")), Interrupted)
    assert isinstance(visiting(monkeypatch, LedgerError("broken")), LedgerError)


def test_ten_redirects_are_followed_and_an_eleventh_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = [Response(PAGE, status=302, headers={"Location": f"/{number}"}) for number in range(11)]
    fine = Response(PAGE, headers={"Content-Type": "text/html"}, body=b"<p>")
    assert visiting(monkeypatch, *hops[:10], fine) == "https://example.com/9"
    found = visiting(monkeypatch, *hops, fine)
    assert isinstance(found, NotVisited)
    assert (found.reason, found.got, found.url) == (
        "too-many-redirects", "more than 10 redirects", "https://example.com/9"
    )  # fmt: skip


def test_a_page_is_read_again_from_an_answer_in_the_archive() -> None:
    body = article("Read again.").encode()
    answer = Exchange("GET", PAGE + "?utm_source=x", b"", 200, "OK", (("Content-Type", "text/html"),), body, NOW)
    (found,) = WebSpider.records(answer)
    assert found.key == f"url:{PAGE}"
    assert "Read again." in found.abstract_text
    assert list(WebSpider.records(replace(answer, body=b""))) == []


# --- what is said


def test_every_reason_of_a_refusal_is_documented() -> None:
    text = (CHECKOUT / "docs" / "reference" / "web.md").read_text(encoding="utf-8")
    (reasons,) = pages.tables(text.partition("## Reasons")[2])
    documented = {name.strip("` ") for row in reasons for name in row[0].split(",")}
    assert documented == REFUSED


def test_a_refusal_says_what_was_asked_for_last_and_cites_the_answer() -> None:
    no = NotVisited("forbidden", expected="a page", got="status 403", kept=Snapshot("f", "urn:uuid:1", "0" * 64))
    body = no.entry("url:" + PAGE, PAGE, provider="web")
    assert (body["key"], body["request"], body["snapshot"]["file"]) == ("url:" + PAGE, PAGE, "f")
    no.url, no.kept = "https://example.com/after", None
    body = no.entry("url:" + PAGE, PAGE, provider="web")
    assert (body["request"], "snapshot" in body) == ("https://example.com/after", False)
