"""`harvest crawl` with every provider that a topic enables, against all stand-ins at once, and replayed."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.crawl.enrich_trial import CONTACT
from tests.crawl.reddit_trial import CREDENTIALS, TABLE, settings_of
from tests.crawl.trial import Finished, Trial
from tests.servers.crossref import CrossrefServer
from tests.servers.crossref_works import Works, synthetic
from tests.servers.europepmc import EuropePmcServer
from tests.servers.eutils import EutilsServer
from tests.servers.openalex import KEY, OpenAlexServer
from tests.servers.reddit import RedditServer
from tests.servers.trials import TrialsServer
from tests.servers.web import Web, page

PAGE = """<!doctype html><html lang="en"><head><title>What an invented blog says of Semax</title></head><body><article>
<h1>What an invented blog says of Semax</h1>
<p>This page was made up for a test; nothing on it is true. In an invented trial Semax lifted emotional blunting in
forty adults who took escitalopram, as a made-up paper reported [1]. Invented rats that were given Semax ran farther
than those that were given water, which says nothing of people, and the author of this page says so at some length.</p>
<h2>References</h2><ol><li>Nemo A. An invented paper. J Invented Results 2024. PMID: 90000001</li></ol>
</article></body></html>"""
HOST, ADDRESS = "blog.example", "93.184.216.34"
BLOG = f"http://{HOST}/semax"
PROVIDERS = ["pubmed", "europepmc", "trials", "reddit", "web", "enrich"]


class Everything(Trial):
    """One operator, one topic, all providers."""

    def __init__(self, folder: Path) -> None:
        self.running = ExitStack()
        server = self.running.enter_context
        self.pubmed = server(EutilsServer.over_own_records(now=None, rate_limit=False))
        self.europepmc = server(EuropePmcServer())
        self.trials = server(TrialsServer())
        self.reddit = server(RedditServer.over_own_world(rate_limit=False))
        works = Works()
        works.add(synthetic("10.5555/SYNTH.1", "A work that Crossref knows"))
        self.crossref = server(CrossrefServer(works, rate_limit=False))
        self.openalex = server(OpenAlexServer())
        (folder / "web").mkdir()
        self.web = server(Web(folder / "web"))
        self.web.put({BLOG: page(PAGE)})
        network = {"names": {HOST: [[ADDRESS]]}, "ports": {"80": self.web.http}, "log": str(folder / "network.jsonl")}
        self.network = folder / "network.json"
        self.network.write_text(json.dumps(network))
        super().__init__(folder, self.pubmed.url)

    def write_topic(self, *, name: str = "Semax", top: str = "") -> None:
        super().write_topic(name=name, top=top)
        tables = f'[providers.europepmc]\n[providers.trials]\n{TABLE}[providers.web]\nurls = ["{BLOG}"]\n'
        text = self.topic_file.read_text()
        self.topic_file.write_text(text.replace("[schedule]", f"{tables}[providers.enrich]\n[schedule]"))

    def environment(self, **more: str) -> dict[str, str]:
        ours = {
            "HARVEST_EUROPEPMC_URL": self.europepmc.url,
            "HARVEST_CTGOV_URL": self.trials.url,
            "HARVEST_CROSSREF_URL": self.crossref.url,
            "HARVEST_OPENALEX_URL": self.openalex.url,
            "OPENALEX_API_KEY": KEY,
            "HARVEST_CONTACT": CONTACT,
            "TMPDIR": str(self.folder),
            **settings_of(self.reddit),
            **CREDENTIALS,
        }
        return super().environment(**{**ours, **more})

    def everything(self, *options: str, **environment: str) -> Finished:
        command = [sys.executable, "-m", "tests.crawl.everything", str(self.network), "crawl", self.slug]
        return self.run([*command, *options], **environment)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Everything]:
    made = Everything(tmp_path)
    with made.running:
        yield made


def table(done: Finished) -> dict[str, list[str]]:
    """The closing table: what is said of each provider."""
    lines = done.said.splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("provider "))
    assert lines[head].split() == ["provider", "outcome", "found", "new", "known", "duplicate", "excluded", "failed"]
    return {line.split()[0]: line.split()[1:] for line in lines[head + 1 :] if line}


def test_all_providers_are_asked_one_table_says_how_it_went_and_a_replay_says_the_same(trial: Everything) -> None:
    done = trial.everything()
    told = table(done)

    assert done.code == 0, done.said
    assert list(told) == PROVIDERS
    assert {told[name][0] for name in PROVIDERS} == {"complete"}
    for _, found, new, known, duplicate, excluded, failed in told.values():
        assert int(found) == int(new) + int(known) + int(duplicate) + int(excluded) + int(failed)
    sources = [body for body in trial.bodies("source") if "content" not in body]
    assert {body["provider"] for body in sources} == {"pubmed", "europepmc", "trials", "web"}
    assert told["enrich"][1] == told["enrich"][3] != "0"
    assert trial.verify() == 0
    second = trial.run([sys.executable, "tools/verify_ledger.py", str(trial.ledger)])
    assert second.code == 0, second.said

    shutil.copytree(trial.folder / "data" / "archive", trial.folder / "first")
    again = table(trial.everything())
    assert {(row[0], row[2]) for row in again.values()} == {("complete", "0")}

    anew = {"HARVEST_DATA_DIR": str(trial.folder / "anew"), "HARVEST_STATE_DIR": str(trial.folder / "anew-state")}
    shutil.copytree(trial.topic_file.parent, trial.folder / "anew" / "topics")
    replayed = trial.everything(**anew, HARVEST_REPLAY=str(trial.folder / "first"))
    assert {name: row for name, row in table(replayed).items() if name != "reddit"} == {
        name: row for name, row in told.items() if name != "reddit"
    }, replayed.said
    assert table(replayed)["reddit"][0] == "skipped"
