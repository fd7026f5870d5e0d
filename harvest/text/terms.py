# ruff: noqa: RUF001, RUF002 - Russian endings are Cyrillic, and the dash in the example is an en dash
"""Finding names in text: whole words in any script, however they are joined, inflected or disguised."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harvest.text.fold import Folded, fold

_TOKEN = re.compile(r"[^\W_]+")
_WORD_START = r"(?<![^\W_])"
_WORD_END = r"(?![^\W_])"
_SPACE = r"[ _-]"
_BRACKETS = r"[ _()\[\]{},/'-]"
_ANYTHING = r"[\W_]"
_LONGEST_GAP = 4
_CASED_LETTERS = 4
_INFLECTED_LETTERS = 3
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_RUSSIAN_VOWELS = "аеиоуыьэюяй"
_RUSSIAN_ENDINGS = re.findall(
    r"\w+",
    "а я у ю е и ы о ь ом ем ой ей ою ею ов ев ам ям ами ями ах ях ия ии ию ие ием ий иям иями иях "
    "ый ая яя ое ее ые ого его ому ему ым им ую юю ых их ыми ими",
)


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a name stands: the `term` as listed, and raw code-point offsets of the words, `text`."""

    term: str
    start: int
    end: int
    text: str


class Terms:
    """Names to be found.

    A name matches as whole words, whatever stands between its parts (`ACTH(4-7)-Pro-Gly-Pro`, `ACTH 4–7 Pro Gly
    Pro`), with an English plural or possessive, and, for Cyrillic names, with Russian endings. A name of at most
    four capital letters (`EB`, `MDD`) matches in capitals only; written in lower case it matches in any case.
    Of overlapping names the first, and of those the longest, is reported. What touches a match of `except_` is not.
    """

    def __init__(self, names: Iterable[str], *, except_: Iterable[str] = ()) -> None:
        self._names = [_Name(name) for name in dict.fromkeys(names)]
        self._except = [_Name(name, any_case=True) for name in dict.fromkeys(except_)]

    def find(self, text: str | Folded) -> list[Match]:
        """All places of all names, in order, without overlaps."""
        folded = fold(text) if isinstance(text, str) else text
        hits = [hit for name in self._names for hit in name.hits(folded)]
        if not hits:
            return []
        friends = [(start, end) for name in self._except for start, end, _ in name.hits(folded)]
        allowed = (hit for hit in hits if not any(hit[0] < end and start < hit[1] for start, end in friends))
        return [_match(folded, hit) for hit in _leftmost_longest(allowed)]


_Hit = tuple[int, int, str]


class _Name:
    """One name, compiled; `stem` is a piece of folded text without which it cannot occur."""

    def __init__(self, name: str, *, any_case: bool = False) -> None:
        folded = fold(name).text
        tokens = list(_TOKEN.finditer(folded))
        if not tokens:
            raise ValueError(f"expected a name with a letter or a digit, got {name!r}")
        self.name = name
        self.in_capitals = not any_case and name.isalpha() and name.isupper() and len(name) <= _CASED_LETTERS
        words = [token.group() for token in tokens]
        inflect = _inflect_russian if _CYRILLIC.search(name) else None
        stems = [_stem_of_russian(word) for word in words] if inflect else _stems_of_english(words)
        self.stem = max(stems, key=len)
        last = len(words) - 1
        pattern = ""
        for place, word in enumerate(words):
            if place:
                between = folded[tokens[place - 1].end() : tokens[place].start()]
                pattern += _gap(words[place - 1], between, word)
            if inflect:
                pattern += inflect(word)
            else:
                pattern += _inflect_english(word) if place == last else re.escape(word)
        self.pattern = re.compile(_WORD_START + pattern + _WORD_END)

    def hits(self, folded: Folded) -> list[_Hit]:
        """Folded offsets of every place, with this name."""
        if self.stem not in folded.text:
            return []
        found = (hit.span() for hit in self.pattern.finditer(folded.text))
        return [(*span, self.name) for span in found if not self.in_capitals or _is_in_capitals(folded, span)]


def _is_in_capitals(folded: Folded, span: tuple[int, int]) -> bool:
    start, end = folded.span(*span)
    return re.sub(r"\W*(?:s|es)?\W*$", "", folded.raw[start:end]).isupper()


def _gap(before: str, between: str, after: str) -> str:
    """What may stand between two parts: spaces and hyphens; next to digits brackets too; else as in the name."""
    beside_digits = before[-1].isdigit() or after[0].isdigit()
    allowed = _ANYTHING if between.strip(" -_") else _BRACKETS if beside_digits else _SPACE
    least = int(before[-1].isdigit() and after[0].isdigit())
    return f"{allowed}{{{least},{_LONGEST_GAP}}}"


def _stems_of_english(words: list[str]) -> list[str]:
    return [*words[:-1], _singular(words[-1])[0]]


def _singular(word: str) -> tuple[str, str]:
    """The part of a word that all its forms share, and the pattern of what may follow it."""
    if len(word) < _INFLECTED_LETTERS or not word.isalpha():
        return word, "(?:'?s)?" if word.isalpha() else ""
    for ending, shared, forms in (
        ("ies", 3, "(?:y|ies)"),
        ("sis", 2, "(?:is|es)"),
        ("ss", 0, "(?:es)?"),
        ("us", 0, "(?:es)?"),
        ("is", 0, ""),
        ("s", 1, "s?"),
    ):
        if word.endswith(ending):
            return word[: len(word) - shared], forms + "(?:'s?)?"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1], "(?:y|ies)(?:'s?)?"
    return word, "(?:s|es)?(?:'s?)?"


def _inflect_english(word: str) -> str:
    stem, forms = _singular(word)
    return re.escape(stem) + forms


def _stem_of_russian(word: str) -> str:
    stem = word.rstrip(fold(_RUSSIAN_VOWELS).text)
    return stem if len(stem) >= _INFLECTED_LETTERS else word


def _inflect_russian(word: str) -> str:
    return re.escape(_stem_of_russian(word)) + _ANY_RUSSIAN_ENDING


_ANY_RUSSIAN_ENDING = "(?:" + "|".join(sorted({fold(e).text for e in _RUSSIAN_ENDINGS}, key=len, reverse=True)) + ")?"


def _leftmost_longest(hits: Iterable[_Hit]) -> list[_Hit]:
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _match(folded: Folded, hit: _Hit) -> Match:
    start, end = folded.span(hit[0], hit[1])
    return Match(hit[2], start, end, folded.raw[start:end])
