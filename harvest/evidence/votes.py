"""Which text rules match where in a record, and how much each match counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from harvest.evidence.text_rules import Field, Rule, rules_by_start
from harvest.model import Reason, Record
from harvest.passages import Role, passages
from harvest.text import Folded, fold

_ROLE_WEIGHT: MappingProxyType[Role, float] = MappingProxyType(
    {"title": 1.5, "background": 0.0, "aim": 1.0, "methods": 1.0, "results": 1.0, "conclusions": 0.3, "unknown": 0.8}
)
_MOST = 4
"""A rule's fifth match adds nothing."""
_WORD_START = re.compile(r"\b[a-z]{1,4}|(?<!\d)\d")

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Vote:
    """A rule that matched: what it adds, and the first words that caused it."""

    rule: Rule
    weight: float
    reason: Reason


def votes(record: Record) -> tuple[Vote, ...]:
    """One vote for every rule that matches outside the background; of title and abstract the stronger."""
    told = passages(record)
    fields: tuple[tuple[Field, str], ...] = (
        ("title", record.title),
        ("abstract", record.abstract_text),
        ("journal", record.journal.title or record.journal.abbreviation),
    )
    best: dict[str, Vote] = {}
    for field, raw in fields:
        roles = [(passage.end, passage.role) for passage in told if passage.field == field]
        for vote in _in_field(field, fold(raw), roles):
            if vote.rule.id not in best or vote.weight > best[vote.rule.id].weight:
                best[vote.rule.id] = vote
    return tuple(best.values())


def _in_field(field: Field, folded: Folded, roles: list[tuple[int, Role]]) -> Iterator[Vote]:
    for rule, spans in _matches(field, folded.text).values():
        vote = _vote(rule, field, [folded.span(start, end) for start, end in spans], folded.raw, roles)
        if vote is not None:
            yield vote


def _matches(field: Field, text: str) -> dict[str, tuple[Rule, list[_Span]]]:
    """Where each rule matches; a pattern is tried only where a word starts that its matches start with."""
    found: dict[str, tuple[Rule, list[_Span]]] = {}
    starting = rules_by_start(field)
    for rule in starting.get("", ()):
        spans = [match.span() for match in rule.pattern.finditer(text)]
        if spans:
            found[rule.id] = (rule, spans)
    for word in _WORD_START.finditer(text):
        start = word.group()
        if start not in starting:
            continue
        at = word.start()
        for rule in starting[start]:
            match = rule.pattern.match(text, at)
            if match:
                found.setdefault(rule.id, (rule, []))[1].append(match.span())
    return found


def _vote(rule: Rule, field: Field, spans: list[_Span], raw: str, roles: list[tuple[int, Role]]) -> Vote | None:
    weighed = [(_ROLE_WEIGHT[_role_at(roles, start)], -start, end) for start, end in spans]
    counted = sorted(weighed, reverse=True)[:_MOST]
    weight, start, end = counted[0]
    if not weight:
        return None
    total = rule.weight * sum(each for each, _, _ in counted) / len(counted) ** 0.5
    return Vote(rule, total, Reason(rule.id, field, -start, end, raw[-start:end]))


def _role_at(roles: list[tuple[int, Role]], at: int) -> Role:
    return next((role for end, role in roles if at < end), "unknown")
