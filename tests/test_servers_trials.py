"""The stand-in for ClinicalTrials.gov answers as its reference says (reference 6.8 and 18)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.servers.asking import Reply, command, send
from tests.servers.trials import TrialsServer

NOW = datetime(2026, 6, 1, 13, tzinfo=UTC)
RECORDED = "trials_scholarly/biomcp/testdata/sources"


@pytest.fixture
def server() -> Iterator[TrialsServer]:
    with TrialsServer(now=NOW) as running:
        yield running


def ask(server: TrialsServer, path: str, parameters: dict[str, Any] | None = None) -> Reply:
    return send(f"{server.url}{path}?{urlencode(parameters or {})}")


def numbers(reply: Reply) -> list[int]:
    found = [study["protocolSection"]["identificationModule"]["nctId"] for study in reply.json["studies"]]
    return [int(number[-2:]) for number in found]


@pytest.mark.parametrize("name", ["filter.phase", "filter.studyType", "query.recrs", "page", "pagesize"])
def test_a_parameter_that_does_not_exist_is_refused_in_plain_text(server: TrialsServer, name: str) -> None:
    reply = ask(server, "studies", {name: "x"})
    assert (reply.status, reply.headers["Content-Type"].split(";")[0]) == (400, "text/plain")
    assert name in reply.body.decode()


@pytest.mark.parametrize("query", ['"Semax', "(Semax", "Semax)", "AND Semax", "Semax OR", "a]"])
def test_an_expression_that_cannot_be_read_is_refused_with_its_area(server: TrialsServer, query: str) -> None:
    reply = ask(server, "studies", {"query.term": query})
    assert reply.status == 400
    assert reply.body.startswith(b"Error parsing query in Other terms: ")


def test_a_name_of_no_field_is_refused(server: TrialsServer) -> None:
    assert ask(server, "studies", {"fields": "NCTId|Nonsense"}).status == 400


def test_pages_are_short_and_the_total_stands_on_the_first_only(server: TrialsServer) -> None:
    asked = {"query.term": "Semax", "pageSize": 2, "countTotal": "true"}
    first = ask(server, "studies", asked)
    second = ask(server, "studies", {**asked, "pageToken": first.json["nextPageToken"]})
    third = ask(server, "studies", {**asked, "pageToken": second.json["nextPageToken"], "pageSize": 9})
    assert [numbers(page) for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    assert (first.json["totalCount"], "totalCount" in second.json) == (5, False)
    assert "nextPageToken" not in third.json
    assert "totalCount" not in ask(server, "studies", {"query.term": "Semax"}).json


def test_a_page_may_be_short_or_empty_and_name_a_next_one(server: TrialsServer) -> None:
    server.fault("short-page")
    short = ask(server, "studies", {"query.term": "Semax", "pageSize": 4})
    assert (numbers(short), "nextPageToken" in short.json) == ([1, 2], True)
    server.fault("empty-page")
    asked = {"query.term": "Semax", "pageSize": 4, "pageToken": short.json["nextPageToken"]}
    empty = ask(server, "studies", asked)
    assert numbers(empty) == []
    assert numbers(ask(server, "studies", {**asked, "pageToken": empty.json["nextPageToken"]})) == [3, 4, 5]


def test_a_token_belongs_to_its_search(server: TrialsServer) -> None:
    token = ask(server, "studies", {"query.term": "Semax", "pageSize": 1}).json["nextPageToken"]
    assert ask(server, "studies", {"query.term": "stroke", "pageToken": token}).status == 400
    assert ask(server, "studies", {"query.term": "Semax", "pageToken": "nonsense"}).status == 400


def test_a_page_is_at_most_a_thousand_without_a_word_and_ten_unless_asked(server: TrialsServer) -> None:
    for at in range(12):
        server.add({"protocolSection": {"identificationModule": {"nctId": f"NCT999990{at + 20}"}}})
    assert len(numbers(ask(server, "studies"))) == 10
    assert len(numbers(ask(server, "studies", {"pageSize": 5000}))) == 18


def test_words_stand_for_their_synonyms_unless_expansion_is_off(server: TrialsServer) -> None:
    assert numbers(ask(server, "studies", {"query.term": "anhedonia"})) == [3, 6]
    assert numbers(ask(server, "studies", {"query.term": "EXPANSION[None]anhedonia"})) == [3]


def test_areas_ranges_and_operators_are_understood(server: TrialsServer) -> None:
    def found(query: str) -> list[int]:
        return numbers(ask(server, "studies", {"filter.advanced": query}))

    assert found("AREA[StudyType]OBSERVATIONAL") == [5]
    assert found("AREA[Phase]PHASE2 AND AREA[HasResults]true") == [1]
    assert found("AREA[LastUpdatePostDate]RANGE[2025-04-01,MAX]") == [2]
    assert found("AREA[LastUpdatePostDate]RANGE[MIN,2024-12-31]") == [3]
    assert found('Semax AND NOT ("stroke" OR "escitalopram")') == [3, 4, 5]
    assert numbers(ask(server, "studies", {"filter.ids": "NCT99999902,NCT99999905"})) == [2, 5]
    assert numbers(ask(server, "studies", {"filter.overallStatus": "RECRUITING|TERMINATED"})) == [2, 3]


def test_one_study_is_answered_by_number_an_older_number_leads_to_it_and_none_is_404(server: TrialsServer) -> None:
    assert ask(server, "studies/nct99999901", {"fields": "NCTId"}).json == {
        "protocolSection": {"identificationModule": {"nctId": "NCT99999901"}}
    }
    server.merge("NCT99999905", "NCT99999901")
    moved = ask(server, "studies/NCT99999905", {"fields": "protocolSection.statusModule|hasResults"})
    assert moved.status == 301
    assert moved.headers["Location"] == ("/api/v2/studies/NCT99999901?fields=protocolSection.statusModule%7ChasResults")
    missing = ask(server, "studies/NCT00000001")
    assert (missing.status, missing.headers["Content-Type"].split(";")[0]) == (404, "text/plain")
    assert ask(server, "studies/nonsense").status == 404
    assert ask(server, "studies/NCT99999901", {"filter.ids": "x"}).status == 400


def test_modules_may_be_missing_and_dates_partial(server: TrialsServer) -> None:
    bare = ask(server, "studies/NCT99999904").json["protocolSection"]
    assert set(bare) == {"identificationModule", "descriptionModule"}
    partial = ask(server, "studies/NCT99999902").json["protocolSection"]["statusModule"]
    assert partial["startDateStruct"]["date"] == "2025-05"


def test_the_state_of_the_register_moves_with_its_studies_alone(server: TrialsServer) -> None:
    before = ask(server, "version").json
    assert before == {"apiVersion": "2.0.5", "dataTimestamp": "2026-06-01T13:00:00"}
    server.clock.move(days=1)
    assert ask(server, "version").json == before
    server.restyle("NCT99999902")
    assert ask(server, "version").json["dataTimestamp"] == "2026-06-02T13:00:00"
    assert numbers(ask(server, "studies", {"filter.advanced": "AREA[LastUpdatePostDate]RANGE[2026-06-02,MAX]"})) == [2]


def test_results_are_posted_and_statuses_change_between_two_looks(server: TrialsServer) -> None:
    command(server.url, do="post_results", number="NCT99999905")
    command(server.url, do="revise", number="NCT99999902", statusModule={"overallStatus": "WITHDRAWN"})
    assert ask(server, "studies/NCT99999905", {"fields": "hasResults"}).json == {"hasResults": True}
    assert "resultsSection" in ask(server, "studies/NCT99999905").json
    assert numbers(ask(server, "studies", {"filter.overallStatus": "WITHDRAWN"})) == [2]
    server.delete("NCT99999902")
    assert ask(server, "studies/NCT99999902").status == 404


def test_an_answer_may_lack_what_it_must_say_and_forms_are_not_taken(server: TrialsServer) -> None:
    server.fault("no-studies-key")
    assert "studies" not in ask(server, "studies").json
    assert send(f"{server.url}studies", "POST", body=b"").status == 405
    assert ask(server, "elsewhere").status == 404


@pytest.mark.recorded
def test_recorded_studies_come_back_as_they_were_recorded_with_the_fields_then_asked_for(recorded: Path) -> None:
    receipts = json.loads((recorded / RECORDED / "capture-receipts.json").read_bytes())["entries"]
    real = [one for one in receipts if _is_of_the_register(one)]
    assert len(real) == 10
    for one in real:
        taken = json.loads((recorded / RECORDED / one["path"]).read_bytes())
        url = urlsplit(one["receipt"]["request"])
        fields = dict(parse_qsl(url.query))["fields"]
        for study in taken.get("studies", [taken]):
            with TrialsServer([study]) as server:
                number = study["protocolSection"]["identificationModule"]["nctId"]
                assert ask(server, f"studies/{number}", {"fields": fields}).json == study
                assert ask(server, "studies", {"fields": fields}).json == {"studies": [study]}


def _is_of_the_register(entry: dict[str, Any]) -> bool:
    if entry["classification"] != "real_and_receipted":
        return False
    return str(entry["receipt"]["provider"]) == "ClinicalTrials.gov" and entry["path"].startswith("ctgov/")
