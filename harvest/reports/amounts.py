"""Doses and durations: that they are mentioned is flagged, their words are shown nowhere (design section 8)."""

import re

_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?(?:\s?[-/x]\s?\d+(?:[.,]\d+)?)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"half an?|a few|few|several|couple(?: of)?|один|одну|два|две|три|пять|десять|пару|полгода)"
)
_BEGINS = r"(?<!\w)(?=[\dacdefhmnostwyднотп])"  # noqa: RUF001 - the first letters of Russian numbers and days
"""A number, a day, or `since` may begin here; looked at first, because it is at few places."""
_DOSE = re.compile(
    rf"{_BEGINS}{_NUMBER}[\s-]?(?:mg|mcg|µg|μg|ug|kg|g|ml|iu|%|milligrams?|micrograms?|grams?|drops?|sprays?|puffs?|"
    r"pills?|capsules?|caps|tablets?|tabs?|doses?|vials?|bottles?|infusions?|injections?|shots?|gummies|"
    r"мг|мкг|грамм\w*|мл|кап\w*|таблет\w*|доз\w*|впрыск\w*|ампул\w*|укол\w*)(?!\w)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"{_BEGINS}(?:{_NUMBER}[\s-]?(?:to\s?\d+\s?)?(?:minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|wks?|months?|mos?|"
    r"years?|yrs?|минут\w*|час\w*|дн\w+|день|недел\w*|месяц\w*|год\w*|лет)|(?:day|week|month|year|день|неделя)\s\d+|"
    r"since\s(?:\d{4}|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|"
    r"april|may|june|july|august|september|october|november|december|last\s\w+|spring|summer|autumn|fall|winter))"
    r"(?!\w)",
    re.IGNORECASE,
)


def doses(text: str) -> list[tuple[int, int]]:
    """Spans of the words that say how much was taken."""
    return [found.span() for found in _DOSE.finditer(text)]


def durations(text: str) -> list[tuple[int, int]]:
    """Spans of the words that say how long."""
    return [found.span() for found in _LENGTH.finditer(text)]
