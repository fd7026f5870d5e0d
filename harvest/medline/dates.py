"""Dates as MEDLINE prints them, and what of each can be relied on (MEDLINE/PubMed DTD: PubDate, MedlineDate)."""

import calendar
import re
from functools import lru_cache

from harvest.medline.text import Element, flat
from harvest.model import PublicationDate

_YEAR = re.compile(r"\b(?:1[5-9]|20|21)\d\d\b")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_SEASONS = frozenset(("spring", "summer", "autumn", "fall", "winter"))
# `1976 Apr 11-17`: one month; `1976 Apr-May`, `1975 Aug 30-Sep 6`: more than one
_WITHIN_A_MONTH = re.compile(r"(?P<year>\d{4}) (?P<month>[A-Za-z]{3,9})\.?(?: \d{1,2} ?[-\u2013] ?\d{1,2})?")


def date(node: Element) -> PublicationDate:
    """Read `Year`, `Month`, `Day`, `Season` or `MedlineDate` below `node`; unreadable parts stay in `raw` only."""
    year = month = day = season = free = ""
    for part in node:
        tag = part.tag
        if tag == "Year":
            year = part.text or ""
        elif tag == "Month":
            month = part.text or ""
        elif tag == "Day":
            day = part.text or ""
        elif tag == "Season":
            season = flat(part)
        elif tag == "MedlineDate":
            free = flat(part)
    return _free(free) if free else _parts(year.strip(), month.strip(), day.strip(), season)


@lru_cache(maxsize=16384)
def _parts(year: str, month: str, day: str, season: str) -> PublicationDate:
    raw = " ".join(part for part in (year, month, day, season) if part)
    if not _YEAR.fullmatch(year):
        return PublicationDate(raw)
    number = _month(month)
    if number is None:
        return PublicationDate(raw, int(year), precision="season" if season else "year")
    if _is_day(int(year), number, day):
        return PublicationDate(raw, int(year), number, int(day), "day")
    return PublicationDate(raw, int(year), number, precision="month")


@lru_cache(maxsize=4096)
def _free(raw: str) -> PublicationDate:
    """A MedlineDate: the first year it names, and the month if it names just one."""
    found = _YEAR.search(raw)
    if found is None:
        return PublicationDate(raw)
    year = int(found[0])
    if whole := _WITHIN_A_MONTH.fullmatch(raw):
        if month := _month(whole["month"]):
            return PublicationDate(raw, year, month, precision="month")
        if whole["month"].lower() in _SEASONS:
            return PublicationDate(raw, year, precision="season")
    return PublicationDate(raw, year, precision="year")


def _month(text: str) -> int | None:
    """`3`, `03`, `Mar`, `March` or `Sept`; None for anything else."""
    if text.isascii() and text.isdigit():
        number = int(text)
        return number if 1 <= number <= 12 else None  # noqa: PLR2004 - twelve months
    return _MONTHS.get(text[:3].lower()) if text.isalpha() else None


def _is_day(year: int, month: int, text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= calendar.monthrange(year, month)[1]
