"""Dates as MEDLINE prints them, and what of each can be relied on (MEDLINE/PubMed DTD: PubDate, MedlineDate)."""

import calendar
import re
from functools import lru_cache

from harvest.medline.text import Element, squeezed
from harvest.model import HistoryDate, PublicationDate

_YEAR = re.compile(r"\b(?:1[5-9]|20|21)\d\d\b")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_SEASONS = frozenset(("spring", "summer", "autumn", "fall", "winter"))
# `1976 Apr 11-17`: one month; `1976 Apr-May`, `1975 Aug 30-Sep 6`: more than one
_WITHIN_A_MONTH = re.compile(r"(?P<year>\d{4}) (?P<month>[A-Za-z]{3,9})\.?(?: \d{1,2} ?[-\u2013] ?\d{1,2})?")


def date(node: Element) -> PublicationDate:
    """Read `Year`, `Month`, `Day`, `Season` or `MedlineDate` below `node`; unreadable parts stay in `raw` only."""
    return _date(*_parts(node))


def history_date(node: Element) -> HistoryDate:
    """Read a PubMedPubDate; its hour and minute are left out."""
    return _history_date(node.get("PubStatus", ""), *_parts(node))


def _parts(node: Element) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    year = month = day = season = free = None
    for part in node:
        tag = part.tag
        if tag == "Year":
            year = part.text
        elif tag == "Month":
            month = part.text
        elif tag == "Day":
            day = part.text
            break
        elif tag == "Season":
            season = part.text
        elif tag == "MedlineDate":
            free = part.text
    return year, month, day, season, free


@lru_cache(maxsize=16384)
def _history_date(status: str, *parts: str | None) -> HistoryDate:
    return HistoryDate(status, _date(*parts))


@lru_cache(maxsize=16384)
def _date(
    year: str | None, month: str | None, day: str | None, season: str | None, free: str | None
) -> PublicationDate:
    if free:
        return _free(squeezed(free))
    given = [squeezed(part or "") for part in (year, month, day, season)]
    raw = " ".join(filter(None, given))
    if not _YEAR.fullmatch(given[0]):
        return PublicationDate(raw)
    whole, number = int(given[0]), _month(given[1])
    if number is None:
        return PublicationDate(raw, whole, precision="season" if season else "year")
    if _is_day(whole, number, given[2]):
        return PublicationDate(raw, whole, number, int(given[2]), "day")
    return PublicationDate(raw, whole, number, precision="month")


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
