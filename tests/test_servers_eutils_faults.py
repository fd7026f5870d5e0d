"""The emulator goes wrong when it is told to, keeps a log, and can be told from another process."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from tests.servers.eutils import FAULTS, EutilsServer
from tests.servers.eutils_ask import ask, command

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
CHECKOUT = Path(__file__).parents[1]


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=NOW, rate_limit=False) as running:
        yield running


def statuses(server: EutilsServer, tool: str, count: int) -> list[int]:
    return [ask(server.url, tool, term="semax", id="90000001").status for _ in range(count)]


# when


def test_a_fault_happens_once_at_the_next_request_unless_told_otherwise(server: EutilsServer) -> None:
    server.fault("http-503")
    assert statuses(server, "esearch", 3) == [503, 200, 200]


def test_a_fault_can_wait_for_certain_requests_of_one_tool(server: EutilsServer) -> None:
    server.fault("http-500", tool="efetch", on=[1, 3])
    assert statuses(server, "esearch", 2) == [200, 200]
    assert statuses(server, "efetch", 4) == [500, 200, 500, 200]


def test_a_fault_can_last(server: EutilsServer) -> None:
    server.fault("http-502", times=2)
    assert statuses(server, "esearch", 3) == [502, 502, 200]
    server.fault("http-504", times=None)
    assert statuses(server, "esearch", 5) == [504] * 5
    server.control.clear_faults()
    assert statuses(server, "esearch", 1) == [200]


def test_chance_is_the_same_chance_each_time() -> None:
    seen = []
    for _ in range(2):
        with EutilsServer.over_own_records(rate_limit=False) as server:
            server.fault("http-500", probability=0.5, seed=7)
            seen.append(statuses(server, "esearch", 20))
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500}


def test_a_fault_that_there_is_not_is_refused(server: EutilsServer) -> None:
    with pytest.raises(ValueError, match="expected one of reset, refuse"):
        server.fault("earthquake")


# what


def test_every_fault_has_an_effect(server: EutilsServer) -> None:
    def outcome(url: str) -> object:
        try:
            posted = ask(url, "epost", id="90000001,90000002")
            search = ask(url, "esearch", term="semax", WebEnv="x")
            reply = ask(url, "efetch", WebEnv=posted.text("WebEnv"), query_key=1)
        except (OSError, http.client.HTTPException, etree.XMLSyntaxError) as error:
            return type(error)
        return search.status, reply.status, reply.body, reply.headers["Content-Type"]

    usual = outcome(server.url)
    for name in FAULTS:
        if name in {"slow-drip", "timeout", "refuse", "invalid-json"}:
            continue  # each has a test of its own
        server.fault(name, on=[3], seconds=0)
        assert outcome(server.url) != usual, name
        server.control.clear_faults()
        server.control.forget_history()
    assert outcome(server.url) == usual


@pytest.mark.parametrize("name", ["html", "down_bethesda"])
def test_a_page_comes_where_a_result_belongs(server: EutilsServer, name: str) -> None:
    server.fault(name)
    reply = ask(server.url, "esearch", term="semax")
    assert (reply.status, reply.headers["Content-Type"][:9]) == (200, "text/html")
    assert b"<html" in reply.body


@pytest.mark.parametrize("name", ["backend-failed", "db-not-supported", "cxx-exception"])
def test_the_back_end_fails_inside_200(server: EutilsServer, name: str) -> None:
    server.fault(name, times=2)
    as_xml = ask(server.url, "esearch", term="semax")
    as_json = ask(server.url, "esearch", term="semax", retmode="json")
    assert (as_xml.status, as_json.status) == (200, 200)
    assert as_xml.text("ERROR") == as_json.json["esearchresult"]["ERROR"]


def test_a_limit_can_be_stated_in_four_ways(server: EutilsServer) -> None:
    for name in ("rate-limit", "rate-limit-retry-after", "rate-limit-http-date", "rate-limit-in-200"):
        server.fault(name, seconds=2)
    replies = [ask(server.url, "esearch", term="semax", retmode="xml") for _ in range(4)]
    assert [reply.status for reply in replies] == [429, 429, 429, 200]
    assert {reply.json["error"] for reply in replies} == {"API rate limit exceeded"}
    assert [reply.headers["Retry-After"] for reply in replies] == [None, "2", "Sun, 01 Jun 2025 12:00:02 GMT", None]


def test_truncated_xml_does_not_parse(server: EutilsServer) -> None:
    server.fault("truncated")
    with pytest.raises(etree.XMLSyntaxError):
        _ = ask(server.url, "efetch", id="90000001").tree


def test_an_answer_that_is_cut_off_promised_more(server: EutilsServer) -> None:
    server.fault("cut-off")
    with pytest.raises(http.client.IncompleteRead):
        ask(server.url, "efetch", id="90000001")


def test_some_ids_can_be_missing(server: EutilsServer) -> None:
    server.fault("missing-ids", count=2)
    reply = ask(server.url, "efetch", id="90000001,90000002,90000003")
    assert reply.texts("PubmedArticle/MedlineCitation/PMID") == ["90000001"]


def test_json_can_be_invalid(server: EutilsServer) -> None:
    server.fault("invalid-json")
    reply = ask(server.url, "esearch", term="semax", retmode="json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


def test_a_slow_answer_is_whole_in_the_end(server: EutilsServer) -> None:
    usual = ask(server.url, "esearch", term="semax")
    server.fault("slow-drip", bytes=100, seconds=0.001)
    assert ask(server.url, "esearch", term="semax").body == usual.body


def test_an_answer_that_never_comes_ends_with_the_emulator(server: EutilsServer) -> None:
    server.fault("timeout")
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=0.05)
    connection.request("GET", f"{parts.path}einfo.fcgi")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


def test_a_connection_can_be_reset(server: EutilsServer) -> None:
    server.fault("reset")
    with pytest.raises(ConnectionError):
        ask(server.url, "einfo")
    assert ask(server.url, "einfo").status == 200


def test_connections_can_be_refused_and_it_comes_back_at_the_same_address(server: EutilsServer) -> None:
    address = server.url
    server.fault("refuse", seconds=600)
    with pytest.raises(ConnectionError):
        ask(server.url, "einfo")
    with pytest.raises(ConnectionRefusedError):
        ask(server.url, "einfo")
    server.come_up()
    assert (server.url, ask(server.url, "einfo").status) == (address, 200)


# log and control


def test_the_log_says_who_asked_what_and_what_became_of_it(server: EutilsServer) -> None:
    server.fault("http-503", tool="efetch")
    ask(server.url, "esearch", term="semax", api_key="made-up")
    ask(server.url, "efetch", id="90000001")
    first, second = server.log
    assert (first.number, first.tool, first.who, first.status) == (1, "esearch", "made-up", 400)
    assert first.params["term"] == ["semax"]
    assert (second.who, second.fault, second.status) == ("127.0.0.1", "http-503", 503)
    assert second.clock == "2025-06-01T12:00:00+00:00"
    assert server.asked("efetch") == [second]
    assert server.service.most_in_a_second("made-up") == 1


def test_commands_over_http_do_what_the_methods_do(server: EutilsServer) -> None:
    assert command(server.url, do="clock", days=1) == "2025-06-02T12:00:00+00:00"
    command(server.url, do="fault", name="http-500")
    assert statuses(server, "einfo", 2) == [500, 200]
    assert [entry["status"] for entry in command(server.url, do="log", tool="einfo")] == [500, 200]
    command(server.url, do="delete", pmid=90000001)
    assert 90000001 not in command(server.url, do="pmids")
    assert "expected one of fault" in command(server.url, do="dance")["error"]


def test_it_listens_on_the_local_address_alone(server: EutilsServer) -> None:
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", urlsplit(server.url).port))


# as a process


def test_as_a_process_it_prints_its_address_and_goes_on_where_it_was(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    for expected in (16, 15):
        arguments = [sys.executable, "-m", "tests.servers.eutils", "--own", "--state", str(state), "--no-rate-limit"]
        process = subprocess.Popen(
            arguments,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert process.stdout is not None
        with process.stdout as lines:
            base = lines.readline().strip()
            assert base.endswith("/entrez/eutils/")
            command(base, do="delete", pmid=min(command(base, do="pmids")))
            assert ask(base, "einfo", db="pubmed").text("DbInfo/Count") == str(expected)
            process.send_signal(signal.SIGKILL)
            process.wait()
    kept = [json.loads(line) for line in state.read_text(encoding="utf-8").splitlines()]
    assert [next(iter(line)) for line in kept] == ["command", "request"] * 2
