"""The published text rules of rules.toml: what words speak for which population and which design."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Field = Literal["title", "abstract", "journal"]

_NUMBER = "0"
_DIGITS = "0123456789"


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
    starts: tuple[str, ...]
    """With which word every match starts: its first four letters, `0` for a number; empty: it may start anywhere."""
    where: tuple[Field, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """The published rules, in the order of rules.toml."""
    text = files("harvest.evidence").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(_rule(**table) for table in tomllib.loads(text)["rule"])


@cache
def rules_by_start(field: Field) -> Mapping[str, tuple[Rule, ...]]:
    """The rules of a field by what their matches start with; under `""` those that may start anywhere."""
    found: dict[str, list[Rule]] = {}
    for rule in rules():
        for start in rule.starts or ("",) if field in rule.where else ():
            for key in _DIGITS if start == _NUMBER else (start,):
                found.setdefault(key, []).append(rule)
    return {start: tuple(each) for start, each in found.items()}


def _rule(
    *,
    id: str,  # noqa: A002 - the word that the table uses
    votes: str,
    weight: float,
    why: str,
    pattern: str,
    example: str,
    starts: Iterable[str] = (),
    where: Iterable[Field] = ("title", "abstract"),
) -> Rule:
    compiled = re.compile(pattern, re.VERBOSE)
    return Rule(f"evidence.{id}", votes, weight, why, example, compiled, tuple(starts), tuple(where))
