"""PubMed, Europe PMC and ClinicalTrials.gov in one crawl: one paper, one registration, its results, counted once."""

import sys
from pathlib import Path

from tests.crawl.scholarly import EuropePmcTrial
from tests.servers.europepmc import EuropePmcServer
from tests.servers.eutils import EutilsServer
from tests.servers.trials import TrialsServer


def test_what_several_providers_have_of_one_study_is_told_apart_and_linked_in_whatever_order_it_comes(
    tmp_path: Path,
) -> None:
    with (
        EuropePmcServer() as papers,
        TrialsServer() as register,
        EutilsServer.over_own_records(rate_limit=False) as pubmed,
    ):
        papers.revise("MED", "90000001", pmcid="PMC90000001", isOpenAccess="Y", license="cc by", inEPMC="Y")
        papers.add_text("MED", "90000001", like=("MED", "92000001"))
        trial = EuropePmcTrial(tmp_path, papers.url)
        trial.topic_file.write_text(f"{trial.topic_file.read_text()}[providers.europepmc]\n[providers.trials]\n")
        command = [sys.executable, "-m", "harvest", "crawl", trial.slug]
        done = trial.run(command, HARVEST_EUTILS_URL=pubmed.url, HARVEST_CTGOV_URL=register.url)
    assert done.code == 0, done.said
    sids = {body["key"]: body["sid"] for body in trial.bodies("source")}
    paper, plan, posted = sids["pmid:90000001"], sids["nct:NCT99999901"], sids["nct-results:NCT99999901"]
    links = {(body["one"], body["relation"], body["other"]) for body in trial.bodies("linked")}
    assert {(paper, "results-of", plan), (posted, "results-of", plan)} <= links
    (twin,) = (body for body in trial.bodies("duplicate") if body["key"] == "epmc:MED/90000001")
    assert (twin["of"], twin["rule"], twin["full_text"]["licence"]) == (paper, "identity.shared-id", "cc by")
    assert [claim["field"] for claim in twin["claims"]] == ["text", "text"]
