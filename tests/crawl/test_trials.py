"""ClinicalTrials.gov as a provider: what an operator gets from `scrapy crawl trials -a topic=...` (contract 6)."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.scholarly import PASSING, PATIENT, SOON, TrialsTrial
from tests.servers.eutils import EutilsServer
from tests.servers.trials import TrialsServer
from tests.servers.trials_records import made

HARVEST = (sys.executable, "-m", "harvest")
PLAN, POSTED = "nct:NCT99999901", "nct-results:NCT99999901"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> TrialsTrial:
    """A first crawl without any fault."""
    with TrialsServer() as server:
        trial = TrialsTrial(tmp_path_factory.mktemp("calm"), server.url)
        assert trial.crawl().code == 0
        return trial


@pytest.fixture
def server() -> Iterator[TrialsServer]:
    with TrialsServer() as running:
        yield running


@pytest.fixture
def trial(tmp_path: Path, server: TrialsServer) -> TrialsTrial:
    return TrialsTrial(tmp_path, server.url)


def test_registrations_and_posted_results_are_records_and_later_runs_bring_what_became_of_them(
    trial: TrialsTrial, server: TrialsServer
) -> None:
    done = trial.crawl()
    assert done.code == 0, done.said
    account = trial.account()
    assert (account["stated_total"], account["found"], account["included"]) == (5, 6, 6)
    assert {body["design"] for body in trial.bodies("source") if body["evidence"] == "none"} == {"trial-registration"}
    human = [(body["key"], body["design"]) for body in trial.bodies("source") if body["evidence"] == "human"]
    assert human == [(POSTED, "rct")]
    assert trial.source("nct:NCT99999903")["details"]["why_stopped"] == "Invented: nobody came"

    asked = len(server.log)
    done = trial.crawl()
    assert done.code == 0, done.said
    assert [entry.tool for entry in server.log[asked:]] == ["version"]
    assert trial.bodies("search")[-1]["window"]["kind"] == "unchanged"

    server.restyle("NCT99999902")
    server.revise("NCT99999905", statusModule={"overallStatus": "SUSPENDED", "whyStopped": "Invented: no money"})
    server.post_results("NCT99999903")
    server.post_results("NCT99999901", difference="-4.2")
    done = trial.crawl()
    assert done.code == 0, done.said
    account = trial.account()
    assert (account["found"], account["known"], account["included"], account["changed"]) == (6, 5, 1, 4)
    changed = {body["key"]: body for body in trial.bodies("changed")}
    assert set(changed) == {"nct:NCT99999905", "nct:NCT99999903", PLAN, POSTED}  # not the one with other markup
    assert "results_posted" in changed[PLAN]["new"]["details"]
    assert changed["nct:NCT99999905"]["what"] == ["status"]
    assert changed["nct:NCT99999905"]["new"]["details"]["why_stopped"] == "Invented: no money"
    assert changed["nct:NCT99999903"]["what"] == ["results"]
    assert changed["nct:NCT99999903"]["new"]["details"]["has_results"] is True
    assert "Mean difference -4.2" in changed[POSTED]["new"]["abstract"]
    assert trial.source("nct-results:NCT99999903")["evidence"] == "human"
    assert trial.verify() == 0


def test_passing_failures_of_every_kind_change_nothing_in_the_ledger(
    trial: TrialsTrial, server: TrialsServer, calm: TrialsTrial
) -> None:
    for tool in ("version", "studies", "study"):
        for name in PASSING:
            server.fault(name, tool=tool)
    server.fault("no-studies-key", tool="studies")
    server.fault("slow-drip", tool="studies", bytes=64, seconds=0.001)
    for number in (2, 3, 5):  # of the answers that come after all these
        server.fault("empty-page" if number == 3 else "short-page", tool="studies", on=[len(PASSING) + 3 + number])
    done = trial.crawl(*PATIENT)
    assert done.code == 0, done.said
    assert trial.content() == calm.content()
    assert {entry.fault for entry in server.asked("studies")} >= {*PASSING, "no-studies-key", "slow-drip"}
    assert {entry.fault for entry in server.asked("study")} >= set(PASSING)


def test_a_page_that_never_comes_makes_the_run_partial_and_the_next_one_asks_for_everything_again(
    trial: TrialsTrial, server: TrialsServer
) -> None:
    server.fault("short-page", tool="studies", on=[1], size=2)
    server.fault("http-503", tool="studies", on=[2, 3])
    server.fault("http-500", tool="version", on=[1, 2])
    done = trial.crawl(*SOON)
    assert done.code == 2, done.said
    account = trial.account()
    assert (account["found"], "watermark" in account) == (3, False)
    assert "how fresh the register is" in account["problems"][0]
    assert trial.bodies("search")[0]["outcome"] == "partial"


def test_results_that_do_not_come_fail_alone_and_come_with_the_next_run(
    trial: TrialsTrial, server: TrialsServer
) -> None:
    server.fault("http-503", tool="study", times=None)
    done = trial.crawl(*SOON)
    assert done.code == 2, done.said
    (failed,) = trial.bodies("failed")
    assert (failed["keys"], failed["reason"]) == ([POSTED], "no-answer")
    server.script.clear()
    done = trial.crawl()
    assert done.code == 0, done.said
    assert trial.source(POSTED)["design"] == "rct"
    assert [body["window"]["kind"] for body in trial.bodies("search")] == ["all", "unchanged", "named"]


def test_registrations_that_a_source_of_another_provider_names_are_looked_up_also_by_an_older_number(
    trial: TrialsTrial, server: TrialsServer
) -> None:
    other = {"interventions": [{"type": "DRUG", "name": "Another peptide"}]}
    server.add(
        made("NCT99999950", "Synthetic record: the study that it is now", "Invented.", armsInterventionsModule=other)
    )
    server.merge("NCT99999901", "NCT99999950")  # the number that a record of PubMed has in its data bank list
    named = 'ids = ["NCT99999907"]\n'
    trial.topic_file.write_text(f"{trial.topic_file.read_text()}[providers.trials]\n{named}")
    with EutilsServer.over_own_records(rate_limit=False) as pubmed:
        done = trial.run([*HARVEST, "crawl", trial.slug], HARVEST_EUTILS_URL=pubmed.url)
    assert done.code == 2, done.said
    settled: dict[str, Any] = {body["key"]: body for body in trial.bodies("source", "excluded")}
    assert "NCT99999901" in str(settled["pmid:90000001"]["keys"])
    assert settled["nct:NCT99999901"]["got"] == "it is NCT99999950 now"
    assert settled["nct:NCT99999950"]["keys"] == ["nct:NCT99999950", "nct:NCT99999901"]
    assert settled["nct:NCT99999950"]["reason"] == "off-topic"
    (failed,) = trial.bodies("failed")
    assert (failed["keys"], failed["got"]) == (["nct:NCT99999907"], "404: no such study")
