"""The published text rules of rules.toml: what words speak for which population and which design."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Field = Literal["title", "abstract", "journal"]

FIELDS: Final[tuple[Field, ...]] = ("title", "abstract", "journal")
_ANY_NUMBER = "0"
_DIGITS = "0123456789"
_NUMBER = re.compile(r"[\d.,]*\d ?-?([a-z]{1,4}|%)", re.ASCII)
"""A number, and the word or sign that it stands before."""
_PAD = b"\0\0\0"
_OTHER, _LETTER, _DIGIT, _JOINING = 0, 1, 2, 3
_SORT = np.zeros(256, np.uint8)
_SORT[ord("a") : ord("z") + 1] = _LETTER
_SORT[ord("0") : ord("9") + 1] = _DIGIT
_SORT[ord("_")] = _JOINING


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where its pattern stands, `weight` is added to the score of `votes`."""

    id: str
    votes: str
    weight: float
    why: str
    example: str
    """Words that it matches."""
    pattern: re.Pattern[str]
    starts: tuple[str, ...]
    """With which word every match starts (rules.toml tells how); empty: it may start anywhere."""
    where: tuple[Field, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """The published rules, in the order of rules.toml."""
    text = files("harvest.evidence").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(_rule(**table) for table in tomllib.loads(text)["rule"])


@dataclass(frozen=True, slots=True)
class ByStart:
    """The rules of a field by what their matches start with."""

    anywhere: tuple[Rule, ...]
    codes: NDArray[np.uint32]
    """The first letters of words, four bytes each, sorted."""
    words: tuple[tuple[Rule, ...], ...]
    """For each code its rules."""
    numbers: Mapping[str, Mapping[str, tuple[Rule, ...]]]
    """By what a number stands before (empty: anything), then by its first digit."""

    def places(self, text: str, silent: Iterable[tuple[int, int]]) -> Iterator[tuple[int, tuple[Rule, ...]]]:
        """Where in a folded text, but for silent parts, words and numbers stand that rules start with; those rules."""
        if not len(self.codes):
            return
        letters = np.frombuffer(text.encode("ascii", "replace") + _PAD, np.uint8)
        sort = _SORT[letters]
        word, heard = sort[: len(text)], np.ones(len(text), np.bool_)
        for start, end in silent:
            heard[start:end] = False
        begins = heard & (word == _LETTER)
        begins[1:] &= word[:-1] == _OTHER
        starts = begins.nonzero()[0]
        codes = _codes(letters * (sort == _LETTER), starts)
        at = self.codes.searchsorted(codes)
        at[at == len(self.codes)] = 0
        known = self.codes[at] == codes
        yield from zip(starts[known].tolist(), map(self.words.__getitem__, at[known].tolist()), strict=True)
        digits = heard & (word == _DIGIT)
        digits[1:] &= word[:-1] != _DIGIT
        for place in digits.nonzero()[0].tolist():
            before = _NUMBER.match(text, place)
            following = self.numbers.get(before[1]) if before else None
            yield place, (following or self.numbers[""])[text[place]]


def _codes(letters: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The first four letters of words, a word that is shorter filled with zeros; letters are zero where none stands."""
    code = letters[starts].astype(np.uint32)
    following = letters[starts + 1]
    for step in (2, 3, 4):
        code = (code << np.uint32(8)) | following
        if step < len(_PAD) + 1:
            following = letters[starts + step] * (following > 0)
    return code


@cache
def rules_by_start(field: Field) -> ByStart:
    """The rules of a field, ready to be looked for."""
    found: dict[str, list[Rule]] = {}
    for rule in rules():
        for start in rule.starts or ("",) if field in rule.where else ():
            for key in _DIGITS if start == _ANY_NUMBER else (start,):
                found.setdefault(key, []).append(rule)
    anywhere = tuple(found.pop("", ()))
    numeric = {start: found.pop(start) for start in list(found) if start[0] in _DIGITS}
    coded = {int.from_bytes(start.encode().ljust(4, b"\0"), "big"): tuple(each) for start, each in found.items()}
    words = tuple(coded[code] for code in sorted(coded))
    return ByStart(anywhere, np.array(sorted(coded), np.uint32), words, _by_following(numeric))


def _by_following(numeric: Mapping[str, Sequence[Rule]]) -> dict[str, dict[str, tuple[Rule, ...]]]:
    """Keys are digits, or `0 ` and what a number stands before; see `ByStart.numbers`."""
    following = ["", *(start[2:] for start in numeric if len(start) > 1)]
    return {
        word: {digit: (*numeric.get(digit, ()), *(numeric.get(f"0 {word}", ()) if word else ())) for digit in _DIGITS}
        for word in following
    }


def _rule(
    *,
    id: str,  # noqa: A002 - the word that the table uses
    votes: str,
    weight: float,
    why: str,
    pattern: str,
    example: str,
    starts: Iterable[str] = (),
    where: Iterable[Field] = ("title", "abstract"),
) -> Rule:
    compiled = re.compile(pattern, re.VERBOSE | re.ASCII)
    return Rule(f"evidence.{id}", votes, weight, why, example, compiled, tuple(starts), tuple(where))
