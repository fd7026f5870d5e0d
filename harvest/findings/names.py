"""Where a record names the topic's compound and condition, abbreviations that it defines included."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from harvest.text import Folded, Terms
from harvest.topics import Topic

_DEFINED: Final = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9}?)s?[);,]")
_REACH: Final = 80
_MOST: Final = 20
"""More places in one sentence change nothing."""
_WELCOME: Final = re.compile(
    r"function|surviv|abilit|capacit|memory|learning|cognition|quality|well-?being|performance|complian|adheren|tolera"
    r"|healing|recover|sleep$|perfusion|fertil|immun|health|mood|sensitiv|endurance|cessation|abstinen|understanding"
    r"|knowledge|restorat|response|satisf|regenerat|empath|growth performance|preparation|relaxation|defen[cs]e"
    r"|development|pregnan|viabil|accept|resilien|compet|expectancy|cleans|discriminat|vision|hearing|strength|relatedness|connectedness|gestation|growth$|yield|satiety|appetite|openness|libido|milk|happiness|reproduct|weight|monitoring|visual|stature"
)
_UNWELCOME: Final = re.compile(
    r"dys|impair|deficit|disorder|disease|injur|damage|loss|decline|insomnia|toxic|depress|anxi|suppress|disturb|pain"
    r"|syndrome|infect|failure|problem|dependence|deficien|auto-?immun|negative|irrational|cancer|disab"
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Name:
    """What one of the two, compound or condition, is called."""

    terms: Terms
    endings: tuple[str, ...]
    """Its names in lower case: what may stand before an abbreviation that is defined."""

    @classmethod
    def of(cls, names: tuple[str, ...], false_friends: tuple[str, ...] = ()) -> "Name":
        """Compile the names."""
        lower = [name.lower() for name in names]
        return cls(Terms(names, except_=false_friends), (*lower, *(f"{name}s" for name in lower)))

    def called(self, text: str, defined: Sequence["Defined"]) -> "Called":
        """What it is called in a folded text that defines these abbreviations: `emotional blunting (EB)`."""
        short = dict.fromkeys(each.short for each in defined if each.before.endswith(self.endings))
        return Called(self.terms.within(text), {each: _abbreviation(each) for each in short})


class Defined(NamedTuple):
    """An abbreviation that a text defines, and what stands before it, in lower case."""

    short: str
    before: str


class Called(NamedTuple):
    """The names and abbreviations of one of the two that one text has."""

    terms: Terms
    abbreviations: Mapping[str, re.Pattern[str]]

    def places(self, text: Folded) -> list[Span]:
        """Where a part of that text names it, in code points of the raw part."""
        spans = [(match.start, match.end) for match in self.terms.find(text)] if self.terms.may_find(text.text) else []
        for short, pattern in self.abbreviations.items():
            if short in text.raw:
                spans += [found.span() for found in pattern.finditer(text.raw)]
        return spans[:_MOST]


def defined(text: str) -> list[Defined]:
    """The abbreviations that a text defines, of whatever."""
    return [
        Defined(found[1], text[max(0, found.start() - _REACH) : found.start()].rstrip().lower())
        for found in _DEFINED.finditer(text)
    ]


@lru_cache(maxsize=256)
def _abbreviation(short: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(short)}(?!\w)")


@dataclass(frozen=True, slots=True)
class Names:
    """A topic made ready to be looked for."""

    compound: Name
    condition: Name
    welcome: bool
    """More of the condition is good: `ovarian function`, not `pain`."""


def names(topic: Topic) -> Names:
    """The topic's names, compiled; those of the last topics are kept, by the topic's digest."""
    return _names(_ByDigest(topic.digest, topic))


@dataclass(frozen=True, slots=True)
class _ByDigest:
    digest: str
    topic: Topic = field(compare=False)


@lru_cache(maxsize=16)
def _names(of: _ByDigest) -> Names:
    compound, condition = of.topic.compound, of.topic.condition
    every = (*compound.names, *compound.derivatives)
    name = condition.name.lower()
    welcome = bool(_WELCOME.search(name)) and not _UNWELCOME.search(name)
    return Names(Name.of(every, compound.false_friends), Name.of(condition.names), welcome)
