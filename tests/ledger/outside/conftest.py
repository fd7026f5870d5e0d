"""A sealed ledger, and who may be asked for time-stamps."""

from pathlib import Path

import pytest

from tests.ledger.outside import authority
from tests.ledger.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A ledger with one finished, sealed run: six lines."""
    room = Room(tmp_path)
    room.crawl()
    return room


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    if not authority.HERE:
        pytest.skip("openssl is not installed")
    return authority.Authority(tmp_path_factory.mktemp("tsa") / "one", "one")


@pytest.fixture(scope="session")
def other_tsa(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    if not authority.HERE:
        pytest.skip("openssl is not installed")
    return authority.Authority(tmp_path_factory.mktemp("tsa") / "two", "two")
