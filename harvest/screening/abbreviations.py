"""Abbreviations that a record defines: `emotional blunting (EB)`, `EB (emotional blunting)`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from harvest.model import Record
from harvest.screening.fields import TEXTS, Place
from harvest.text import Terms

_SHORT = r"[A-Z][A-Za-z0-9-]{1,9}?"
_KIND = (
    r"(?: (?:disorders?|diseases?|syndromes?|illness|episodes?|symptoms?|infections?|pneumonia|mellitus|psychosis))?"
)
_DEFINED = re.compile(rf"({_KIND})\s?[(\[]({_SHORT})s?[)\];,]")
_EXPLAINED = re.compile(rf"(?<![\w-])({_SHORT})s?\s?[(\[]$")
_LONGEST_EXPLAINED = 14
_CLOSED = re.compile(r"s?\s?[)\];,]")
_WORD = re.compile(r"[\w-]+ ")
_REACH = 80
_WORDS_BEFORE = 4
_FOLLOWING = 30
_MOST = 40
"""More places than this of one abbreviation change no verdict."""


@dataclass(frozen=True, slots=True)
class _Definition:
    """An abbreviation, and where its brackets end."""

    short: str
    end: int


class Abbreviations:
    """What the abbreviations of one record stand for."""

    def __init__(self, record: Record) -> None:
        self._record = record

    @cached_property
    def _texts(self) -> tuple[str, str]:
        return self._record.title, self._record.abstract_text

    def applied(self, places: list[Place], terms: Terms, *, within: bool) -> list[Place]:
        """The places in title and abstract, with those of abbreviations for them, without those that mean another.

        Args:
            places: Where the terms stand.
            terms: What is looked for.
            within: Whether a name may be a part of what is abbreviated, as in `major depressive disorder (MDD)`.
        """
        text = [place for place in places if place.field in TEXTS and not place.is_part_of_another]
        if not text:
            return []
        defined = {place: definition for place in text if (definition := _defined_at(place, within=within))}
        text = [place for place in text if place not in defined or _still_names(place, defined[place], terms)]
        shorts = {defined[place].short for place in text if place in defined}
        others = {place.words for place in text if place.is_short} - shorts
        others = {short for short in others if self._means_otherwise(short)}
        kept = {(place.field, place.start): place for place in text if place.words not in others}
        for place in self._occurrences(sorted(shorts)):
            kept.setdefault((place.field, place.start), place)
        return sorted(kept.values(), key=lambda place: (place.field != "title", place.start))

    def _occurrences(self, shorts: list[str]) -> Iterator[Place]:
        for field, raw in zip(TEXTS, self._texts, strict=True):
            for short in shorts:
                for found in islice(re.finditer(rf"(?<![\w-]){re.escape(short)}(?!\w)", raw), _MOST):
                    yield Place(field, found.start(), found.end(), raw)

    def _means_otherwise(self, short: str) -> bool:
        """Is a listed abbreviation defined as something else: `American Stroke Association (ASA)`?"""
        pattern = re.compile(rf"[(\[]{re.escape(short)}s?[)\];,]")
        ends = ((raw, found.start()) for raw in self._texts for found in pattern.finditer(raw))
        return any(_spells(short, raw[max(0, end - _REACH) : end]) for raw, end in ends)


def _defined_at(place: Place, *, within: bool) -> _Definition | None:
    raw = place.raw
    explained = _EXPLAINED.search(raw, max(0, place.start - _LONGEST_EXPLAINED), place.start)
    if explained and _CLOSED.match(raw, place.end) and _abbreviates(explained[1], place.words):
        return _Definition(explained[1], place.end)
    defined = _DEFINED.match(raw, place.end)
    if not defined or (defined[1] and not within):
        return None
    before = _WORD.findall(raw[max(0, place.start - _REACH) : place.start])[-_WORDS_BEFORE:]
    phrases = ("".join([*before[len(before) - count :], place.words, defined[1]]) for count in range(len(before) + 1))
    spelled = any(_abbreviates(defined[2], phrase) for phrase in phrases)
    return _Definition(defined[2], defined.end()) if spelled else None


def _still_names(place: Place, definition: _Definition, terms: Terms) -> bool:
    """`lithium (Li) metal`: without the brackets it is a false friend."""
    found = terms.find(place.words + place.raw[definition.end : definition.end + _FOLLOWING])
    return bool(found) and found[0].start == 0


def _abbreviates(short: str, words: str) -> bool:
    """The letters of the abbreviation stand in the words, in their order, from the first on."""
    rest = iter(words.lower())
    letters = [char for char in short.lower() if char.isalpha()]
    return words[:1].lower() == letters[0] and all(letter in rest for letter in letters)


def _spells(short: str, words: str) -> bool:
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", words)).lower()
    return initials.endswith(short.lower())
