"""How the emulated index breaks text into words: lower case, no accents, no punctuation, Greek letters by name."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_COMBINING = re.compile("[\u0300-\u036f]")
_GREEK = {
    code: unicodedata.name(chr(code)).removeprefix("GREEK SMALL LETTER ").removeprefix("FINAL ").lower()
    for code in range(0x3B1, 0x3CA)
}
BREAK = "\n"
"""Stands between two pieces of one text that no phrase may cross."""


def fold(text: str) -> str:
    """Give the words of `text`, joined by single blanks."""
    lowered = text.lower()
    if not lowered.isascii():
        lowered = _COMBINING.sub("", unicodedata.normalize("NFKD", lowered)).translate(_GREEK)
    return " ".join(_WORD.findall(lowered))


def fold_all(pieces: list[str]) -> str:
    """Fold each piece; the result begins and ends with a blank, so that ` a b ` can be sought in it."""
    return f" {f' {BREAK} '.join(folded for piece in pieces if (folded := fold(piece)))} "
