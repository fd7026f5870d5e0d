"""What one sentence states: what got better, worse, or was not different."""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from harvest.findings.lexicon import PARTS, Part

_UP, _DOWN, _EASE, _GOOD, _BAD = int(Part.UP), int(Part.DOWN), int(Part.EASE), int(Part.GOOD), int(Part.BAD)
_SAME, _MEASURE, _NOT, _HOPE, _MAYBE = (
    int(Part.SAME), int(Part.MEASURE), int(Part.NOT), int(Part.HOPE), int(Part.MAYBE),
)  # fmt: skip
_TURN, _MEANS, _OTHERS, _THAN = int(Part.TURN), int(Part.MEANS), int(Part.OTHERS), int(Part.THAN)
_FUTURE, _BORNE_OUT = int(Part.FUTURE), int(Part.BORNE_OUT)
_FINE: Final = int(Part.GOOD | Part.WELL)
_VALUED: Final = int(Part.GOOD | Part.WELL | Part.BAD | Part.ILL)
_COMPARES: Final = _THAN | _UP | _DOWN
_LESS: Final = _DOWN | _EASE
SAYS: Final = int(Part.UP | Part.DOWN | Part.EASE | Part.GOOD | Part.BAD | Part.SAME | Part.MEASURE)
"""Parts without which nothing is stated."""
_AHEAD: Final = 7
_BEHIND: Final = 9
_DENIED_WITHIN: Final = 5
_ACTED_ON_WITHIN: Final = 4
_AMONG_OTHERS_WITHIN: Final = 6
_BORNE_OUT_WITHIN: Final = 9
_CHANCE: Final = re.compile(r"([<>=\u2264\u2265])\s*0?[.\u00b7](\d+)")
_OF_CHANCE: Final = re.compile(r"\bp(?:[ -]?values?)?\s*$", re.IGNORECASE)
_REACH: Final = 12
_BY_CHANCE: Final = 0.05
_KEPT: Final = b"abcdefghijklmnopqrstuvwxyz0123456789-"
_PLAIN: Final = bytes(each if each in _KEPT else ord(" ") for each in bytes(range(256)).lower())
_WORD: Final = re.compile(rb"\S+")


class Change(StrEnum):
    """What is said to have become of something."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


class Statement(NamedTuple):
    """One thing that a sentence states."""

    change: Change
    first: int
    """Number, in the sentence, of the first word that says so."""
    last: int
    hoped: bool
    """Said with care: `may improve`."""
    of_condition: bool
    """What changed is the condition itself."""


def plain(text: str) -> bytes:
    """Lower-case words with their hyphens, everything else blank; one byte a code point."""
    return text.encode("ascii", "replace").translate(_PLAIN)


def parts(sentence: bytes) -> list[int]:
    """The parts that the words of a plain sentence play."""
    return list(map(PARTS.__getitem__, sentence.split()))


def span(sentence: str, statement: Statement) -> tuple[int, int]:
    """Where in its sentence the words stand that state it, in code points."""
    words = [word.span() for word in _WORD.finditer(plain(sentence))]
    return words[statement.first][0], words[statement.last][1]


def statements(plays: Sequence[int], condition: Collection[int], *, welcome: bool) -> list[Statement]:
    """What a sentence states.

    Args:
        plays: the parts of its words.
        condition: the numbers of the words that name the condition.
        welcome: more of the condition is good (`ovarian function`), not bad (`pain`).
    """
    if condition:
        part = int(Part.WELL if welcome else Part.ILL)
        plays = [part if i in condition else play for i, play in enumerate(plays)]
    turns = [i for i, play in enumerate(plays) if play & _TURN]
    found: list[Statement] = []
    for start, end in zip((0, *turns), (*turns, len(plays)), strict=True):
        clause = plays[start:end]
        every = reduce(or_, clause, 0)
        if every & _FUTURE or not every & SAYS:
            continue
        for change, i, with_, hoped in _Clause(clause, every).stated():
            first, last = (i, with_) if i < with_ else (with_, i)
            of_condition = start + i in condition or start + with_ in condition
            found.append(Statement(change, start + first, start + last, hoped, of_condition))
    return found


def by_chance(text: str) -> bool:
    """Are all probabilities that a sentence gives (`p = 0.4`) above 0.05?"""
    given = [
        (found[1], float("0." + found[2]))
        for found in _CHANCE.finditer(text)
        if _OF_CHANCE.search(text, max(0, found.start() - _REACH), found.start())
    ]
    return bool(given) and all(sign in ">\u2265" or (sign == "=" and p > _BY_CHANCE) for sign, p in given)


def unchanged(stated: list[Statement]) -> list[Statement]:
    """The same statements where chance may have made what they tell of."""
    return [each._replace(change=Change.SAME) for each in stated]


class _Clause:
    """The words of a sentence up to where it turns against itself."""

    def __init__(self, plays: Sequence[int], every: int) -> None:
        self._plays = plays
        self._every = every
        """The parts that its words play, together: what is not among them is not looked for."""
        self._used: set[int] = set()

    def stated(self) -> Iterator[tuple[Change, int, int, bool]]:
        """What changed how, the words that say so, and whether it is only hoped."""
        for i, play in enumerate(self._plays):
            if not play & SAYS or i in self._used:
                continue
            change, with_ = self._change(i)
            if change is None or self._has(_HOPE, i - _BEHIND, i):
                continue
            if self._has(_NOT, i - _DENIED_WITHIN, i + 1) or self._not_borne_out(max(i, with_)):
                change = Change.SAME  # what is denied has not changed: `did not improve`, `no increase in mortality`
            self._used.update((i, with_))
            yield change, i, with_, self._has(_MAYBE, i - _DENIED_WITHIN, i)

    def _has(self, part: int, start: int, end: int) -> bool:
        if self._every & part:
            for play in self._plays[max(0, start) : end]:
                if play & part:
                    return True
        return False

    def _not_borne_out(self, last: int) -> bool:
        """`A lower risk was not confirmed`."""
        if not self._every & _NOT:
            return False
        after = self._plays[last + 1 : last + 1 + _BORNE_OUT_WITHIN]
        return any(play & _NOT and after[j + 1] & _BORNE_OUT for j, play in enumerate(after[:-1]))

    def _change(self, i: int) -> tuple[Change | None, int]:
        """What the word at `i` says, and with which other word."""
        play = self._plays[i]
        if play & _SAME:
            return Change.SAME, i
        if play & (_UP | _DOWN):
            with_ = self._object(i)
            if with_ is None:
                return None, i
            return self._among(max(i, with_), good=bool(self._plays[with_] & _FINE) == bool(play & _UP)), with_
        if play & _EASE:
            with_ = self._next_valued(i)
            spoilt = with_ is not None and bool(self._plays[with_] & _FINE)
            return (Change.WORSE if spoilt else Change.BETTER), i if with_ is None else with_
        if play & (_GOOD | _BAD):
            by = self._acted_on(i)
            return self._among(i, good=bool(play & _GOOD) == (by is None)), i if by is None else by
        return (Change.SAME if self._has(_NOT, i - _DENIED_WITHIN, i + 1) else None), i

    def _object(self, i: int) -> int | None:
        """What there is more or less of: named after the word (`reduced pain`) or before it (`pain was lower`)."""
        ahead = self._next_valued(i)
        if ahead is not None:
            return ahead
        first = max(0, i - _BEHIND)
        for back, play in enumerate(reversed(self._plays[first:i]), 1):
            if play & _MEANS or i - back in self._used:
                return None
            if play & _VALUED:
                return i - back
        return None

    def _next_valued(self, i: int) -> int | None:
        for j, play in enumerate(self._plays[i + 1 : i + 1 + _AHEAD], i + 1):
            if play & _VALUED:
                return j
            if play & _COMPARES:
                return None
        return None

    def _acted_on(self, i: int) -> int | None:
        """The word that takes away from what is good or bad: `less effective`, `prevented worsening`."""
        if self._every & _LESS:
            for j in range(i - 1, max(-1, i - 1 - _ACTED_ON_WITHIN), -1):
                if self._plays[j] & _LESS:
                    return j
        return None

    def _among(self, last: int, *, good: bool) -> Change:
        """Better in the others is worse in those who received it: `higher in the placebo group than ...`."""
        if self._every & _OTHERS:
            for play in self._plays[last + 1 : last + 1 + _AMONG_OTHERS_WITHIN]:
                if play & _THAN:
                    break
                if play & _OTHERS:
                    good = not good
                    break
        return Change.BETTER if good else Change.WORSE
