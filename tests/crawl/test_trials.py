"""ClinicalTrials.gov as a provider: what an operator gets from `scrapy crawl trials -a topic=...` (contract 6)."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.scholarly import PATIENT, SOON, TrialsTrial
from tests.servers.eutils import EutilsServer
from tests.servers.trials import TrialsServer
from tests.servers.trials_records import made

PASSING = (
    "html", "empty", "truncated", "wrong-content-type", "http-500", "http-502", "http-503", "http-504", "reset",
    "cut-off", "rate-limit", "rate-limit-retry-after", "rate-limit-http-date",
)  # fmt: skip
HARVEST = (sys.executable, "-m", "harvest")
PLAN, POSTED = "nct:NCT99999901", "nct-results:NCT99999901"


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
    trial: TrialsTrial, server: TrialsServer, tmp_path: Path
) -> None:
    calm = TrialsTrial(tmp_path / "calm", server.url)
    calm.crawl()
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
    assert trial.verify() == 0


def test_short_and_empty_pages_are_not_taken_for_the_end(tmp_path: Path) -> None:
    studies = [made(f"NCT999980{at:02}", f"Synthetic record {at}: Semax", "Invented.") for at in range(30)]
    with TrialsServer(studies) as server:
        trial = TrialsTrial(tmp_path, server.url)
        server.fault("short-page", tool="studies", on=[1], size=7)
        server.fault("empty-page", tool="studies", on=[2])
        done = trial.crawl()
        assert done.code == 0, done.said
        (search,) = trial.bodies("search")
        assert (search["stated_total"], search["returned"], search["requests"]) == (30, 30, 3)
        assert [entry.params.get("countTotal") for entry in server.asked("studies")] == [["true"], None, None]


def test_a_register_that_names_a_next_page_for_ever_is_not_asked_for_ever(
    trial: TrialsTrial, server: TrialsServer
) -> None:
    server.fault("empty-page", tool="studies", times=None)
    done = trial.crawl()
    assert done.code == 2, done.said
    assert len(server.asked("studies")) == 6
    assert "6 pages without anything new" in trial.bodies("search")[0]["problems"][0]


def test_a_page_that_never_comes_or_a_register_out_of_order_is_never_no_evidence(
    trial: TrialsTrial, server: TrialsServer
) -> None:
    server.fault("short-page", tool="studies", on=[1], size=2)
    server.fault("http-503", tool="studies", on=[2, 3])
    done = trial.crawl(*SOON)
    assert done.code == 2, done.said
    account = trial.account()
    assert (account["found"], "watermark" in account) == (3, False)
    server.fault("http-500", tool="studies", times=None)
    server.fault("http-500", tool="version", times=None)
    done = trial.crawl(*SOON)
    assert done.code == 3
    assert trial.account()["outcome"] == "failed"
    assert trial.bodies("search")[-1]["outcome"] == "failed"
    assert "how fresh the register is" in trial.account()["problems"][0]


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


def test_paper_registration_and_posted_results_of_one_study_are_linked_whoever_brought_them(
    trial: TrialsTrial,
) -> None:
    with EutilsServer.over_own_records(rate_limit=False) as pubmed:
        trial.topic_file.write_text(f"{trial.topic_file.read_text()}[providers.trials]\n")
        done = trial.run([*HARVEST, "crawl", trial.slug], HARVEST_EUTILS_URL=pubmed.url)
    assert done.code == 0, done.said
    sids = {body["key"]: body["sid"] for body in trial.bodies("source")}
    plan = sids[PLAN]
    links = {(body["one"], body["relation"], body["other"]) for body in trial.bodies("linked")}
    assert {(sids["pmid:90000001"], "results-of", plan), (sids[POSTED], "results-of", plan)} <= links


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
        trial.crawl_pubmed(pubmed.url)
        done = trial.crawl()
    assert done.code == 2, done.said
    settled: dict[str, Any] = {body["key"]: body for body in trial.bodies("source", "excluded")}
    assert "NCT99999901" in str(settled["pmid:90000001"]["keys"])
    assert settled["nct:NCT99999901"]["got"] == "it is NCT99999950 now"
    assert settled["nct:NCT99999950"]["keys"] == ["nct:NCT99999950", "nct:NCT99999901"]
    assert settled["nct:NCT99999950"]["reason"] == "off-topic"
    (failed,) = trial.bodies("failed")
    assert (failed["keys"], failed["got"]) == (["nct:NCT99999907"], "404: no such study")
