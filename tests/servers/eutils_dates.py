"""Dates as a search states them: `YYYY`, `YYYY/MM`, `YYYY/MM/DD`, `last N days`."""

import calendar
import re
from datetime import date

_DATE = re.compile(r"^(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?$")
_LAST = re.compile(r"^last (\d+) (day|month|year)s?$", re.IGNORECASE)
_DAYS = {"day": 1, "month": 30, "year": 365}


def span(text: str, today: int) -> tuple[int, int] | None:
    """Give the first and the last day that `text` covers, as ordinals; None if it is no date."""
    recent = _LAST.match(text.strip())
    if recent:
        return today - int(recent.group(1)) * _DAYS[recent.group(2).lower()], today
    match = _DATE.match(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 1, month or 1, day or 1)
        end = month or 12
        last = date(year or 1, end, day or calendar.monthrange(year or 1, end)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None
    return first.toordinal(), last.toordinal()
