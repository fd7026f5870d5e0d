"""Where a run may begin: after what the last one has stored, with days in common, or from the very first record.

Providers' dates are days, of time zones of their own, and records are indexed late (external contract 0, rule 5).
"""

from datetime import date, timedelta
from typing import Final

from harvest.catalogue import Watermark

OVERLAP: Final = timedelta(days=3)


def left_off(mark: Watermark | None, *, query_digest: str, topic_sha256: str, today: date) -> date | None:
    """The day up to which this very question has been answered; None where everything is to be asked for.

    A watermark of a day to come was set by a clock that has been put right since. Nobody can say what that run had
    seen, so it counts as none: a window that begins in the future is empty, and would be called complete.

    Args:
        mark: where the last run with all pages stored left off.
        query_digest: of the query without its window, as it is now.
        topic_sha256: digest of the topic file as it is now; another question means a full search.
        today: the day of this run.
    """
    if mark is None or (mark.query_digest, mark.topic_sha256) != (query_digest, topic_sha256):
        return None
    until = date.fromisoformat(mark.until)
    return None if until > today else until


def refresh_due(mark: Watermark | None, *, today: date, days: int) -> bool:
    """Is it time to compare every source again? No provider's date is a complete signal of change.

    A last look on a day to come tells nothing (the clock has been put right since): it is time.

    Args:
        mark: where the last run left off; without one everything is about to be read anyway.
        today: the day of this run.
        days: how old the last such comparison may get; 0 means never.
    """
    if mark is None or not days:
        return False
    age = today - date.fromisoformat(mark.refreshed)
    return not timedelta(0) <= age < timedelta(days=days)
