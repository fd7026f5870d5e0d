"""The text rules of rules.toml: what in a title or an abstract speaks for which population and which design."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from harvest.evidence.passages import Role, passages
from harvest.model import Reason, Record
from harvest.text import Folded, fold

Field = Literal["title", "abstract", "journal"]

_ROLE_WEIGHT: MappingProxyType[Role, float] = MappingProxyType(
    {"title": 1.5, "background": 0.0, "aim": 1.0, "methods": 1.0, "results": 1.0, "conclusions": 0.3, "unknown": 0.8}
)
_WORD = re.compile(r"[a-z]+|\d+")
_LETTERS = 4
_MOST = 4
"""A rule's fifth sentence adds nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where its pattern stands, `weight` is added to the score of `votes`."""

    id: str
    votes: str
    weight: float
    why: str
    example: str
    """Words that it matches."""
    pattern: re.Pattern[str]
    starts: frozenset[str]
    """Every match starts with one of these words, as `_word_starts` writes them; empty: it may start anywhere."""
    where: tuple[Field, ...]


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


@cache
def _rules_for(name: Field) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules() if name in rule.where)


def _rule(
    *,
    id: str,  # noqa: A002 - the word that the table uses
    votes: str,
    weight: float,
    why: str,
    pattern: str,
    example: str,
    starts: Sequence[str] = (),
    where: tuple[Field, ...] = ("title", "abstract"),
) -> Rule:
    compiled = re.compile(pattern, re.VERBOSE)
    return Rule(f"evidence.{id}", votes, weight, why, example, compiled, frozenset(starts), tuple(where))


def votes(record: Record) -> tuple[Vote, ...]:
    """Every rule that matches outside the background, in rule order."""
    told = passages(record)
    found: list[Vote] = []
    journal = record.journal.title or record.journal.abbreviation
    texts: tuple[tuple[Field, str], ...] = (
        ("title", record.title),
        ("abstract", record.abstract_text),
        ("journal", journal),
    )
    for name, raw in texts:
        roles = [(passage.end, passage.role) for passage in told if passage.field == name]
        found += _in_field(name, fold(raw), roles)
    return _joined(found)


def _in_field(name: Field, folded: Folded, roles: list[tuple[int, Role]]) -> Iterator[Vote]:
    words = _word_starts(folded.text)
    for rule in _rules_for(name):
        matches = list(_matches(rule, folded.text, words))
        if matches:
            vote = _vote(rule, name, [folded.span(*match.span()) for match in matches], folded.raw, roles)
            if vote is not None:
                yield vote


def _word_starts(text: str) -> dict[str, list[int]]:
    """Where words start, by their first four letters; numbers stand under `0`."""
    found: dict[str, list[int]] = {}
    for word in _WORD.finditer(text):
        letters = word.group()[:_LETTERS]
        found.setdefault("0" if letters[0].isdigit() else letters, []).append(word.start())
    return found


def _matches(rule: Rule, text: str, words: dict[str, list[int]]) -> Iterator[re.Match[str]]:
    if not rule.starts:
        yield from rule.pattern.finditer(text)
        return
    for start in rule.starts & words.keys():
        for at in words[start]:
            match = rule.pattern.match(text, at)
            if match:
                yield match


def _vote(
    rule: Rule, name: Field, spans: list[tuple[int, int]], raw: str, roles: list[tuple[int, Role]]
) -> Vote | None:
    weighed = sorted(((_ROLE_WEIGHT[_role_at(roles, start)], -start, end) for start, end in spans), reverse=True)[
        :_MOST
    ]
    weight, start, end = weighed[0]
    if not weight:
        return None
    total = rule.weight * sum(each for each, _, _ in weighed) / len(weighed) ** 0.5
    return Vote(rule, total, Reason(rule.id, name, -start, end, raw[-start:end]))


def _role_at(roles: list[tuple[int, Role]], at: int) -> Role:
    return next((role for end, role in roles if at < end), "unknown")


def _joined(found: list[Vote]) -> tuple[Vote, ...]:
    """A rule that matches in title and abstract votes once, with the stronger match."""
    best: dict[str, Vote] = {}
    for vote in found:
        if vote.rule.id not in best or vote.weight > best[vote.rule.id].weight:
            best[vote.rule.id] = vote
    return tuple(best.values())
