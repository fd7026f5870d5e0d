"""Where a record names something, and in which role."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from harvest.evidence.passages import Passage, passages
from harvest.model import Reason, Record
from harvest.screening.roles import Role, role
from harvest.text import Match, Terms, fold

Field = Literal["title", "abstract", "mesh", "substances", "keywords", "vernacular_title"]

_MOST = 40
"""More mentions than this in one field change no verdict."""
_DEFINED = re.compile(r"\s?[(\[]([A-Z][A-Za-z0-9-]{1,9})s?[)\];,]")
_REVIEW_TYPES = frozenset({"D016454", "D000078182", "D017418"})
_REVIEW = re.compile(r"\b(?:over|re)views?\b|\bmeta-analys[ei]s\b", re.IGNORECASE)
_REVIEWING = re.compile(
    r"\b(?:we|this (?:\w+ )?(?:article|paper)) (?:\w+ )?reviews?\b|\bthis (?:\w+ )?review\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name stands; `passage` is its sentence's number, -1 in lists."""

    field: Field
    start: int
    end: int
    words: str
    role: Role
    passage: int = -1

    @property
    def speaks_for_all(self) -> bool:
        """Titles, headings and keywords say what the whole document is about."""
        return self.field != "abstract"

    def reason(self, what: str) -> Reason:
        """`screen.compound-in-title` and the like, or the role where it is not the document's own."""
        where = f"in-{self.field}" if self.role == "own" else f"as-{self.role}"
        return Reason(f"screen.{what}-{where}", self.field, self.start, self.end, self.words)


class Reader:
    """One record, cut into sentences once for all the names that are looked for in it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._raw = {"title": record.title, "abstract": record.abstract_text}
        self._folded = {name: fold(text) for name, text in self._raw.items()}

    @cached_property
    def _passages(self) -> tuple[Passage, ...]:
        return passages(self.record)

    @cached_property
    def _is_review(self) -> bool:
        return _gathers_others(self.record)

    def substance(self, terms: Terms, names: Iterable[str]) -> list[Mention]:
        """Every place where one of the terms stands, text first; headings and substances match `names` as well."""
        return [*self._in_text("title", terms), *self._in_text("abstract", terms), *self._in_lists(terms, names, names)]

    def condition(self, terms: Terms, headings: Iterable[str] = ()) -> list[Mention]:
        """As `substance`; a condition has no relatives (`depression-like`) and is no means of an experiment."""
        text = [*self._in_text("title", terms), *self._in_text("abstract", terms)]
        own = [replace(each, role="own") if each.role in ("relative", "instrument") else each for each in text]
        return [*own, *self._in_lists(terms, headings, ())]

    def _in_lists(self, terms: Terms, headings: Iterable[str], substances: Iterable[str]) -> list[Mention]:
        mesh = [heading.name for heading in self.record.mesh]
        listed = [entry.name for entry in self.record.substances]
        listed += [entry.name for entry in self.record.supplementary_concepts]
        vernacular = [self.record.vernacular_title] if self.record.vernacular_title else []
        return [
            *_in_list("mesh", mesh, terms, headings),
            *_in_list("substances", listed, terms, substances),
            *_in_list("keywords", [keyword.text for keyword in self.record.keywords], terms, ()),
            *_in_list("vernacular_title", vernacular, terms, ()),
        ]

    def _in_text(self, field: Literal["title", "abstract"], terms: Terms) -> Iterator[Mention]:
        found = terms.find(self._folded[field])[:_MOST]
        yield from (self._mention(field, match) for match in [*found, *self._abbreviated(field, found)])

    def _abbreviated(self, field: str, found: list[Match]) -> Iterator[Match]:
        """`emotional blunting (EB)`: from there on, EB counts as well."""
        raw = self._raw[field]
        for match in found:
            defined = _DEFINED.match(raw, match.end)
            if defined and _abbreviates(defined.group(1), match.text):
                short = defined.group(1)
                for later in re.finditer(rf"(?<![\w-]){re.escape(short)}(?!\w)", raw[defined.end() :]):
                    start = defined.end() + later.start()
                    yield Match(match.term, start, start + len(short), short)

    def _mention(self, field: Literal["title", "abstract"], match: Match) -> Mention:
        number, passage = next(
            ((i, p) for i, p in enumerate(self._passages) if p.field == field and match.start < p.end),
            (-1, Passage(field, 0, len(self._raw[field]), "unknown")),
        )
        plays: Role = "background"
        if passage.role != "background" or self._is_review:
            sentence = _same_length(self._raw[field][passage.start : passage.end])
            plays = role(sentence, match.start - passage.start, match.end - passage.start)
        return Mention(field, match.start, match.end, match.text, plays, number)


def _gathers_others(record: Record) -> bool:
    """A review: what others found is its subject, not its background."""
    typed = any(term.ui in _REVIEW_TYPES for term in record.publication_types)
    return typed or bool(_REVIEW.search(record.title) or _REVIEWING.search(record.abstract_text))


def _in_list(field: Field, names: list[str], terms: Terms, whole: Iterable[str]) -> Iterator[Mention]:
    folded = {fold(name).text for name in whole}
    for name in names:
        if fold(name).text in folded or terms.find(name):
            yield Mention(field, -1, -1, name, "own")


def _abbreviates(short: str, words: str) -> bool:
    """The letters of the abbreviation stand in the words, in their order, from the first on."""
    rest = iter(words.lower())
    letters = [char for char in short.lower() if char.isalpha()]
    return words[:1].lower() == letters[0] and all(letter in rest for letter in letters)


def _same_length(sentence: str) -> str:
    """Lower case, dashes made one kind, every code point in its place."""
    lower = sentence.lower()
    lower = lower if len(lower) == len(sentence) else sentence
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"\s", " ", lower))
