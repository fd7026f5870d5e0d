"""When NCBI wants large jobs: at weekends, or from 21:00 to 05:00 US Eastern on weekdays (external contract 1.2)."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LARGE: Final = 20_000
"""Records from which on a job is large: more than a hundred requests."""
_EASTERN: Final = ZoneInfo("America/New_York")
_BUSY_FROM: Final = 5
_BUSY_UNTIL: Final = 21
_SATURDAY: Final = 5


def until_quiet(now: datetime) -> timedelta:
    """How long it is until large jobs are welcome; nothing where they are.

    Args:
        now: aware, of any zone.
    """
    there = now.astimezone(_EASTERN)
    if there.weekday() >= _SATURDAY or not _BUSY_FROM <= there.hour < _BUSY_UNTIL:
        return timedelta(0)
    quiet = there.replace(hour=_BUSY_UNTIL, minute=0, second=0, microsecond=0)
    return quiet - there
