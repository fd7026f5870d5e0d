"""The emulator over its own records, and a fresh operator in front of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawl.trial import Trial
from tests.servers.eutils import EutilsServer


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    """PubMed as the machine's clock has it, with 17 invented records."""
    with EutilsServer.over_own_records(now=None, rate_limit=False) as running:
        yield running


@pytest.fixture
def trial(tmp_path: Path, server: EutilsServer) -> Trial:
    """An operator with one topic and nothing harvested."""
    return Trial(tmp_path, server.url)
