# ruff: noqa: RUF002 - the dash in the example is an en dash
"""Finding names in text: whole words in any script, however they are joined, inflected or disguised."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from harvest.text.fold import Folded, fold
from harvest.text.inflection import inflected, is_cyrillic

_TOKEN = re.compile(r"[^\W_]+")
_WORD_START = r"(?<![^\W_])"
_LONE_LETTER = r"(?<![^\W_][,/'])(?<![^\W_], )"
"""`(R,S)-ketamine` is not (S)-ketamine, `the patient's ketamine` neither."""
_WORD_END = r"(?![^\W_])"
_SPACE = r"[ _-]"
_BRACKETS = r"[ _()\[\]{},/'-]"
_ANYTHING = r"[\W_]"
_LONGEST_GAP = 5
_CASED_LETTERS = 4


class Match(NamedTuple):
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

    def within(self, text: str) -> "Terms":
        """The names whose letters a folded text has: they find the same in all its parts, and are fewer to look for."""
        if not self._names:
            return self
        fewer = Terms(())
        fewer._names = [name for name in self._names if name.stem in text]
        fewer._except = self._except if fewer._names else []
        return fewer

    def may_find(self, text: str) -> bool:
        """Has a folded text the letters of any name: is it worth being looked at?"""
        return any(name.stem in text for name in self._names)

    def find(self, text: str | Folded) -> list[Match]:
        """All places of all names, in order, without overlaps."""
        folded = fold(text) if isinstance(text, str) else text
        hits = [hit for name in self._names if name.stem in folded.text for hit in name.hits(folded)]
        if not hits:
            return []
        friends = [hit for name in self._except if name.stem in folded.text for hit in name.hits(folded)]
        if friends:
            hits = _untouched(hits, friends)
        return [_match(folded, hit) for hit in (_leftmost_longest(hits) if len(hits) > 1 else hits)]


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
        words = inflected([token.group() for token in tokens], russian=is_cyrillic(name))
        self.stem = max((word.stem for word in words), key=len)
        pattern = words[0].pattern
        for before, after, word in zip(tokens, tokens[1:], words[1:], strict=False):
            between = folded[before.end() : after.start()]
            pattern += _gap(before.group(), between, after.group()) + word.pattern
        start = _WORD_START + (_LONE_LETTER if len(tokens) > 1 and len(tokens[0].group()) == 1 else "")
        self._first = words[0].stem
        self._pattern = re.compile(start + pattern + _WORD_END)

    def hits(self, folded: Folded) -> list[_Hit]:
        """Folded offsets of every place, with this name, in a text that has its stem."""
        spans = list(self._spans(folded.text))
        if self.in_capitals:
            spans = [span for span in spans if self._is_in_capitals(folded, span)]
        return [(start, end, self.name) for start, end in spans]

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Tried only where the first word's stem stands: a pattern that looks behind first is slow to search with."""
        at = text.find(self._first)
        while at >= 0:
            hit = self._pattern.match(text, at)
            if hit:
                yield hit.span()
            at = text.find(self._first, hit.end() if hit else at + 1)

    def _is_in_capitals(self, folded: Folded, span: tuple[int, int]) -> bool:
        """`BDs` are many BD, `BDS` is something else."""
        start, end = folded.span(*span)
        letters = re.sub(r"\W*(?:s|es)?\W*$", "", folded.raw[start:end])
        return letters.isupper() and len(re.sub(r"\W", "", letters)) <= len(self.name)


def _gap(before: str, between: str, after: str) -> str:
    """What may stand between two parts: spaces and hyphens; next to digits brackets too; else as in the name."""
    beside_digits = before[-1].isdigit() or after[0].isdigit()
    allowed = _ANYTHING if between.strip(" -_") else _BRACKETS if beside_digits else _SPACE
    least = int(before[-1].isdigit() and after[0].isdigit())
    return f"{allowed}{{{least},{_LONGEST_GAP}}}"


def _untouched(hits: list[_Hit], friends: list[_Hit]) -> list[_Hit]:
    """The hits that no false friend overlaps; by bisection, so that a hostile text costs no square."""
    friends = sorted(friends)
    starts = [start for start, _, _ in friends]
    reach = [0, *accumulate((end for _, end, _ in friends), max)]
    return [hit for hit in hits if reach[bisect_left(starts, hit[1])] <= hit[0]]


def _leftmost_longest(hits: Iterable[_Hit]) -> list[_Hit]:
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _match(folded: Folded, hit: _Hit) -> Match:
    start, end = folded.span(hit[0], hit[1])
    return Match(hit[2], start, end, folded.raw[start:end])
