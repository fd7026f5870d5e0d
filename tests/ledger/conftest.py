"""Rooms for a ledger."""

import os
from pathlib import Path

import pytest

from harvest.ledger import examiner, line
from tests.ledger.room import Room


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """No test finds remembered what another found to be right."""
    examiner._known.clear()
    line._good_keys.clear()


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def crawled(room: Room) -> Room:
    """A room with one finished, sealed run of three sources: six lines."""
    room.crawl()
    return room


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves syncing out where hundreds of ledgers are opened and durability is not the point."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
