"""Long runs, for `make soak`: skipped unless HARVEST_SOAK=1 says that there is time."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawl.trial import CHECKOUT, Trial
from tests.servers.eutils import Corpus, EutilsServer

FILES = ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is slow in this folder, with the reason, unless it was asked for."""
    if os.environ.get("HARVEST_SOAK") == "1":
        return
    for test in items:
        if Path(__file__).parent in test.path.parents and test.get_closest_marker("slow"):
            test.add_marker(pytest.mark.skip(reason="a long run: `make soak`, or HARVEST_SOAK=1"))


@pytest.fixture(scope="session")
def real_records(recorded: Path) -> Iterator[EutilsServer]:
    """PubMed as two recorded files have it: 35,790 records."""
    with EutilsServer(Corpus.load([recorded / "pubmed" / name for name in FILES]), rate_limit=False) as server:
        yield server


@pytest.fixture
def real(real_records: EutilsServer) -> Iterator[EutilsServer]:
    """The same, whose faults end with the test."""
    yield real_records
    real_records.control.clear_faults()


def tracked(folder: Path, server: EutilsServer, slug: str) -> Trial:
    """An operator with a topic of this project."""
    trial = Trial(folder, server.url, slug=slug)
    trial.topic_file.write_text((CHECKOUT / "data" / "topics" / f"{slug}.toml").read_text())
    return trial


def patients(folder: Path, server: EutilsServer) -> Trial:
    """An operator whose question matches a fifth of the recorded files."""
    return Trial(folder, server.url, slug="patients-study", name="patients")
