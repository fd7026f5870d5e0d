"""The stand-in for OpenAlex does what the reference says of the real one (external APIs 8 and 18)."""

import http.client
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers.asking import Reply, send
from tests.servers.openalex import KEY, OpenAlexServer, open_copy, work

NOW = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
HEADERS = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def server() -> Iterator[OpenAlexServer]:
    works = [
        work(number, doi=f"10.5555/{number}", pmid=str(90000 + number), title=f"Paper {number}")
        for number in range(1, 6)
    ]
    with OpenAlexServer(works, now=NOW, budget=1_000) as running:
        yield running


def ask(server: OpenAlexServer, route: str, headers: Mapping[str, str] | None = None, **params: str) -> Reply:
    query = urlencode(params)
    url = f"{server.url}{route}" + (f"?{query}" if query else "")
    return send(url, headers=HEADERS if headers is None else headers)


def ids(reply: Reply) -> list[str]:
    return [one["id"].rpartition("/")[2] for one in reply.json["results"]]


def test_a_key_is_wanted_as_a_header_or_a_parameter(server: OpenAlexServer) -> None:
    assert ask(server, "works", {}).status == 403
    assert ask(server, "works", {"Authorization": "Bearer wrong"}).status == 403
    assert ask(server, "works", {}, api_key=KEY).status == 200


def test_a_work_is_found_by_doi_pmid_or_its_own_id(server: OpenAlexServer) -> None:
    for route in ("works/doi:10.5555/1", "works/pmid:90001", "works/W9000000001"):
        assert ask(server, route).json["id"] == "https://openalex.org/W9000000001"


def test_what_is_not_there_is_a_page(server: OpenAlexServer) -> None:
    reply = ask(server, "works/doi:10.5555/none")

    assert reply.status == 404
    assert b"404 Not Found" in reply.body


def test_a_merged_work_leads_on(server: OpenAlexServer) -> None:
    server.merged["https://openalex.org/W1"] = "https://openalex.org/W9000000002"

    reply = ask(server, "works/W1")
    assert (reply.status, reply.headers["Location"]) == (301, "/works/W9000000002")


def test_a_bar_means_or_and_ids_are_urls(server: OpenAlexServer) -> None:
    reply = ask(server, "works", filter="doi:10.5555/2|https://doi.org/10.5555/4")

    assert ids(reply) == ["W9000000002", "W9000000004"]
    assert reply.json["results"][0]["ids"]["pmid"] == "https://pubmed.ncbi.nlm.nih.gov/90002"
    assert ids(ask(server, "works", filter="pmid:90003")) == ["W9000000003"]


@pytest.mark.parametrize(
    "params",
    [
        {"filter": "doi:10.5555/a,b"},
        {"filter": "doi:" + "|".join(f"10.5555/{number}" for number in range(101))},
        {"filter": "from_updated_date:2026-01-01"},
        {"per_page": "101"},
        {"per_page": "100", "page": "101"},
        {"colour": "red"},
    ],
)
def test_a_wrong_query_is_refused(server: OpenAlexServer, params: dict[str, str]) -> None:
    reply = ask(server, "works", HEADERS, **params)

    assert reply.status == 400
    assert reply.json.keys() == {"error", "message"}


def test_pages_go_on_until_the_cursor_is_null(server: OpenAlexServer) -> None:
    first = ask(server, "works", per_page="3", cursor="*").json
    second = ask(server, "works", per_page="3", cursor=first["meta"]["next_cursor"]).json
    third = ask(server, "works", per_page="3", cursor=second["meta"]["next_cursor"]).json

    assert [len(one["results"]) for one in (first, second, third)] == [3, 2, 0]
    assert third["meta"]["next_cursor"] is None


def test_the_budget_counts_down_and_begins_anew_at_midnight(server: OpenAlexServer) -> None:
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Credits-Used", "X-RateLimit-Reset")
    listed = ask(server, "works")
    single = ask(server, "works/W9000000001")
    assert [listed.headers[name] for name in names] == ["1000", "900", "100", "3600"]
    assert [single.headers[name] for name in names] == ["1000", "900", "0", "3600"]

    gone = [ask(server, "works", search="paper") for _ in range(2)][-1]
    assert (gone.status, gone.headers["X-RateLimit-Remaining"]) == (429, "0")
    server.clock.move(seconds=3_601)
    assert ask(server, "works").headers["X-RateLimit-Remaining"] == "900"


def test_the_index_of_an_abstract_has_a_gap_and_members_may_be_null(server: OpenAlexServer) -> None:
    one = ask(server, "works/W9000000001").json

    assert one["abstract_inverted_index"] == {"Invented": [0], "ran": [3]}
    assert one["primary_location"] is one["best_oa_location"] is None


def test_an_open_copy_has_a_location() -> None:
    with OpenAlexServer([work(1, doi="10.5555/1", **open_copy("https://x.example/"))]) as server:
        one = ask(server, "works/doi:10.5555/1", select="id,open_access,best_oa_location").json

    assert one.keys() == {"id", "open_access", "best_oa_location"}
    assert one["best_oa_location"]["landing_page_url"] == "https://x.example/"


@pytest.mark.parametrize("fault", OpenAlexServer.faults)
def test_every_fault_can_be_told_to_happen_once(server: OpenAlexServer, fault: str) -> None:
    plain = ask(server, "works").body
    server.fault(fault, seconds=0.01)
    try:
        spoilt: bytes | int = ask(server, "works").body
    except (OSError, http.client.HTTPException):
        spoilt = 0

    assert server.log[-1].fault == fault
    assert spoilt != plain or fault in {"slow-drip", "wrong-content-type"}


@pytest.mark.recorded
def test_its_works_have_only_members_that_recorded_ones_have(recorded: Path) -> None:
    cassettes = pytest.importorskip("tests.servers.cassettes")
    real = next(iter(cassettes.openalex_works(recorded / "trials_scholarly" / "paperqa").values()))

    assert work(1, doi="10.5555/1").keys() <= real.keys()
    assert open_copy("https://x.example/")["best_oa_location"].keys() <= real["best_oa_location"].keys()
    assert open_copy("https://x.example/")["open_access"].keys() == real["open_access"].keys()
