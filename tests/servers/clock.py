"""The emulator's time of day: real, or standing still until a test moves it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EASTERN = ZoneInfo("America/New_York")


class Clock:
    """Says what time it is; PubMed's days are those of the US East (reference 1.11)."""

    def __init__(self, start: datetime | None = None) -> None:
        """Make a clock.

        Args:
            start: an aware time at which the clock stands still; None follows the machine.
        """
        self._base = start
        self._moved = timedelta()

    def now(self) -> datetime:
        """Give the time, in UTC."""
        return (self._base or datetime.now(UTC)).astimezone(UTC) + self._moved

    def eastern(self) -> datetime:
        """Give the time on the US East coast."""
        return self.now().astimezone(_EASTERN)

    def today(self) -> int:
        """Give the day in the US East, as an ordinal."""
        return self.eastern().date().toordinal()

    def move(self, *, days: float = 0, seconds: float = 0) -> None:
        """Move the clock, forwards or backwards."""
        self._moved += timedelta(days=days, seconds=seconds)

    def set(self, when: datetime) -> None:
        """Let the clock stand still at an aware time."""
        self._base, self._moved = when, timedelta()

    def seconds(self) -> float:
        """Give the time as seconds, for a limiter that is to obey this clock."""
        return self.now().timestamp()


real_seconds: Callable[[], float] = time.monotonic
