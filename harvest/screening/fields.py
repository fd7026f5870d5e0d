"""A record's title, abstract, headings, substances and keywords as one folded text, with the way back to each."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from harvest.model import Record
from harvest.text import Match, Terms, fold

Field = Literal["title", "abstract", "mesh", "substances", "keywords", "vernacular_title"]

TEXTS: tuple[Field, Field] = ("title", "abstract")
"""The fields that are read sentence by sentence; the others are lists."""

_SHORT = re.compile(r"[A-Z]{2,5}")
_NUMBERED = re.compile(r"\d-$")
_GRADED = re.compile(r"[- ](?:physical|grades?|class(?:es)?|scores?|PS)\b")
_BREAK = "\n" * 8
"""Wider than any gap that a name may have, so that none matches across two fields."""
_MOST = 40
"""More places than this in one field change no verdict."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a name stands: offsets into `raw`, the field's text or the entry of the list."""

    field: Field
    start: int
    end: int
    raw: str

    @property
    def words(self) -> str:
        """What stands there."""
        return self.raw[self.start : self.end]

    @property
    def is_short(self) -> bool:
        """Is it an abbreviation in capitals?"""
        return _SHORT.fullmatch(self.raw, self.start, self.end) is not None

    @property
    def is_part_of_another(self) -> bool:
        """`5-ASA` is another substance than ASA, `ASA class` something else again."""
        if not self.is_short:
            return False
        numbered = _NUMBERED.search(self.raw, max(0, self.start - 2), self.start)
        return numbered is not None or _GRADED.match(self.raw, self.end) is not None


class Fields:
    """One record's texts, folded once for all the names that are looked for in it."""

    def __init__(self, record: Record) -> None:
        self._parts = [(name, raw) for name, raw in _parts(record) if raw]
        raws = [raw for _, raw in self._parts]
        self._starts = list(accumulate((len(raw) + len(_BREAK) for raw in raws), initial=0))
        self._folded = fold(_BREAK.join(raws))

    def find(self, terms: Terms) -> list[Place]:
        """Every place of the terms, field by field; of a text's the first forty."""
        places = [self._place(match) for match in terms.find(self._folded)]
        seen = dict.fromkeys((place.field for place in places), 0)
        kept = []
        for place in places:
            seen[place.field] += 1
            if seen[place.field] <= _MOST:
                kept.append(place)
        return kept

    def entries(self, headings: frozenset[str]) -> Iterator[Place]:
        """The MeSH headings and substances that are one of `headings`, in lower case."""
        if headings:
            for name, raw in self._parts:
                if name in ("mesh", "substances") and raw.lower() in headings:
                    yield Place(name, 0, len(raw), raw)

    def _place(self, match: Match) -> Place:
        part = bisect_right(self._starts, match.start) - 1
        name, raw = self._parts[part]
        start, end = match.start - self._starts[part], match.end - self._starts[part]
        opened = raw[start - 1 : start] == "(" and raw.count(")", start, end) > raw.count("(", start, end)
        return Place(name, start - opened, end, raw)


def _parts(record: Record) -> Iterator[tuple[Field, str]]:
    yield "title", record.title
    yield "abstract", record.abstract_text
    for heading in record.mesh:
        yield "mesh", heading.name
    for substance in record.substances:
        yield "substances", substance.name
    for concept in record.supplementary_concepts:
        yield "substances", concept.name
    for keyword in record.keywords:
        yield "keywords", keyword.text
    yield "vernacular_title", record.vernacular_title
