import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harvest import older, topics
from harvest.archive.reader import about, pairs
from harvest.evidence import classify
from harvest.medline import articles
from harvest.model import EvidenceKind
from tools import make_demo

CHECKOUT = Path(__file__).resolve().parents[1]
DEMO = CHECKOUT / "data" / "demo"
RECORDING = DEMO / "semax-ssri-00001.warc.gz"
AGAIN = "make it again with: python tools/make_demo.py"


def _demo(*arguments: str, cwd: Path = CHECKOUT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harvest", "demo", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def said() -> str:
    """What the demonstration says."""
    ended = _demo(HARVEST_EUTILS_URL="http://127.0.0.1:9/", HARVEST_MODE="production", NCBI_API_KEY="sesame-sesame")
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_the_recording_holds_what_the_spider_asks_for_the_topic_as_it_is_now() -> None:
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    asked = [(one.method, one.url, one.request_body) for one in make_demo.exchanges(topic)]
    recorded = [pair.exchange() for pair in pairs(RECORDING)]

    bodies = [one.partition(b"&tool=")[0] for _, _, one in asked]
    assert [(one.method, one.url, one.request_body) for one in recorded] == [
        (method, url, body) for (method, url, _), body in zip(asked, bodies, strict=True)
    ], f"the topic or the spider's requests have changed; {AGAIN}"


def test_the_recording_holds_the_answers_that_the_facts_give() -> None:
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")

    made = [one.body for one in make_demo.exchanges(topic)]

    assert [pair.exchange().body for pair in pairs(RECORDING)] == made, f"records.toml has changed; {AGAIN}"


def test_the_recording_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    first, second = make_demo.write(tmp_path / "a"), make_demo.write(tmp_path / "b")

    assert first.read_bytes() == second.read_bytes()


def test_everything_in_it_says_that_it_is_reconstructed() -> None:
    body = list(pairs(RECORDING))[-1].exchange().body

    assert about(RECORDING)["synthetic"] == "yes"
    assert body.count(make_demo.NOTE.encode()) == 2 * body.count(b"<PubmedArticle>")
    for record in articles(body).records:
        assert all(section.label == make_demo.NOTE_LABEL for section in record.abstract)


def test_all_documents_that_the_topic_expects_are_in_it() -> None:
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    keys = {record.key for record in articles(list(pairs(RECORDING))[-1].exchange().body).records}

    assert set(topic.expect) <= keys


def test_no_animal_paper_in_it_is_called_human() -> None:
    records = {record.key: record for record in articles(list(pairs(RECORDING))[-1].exchange().body).records}

    for key in ("pmid:41479572", "pmid:39442746", "pmid:33418449", "pmid:16996037"):
        assert classify(records[key]).kind is EvidenceKind.PRECLINICAL


def test_it_needs_neither_network_nor_settings_nor_key(said: str) -> None:
    rows = [line.rsplit(maxsplit=7) for line in said.splitlines() if " complete " in line]
    assert [(row[0], row[1]) for row in rows] == [
        ("PubMed", "complete"), ("Europe PMC", "complete"), ("ClinicalTrials.gov", "complete")
    ]  # fmt: skip


def test_it_finds_its_sources_and_says_that_none_is_about_the_pair_in_people(said: str) -> None:
    assert "in people for SSRI emotional blunting: none found" in said
    assert "tested in people" in said


def test_it_verifies_the_ledger_and_names_the_line_that_was_damaged(said: str) -> None:
    assert "valid: 72 entries" in said
    assert "BROKEN: line 6, byte " in said


def test_it_counts_once_what_the_older_ledger_counts_twice(said: str) -> None:
    assert "s6 and s18 are one paper, counted twice" in said


def test_it_tells_animals_from_people_where_the_older_ledger_does_not(said: str) -> None:
    line = next(line for line in said.splitlines() if line.startswith("s5 tagged human"))

    assert "animals or laboratory, not people" in line


def test_it_leaves_out_a_review_of_the_condition_without_the_compound(said: str) -> None:
    line = next(line for line in said.splitlines() if line.startswith("s1 tagged human"))

    assert "left out, condition without this compound" in line


@pytest.mark.parametrize(
    "pmid", ["11517472", "15792140", "29798983", "30225715", "32342318", "10741256", "11569188", "10358912"]
)
def test_it_finds_human_studies_that_the_older_ledger_missed(said: str, pmid: str) -> None:
    assert f"pmid:{pmid}" in said.partition("that it has not")[2]


def test_it_ends_with_three_commands_to_try(said: str) -> None:
    commands = said.partition("== Next\n")[2].splitlines()

    assert [line.split()[:2] for line in commands] == [["harvest", "demo"], ["harvest", "crawl"], ["harvest", "topic"]]


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    assert _demo(TMPDIR=str(tmp_path), cwd=tmp_path).returncode == 0

    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_can_be_looked_at(tmp_path: Path) -> None:
    said = _demo("--keep", str(tmp_path / "kept")).stdout
    settings, command = said.splitlines()[-3].split(" harvest ")

    shown = subprocess.run(
        [sys.executable, "-m", "harvest", *command.split(), "--snapshot"],
        cwd=CHECKOUT,
        env=os.environ | dict(one.split("=", 1) for one in settings.split()),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert shown.stdout.startswith("<PubmedArticle>")
    assert "SHA-256 agrees" in shown.stderr


def test_a_folder_that_exists_is_never_written_to(tmp_path: Path) -> None:
    said = _demo("--keep", str(tmp_path))

    assert (said.returncode, said.stdout) == (64, "")


def test_a_checkout_without_recordings_says_so_in_one_line(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    for package in ("harvest", "spiders", "pipelines"):
        shutil.copytree(CHECKOUT / package, bare / package, ignore=shutil.ignore_patterns("__pycache__"))

    said = _demo(cwd=bare, PYTHONPATH=str(bare))

    assert said.returncode == 3
    assert said.stderr == "harvest: expected recordings in data/demo of the checkout, got none; run it in a checkout\n"


def test_the_older_ledgers_claims_are_those_of_its_list() -> None:
    ledger = older.read(DEMO / "older-ledger.toml")

    assert sum(one.tag == "preclinical" for one in ledger.sources) == 5
    assert sum(one.tag == "human" for one in ledger.sources) == 3
    assert ledger.claims == {"human": 4, "preclinical": 4, "anecdotal": 15}
