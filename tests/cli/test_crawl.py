import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvest import topics
from harvest.archive import Archive
from harvest.ledger import run_lock
from tests.cli.conftest import CHECKOUT
from tools import make_demo

Crawl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the tracked topics."""
    shutil.copytree(CHECKOUT / "data" / "topics", tmp_path / "data" / "topics")
    return tmp_path / "data"


@pytest.fixture
def crawl(data: Path) -> Crawl:
    """`harvest crawl` in a process of its own, answered from the demonstration's recording."""

    def start(*arguments: str, replay: Path = CHECKOUT / "data" / "demo") -> subprocess.CompletedProcess[str]:
        settings = {
            "HARVEST_DATA_DIR": str(data),
            "HARVEST_STATE_DIR": str(data.parent / "state"),
            "HARVEST_REPLAY": str(replay),
        }
        return subprocess.run(
            [sys.executable, "-m", "harvest", "crawl", *arguments],
            cwd=CHECKOUT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return start


@pytest.fixture
def without_one_record(tmp_path: Path) -> Path:
    """A recording whose search names a record that does not come."""
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    folder = tmp_path / "recording"
    with Archive(folder, name="part", started=make_demo.STARTED, software="test", synthetic=True) as archive:
        for exchange in make_demo.exchanges(topic):
            archive.record(exchange.with_body(_without_the_last(exchange.body)))
    return folder


def _without_the_last(body: bytes) -> bytes:
    head, found, _ = body.rpartition(b"<PubmedArticle>")
    return head + b"</PubmedArticleSet>\n" if found else body


NO_SERVICE = "enrich: skipped: expected answers of Crossref or OpenAlex in the recording, got none"
NO_REDDIT = "reddit: skipped: expected exchanges with Reddit in the recording, got none"


def test_a_complete_crawl_says_its_account_in_a_table_and_exits_0(crawl: Crawl) -> None:
    said = crawl("semax-ssri")

    assert said.returncode == 0
    head, pubmed, europepmc, trials, reddit, web, enrich = (line.split() for line in said.stdout.splitlines())
    assert head == ["provider", "outcome", "found", "new", "known", "duplicate", "excluded", "failed"]
    assert pubmed == ["pubmed", "complete", "31", "29", "0", "0", "2", "0"]
    assert europepmc == ["europepmc", "complete", "31", "0", "0", "29", "2", "0"]
    assert trials == ["trials", "complete", "0", "0", "0", "0", "0", "0"]
    assert (reddit[:2], web[:2]) == (["reddit", "skipped"], ["web", "complete"])
    assert enrich[:2] == ["enrich", "skipped"]


def test_a_provider_of_the_topic_that_cannot_be_asked_is_skipped_with_one_line(crawl: Crawl) -> None:
    said = crawl("semax-ssri").stderr.splitlines()

    assert [line for line in said if line.startswith(("reddit", "enrich"))] == [NO_REDDIT, NO_SERVICE]


def test_json_is_one_object_and_nothing_else_is_said(crawl: Crawl) -> None:
    said = crawl("semax-ssri", "--only", "pubmed", "--json")

    account = json.loads(said.stdout)
    assert (account["topic"], account["exit_code"], said.stderr) == ("semax-ssri", 0, "")
    assert [one["provider"] for one in account["providers"]] == ["pubmed"]
    assert account["providers"][0]["tally"]["found"] == 31
    assert account["providers"][0]["requests"] == {"einfo": 1, "esearch": 1, "efetch": 1}


def test_a_record_that_does_not_come_makes_it_partial_and_exits_2(crawl: Crawl, without_one_record: Path) -> None:
    said = crawl("semax-ssri", "--only", "pubmed", "--json", replay=without_one_record)

    tally = json.loads(said.stdout)["providers"][0]["tally"]
    assert (said.returncode, tally["found"], tally["failed"]) == (2, 31, 1)


def test_a_crawl_without_answers_has_failed_and_exits_3(crawl: Crawl) -> None:
    crawl("semax-ssri", "--only", "pubmed")

    said = crawl("semax-ssri", "--only", "pubmed")

    assert said.returncode == 3
    assert "pubmed: failed" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["semax-sri"], "did you mean semax-ssri?"),
        (
            ["semax-ssri", "--only", "pubmd"],
            "expected providers of semax-ssri (pubmed, europepmc, trials, reddit, web, enrich), got 'pubmd'",
        ),
        (["semax-ssri", "--onyl", "pubmed"], "no such option: --onyl"),
        ([], "missing argument 'TOPIC'"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_64(crawl: Crawl, arguments: list[str], words: str) -> None:
    said = crawl(*arguments)

    assert (said.returncode, said.stdout) == (64, "")
    assert said.stderr.startswith("harvest: ")
    assert said.stderr.count("\n") == 1
    assert words in said.stderr


def test_a_wrong_provider_table_exits_64_before_anything_is_written(crawl: Crawl, data: Path) -> None:
    path = data / "topics" / "semax-ssri.toml"
    path.write_text(path.read_text().replace('scope = "compound"', 'scope = "everything"'))

    said = crawl("semax-ssri")

    assert said.returncode == 64
    assert "semax-ssri.toml:" in said.stderr
    assert not (data / "ledgers").exists()


def test_a_lone_provider_that_had_to_be_skipped_exits_64(crawl: Crawl) -> None:
    said = crawl("semax-ssri", "--only", "reddit")

    assert said.returncode == 64
    assert NO_REDDIT in said.stderr


@pytest.fixture
def running(data: Path) -> Iterator[None]:
    """Another run of the topic with PubMed."""
    with run_lock(data.parent / "state", "semax-ssri", "pubmed"):
        yield


@pytest.mark.usefixtures("running")
def test_another_run_of_the_same_provider_exits_75(crawl: Crawl) -> None:
    said = crawl("semax-ssri", "--only", "pubmed")

    assert (said.returncode, said.stdout) == (75, "")
    assert said.stderr.count("\n") == 1
    assert "is going on" in said.stderr
