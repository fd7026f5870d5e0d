# ruff: noqa: RUF001 - Russian endings are Cyrillic
"""The forms of a word that count as the word: English plurals and possessives, Russian cases."""

import re
from dataclasses import dataclass

from harvest.text.fold import fold

_SHORTEST_INFLECTED = 3
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_RUSSIAN_VOWELS = fold("аеиоуыьэюяй").text
_RUSSIAN_ENDINGS = re.findall(
    r"\w+",
    "а я у ю е и ы о ь ом ем ой ей ою ею ов ев ам ям ами ями ах ях ия ии ию ие ием ий иям иями иях "
    "ый ая яя ое ее ые ого его ому ему ым им ую юю ых их ыми ими",
)
_ANY_RUSSIAN_ENDING = "(?:" + "|".join(sorted({fold(e).text for e in _RUSSIAN_ENDINGS}, key=len, reverse=True)) + ")?"
_POSSESSIVE = "(?:'s?)?"
_PLURALS = (
    ("ies", 3, "(?:y|ies)"),
    ("sis", 2, "(?:is|es)"),
    ("ss", 0, "(?:es)?"),
    ("us", 0, "(?:es)?"),
    ("is", 0, ""),
    ("s", 1, "s?"),
)
"""A name that ends so, the letters of it that its other forms lack, and the pattern of what stands there."""


@dataclass(frozen=True, slots=True)
class Inflected:
    """A folded word: the `stem` that all its forms begin with, and the `pattern` that they match."""

    stem: str
    pattern: str


def is_cyrillic(name: str) -> bool:
    """Does the name have Cyrillic letters, and so Russian endings?"""
    return _CYRILLIC.search(name) is not None


def inflected(words: list[str], *, russian: bool) -> list[Inflected]:
    """The forms of a name's folded words: in Russian every word is inflected, in English the last one."""
    if russian:
        return [_russian(word) for word in words]
    return [*(Inflected(word, re.escape(word)) for word in words[:-1]), _english(words[-1])]


def _english(word: str) -> Inflected:
    if not word.isalpha():
        return Inflected(word, re.escape(word))
    if len(word) < _SHORTEST_INFLECTED:
        return Inflected(word, f"{re.escape(word)}(?:'?s)?")
    for ending, lacking, forms in _PLURALS:
        if word.endswith(ending):
            return _with_forms(word[: len(word) - lacking], forms)
    if word.endswith("y") and word[-2] not in "aeiou":
        return _with_forms(word[:-1], "(?:y|ies)")
    return _with_forms(word, "(?:s|es)?")


def _with_forms(stem: str, forms: str) -> Inflected:
    return Inflected(stem, re.escape(stem) + forms + _POSSESSIVE)


def _russian(word: str) -> Inflected:
    stem = word.rstrip(_RUSSIAN_VOWELS)
    stem = stem if len(stem) >= _SHORTEST_INFLECTED else word
    return Inflected(stem, re.escape(stem) + _ANY_RUSSIAN_ENDING)
