"""The verdict: which of compound, condition and context a record has, and what follows (design section 6).

| compound | condition | verdict |
|---|---|---|
| tested or used | target, with its context | direct, or compound-only in healthy volunteers |
| tested or used | its word without the context, or the context without its word | compound-only, `near` |
| tested or used | absent | compound-only |
| absent, or named in another role | target, with its context | condition-only |
| absent, or named in another role | anything else | off-topic |
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from harvest.model import Reason, Record, Relevance, Screening
from harvest.screening.mentions import Mention, Reader
from harvest.screening.standing import meant, tested
from harvest.text import Terms
from harvest.topics import Topic

Subject = Literal["target", "word", "context", "absent"]

_SHOWN = 2
_FIELDS = ("title", "abstract", "mesh", "substances", "keywords", "vernacular_title")
"""Where a mention says most, first."""
_HEALTHY = re.compile(
    r"\b(?:healthy|normal) (?:(?:human|male|female|adult|young|older|elderly|chinese|japanese|right-handed) )*"
    r"(?:volunteer|subject|participant|individual|adult|m[ae]n|wom[ae]n|people|person)s?\b",
    re.IGNORECASE,
)
_ILL = re.compile(r"\b(?:patients?|diagnosed with|suffering from|outpatients?|inpatients?)\b", re.IGNORECASE)
_NO_COMPOUND = Reason("screen.no-compound", text="no name of the compound")
_NO_CONDITION = Reason("screen.no-condition", text="no name of the condition")


@dataclass(frozen=True, slots=True)
class _Found:
    """What of one thing was found: `own` mentions count, `others` are named in another role or in passing."""

    own: tuple[Mention, ...]
    others: tuple[Mention, ...]

    @classmethod
    def of(cls, mentions: Sequence[Mention], own: Sequence[Mention]) -> "_Found":
        others = [mention for mention in mentions if mention not in own]
        passing = [replace(mention, role="passing-word") for mention in others if mention.role == "own"]
        return cls(tuple(sorted(own, key=_strength)), (*(m for m in others if m.role != "own"), *passing))

    def reasons(self, what: str) -> tuple[Reason, ...]:
        """The strongest own mentions, or else the first in another role."""
        return tuple(mention.reason(what) for mention in (self.own or self.others)[:_SHOWN])


class Screener:
    """A topic made ready: compile once, screen many records."""

    def __init__(self, topic: Topic) -> None:
        compound, condition = topic.compound, topic.condition
        friends = compound.false_friends
        self._names = Terms(compound.names, except_=(*friends, *compound.derivatives))
        self._derivatives = Terms(compound.derivatives, except_=friends)
        self._substances = frozenset(name.lower() for name in (*compound.mesh, *compound.substances))
        self._condition = Terms(condition.names, except_=condition.false_friends)
        self._context = Terms(condition.context)
        self._needs_context = bool(condition.context)
        self._headings = frozenset(name.lower() for name in condition.mesh if not self._context.find(name))

    def screen(self, record: Record) -> Screening:
        """Is `record` about the pair; reasons stand for what was found and for what was not."""
        reader = Reader(record)
        compound, derivative = self._compounds(reader)
        conditions = reader.condition(self._condition, self._headings)
        condition = _Found.of(conditions, meant(conditions, record))
        contexts = reader.condition(self._context)
        context = _Found.of(contexts, meant(contexts, record))
        subject = self._subject(condition, context)
        flags = ("derivative",) if derivative.own and not compound.own else ()
        named = compound if compound.own or not derivative.own else derivative
        reasons = (
            *(named.reasons("compound") or (_NO_COMPOUND,)),
            *(condition.reasons("condition") or (_NO_CONDITION,)),
            *(context.reasons("context") if self._needs_context else ()),
        )
        if not named.own:
            verdict = Relevance.CONDITION_ONLY if subject == "target" else Relevance.OFF_TOPIC
            return Screening(verdict, reasons)
        healthy = _healthy(record)
        reasons = (*reasons, *([healthy] if healthy else []))
        if subject == "target" and not healthy:
            return Screening(Relevance.DIRECT, reasons, flags)
        near = ("near",) if subject != "absent" else ()
        return Screening(Relevance.COMPOUND_ONLY, reasons, (*near, *flags))

    def _compounds(self, reader: Reader) -> tuple[_Found, _Found]:
        """Mentions of the compound, and those of its derivatives."""
        compound = reader.substance(self._names, self._substances)
        derivative = reader.substance(self._derivatives)
        return (
            _Found.of(compound, tested(compound, reader.record)),
            _Found.of(derivative, tested(derivative, reader.record)),
        )

    def _subject(self, condition: _Found, context: _Found) -> Subject:
        """What of the condition the record is about."""
        if not condition.own:
            return "context" if context.own else "absent"
        if not self._needs_context:
            return "target"
        beside = any(_beside(word, near) for word in condition.own for near in context.own)
        return "target" if beside else "word"


def screen(record: Record, topic: Topic) -> Screening:
    """`Screener(topic).screen(record)`; the screeners of the last topics are kept, by the topic's digest."""
    return _screener(_ByDigest(topic.digest, topic)).screen(record)


@dataclass(frozen=True, slots=True)
class _ByDigest:
    digest: str
    topic: Topic = field(compare=False)


@lru_cache(maxsize=16)
def _screener(of: _ByDigest) -> Screener:
    return Screener(of.topic)


def _strength(mention: Mention) -> int:
    return _FIELDS.index(mention.field)


def _beside(word: Mention, context: Mention) -> bool:
    """In the same or the next sentence, unless one of the two speaks for the whole document."""
    return word.speaks_for_all or context.speaks_for_all or abs(word.passage - context.passage) <= 1


def _healthy(record: Record) -> Reason | None:
    """The words that say that the people studied were healthy, where no patients are named."""
    for name, text in (("title", record.title), ("abstract", record.abstract_text)):
        found = _HEALTHY.search(text)
        if found and not _ILL.search(record.title) and not _ILL.search(record.abstract_text):
            return Reason("screen.healthy-volunteers", name, found.start(), found.end(), found.group())
    return None
