"""Numbers that a text spells out, written as digits: `one hundred and sixty-six` becomes `166`."""

import re
from typing import Final

_UNITS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES: Final = {"hundred": 100, "thousand": 1_000}
_WORD: Final = "|".join([*sorted((*_UNITS, *_TENS), key=len, reverse=True), *_SCALES])
_SPELLED: Final = re.compile(rf"\b(?:{_WORD})(?:(?:[\s-]+|\s+and\s+)(?:{_WORD}))*\b(?!-)", re.IGNORECASE)
_GROUPED: Final = re.compile(r"(?<![\d.,])(\d{1,3})((?:[,\u2009\u202f\u00a0 ]\d{3})+)(?![\d.]|,\d)")


def in_digits(text: str) -> str:
    """`text` with spelled numbers below a million and grouped thousands (`1,046,350`) as plain digits.

    Offsets are not kept. A numeral that is a part of a word (`two-year-old`) stays.
    """
    text = _GROUPED.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), text)
    return _SPELLED.sub(lambda found: str(_value(found[0])), text)


def _value(words: str) -> int:
    """The number that the words spell."""
    total, below = 0, 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "thousand":
            total, below = total + (below or 1) * 1_000, 0
        elif word == "hundred":
            below = (below or 1) * 100
        elif word != "and":
            below += _UNITS.get(word) or _TENS[word]
    return total + below
