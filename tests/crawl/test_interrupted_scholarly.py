"""Runs of Europe PMC and ClinicalTrials.gov that end before their time: nothing is lost, nothing is written twice."""

import subprocess
from pathlib import Path

from tests.crawl.scholarly import EuropePmcTrial, ScholarlyTrial
from tests.crawl.test_interrupted_crawl import wait_for_lines
from tests.servers.europepmc import EuropePmcServer

WAITING = ("-s", "DOWNLOAD_TIMEOUT=60")


def test_a_crawl_of_europe_pmc_that_is_killed_while_it_waits_for_a_text_goes_on_where_it_stood(tmp_path: Path) -> None:
    with EuropePmcServer() as server:
        trial = EuropePmcTrial(tmp_path, server.url)
        server.fault("timeout", tool="fullTextXML", on=[1], seconds=30)
        run = _begun(trial, lines=6)  # genesis, run, search, and the records before the one with the text
        run.kill()
        run.communicate(timeout=60)
        before = trial.content()
        assert 0 < len(before) < 9
        done = trial.crawl()
    assert done.code == 0, done.said
    account = trial.account()
    assert (account["found"], account["known"]) == (9, len(before))
    assert len(trial.content()) == 9


def _begun(trial: ScholarlyTrial, *, lines: int) -> subprocess.Popen[str]:
    """A crawl that has written so many lines."""
    run = trial.start(*WAITING)
    wait_for_lines(trial, lines)
    return run
