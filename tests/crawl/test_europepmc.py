"""Europe PMC as a provider: what an operator gets from `scrapy crawl europepmc -a topic=...` (external contract 5)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.scholarly import PASSING, PATIENT, SOON, EuropePmcTrial
from tests.crawl.trial import Trial
from tests.servers.europepmc import EuropePmcServer
from tests.servers.europepmc_records import made

IN_SEARCHES = (*PASSING, "error-in-200", "missing-hit-count")
IN_TEXTS = (*PASSING, "error-bean")
OPEN = "epmc:MED/92000001"
Calm = tuple[EuropePmcTrial, EuropePmcServer]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """A first crawl without any fault, and the log of what it asked."""
    with EuropePmcServer() as server:
        trial = EuropePmcTrial(tmp_path_factory.mktemp("calm"), server.url)
        assert trial.crawl().code == 0
        return trial, server


@pytest.fixture
def server() -> Iterator[EuropePmcServer]:
    with EuropePmcServer() as running:
        yield running


@pytest.fixture
def trial(tmp_path: Path, server: EuropePmcServer) -> EuropePmcTrial:
    return EuropePmcTrial(tmp_path, server.url)


def crowd(count: int) -> list[Any]:
    return [made("MED", str(93000000 + at), f"Synthetic record {at}: Semax in invented rats") for at in range(count)]


def test_records_of_all_collections_are_told_apart_and_later_runs_bring_what_is_new_or_has_changed(
    trial: EuropePmcTrial, server: EuropePmcServer
) -> None:
    done = trial.crawl()
    assert done.code == 0, done.said
    account = trial.account()
    assert account["found"] == account["stated_total"] == account["included"] == 9
    assert {body["key"] for body in trial.bodies("source")} >= {"epmc:MED/92000001", "epmc:CTX/92000001"}
    preprint = trial.source("epmc:PPR/PPR9200001")
    assert {"relation": "preprint-of", "key": "pmid:92000001", "citation": "J Synth. 2025"} in preprint["links"]
    (link,) = trial.bodies("linked")
    assert (link["one"], link["relation"], link["other"]) == (preprint["sid"], "preprint-of", trial.source(OPEN)["sid"])
    assert "retracted" in trial.source("epmc:MED/92000005")["flags"]
    assert "(P<0.001) in 20 of 30 & worsened" in trial.source(OPEN)["abstract"]

    server.touch("CTX", "92000001")
    server.revise("MED", "92000003", abstractText="Invented rats received Semax; nothing happened.")
    server.add(made("PPR", "PPR9200009", "Synthetic record: Semax anew", day=server.today()))
    done = trial.crawl()
    assert done.code == 0, done.said
    account = trial.account()
    assert (account["found"], account["included"], account["known"], account["changed"]) == (3, 1, 2, 1)
    (changed,) = trial.bodies("changed")
    assert (changed["key"], changed["what"]) == ("epmc:MED/92000003", ["revision"])
    windows = [body["window"]["kind"] for body in trial.bodies("search")]
    assert windows == ["all", "new", "revised"]
    assert trial.verify() == 0


def test_a_full_text_is_read_where_its_licence_allows_it_and_adds_claims_alone(calm: Calm) -> None:
    trial, server = calm
    body = trial.source(OPEN)
    of_text = [claim["text"] for claim in body["claims"] if claim["field"] == "text"]
    assert of_text[0] == "Semax improved anhedonia under sertraline in these invented patients."
    assert not any("ever lived" in claim or "table" in claim or "citations" in claim for claim in of_text)
    assert (body["full_text"]["licence"], len(body["text_sha256"])) == ("cc by", 64)
    assert body["full_text"]["snapshot"]["file"]
    assert body["basis"] == "abstract"
    asked = {entry.path.split("/")[-2] for entry in server.asked("fullTextXML")}
    assert asked == {"PMC92000001", "PMC92000004"}  # not the one under cc by-nc, nor the one that is not open
    assert "full_text" not in trial.source("epmc:MED/92000004")


def test_passing_failures_of_every_kind_change_nothing_in_the_ledger(
    trial: EuropePmcTrial, server: EuropePmcServer, calm: Calm
) -> None:
    for name in IN_SEARCHES:
        server.fault(name, tool="search")
    for name in IN_TEXTS:
        server.fault(name, tool="fullTextXML")
    server.fault("slow-drip", tool="search", bytes=64, seconds=0.001)
    done = trial.crawl(*PATIENT)
    assert done.code == 0, done.said
    assert _settled(trial) == _settled(calm[0])
    assert {entry.fault for entry in server.asked("search")} >= {*IN_SEARCHES, "slow-drip"}
    assert {entry.fault for entry in server.asked("fullTextXML")} >= set(IN_TEXTS)


def _settled(trial: Trial) -> dict[str, dict[str, Any]]:
    """What is settled, without where the full text was read."""
    content = trial.content()
    for body in content.values():
        body.pop("full_text", None)
    return content


def test_a_service_that_answers_with_errors_alone_has_failed_and_is_never_no_evidence(
    trial: EuropePmcTrial, server: EuropePmcServer
) -> None:
    server.fault("error-in-200", times=None, code=404, message="Invalid page size")
    done = trial.crawl(*SOON)
    assert done.code == 3
    (search,) = trial.bodies("search")
    assert (search["outcome"], search["stated_total"]) == ("failed", None)
    assert "Invalid page size" in search["problems"][0]
    assert trial.account()["outcome"] == "failed"


def test_a_page_that_never_comes_makes_the_run_partial_and_the_next_one_asks_for_everything_again(
    tmp_path: Path,
) -> None:
    with EuropePmcServer(crowd(150)) as server:
        trial = EuropePmcTrial(tmp_path, server.url)
        server.fault("http-503", tool="search", on=[2, 3])
        server.fault("hit-count-drifts", tool="search", on=[1])
        done = trial.crawl(*SOON)
        assert done.code == 2, done.said
        account = trial.account()
        assert (account["found"], account["stated_total"]) == (100, 153)
        assert "watermark" not in account
        done = trial.crawl()
        assert done.code == 0, done.said
        account = trial.account()
        assert (account["found"], account["known"], account["included"]) == (150, 100, 50)
        searches = trial.bodies("search")
        assert [(body["outcome"], body["requests"], body["returned"]) for body in searches] == [
            ("partial", 1, 100),
            ("complete", 3, 150),
        ]


def test_a_full_text_that_does_not_come_fails_its_record_and_both_come_with_the_next_run(
    trial: EuropePmcTrial, server: EuropePmcServer
) -> None:
    server.fault("http-503", tool="fullTextXML", times=None)
    done = trial.crawl(*SOON)
    assert done.code == 2, done.said
    assert trial.account()["failed"] == 2
    assert {key for body in trial.bodies("failed") for key in body["keys"]} == {OPEN, "epmc:MED/92000004"}
    server.script.clear()
    done = trial.crawl()
    assert done.code == 0, done.said
    assert trial.source(OPEN)["full_text"]["licence"] == "cc by"
    assert trial.bodies("search")[-1]["window"]["kind"] == "named"
    assert "(EXT_ID:92000001 AND SRC:MED)" in trial.bodies("search")[-1]["query"]
