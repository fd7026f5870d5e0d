"""Which text rules match where in a record, and how much each match counts."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from harvest.evidence.text import Text
from harvest.evidence.text_rules import Field, Rule, rules_by_start
from harvest.model import Reason
from harvest.passages import Passage, Role
from harvest.text import Folded

_ROLE_WEIGHT: MappingProxyType[Role, float] = MappingProxyType(
    {"title": 1.5, "background": 0.0, "aim": 1.0, "methods": 1.0, "results": 1.0, "conclusions": 0.3, "unknown": 0.8}
)
_MOST = 4
"""A rule's fifth match adds nothing."""
_WORD_START = re.compile(r"\b[a-z]{1,4}|(?<!\d)\d")

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Vote:
    """A rule that matched: what it adds, and where the first words stand that caused it."""

    rule: Rule
    weight: float
    field: Field
    folded: Folded
    at: _Span
    """In the folded text."""

    @property
    def reason(self) -> Reason:
        """The rule with the words as they were written."""
        start, end = self.folded.span(*self.at)
        return Reason(self.rule.id, self.field, start, end, self.folded.raw[start:end])


def votes(text: Text) -> tuple[Vote, ...]:
    """One vote for every rule that matches outside the background; of title and abstract the stronger."""
    fields: tuple[tuple[Field, Folded], ...] = (
        ("title", text.title),
        ("abstract", text.abstract),
        ("journal", text.journal),
    )
    best: dict[str, Vote] = {}
    for field, folded in fields:
        for vote in _in_field(field, folded, _stretches(text.passages, field, len(folded.raw))):
            if vote.rule.id not in best or vote.weight > best[vote.rule.id].weight:
                best[vote.rule.id] = vote
    return tuple(best.values())


def _stretches(passages: Iterable[Passage], field: Field, length: int) -> list[tuple[int, int, float]]:
    """What parts of a field count, and how much: neighbours that count alike are one."""
    found: list[tuple[int, int, float]] = []
    end = 0
    for passage in passages:
        if passage.field == field:
            weight = _ROLE_WEIGHT[passage.role]
            if found and found[-1][2] == weight:
                found[-1] = (found[-1][0], passage.end, weight)
            else:
                found.append((end, passage.end, weight))
            end = passage.end
    if end < length:
        found.append((end, length, _ROLE_WEIGHT["unknown"]))
    return [stretch for stretch in found if stretch[2]]


def _in_field(field: Field, folded: Folded, stretches: Iterable[tuple[int, int, float]]) -> Iterator[Vote]:
    found: dict[str, tuple[Rule, list[tuple[float, int, int]]]] = {}
    for start, end, weight in stretches:
        if folded.starts is not None:
            start, end = bisect_left(folded.starts, start), bisect_left(folded.starts, end)  # noqa: PLW2901 - folded now
        for rule, at, until in _matches(field, folded.text, start, end):
            found.setdefault(rule.id, (rule, []))[1].append((weight, -at, until))
    for rule, counted in found.values():
        counted.sort(reverse=True)
        del counted[_MOST:]
        total = rule.weight * sum(each for each, _, _ in counted) / len(counted) ** 0.5
        yield Vote(rule, total, field, folded, (-counted[0][1], counted[0][2]))


def _matches(field: Field, text: str, start: int, end: int) -> Iterator[tuple[Rule, int, int]]:
    """Where rules match that begin in a stretch; each is tried only where a word starts that its matches start with."""
    starting = rules_by_start(field)
    for rule in starting.get("", ()):
        yield from ((rule, *match.span()) for match in rule.pattern.finditer(text, start) if match.start() < end)
    for word in _WORD_START.finditer(text, start, end):
        tried = starting.get(word.group())
        if tried:
            at = word.start()
            for rule in tried:
                match = rule.pattern.match(text, at)
                if match:
                    yield rule, at, match.end()
