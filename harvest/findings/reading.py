"""One record read for one topic: its sentences that may hold results, what they name and what they state."""

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Final

from harvest.findings.lexicon import Part
from harvest.findings.names import Names, names
from harvest.findings.statements import SAYS, Statement, by_chance, parts, plain, statements, unchanged
from harvest.model import Record
from harvest.passages import Passage, passages
from harvest.text import fold
from harvest.topics import Topic

_CAUSE: Final = re.compile(
    r"\)?[\s-]+(?:induce|use\b|users?\b|exposure|intoxicat|overdos|poison|abus|toxicity|misuse|bite|associated)",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\b(?:following|during|due to|secondary to|(?:caus|induc)ed by|associated with|exposure to|abstinent"
    r"|attributable to|toxicity of|complications? of|users? of|effects? of (?:sub-?)?chronic|abusers? of"
    r"|side effects? of)"
    r"\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_REACH: Final = 60
_MARKER: Final = int(Part.MARKER)
_UNWANTED: Final = int(Part.UNWANTED)
_NO_RESULTS: Final = frozenset({"background", "aim", "methods"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence outside background, aim and methods."""

    passage: Passage
    number: int
    """Its place among the record's sentences; the title is 0 where there is one."""
    text: str
    compound: bool
    cause: bool
    """The compound is named as what brings something about: `ketamine-induced`, `ecstasy users`."""
    condition: bool
    plays: int
    """The parts that its words play, together."""
    markers: int
    """How many words are about how it works, is measured or is spread."""
    stated: tuple[Statement, ...]

    @property
    def of_harm(self) -> bool:
        """About unwanted effects and not about the condition: what it states is no outcome."""
        return self.plays & _UNWANTED > 0 and not self.condition


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a record."""

    sentences: tuple[Sentence, ...]
    of: int
    """How many sentences the record has."""
    welcome: bool
    """More of the condition is good."""


@dataclass(frozen=True, slots=True)
class _Once:
    """A record and a topic as a key: the record by identity, which costs nothing, the topic by its digest."""

    record: Record
    topic: Topic

    def __hash__(self) -> int:
        return hash((id(self.record), self.topic.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.record is self.record and other.topic.digest == self.topic.digest


def read(record: Record, topic: Topic) -> Reading:
    """Read title and abstract for the topic; the last reading is kept, for whoever asks for the same."""
    return _read(_Once(record, topic))


def names_condition(record: Record, topic: Topic) -> bool:
    """Does title or abstract name the condition, if only as what was known before?"""
    known = names(topic)
    if any(sentence.condition for sentence in read(record, topic).sentences):
        return True
    return any(known.condition.places(fold(text), ()) for text in (record.title, record.abstract_text))


@lru_cache(maxsize=1)
def _read(of: _Once) -> Reading:
    record, known = of.record, names(of.topic)
    texts = {"title": record.title, "abstract": record.abstract_text}
    both = f"{record.title}\n{texts['abstract']}"
    called = _Called(known, known.compound.abbreviations(both), known.condition.abbreviations(both))
    told = passages(record)
    sentences = tuple(
        called.sentence(passage, number, texts[passage.field][passage.start : passage.end])
        for number, passage in enumerate(told)
        if passage.role not in _NO_RESULTS
    )
    return Reading(sentences, len(told), known.welcome)


@dataclass(frozen=True, slots=True)
class _Called:
    """The topic's names in one record."""

    known: Names
    compound: tuple[str, ...]
    condition: tuple[str, ...]

    def sentence(self, passage: Passage, number: int, text: str) -> Sentence:
        bare = plain(text)
        folded = fold(text)
        condition = self.known.condition.places(folded, self.condition)
        words = {at for span in condition for at in _words(bare, span)}
        plays = parts(bare)
        every = reduce(or_, plays, 0)
        stated = statements(plays, words, welcome=self.known.welcome) if words or every & SAYS else []
        if stated and by_chance(text):
            stated = unchanged(stated)
        compound = self.known.compound.places(folded, self.compound)
        cause = any(_CAUSE.match(text, end) or _AFTER.search(text, max(0, at - _REACH), at) for at, end in compound)
        return Sentence(
            passage, number, text, bool(compound), cause, bool(condition), every, _markers(plays), tuple(stated)
        )


def _markers(plays: list[int]) -> int:
    return sum(map(_MARKER.__and__, plays)) // _MARKER


def _words(bare: bytes, span: tuple[int, int]) -> range:
    """The numbers of the words of a sentence that a span covers."""
    before = len(bare[: span[0]].split())
    return range(before, before + max(1, len(bare[span[0] : span[1]].split())))
