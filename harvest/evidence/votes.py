"""Which text rules match where in a record, and how much each match counts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from harvest.evidence.text import Text
from harvest.evidence.text_rules import FIELDS, Field, Rule, rules_by_start
from harvest.model import Reason
from harvest.passages import Passage, Role
from harvest.text import Folded

_ROLE_WEIGHT: MappingProxyType[Role, float] = MappingProxyType(
    {"title": 1.5, "background": 0.0, "aim": 1.0, "methods": 1.0, "results": 1.0, "conclusions": 0.3, "unknown": 0.8}
)
_MOST = 4
"""A rule's fifth match adds nothing."""
_Span = tuple[int, int]


class Vote(NamedTuple):
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
    best: dict[str, Vote] = {}
    for field in FIELDS:
        folded = text.fields[field]
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
    return found


def _in_field(field: Field, folded: Folded, stretches: Sequence[tuple[int, int, float]]) -> Iterator[Vote]:
    found: dict[str, tuple[Rule, list[tuple[float, int, int]]]] = {}
    if folded.starts is not None:
        places = [(bisect_left(folded.starts, a), bisect_left(folded.starts, b), weight) for a, b, weight in stretches]
        stretches = places
    ends = [end for _, end, _ in stretches[:-1]]
    silent = [(start, end) for start, end, weight in stretches if not weight]
    for rule, at, until in _matches(field, folded.text, silent):
        weight = stretches[bisect_right(ends, at)][2]
        if weight:
            found.setdefault(rule.id, (rule, []))[1].append((weight, -at, until))
    for rule, counted in found.values():
        if len(counted) > 1:
            counted.sort(reverse=True)
            del counted[_MOST:]
        total = rule.weight * sum([each[0] for each in counted]) / len(counted) ** 0.5
        yield Vote(rule, total, field, folded, (-counted[0][1], counted[0][2]))


def _matches(field: Field, text: str, silent: Sequence[tuple[int, int]]) -> Iterator[tuple[Rule, int, int]]:
    """Where rules match; each is tried only where a word or a number starts that its matches start with."""
    if field != "abstract":
        yield from _in_a_name(field, text) if field == "journal" else _anywhere(field, text)
    for at, tried in rules_by_start(field).places(text, silent):
        for rule in tried:
            match = rule.pattern.match(text, at)
            if match:
                yield rule, at, match.end()


def _anywhere(field: Field, text: str) -> list[tuple[Rule, int, int]]:
    """Where rules match that may start anywhere."""
    return [(rule, *match.span()) for rule in rules_by_start(field).anywhere for match in rule.pattern.finditer(text)]


_in_a_name = lru_cache(maxsize=2_048)(_anywhere)
"""The same for journals, whose names come again and again; no rule looks for anything anywhere in an abstract."""
