"""An operator who pastes texts, in front of stand-ins for PubMed, Crossref and ClinicalTrials.gov."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.crawl.trial import CHECKOUT, Finished, Trial
from tests.servers.crossref import CrossrefServer
from tests.servers.crossref_works import Works, synthetic
from tests.servers.eutils import EutilsServer
from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_synthetic import Made, article_xml
from tests.servers.trials import TrialsServer
from tests.servers.trials_records import made

REPORT = "I took Semax for my anhedonia while on escitalopram, and after a while I could feel joy again."
WORK = "10.5555/semax.1"
WORK_TITLE = "Synthetic work: Semax and anhedonia under escitalopram"
ARTICLE = 90_000_001
TRIAL = "NCT90000001"
TRIAL_TITLE = "Synthetic registration: Semax against anhedonia under escitalopram"
BOTH = "10.5555/synthetic.both"
TITLE = "Synthetic record: Semax for emotional blunting under escitalopram"
OTHER = "Synthetic record: hip replacement in old dogs"


def article(pmid: int, title: str, *, doi: str = "") -> bytes:
    """A made-up record that says what it is."""
    return article_xml(Made(pmid, title, (("", "Invented people received something."),), doi=doi))


class PastedTrial(Trial):
    """One operator's folders; what is pasted goes in by standard input."""

    services: dict[str, str]

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(**{**self.services, **more})

    def ingest(self, text: str | bytes, *options: str, **environment: str) -> Finished:
        """Paste a text; standard output and standard error one after the other."""
        octets = text.encode() if isinstance(text, str) else text
        done = subprocess.run(
            [sys.executable, "-m", "harvest", "ingest", self.slug, "--text", "-", *options], cwd=CHECKOUT, check=False,
            input=octets, env=self.environment(**environment), capture_output=True, timeout=200,
        )  # fmt: skip
        return Finished(done.returncode, done.stdout.decode() + done.stderr.decode())

    def told(self, text: str) -> dict[str, Any]:
        """Paste a text, and read the JSON that comes of it."""
        said = self.ingest(text, "--json", HARVEST_CONTACT="someone@example.org").said
        answer: dict[str, Any] = json.loads(said)
        return answer

    def account(self) -> dict[str, Any]:
        """The last run's account."""
        account: dict[str, Any] = self.bodies("run-finished")[-1]["providers"]["pasted"]
        return account


def articles(*records: bytes) -> Corpus:
    """A corpus of these alone."""
    corpus = Corpus()
    for record in records:
        corpus.add(record)
    return corpus


@contextmanager
def pasting(folder: Path, records: Iterable[bytes] = ()) -> Iterator[PastedTrial]:
    """An operator, and three services with little in them."""
    works = Works()
    works.add(synthetic(WORK, WORK_TITLE))
    own = (article(ARTICLE, TITLE, doi=BOTH), article(ARTICLE + 1, OTHER))
    with (
        EutilsServer(articles(*own, *records), rate_limit=False) as eutils,
        CrossrefServer(works, rate_limit=False) as crossref,
        TrialsServer([made(TRIAL, TRIAL_TITLE, "Invented people receive Semax.")]) as trials,
    ):
        trial = PastedTrial(folder, eutils.url)
        trial.services = {"HARVEST_CROSSREF_URL": crossref.url, "HARVEST_CTGOV_URL": trials.url}
        yield trial
