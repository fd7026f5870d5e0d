"""The emulator knows its callers: by GET and POST, by key and address, and not too often a second."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.servers.eutils import VALID_KEY, EutilsServer
from tests.servers.eutils_ask import Reply, ask, send
from tests.servers.eutils_synthetic import FIRST_OWN

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=NOW, rate_limit=False) as running:
        yield running


def search(server: EutilsServer, term: str, **params: Any) -> Reply:
    return ask(server.url, "esearch", db="pubmed", term=term, **params)


# transport and identity


def test_get_and_post_are_the_same(server: EutilsServer) -> None:
    by_get = search(server, "semax")
    by_post = ask(server.url, "esearch", post=True, db="pubmed", term="semax")
    assert by_get.body == by_post.body


def test_the_last_part_of_the_path_decides(server: EutilsServer) -> None:
    elsewhere = server.url.replace("/entrez/eutils/", "/mirror/of/it/")
    assert ask(elsewhere, "einfo").status == 200
    assert ask(elsewhere, "ecitmatch").status == 404


def test_every_answer_says_that_an_emulator_gave_it(server: EutilsServer) -> None:
    server.fault("http-503", on=[2])
    replies = [ask(server.url, "einfo"), ask(server.url, "einfo"), ask(server.url, "nothing")]
    assert [reply.headers["X-Emulator"] for reply in replies] == ["1", "1", "1"]


def test_it_compresses_for_those_who_ask(server: EutilsServer) -> None:
    plain = send(f"{server.url}einfo.fcgi?db=pubmed")
    packed = send(f"{server.url}einfo.fcgi?db=pubmed", headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_unknown_parameters_are_ignored_and_names_know_no_case(server: EutilsServer) -> None:
    assert search(server, "semax", RetMax=2, nonsense="x").texts("IdList/Id") == ["90000016", "90000008"]


def test_an_unknown_key_is_refused_before_anything_else(server: EutilsServer) -> None:
    reply = ask(server.url, "esearch", db="no-such-database", api_key="made-up")
    assert reply.status == 400
    assert reply.json["error"] == "API key invalid"
    assert ask(server.url, "esearch", term="semax", api_key=VALID_KEY).status == 200


def test_a_long_url_is_refused_and_a_long_form_is_not(server: EutilsServer) -> None:
    ids = ",".join(str(FIRST_OWN + n) for n in range(250))
    assert ask(server.url, "efetch", db="pubmed", id=ids).status == 414
    assert ask(server.url, "efetch", post=True, db="pubmed", id=ids).status == 200


# limits, on a clock that stands still


@pytest.fixture
def limited() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=NOW, limit_by_clock=True) as running:
        yield running


def test_the_fourth_request_of_a_second_is_refused_in_json(limited: EutilsServer) -> None:
    statuses = [ask(limited.url, "einfo").status for _ in range(3)]
    reply = search(limited, "semax", retmode="xml")
    assert (statuses, reply.status) == ([200, 200, 200], 429)
    assert reply.headers["Content-Type"].startswith("application/json")
    assert reply.json == {"error": "API rate limit exceeded", "api-key": "127.0.0.1", "count": "4", "limit": "3"}
    assert "Retry-After" not in reply.headers


def test_the_window_slides(limited: EutilsServer) -> None:
    for _ in range(3):
        ask(limited.url, "einfo")
    limited.control.clock(seconds=0.9)
    assert ask(limited.url, "einfo").status == 429
    limited.control.clock(seconds=0.2)
    assert ask(limited.url, "einfo").status == 200


def test_a_key_has_ten_requests_of_its_own(limited: EutilsServer) -> None:
    for _ in range(3):
        ask(limited.url, "einfo")
    statuses = [ask(limited.url, "einfo", api_key=VALID_KEY).status for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_retry_after_and_the_limit_headers_can_be_switched(limited: EutilsServer) -> None:
    assert ask(limited.url, "einfo").headers["X-RateLimit-Remaining"] == "2"
    limited.control.set(retry_after=2, limit_headers=False)
    replies = [ask(limited.url, "einfo") for _ in range(3)]
    assert "X-RateLimit-Limit" not in replies[0].headers
    assert replies[2].headers["Retry-After"] == "2"
