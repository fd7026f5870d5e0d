"""The stand-in for Europe PMC answers as its reference says (reference 5.8 and 18)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.servers.asking import Reply, command, send
from tests.servers.europepmc import EuropePmcServer
from tests.servers.europepmc_records import made

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOURCES = "trials_scholarly/biomcp/testdata/sources"


@pytest.fixture
def server() -> Iterator[EuropePmcServer]:
    with EuropePmcServer(now=NOW) as running:
        yield running


def search(server: EuropePmcServer, query: str, **parameters: Any) -> Any:
    return ask(server, "search", query=query, format="json", **parameters).json


def ask(server: EuropePmcServer, call: str, **parameters: Any) -> Reply:
    return send(f"{server.url}{call}?{urlencode(parameters)}")


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer["resultList"]["result"]]


def test_xml_and_lite_are_the_defaults_and_core_alone_has_abstracts(server: EuropePmcServer) -> None:
    assert ask(server, "search", query="SRC:PPR").body.startswith(b"<responseWrapper>")
    (lite,) = search(server, "SRC:PPR")["resultList"]["result"]
    (core,) = search(server, "SRC:PPR", resultType="core")["resultList"]["result"]
    (bare,) = search(server, "SRC:PPR", resultType="idlist")["resultList"]["result"]
    assert ("abstractText" in lite, lite["pubType"]) == (False, "preprint")
    assert ("abstractText" in core, core["pubTypeList"]["pubType"], "pubType" in core) == (True, ["preprint"], False)
    assert bare == {"id": "PPR9200001", "source": "PPR"}


def test_one_number_names_records_of_two_collections(server: EuropePmcServer) -> None:
    found = search(server, "EXT_ID:92000001")["resultList"]["result"]
    assert {(one["source"], one["id"]) for one in found} == {("MED", "92000001"), ("CTX", "92000001")}
    assert ids(search(server, "EXT_ID:92000001 AND SRC:CTX")) == ["92000001"]


def test_pages_follow_the_cursor_and_the_last_cursor_echoes(server: EuropePmcServer) -> None:
    mark, seen = "*", list[str]()
    for _ in range(5):
        answer = search(server, "Semax", pageSize=4, cursorMark=mark)
        seen += ids(answer)
        if answer["nextCursorMark"] == mark:
            break
        mark = answer["nextCursorMark"]
    assert (len(seen), len(set(seen)), ids(answer)) == (9, 8, [])  # one number twice


def test_a_page_by_number_names_no_cursor(server: EuropePmcServer) -> None:
    assert "nextCursorMark" not in search(server, "Semax", page=2, pageSize=4)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"pageSize": 1001}, "Invalid page size"),
        ({"resultType": "all"}, "Invalid result type"),
        ({"query": ""}, "Query"),
    ],
)
def test_a_wrong_parameter_is_an_error_inside_200(
    server: EuropePmcServer, parameters: dict[str, Any], message: str
) -> None:
    reply = ask(server, "search", **({"query": "Semax", "format": "json"} | parameters))
    assert (reply.status, reply.json["errCode"], "resultList" in reply.json) == (200, 404, False)
    assert reply.json["errMsg"].startswith(message)


def test_synonyms_are_off_unless_asked_for(server: EuropePmcServer) -> None:
    server.add(made("MED", "92009999", "Synthetic record: loss of pleasure"))
    assert "92009999" not in ids(search(server, "anhedonia"))
    assert "92009999" in ids(search(server, "anhedonia", synonym="true"))


def test_fields_phrases_ranges_and_operators_are_understood(server: EuropePmcServer) -> None:
    assert ids(search(server, 'TITLE_ABS:"wistar rats"')) == ["PMC92000002"]
    assert ids(search(server, "SRC:PPR OR SRC:NBK")) == ["NBK920001", "PPR9200001"]
    assert ids(search(server, "Semax AND NOT SRC:MED AND NOT SRC:PMC AND NOT SRC:CTX")) == ["NBK920001", "PPR9200001"]
    assert ids(search(server, "FIRST_IDATE:[2024-11-01 TO 2024-11-30]")) == ["PPR9200001"]
    assert ids(search(server, '(PUB_TYPE:"retracted publication")')) == ["92000005"]
    assert ids(search(server, "DOI:10.5555/SYNTH.0001")) == ["90000001"]
    assert ids(search(server, "Semax AND (")) == []


def test_a_long_query_may_be_posted(server: EuropePmcServer) -> None:
    form = urlencode({"query": "SRC:PPR", "format": "json"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ids(send(f"{server.url}searchPOST", "POST", body=form, headers=headers).json) == ["PPR9200001"]
    assert ask(server, "searchPOST", query="SRC:PPR").status == 405


def test_records_enter_change_and_leave_between_two_looks(server: EuropePmcServer) -> None:
    new = made("PPR", "PPR9209999", "Synthetic record of tomorrow", day="2026-06-02")
    server.add(new)
    assert ids(search(server, "FIRST_IDATE:[2026-05-30 TO 2026-06-02]")) == []
    server.clock.move(days=1)
    assert ids(search(server, "FIRST_IDATE:[2026-05-30 TO 2026-06-02]")) == ["PPR9209999"]
    server.touch("CTX", "92000001")
    server.revise("NBK", "NBK920001", title="Another")
    assert set(ids(search(server, "UPDATE_DATE:[2026-06-02 TO 2026-06-02]"))) >= {"92000001", "NBK920001"}
    command(server.url, do="delete", source="NBK", number="NBK920001")
    assert ids(search(server, "SRC:NBK")) == []


def test_full_texts_are_there_for_open_articles_alone(server: EuropePmcServer) -> None:
    assert ask(server, "PMC92000001/fullTextXML").tree.tag == "article"
    closed = ask(server, "PMC92000003/fullTextXML")
    assert (closed.status, closed.tree.tag) == (200, "errorBean")
    assert closed.text("errMsg") == "Article with id PMC92000003 is not open access one"
    assert ask(server, "PMC92000004/fullTextXML").status == 404
    assert ask(server, "MED/1/references").status == 404
    assert ask(server, "nothing").status == 404


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("error-in-200", "errCode"),
        ("missing-hit-count", "version"),
        ("hit-count-drifts", "hitCount"),
        ("no-next-cursor", "hitCount"),
        ("another-query", "hitCount"),
    ],
)
def test_a_fault_of_its_own_strikes_once_inside_200(server: EuropePmcServer, fault: str, said: str) -> None:
    usual = search(server, "Semax")
    server.fault(fault)
    reply = ask(server, "search", query="Semax", format="json")
    assert (reply.status, said in reply.json, reply.json == usual) == (200, True, False)
    assert search(server, "Semax") == usual


def test_a_text_may_be_answered_with_an_error_bean(server: EuropePmcServer) -> None:
    server.fault("error-bean", tool="fullTextXML")
    assert ask(server, "PMC92000001/fullTextXML").tree.tag == "errorBean"
    assert ask(server, "PMC92000001/fullTextXML").tree.tag == "article"


@pytest.mark.recorded
def test_recorded_answers_come_back_as_they_were_recorded(recorded: Path) -> None:
    receipts = json.loads((recorded / SOURCES / "capture-receipts.json").read_bytes())["entries"]
    real = [one for one in receipts if one["classification"] == "real_and_receipted" and _is_a_search(one)]
    assert len(real) == 7
    for one in real:
        taken = json.loads((recorded / SOURCES / one["path"]).read_bytes())
        with EuropePmcServer.over_recorded(recorded / SOURCES / _folder(one)) as server:
            asked = {name: values[-1] for name, values in parse_qs(urlsplit(one["receipt"]["request"]).query).items()}
            numbers = " OR ".join(f"EXT_ID:{result['id']}" for result in taken["resultList"]["result"])
            answer = search(server, numbers, **{name: asked[name] for name in ("page", "pageSize")})
        assert answer.keys() == taken.keys()
        assert answer["hitCount"] == taken["hitCount"]
        by_id = {result["id"]: result for result in taken["resultList"]["result"]}
        assert {result["id"]: result for result in answer["resultList"]["result"]} == by_id
        assert set(answer["request"]) == set(taken["request"]) - {"internalQuery"}


def _is_a_search(entry: dict[str, Any]) -> bool:
    return entry["receipt"]["provider"] == "Europe PMC" and "/search?" in entry["receipt"]["request"]


def _folder(entry: dict[str, Any]) -> str:
    return str(entry["path"]).rpartition("/")[0]
