"""The text rules of rules.toml: what in a title or an abstract speaks for which population and which design."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from harvest.evidence.passages import Role, passages
from harvest.model import Reason, Record
from harvest.text import Folded, fold

Field = Literal["title", "abstract"]

_ROLE_WEIGHT: MappingProxyType[Role, float] = MappingProxyType(
    {"title": 1.5, "background": 0.0, "aim": 1.0, "methods": 1.0, "results": 1.0, "conclusions": 0.3, "unknown": 0.8}
)
_MOST = 4
"""A rule's fifth sentence adds nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where its pattern stands, `weight` is added to the score of `votes`."""

    id: str
    votes: str
    weight: float
    why: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    """One of these literal strings stands in every match: a quick look before the pattern is tried."""
    where: tuple[Field, ...]
    anywhere: bool
    """Counts in every sentence alike: it speaks of the document as a whole."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A rule that matched: what it adds, and the first words that caused it."""

    rule: Rule
    weight: float
    reason: Reason


@cache
def rules() -> tuple[Rule, ...]:
    """The published rules, in the order of rules.toml."""
    text = files("harvest.evidence").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(_rule(**table) for table in tomllib.loads(text)["rule"])


def _rule(
    *,
    id: str,  # noqa: A002 - the word that the table uses
    votes: str,
    weight: float,
    why: str,
    pattern: str,
    needs: list[str],
    where: tuple[Field, ...] = ("title", "abstract"),
    anywhere: bool = False,
) -> Rule:
    compiled = re.compile(pattern, re.VERBOSE)
    return Rule(f"evidence.{id}", votes, weight, why, compiled, tuple(needs), tuple(where), anywhere)


def votes(record: Record) -> tuple[Vote, ...]:
    """Every rule that matches outside the background, in rule order."""
    told = passages(record)
    found: list[Vote] = []
    fields: tuple[tuple[Field, str], ...] = (("title", record.title), ("abstract", record.abstract_text))
    for name, raw in fields:
        roles = [(passage.end, passage.role) for passage in told if passage.field == name]
        found += _in_field(name, fold(raw), roles)
    return _joined(found)


def _in_field(name: Field, folded: Folded, roles: list[tuple[int, Role]]) -> Iterator[Vote]:
    for rule in rules():
        if name in rule.where and any(word in folded.text for word in rule.needs):
            vote = _vote(rule, name, folded, roles)
            if vote is not None:
                yield vote


def _vote(rule: Rule, name: Field, folded: Folded, roles: list[tuple[int, Role]]) -> Vote | None:
    weights: list[float] = []
    best = (0.0, 0, 0)
    for match in rule.pattern.finditer(folded.text):
        start, end = folded.span(match.start(), match.end())
        weight = 1.0 if rule.anywhere else _ROLE_WEIGHT[_role_at(roles, start)]
        weights.append(weight)
        if weight > best[0]:
            best = (weight, start, end)
    weight, start, end = best
    if not weight:
        return None
    counted = sorted(weights, reverse=True)[:_MOST]
    return Vote(
        rule, rule.weight * sum(counted) / len(counted) ** 0.5, Reason(rule.id, name, start, end, folded.raw[start:end])
    )


def _role_at(roles: list[tuple[int, Role]], at: int) -> Role:
    return next((role for end, role in roles if at < end), "unknown")


def _joined(found: list[Vote]) -> tuple[Vote, ...]:
    """A rule that matches in title and abstract votes once, with the stronger match."""
    best: dict[str, Vote] = {}
    for vote in found:
        if vote.rule.id not in best or vote.weight > best[vote.rule.id].weight:
            best[vote.rule.id] = vote
    return tuple(best.values())
