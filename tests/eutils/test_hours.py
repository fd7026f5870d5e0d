from datetime import UTC, datetime, timedelta

import pytest

from harvest.eutils.hours import until_quiet


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), 16),  # Monday, 05:00 in the US East
        (datetime(2026, 11, 24, 1, 59, tzinfo=UTC), 1 / 60),  # Monday, 20:59 there
    ],
)
def test_in_busy_hours_the_time_until_nine_in_the_evening_is_told(now: datetime, hours: float) -> None:
    assert until_quiet(now) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 24, 2, 0, tzinfo=UTC),  # Monday, 21:00 there
        datetime(2026, 11, 23, 9, 59, tzinfo=UTC),  # Monday, 04:59 there
        datetime(2026, 11, 22, 18, 0, tzinfo=UTC),  # Sunday noon
        datetime(2026, 7, 7, 1, 0, tzinfo=UTC),  # Monday, 21:00 in summer time
    ],
)
def test_at_night_and_at_weekends_nobody_needs_to_wait(now: datetime) -> None:
    assert until_quiet(now) == timedelta(0)
