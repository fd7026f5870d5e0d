"""The envelope: which types there are and how a moment is spelt."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from harvest.ledger.entry import KNOWN_TYPES, stamp

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "ledger-format.md"


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows another zone's time."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=2)), timezone(timedelta(0), "GMT"), timezone(timedelta(hours=-3))]
)
def test_a_moment_is_spelt_in_utc_with_microseconds_wherever_it_was_told(tokyo: None, zone: timezone) -> None:
    moment = datetime(2026, 11, 21, 19, 6, 0, 7, tzinfo=UTC)
    assert stamp(moment.astimezone(zone)) == "2026-11-21T19:06:00.000007Z"


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a time with its zone, got datetime"):
        stamp(datetime(2026, 11, 21, 19, 6))  # noqa: DTZ001 - that is the point


def test_the_types_that_are_known_are_those_of_the_reference() -> None:
    table = REFERENCE.read_text(encoding="utf-8").partition("\n## Entry types\n")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    assert {name for cell in first_cells for name in re.findall(r"`([a-z-]+)`", cell)} == KNOWN_TYPES
