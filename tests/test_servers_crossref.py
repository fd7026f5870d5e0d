"""The stand-in for Crossref does what the reference says of the real one (external APIs 7 and 18)."""

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.servers.asking import Reply, send
from tests.servers.crossref import CrossrefServer
from tests.servers.crossref_works import Works, synthetic

ODD = "10.5555/(SICI)1097<97:16:1>3.0.CO;2-#/x"


def registered(count: int = 5) -> Works:
    works = Works()
    for number in range(1, count + 1):
        works.add(synthetic(f"10.5555/{number}", f"A made-up paper, number {number}", family=f"Nemo{number}"))
    return works


@pytest.fixture
def server() -> Iterator[CrossrefServer]:
    with CrossrefServer(registered(), now=datetime(2026, 11, 22, tzinfo=UTC), rate_limit=False) as running:
        yield running


def ask(server: CrossrefServer, route: str, **params: str) -> Reply:
    query = urlencode({name.replace("__", "."): value for name, value in params.items()})
    return send(f"{server.url}{route}" + (f"?{query}" if query else ""))


def dois(reply: Reply) -> list[str]:
    return [work["DOI"] for work in reply.json["message"]["items"]]


def test_a_work_is_found_under_its_doi_in_any_case_with_or_without_version(server: CrossrefServer) -> None:
    server.works.add(synthetic(ODD, "A made-up paper with an odd DOI"))

    for route in (f"works/{quote(ODD, safe='')}", f"v1/works/{quote(ODD.lower(), safe='')}"):
        reply = ask(server, route)
        assert (reply.status, reply.json["message-type"], reply.json["message"]["DOI"]) == (200, "work", ODD)
        assert reply.headers["X-Emulator"] == "1"


def test_what_is_not_there_is_said_in_plain_text(server: CrossrefServer) -> None:
    reply = ask(server, "works/10.5555/none")

    assert (reply.status, reply.headers["Content-Type"], reply.body) == (404, "text/plain", b"Resource not found.")


def test_a_doi_that_was_given_up_leads_to_the_one_that_counts(server: CrossrefServer) -> None:
    server.works.aliases["10.5555/old"] = "10.5555/1"

    assert ask(server, "works/10.5555/old").json["message"]["DOI"] == "10.5555/1"
    assert dois(ask(server, "works", filter="doi:10.5555/old")) == []


def test_one_filter_named_again_means_or_another_means_and(server: CrossrefServer) -> None:
    assert dois(ask(server, "works", filter="doi:10.5555/1,doi:10.5555/3")) == ["10.5555/1", "10.5555/3"]
    assert dois(ask(server, "works", filter="doi:10.5555/1,type:book")) == []


def test_a_notice_is_found_by_what_it_updates(server: CrossrefServer) -> None:
    server.works.tell("10.5555/1", "retraction", notice="10.5555/n")

    found = ask(server, "works", filter="updates:10.5555/1")
    assert dois(found) == ["10.5555/n"]
    assert found.json["message"]["items"][0]["update-to"][0]["DOI"] == "10.5555/1"
    assert dois(ask(server, "works", filter="update-type:retraction")) == ["10.5555/n"]
    assert dois(ask(server, "works", filter="is-update:true")) == ["10.5555/n"]


def test_one_event_may_stand_twice_with_two_sources(server: CrossrefServer) -> None:
    server.works.tell("10.5555/1", "retraction", notice="10.5555/n", day="2025-05-04")
    server.works.tell("10.5555/1", "retraction", notice="10.5555/n", day="2025-05-01", source="retraction-watch")

    updates = ask(server, "works/10.5555/1").json["message"]["updated-by"]
    assert [(one["source"], one["updated"]["date-parts"]) for one in updates] == [
        ("publisher", [[2025, 5, 4]]),
        ("retraction-watch", [[2025, 5, 1]]),
    ]


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"filter": "colour:red"}, "filter-not-available"),
        ({"colour": "red"}, "parameter-not-allowed"),
        ({"rows": "1001"}, "integer-not-valid"),
        ({"rows": "things"}, "integer-not-valid"),
        ({"offset": "10001"}, "integer-not-valid"),
        ({"sample": "101"}, "integer-not-valid"),
        ({"sort": "things"}, "sort-not-available"),
    ],
)
def test_a_wrong_query_is_refused_with_a_reason(server: CrossrefServer, params: dict[str, str], kind: str) -> None:
    reply = ask(server, "works", **params)

    assert (reply.status, reply.json["message-type"]) == (400, "validation-failure")
    assert reply.json["message"][0]["type"] == kind


def test_a_single_work_takes_no_query(server: CrossrefServer) -> None:
    assert ask(server, "works/10.5555/1", query__author="x").status == 400
    assert ask(server, "works/10.5555/1", mailto="a@example.org").status == 200


def test_pages_go_on_with_a_cursor_that_is_never_null(server: CrossrefServer) -> None:
    first = ask(server, "works", rows="3", cursor="*")
    second = ask(server, "works", rows="3", cursor=first.json["message"]["next-cursor"])
    third = ask(server, "works", rows="3", cursor=second.json["message"]["next-cursor"])

    assert [len(dois(one)) for one in (first, second, third)] == [3, 2, 0]
    assert third.json["message"]["next-cursor"]
    assert dois(ask(server, "works", rows="2", offset="4")) == ["10.5555/5"]


def test_a_cursor_dies_after_five_minutes(server: CrossrefServer) -> None:
    cursor = ask(server, "works", rows="3", cursor="*").json["message"]["next-cursor"]
    server.clock.move(seconds=301)

    reply = ask(server, "works", rows="3", cursor=cursor)
    assert (reply.status, reply.json["message"][0]["type"]) == (404, "cursor-invalid")


def test_words_of_a_title_find_the_nearest_work_first(server: CrossrefServer) -> None:
    reply = ask(server, "works", query__bibliographic="a made-up paper number 3 Nemo3", rows="2")

    assert dois(reply)[0] == "10.5555/3"
    assert reply.json["message"]["total-results"] == 5


def test_selected_fields_are_all_that_comes(server: CrossrefServer) -> None:
    (work,) = ask(server, "works", filter="doi:10.5555/1", select="DOI,title").json["message"]["items"]

    assert work.keys() == {"DOI", "title"}


def test_pools_are_told_apart_by_an_address_to_write_to() -> None:
    with CrossrefServer(registered()) as server:
        public = send(f"{server.url}works/10.5555/1")
        polite = send(f"{server.url}works/10.5555/1?mailto=a@example.org")
        agent = send(f"{server.url}works/10.5555/1", headers={"User-Agent": "x (mailto:a@example.org)"})

    names = ("x-api-pool", "x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit")
    assert [public.headers[name] for name in names] == ["public", "5", "1s", "1"]
    assert [polite.headers[name] for name in names] == ["polite", "10", "1s", "3"]
    assert agent.headers["x-api-pool"] == "polite"


def test_too_many_requests_in_a_second_are_refused() -> None:
    with CrossrefServer(registered()) as server:
        singles = Counter(ask(server, "works/10.5555/1").status for _ in range(7))
        lists = [ask(server, "works", rows="1").status for _ in range(2)]

    assert singles[429] >= 1
    assert lists == [200, 429]


def test_more_requests_at_once_than_the_pool_allows_are_refused() -> None:
    with CrossrefServer(registered(), latency=0.2) as server, ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: ask(server, "works/10.5555/1").status, range(2)))

    assert sorted(both) == [200, 429]


@pytest.mark.parametrize("fault", CrossrefServer.faults)
def test_every_fault_can_be_told_to_happen_once(server: CrossrefServer, fault: str) -> None:
    plain = ask(server, "works", rows="3", cursor="*").body
    server.fault(fault, seconds=0.01)
    try:
        spoilt: bytes | int = ask(server, "works", rows="3", cursor="*").body
    except (OSError, http.client.HTTPException):
        spoilt = 0

    assert server.log[-1].fault == fault
    assert spoilt != plain or fault in {"slow-drip", "wrong-content-type", "stale-cursor"}


@pytest.mark.recorded
def test_its_answers_have_the_members_that_recorded_ones_have(recorded: Path, server: CrossrefServer) -> None:
    cassettes = pytest.importorskip("tests.servers.cassettes")
    real = list(
        cassettes.recordings(recorded / "trials_scholarly" / "habanero_crossref" / "test-works", "api.crossref.org")
    )
    single = next(one for one in real if one.url.endswith("journal.pone.0033693"))
    listed = next(one for one in real if one.url.endswith("rows=2"))
    refused = next(one for one in real if one.status == 400)
    missing = next(one for one in real if one.status == 404)

    ours = ask(server, "works/10.5555/1").json
    assert ours.keys() == single.json.keys()
    assert ours["message"].keys() <= single.json["message"].keys() | {"original-title"}
    assert ask(server, "works", rows="2").json["message"].keys() == listed.json["message"].keys()
    assert ask(server, "works/10.5555/1", query__author="x").json.keys() == refused.json.keys()
    assert ask(server, "works/10.5555/none").body == missing.body
    assert json.loads(single.body)["message"]["updated-by"][0].keys() >= {"DOI", "type", "label", "source", "updated"}
