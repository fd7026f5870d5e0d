"""Rooms for a ledger."""

from pathlib import Path

import pytest

from tests.ledger.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def crawled(room: Room) -> Room:
    """A room with one finished, sealed run of three sources: six lines."""
    room.crawl()
    return room
