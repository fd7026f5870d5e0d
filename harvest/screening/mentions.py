"""Where a record names something, and in which role."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harvest.model import Reason, Record
from harvest.screening.abbreviations import Abbreviations
from harvest.screening.fields import TEXTS, Field, Fields, Place
from harvest.screening.roles import Role, role
from harvest.screening.sentences import Sentences, plain
from harvest.text import Terms

_SALT = re.compile(
    r"(?:,? (?:hydrochloride|sulfate|sulphate|carbonate|citrate|sodium|acetate|phosphate|decanoate|maleate))?",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"(?: and [\w-]+)? were (?:\w+ )?compared\b(?! (?:with|to)\b)", re.IGNORECASE)
_GIVING = re.compile(
    r"\b(?:receiv\w+|given|treated with|treatment with|administ\w+(?: of)?|tested|effects? of|infusions? of"
    r"|injections? of|doses? of|mg(?:/kg)? (?:of )?|oral|intravenous|i\.v\.|topical|intraperitoneal|subcutaneous"
    r"|intrathecal|found for|efficacy of|response to) (?:[\w-]+ ){0,2}$",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r" (?:\([^)]{1,20}\) )?(?:(?:was|were) (?:\w+ )?(?:given|administered|tested|infused|injected)|administ|treat"
    r"|therap|infus|had |\d+ ?mg|groups?\b)"
    r"|[^.;]{0,160}\b(?:was|were) (?:tested|studied|evaluated|compared|examined|investigated)\b",
    re.IGNORECASE,
)
_NEAR = 40
_NO_PART_OF_CONDITION = frozenset({"relative", "instrument", "tool", "other-medicine", "comparator", "control"})
"""`depression-like`, `refractory depression`, `than in depression` are about it."""
_NO_PART_OF_SUBSTANCE = frozenset({"class"})
_NOT_IT = frozenset({"relative", "left-out", "comparator"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name stands; `passage` is its sentence's number, -1 in lists."""

    field: Field
    start: int
    end: int
    words: str
    role: Role
    passage: int = -1
    says: str = ""
    """What its sentence does: `aim`, `results`; empty in lists."""
    leads: bool = False
    """Does its sentence begin with it, or compare it as one of equals (`were compared`)?"""
    given: bool = False
    """Does its sentence say that it was given, or how?"""

    @property
    def speaks_for_all(self) -> bool:
        """Titles, headings and keywords say what the whole document is about."""
        return self.field != "abstract"

    @property
    def in_text(self) -> bool:
        """Does it stand in the title or the abstract?"""
        return self.field in TEXTS

    def reason(self, what: str) -> Reason:
        """`screen.compound-in-title` and the like, or the role where it is not the document's own."""
        where = f"in-{self.field}" if self.role == "own" else f"as-{self.role}"
        return Reason(f"screen.{what}-{where}", self.field, self.start, self.end, self.words)


class Reader:
    """One record, read once for all the names that are looked for in it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._fields = Fields(record)
        self._sentences = Sentences(record)
        self._abbreviations = Abbreviations(record)

    def substance(self, terms: Terms, headings: frozenset[str] = frozenset()) -> list[Mention]:
        """Every place where one of the terms stands, text first; of headings and substances whole ones only."""
        places = self._fields.find(terms)
        text = self._abbreviations.applied(places, terms, within=False)
        lists = [place for place in places if place.field not in TEXTS and _names_it(place)]
        lists += self._fields.entries(headings)
        return [*_without(_NO_PART_OF_SUBSTANCE, map(self._mention, text)), *_listed(lists)]

    def condition(self, terms: Terms, headings: frozenset[str] = frozenset()) -> list[Mention]:
        """As `substance`; a condition has no relatives (`depression-like`) and is no means of an experiment."""
        places = self._fields.find(terms)
        text = self._abbreviations.applied(places, terms, within=True)
        lists = [place for place in places if place.field not in (*TEXTS, "substances")]
        lists += (place for place in self._fields.entries(headings) if place.field == "mesh")
        return [*_without(_NO_PART_OF_CONDITION, map(self._mention, text)), *_listed(lists)]

    def _mention(self, place: Place) -> Mention:
        number, passage = self._sentences.at(place)
        begins = place.start == passage.start or _EQUALS.match(place.raw, place.end) is not None
        return Mention(
            place.field,
            place.start,
            place.end,
            place.words,
            self._sentences.role(place, passage),
            number,
            passage.role,
            leads=begins and place.field == "abstract",
            given=_is_given(place),
        )


def _is_given(place: Place) -> bool:
    before = place.raw[max(0, place.start - _NEAR) : place.start]
    return _GIVING.search(before) is not None or _TAKEN.match(place.raw, place.end) is not None


def _without(roles: frozenset[str], mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions, those in one of the roles as the document's own."""
    for mention in mentions:
        yield replace(mention, role="own") if mention.role in roles else mention


def _names_it(place: Place) -> bool:
    """`Lithium Carbonate` is lithium, `Morphine Dependence` is not morphine; keywords are the authors' own words."""
    if place.is_part_of_another:
        return False
    if place.field in ("keywords", "vernacular_title"):
        return role(plain(place.raw), place.start, place.end) not in _NOT_IT
    return place.start == 0 and _SALT.fullmatch(place.raw, place.end) is not None


def _listed(places: Iterable[Place]) -> Iterator[Mention]:
    """Each entry once."""
    for field, raw in dict.fromkeys((place.field, place.raw) for place in places):
        yield Mention(field, -1, -1, raw, "own")
