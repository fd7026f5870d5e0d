"""One record read for one topic: its sentences that may hold results, what they name and what they state."""

import re
from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Final, NamedTuple

from harvest.findings.lexicon import Part
from harvest.findings.names import Called, Defined, Names, Span, defined, names
from harvest.findings.statements import SAYS, Statement, by_chance, parts, plain, statements, unchanged
from harvest.model import Record
from harvest.passages import Passage, passages
from harvest.text import Folded, fold
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


class Sentence(NamedTuple):
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


class Reading(NamedTuple):
    """What was read of a record."""

    sentences: tuple[Sentence, ...]
    of: int
    """How many sentences the record has."""
    welcome: bool
    """More of the condition is good."""
    condition: bool
    """Title or abstract name the condition, if only as what was known before."""


class _Once:
    """A record and a topic as a key: the record by identity, which costs nothing, the topic by its digest."""

    def __init__(self, record: Record, topic: Topic) -> None:
        self.record = record
        self.topic = topic

    def __hash__(self) -> int:
        return hash((id(self.record), self.topic.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.record is self.record and other.topic.digest == self.topic.digest


def read(record: Record, topic: Topic) -> Reading:
    """Read title and abstract for the topic; the last reading is kept, for whoever asks for the same."""
    return _read(_Once(record, topic))


@lru_cache(maxsize=1)
def _read(of: _Once) -> Reading:
    record, known = of.record, names(of.topic)
    texts = {"title": record.title, "abstract": record.abstract_text}
    told = passages(record)
    read_of = [(number, each) for number, each in enumerate(told) if each.role not in _NO_RESULTS]
    folded = [fold(texts[each.field][each.start : each.end]) for _, each in read_of]
    called = _Names.of(known, defined("\n".join(texts.values())), " ".join([each.text for each in folded]))
    sentences = tuple(called.sentence(each, number, text) for (number, each), text in zip(read_of, folded, strict=True))
    named = any(each.condition for each in sentences) or any(map(known.condition.terms.find, texts.values()))
    return Reading(sentences, len(told), known.welcome, named)


class _Names(NamedTuple):
    """What of the topic's names one record has."""

    compound: Called
    condition: Called
    welcome: bool

    @classmethod
    def of(cls, known: Names, short: Sequence[Defined], text: str) -> "_Names":
        """The names that folded sentences have; the abbreviations are those that the record defines."""
        return cls(known.compound.called(text, short), known.condition.called(text, short), known.welcome)

    def sentence(self, passage: Passage, number: int, text: Folded) -> Sentence:
        """Read one sentence."""
        bare = plain(text.raw)
        condition = self.condition.places(text)
        words = {at for span in condition for at in _words(bare, span)} if condition else ()
        plays = parts(bare)
        every = reduce(or_, plays, 0)
        stated = statements(plays, words, welcome=self.welcome) if words or every & SAYS else []
        if stated and by_chance(text.raw):
            stated = unchanged(stated)
        compound = self.compound.places(text)
        cause = bool(compound) and _is_cause(text.raw, compound)
        markers = _markers(plays) if every & _MARKER else 0
        return Sentence(
            passage, number, text.raw, bool(compound), cause, bool(condition), every, markers, tuple(stated)
        )


def _is_cause(text: str, compound: list[Span]) -> bool:
    return any(_CAUSE.match(text, end) or _AFTER.search(text, max(0, at - _REACH), at) for at, end in compound)


def _markers(plays: list[int]) -> int:
    return sum(map(_MARKER.__and__, plays)) // _MARKER


def _words(bare: bytes, span: tuple[int, int]) -> range:
    """The numbers of the words of a sentence that a span covers."""
    before = len(bare[: span[0]].split())
    return range(before, before + max(1, len(bare[span[0] : span[1]].split())))
