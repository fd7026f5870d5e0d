"""How Europe PMC and ClinicalTrials.gov are asked, and where paging ends; no network, no process."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response, TextResponse

from harvest.configuration import Configuration
from harvest.crawl.ctgov import ClinicalTrials
from harvest.crawl.europepmc import EuropePmc
from harvest.ctgov.windows import Window
from harvest.model import Snapshot
from harvest.searching import SearchEntry
from spiders import europepmc, trials

NOWHERE = Snapshot("", "", "")
CONFIGURATION = Configuration.load({"HARVEST_CONTACT": ""})
Ask = Callable[[Request], Any]


def answering(*bodies: dict[str, Any]) -> tuple[Ask, list[Request]]:
    """What asks, answered with these bodies in turn, the last one for ever; and what was asked."""
    asked: list[Request] = []

    async def ask(request: Request) -> Response:
        asked.append(request)
        request.meta["snapshot"] = NOWHERE
        body = json.dumps(bodies[min(len(asked), len(bodies)) - 1]).encode()
        return TextResponse(request.url, body=body, request=request)

    return ask, asked


def query_of(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}


def test_europe_pmc_is_asked_for_core_records_without_its_own_synonyms_four_times_a_second_at_most() -> None:
    ask, asked = answering({})
    asyncio.run(EuropePmc(ask, CONFIGURATION).page("SRC:PPR", "*"))
    assert query_of(asked[0]) == {
        "query": "SRC:PPR", "format": "json", "resultType": "core", "synonym": "false", "pageSize": "100",
        "cursorMark": "*",
    }  # fmt: skip
    limit = asked[0].meta["limit"]
    assert (limit.name, limit.interval) == ("europepmc:www.ebi.ac.uk", 0.25)


def test_a_query_that_is_too_long_for_an_address_goes_in_a_form() -> None:
    ask, asked = answering({})
    long = " OR ".join(f"x{at}" for at in range(1000))
    asyncio.run(EuropePmc(ask, CONFIGURATION).page(long, "*"))
    assert (asked[0].method, urlsplit(asked[0].url).path) == ("POST", "/europepmc/webservices/rest/searchPOST")
    assert parse_qs(asked[0].body.decode())["query"] == [long]
    assert asked[0].meta["dont_redirect"] is True


def test_the_register_is_asked_less_than_once_a_second_and_pages_differ_in_nothing_but_their_token() -> None:
    ask, asked = answering({"studies": []})
    register = ClinicalTrials(ask, CONFIGURATION)
    asyncio.run(register.page({"query.term": '"Semax"'}, ""))
    asyncio.run(register.page({"query.term": '"Semax"'}, "abc"))
    first, second = map(query_of, asked)
    assert (first.pop("countTotal"), second.pop("pageToken")) == ("true", "abc")
    assert first == second
    assert first["pageSize"] == "1000"
    limit = asked[0].meta["limit"]
    assert (limit.name, limit.interval) == ("ctgov:clinicaltrials.gov", 1.25)
    assert register.asked == {"studies": 2}


def _paged(at: int) -> dict[str, Any]:
    result = [{"id": str(at), "source": "MED"}]
    return {"hitCount": 9, "nextCursorMark": f"m{at}", "resultList": {"result": result}}


def _searched(*pages: dict[str, Any]) -> tuple[SearchEntry, int]:
    """The entry of a search of Europe PMC that is answered with these pages, and the records that came."""
    ask, _ = answering(*pages)
    spider = europepmc.EuropepmcSpider()
    spider._service = EuropePmc(ask, CONFIGURATION)
    entry, keys = SearchEntry("europepmc", "q"), dict[str, None]()
    asyncio.run(spider._carry_out(entry, [], keys))
    return entry, len(keys)


def test_a_search_of_europe_pmc_that_never_ends_is_cut_short_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(europepmc, "MOST_PAGES", 3)
    entry, came = _searched(*map(_paged, range(9)))
    assert (entry.requests, came) == (3, 3)
    assert entry.problems == ["Europe PMC has more than 3 pages; the rest was not asked for"]


def test_a_page_of_europe_pmc_that_repeats_another_ends_the_search_and_is_said() -> None:
    entry, came = _searched(_paged(1), _paged(2), _paged(1) | {"nextCursorMark": "m3"})
    assert (entry.requests, came) == (3, 2)
    assert entry.problems == ["Europe PMC answered a page without anything new before the last one"]


def test_a_search_of_the_register_that_never_ends_is_cut_short_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "MOST_PAGES", 3)
    pages = [
        {
            "studies": [{"protocolSection": {"identificationModule": {"nctId": f"NCT0000000{at}"}}}],
            "nextPageToken": str(at),
        }
        for at in range(9)
    ]
    ask, asked = answering(*pages)
    spider = trials.TrialsSpider()
    spider._service = ClinicalTrials(ask, CONFIGURATION)
    entry = SearchEntry("trials", "q")
    asyncio.run(spider._carry_out(Window("all"), entry, []))
    assert (len(asked), entry.returned) == (3, 3)
    assert entry.problems == ["the register has more than 3 pages; the rest was not asked for"]


def test_a_cursor_that_is_left_out_too_early_is_noticed_by_what_was_stated() -> None:
    entry, came = _searched({name: value for name, value in _paged(1).items() if name != "nextCursorMark"})
    assert (came, entry.problems) == (1, ["Europe PMC states 9 records, its pages hold 1"])


def _registered(*pages: tuple[list[int], str]) -> tuple[SearchEntry, list[Request]]:
    """The entry of a search of the register with these pages (studies, next token), and what was asked."""
    studies = [
        {"studies": [{"protocolSection": {"identificationModule": {"nctId": f"NCT{each:08}"}}} for each in page]}
        | ({"nextPageToken": token} if token else {})
        for page, token in pages
    ]
    ask, asked = answering(*studies)
    spider = trials.TrialsSpider()
    spider._service = ClinicalTrials(ask, CONFIGURATION)
    entry = SearchEntry("trials", "q")
    asyncio.run(spider._carry_out(Window("all"), entry, []))
    return entry, asked


def test_short_and_empty_pages_of_the_register_are_not_taken_for_the_end() -> None:
    entry, asked = _registered(([1, 2], "a"), ([], "a"), ([], "b"), ([3], ""))
    assert (entry.returned, entry.problems) == (3, [])
    assert [query_of(request).get("pageToken") for request in asked] == [None, "a", "a", "b"]


def test_a_register_that_names_a_next_page_for_ever_is_not_asked_for_ever() -> None:
    entry, asked = _registered(([1], "a"), ([], "a"))
    assert len(asked) == 7
    assert entry.problems == ["the register answered 6 pages without anything new, and names a next one"]
