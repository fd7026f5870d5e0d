"""What an operator gets from `scrapy crawl enrich`: the ledger's sources, asked about and told apart."""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.enrich_trial import CONTACT, EnrichTrial, known_to_openalex, registered
from tests.servers.crossref import CrossrefServer
from tests.servers.eutils import EutilsServer
from tests.servers.openalex import KEY, OpenAlexServer

FLAGS = {
    "s1": ["retraction-unconfirmed"],
    "s2": ["retracted"],
    "s3": ["erratum"],
    "s4": ["concern"],
    "s5": ["retracted"],
}
NOT_KNOWN = {"no_id": "s11", "not_registered": "s7", "other_title": "s9"}
PASSING = ("http-500", "html", "truncated", "rate-limit-retry-after", "empty", "reset", "cut-off", "http-503")


@pytest.fixture
def crossref() -> Iterator[CrossrefServer]:
    with CrossrefServer(registered()) as running:
        yield running


@pytest.fixture
def openalex() -> Iterator[OpenAlexServer]:
    with OpenAlexServer(known_to_openalex()) as running:
        yield running


@pytest.fixture
def trial(tmp_path: Path, crossref: CrossrefServer, openalex: OpenAlexServer) -> EnrichTrial:
    return EnrichTrial(tmp_path, crossref.url, openalex.url)


def account(trial: EnrichTrial) -> dict[str, Any]:
    told: dict[str, Any] = trial.bodies("run-finished")[-1]["providers"]["enrich"]
    return told


def plain(path: Path) -> bytes:
    """What a file holds, compressed or not."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def flags(trial: EnrichTrial) -> dict[str, list[str]]:
    return {sid: told["flags"] for sid, told in trial.told().items() if told["flags"]}


def test_sources_are_told_apart_once_and_flips_are_written(
    trial: EnrichTrial, crossref: CrossrefServer, openalex: OpenAlexServer
) -> None:
    done = trial.enrich()

    assert done.code == 0, done.said
    assert (account(trial)["found"], account(trial)["known"], account(trial)["failed"]) == (12, 12, 0)
    assert flags(trial) == FLAGS
    assert trial.standing("crossref")["not_known"] == NOT_KNOWN
    assert {entry.status for entry in crossref.log} == {200, 404}
    assert {entry.who for entry in crossref.log} == {"polite"}
    written = b"".join(plain(path) for path in trial.folder.rglob("*") if path.is_file())
    assert KEY.encode() not in written
    assert CONTACT.encode() not in written
    assert trial.harvest("verify", trial.slug).code == 0

    lines, requests = len(trial.entries()), len(crossref.log)
    again = trial.enrich()
    assert again.code == 0, again.said
    assert [entry["type"] for entry in trial.entries()[lines:]] == ["run-started", "search", "search", "run-finished"]
    assert account(trial)["changed"] == 0
    assert "found.10" in crossref.log[requests].params["filter"][0]
    assert [entry.tool for entry in crossref.log[requests:]] == ["works", "work", "work", "works"]
    assert trial.standing("crossref")["asked"] == 10

    crossref.works.withdraw("10.5555/synth.2")
    openalex.works["https://openalex.org/W9000000002"]["is_retracted"] = False
    crossref.works.tell("10.5555/synth.4", "retraction", notice="10.5555/notice.4b")
    lines = len(trial.entries())
    third = trial.enrich()
    assert third.code == 0, third.said
    events = [line["body"] for line in trial.entries()[lines:] if line["type"] == "changed"]
    assert [(one["sid"], one["service"], one["what"]) for one in events] == [
        ("s2", "openalex", ["enriched"]),
        ("s2", "crossref", ["reinstated"]),
        ("s4", "crossref", ["retraction"]),
    ]
    assert flags(trial)["s4"] == ["retracted", "concern"]
    assert "s2" not in flags(trial)


def test_with_many_faults_the_content_is_the_same_as_without(
    trial: EnrichTrial, crossref: CrossrefServer, openalex: OpenAlexServer
) -> None:
    """Each fault by itself is tried where services are heard without a crawl."""
    for place, name in enumerate(PASSING):
        for server in (crossref, openalex):
            options = {"seconds": 0} if "rate" in name else {}
            server.fault(name, tool="works", on=[place + 1 + place // 3], **options)
            server.fault(name, tool="work", on=[2 * place + 1], **options)

    done = trial.enrich()

    assert done.code == 0, done.said
    assert flags(trial) == FLAGS
    assert trial.standing("crossref")["not_known"] == NOT_KNOWN
    assert [trial.standing(one)["counts"] for one in ("openalex", "crossref")] == [
        {"retracted": 2, "not_retracted": 7, "not_known": 3, "unanswered": 0},
        {"retracted": 2, "not_retracted": 7, "not_known": 3, "unanswered": 0},
    ]
    assert len([entry for entry in (*crossref.log, *openalex.log) if entry.fault]) >= len(PASSING)


def test_where_no_service_answers_every_source_has_failed_and_nothing_is_taken_back(
    trial: EnrichTrial, crossref: CrossrefServer
) -> None:
    crossref.fault("http-503", times=None)

    done = trial.enrich("-s", "HARVEST_RETRY_TIMES=1", OPENALEX_API_KEY="")

    assert done.code == 2, done.said
    assert (account(trial)["found"], account(trial)["failed"]) == (12, 12)
    assert trial.bodies("failed")[0]["provider"] == "enrich"
    assert trial.bodies("search")[-1]["outcome"] == "failed"
    assert trial.bodies("search")[-1]["standing"]["unanswered"] == "s1-s12"
    assert not trial.bodies("changed")
    assert "not retracted, as of 2026-11-01, says PubMed" in trial.harvest("show", trial.slug, "s1").said


def test_the_counts_of_a_topic_move_and_its_sources_say_why(trial: EnrichTrial, tmp_path: Path) -> None:
    file = tmp_path / "rw.csv"
    header = "RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature"
    file.write_text(f"{header}\n2/3/2026 0:00,10.5555/rw,0,10.5555/synth.7,0,Retraction\n")

    done = trial.enrich(OPENALEX_API_KEY="", HARVEST_RETRACTION_WATCH=str(file))

    assert done.code == 0, done.said
    assert "openalex" not in {body["standing"]["service"] for body in trial.bodies("search") if "standing" in body}
    shown = trial.harvest("show", trial.slug, "s7").said
    assert "RETRACTED, as of 2026-02-03, says Retraction Watch" in shown
    assert "not known whether retracted (it does not have the document)" in shown
    assert "retraction 2026-02-03, doi:10.5555/rw, says Retraction Watch" in shown
    summary = trial.harvest("summary", trial.slug).said
    assert summary.count("Retracted, counted nowhere: ") == 3
    assert "    9  same compound, another use" in summary
    assert "none stated for 8 sources (Crossref as of " in summary


def test_in_one_crawl_the_sources_that_others_have_just_found_are_asked_about(
    trial: EnrichTrial, crossref: CrossrefServer
) -> None:
    with EutilsServer.over_own_records(now=None, rate_limit=False) as pubmed:
        done = trial.run([sys.executable, "-m", "harvest", "crawl", trial.slug], HARVEST_EUTILS_URL=pubmed.url)

    assert done.code == 0, done.said
    lines = trial.entries()
    found = [line["body"] for line in lines if line["type"] == "source"]
    pubmed_ended = max(line["seq"] for line in lines if "pubmed" in line["body"].get("providers", {}))
    asked = [line for line in lines if "standing" in line["body"]]
    assert len(found) > 12
    assert account(trial)["found"] == len(found)
    assert all(line["seq"] > pubmed_ended for line in asked)
    told = {line["body"]["standing"]["service"]: line["body"]["standing"]["asked"] for line in asked}
    assert told == {"ledger": 2, "openalex": len(found), "crossref": len(found)}
