"""The trained model's opinion of a record, with the words and rules that weighed most."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np

from harvest.evidence.designs import HUMAN_STUDIES, Design
from harvest.evidence.features import VOTE, Features, features
from harvest.evidence.opinion import Opinion
from harvest.evidence.text import Text
from harvest.evidence.votes import Vote
from harvest.evidence.weights import Block, Floats, Ints, Weights, digest, weights
from harvest.evidence.words import span
from harvest.model import EvidenceKind, Reason

MODEL: Final = f"model-{digest()}"
"""The rule of a reason that words of the model caused."""
_KINDS: Final = (EvidenceKind.HUMAN, EvidenceKind.PRECLINICAL, EvidenceKind.NONE)
_ALONE: Final = MappingProxyType(
    {
        "rct": Design.RCT,
        "case_report": Design.CASE_REPORT,
        "animal_in_vivo": Design.ANIMAL,
        "protocol": Design.PROTOCOL,
        "other": Design.OTHER,
    }
)
"""Classes that are one design."""
_SERIES: Final = "case_series"
_STATED: Final = frozenset(
    {
        (_SERIES, Design.CASE_SERIES),
        ("human_other", Design.CONTROLLED_TRIAL),
        ("human_other", Design.UNCONTROLLED_TRIAL),
        ("human_other", Design.PHARMACOKINETIC),
        ("human_other", Design.PHARMACOVIGILANCE),
    }
)
"""Designs that are taken at their word within a class: the trained order of designs knows only which is frequent."""
_REST: Final = "human_other"
_LED: Final = 3
"""So many of a kind's classes are asked for their designs."""
_SHOWN: Final = 6
_WORDS_SHOWN: Final = 3
"""Of the reasons shown so many may be the model's own words."""
_LOOKED_AT: Final = 2 * _WORDS_SHOWN
_MILLION: Final = 1_000_000
_STEPS: Final = 10_000
"""So finely a probability is told: what comes after differs from one processor to another."""
_MOST: Final = 990_000


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in the weights' columns each kind's classes and each class's designs stand."""

    classes: int
    """Columns before it are classes, the others designs within one."""
    of_kind: Mapping[EvidenceKind, tuple[int, ...]]
    """The classes of each kind."""
    tiers: tuple[str, ...]
    """Each class without its kind."""
    within: Mapping[str, tuple[int, tuple[Design, ...]]]
    """For a class with several designs: its first column, and what the columns from there on are."""


@cache
def _columns() -> _Columns:
    names = weights().columns
    classes = [name.split("/") for name in names if "/" in name]
    of_kind = {each: tuple(n for n, (kind, _) in enumerate(classes) if kind == each) for each in _KINDS}
    within: dict[str, tuple[int, tuple[Design, ...]]] = {}
    for number, name in enumerate(names[len(classes) :], start=len(classes)):
        outcome, design = name.split(">")
        first, so_far = within.get(outcome, (number, ()))
        within[outcome] = (first, (*so_far, Design(design)))
    return _Columns(len(classes), of_kind, tuple(tier for _, tier in classes), within)


def opinion(text: Text, cast: Sequence[Vote], by_rules: Opinion) -> Opinion:
    """What the trained model makes of a record's texts and of what the rules say of it."""
    model, columns = weights(), _columns()
    seen = features(text, cast, by_rules.label, model)
    steps = model.matrix[seen.rows].astype(np.float32)
    scores: list[float] = (seen.values @ steps * model.scale + model.bias).tolist()
    likely = _softmax(scores[: columns.classes])
    ranked = sorted(range(columns.classes), key=lambda number: -likely[number])
    of_kinds = [sum(likely[number] for number in columns.of_kind[kind]) for kind in _KINDS]
    sure = max(of_kinds)
    kind = _KINDS[of_kinds.index(sure)]
    leading = [number for number in ranked if number in columns.of_kind[kind]]
    against = next(number for number in ranked if number not in columns.of_kind[kind])
    designs = _designs([columns.tiers[number] for number in leading[:_LED]], scores, by_rules, cast)
    pull = steps[:, leading[0]] * model.scale[leading[0]] - steps[:, against] * model.scale[against]
    reasons = _reasons(text, cast, seen, model, pull)
    probability = min(round(sure * _STEPS) * (_MILLION // _STEPS), _MOST)
    return Opinion("text", kind, designs, probability, reasons, parts=by_rules.parts)


def _softmax(scores: Sequence[float]) -> list[float]:
    most = max(scores)
    raised = [math.exp(score - most) for score in scores]
    whole = sum(raised)
    return [each / whole for each in raised]


def _designs(
    tiers: Sequence[str], scores: Sequence[float], by_rules: Opinion, cast: Sequence[Vote]
) -> tuple[Design, ...]:
    """The designs of the kind's classes, likeliest class first; a design's own words come before the trained order."""
    within = _columns().within
    stated = next((design for design in by_rules.designs if design in HUMAN_STUDIES), None)
    told: list[Design] = []
    for tier in tiers:
        if tier == "rct" and all(vote.rule.votes != Design.RCT for vote in cast):
            continue
        if (tier, stated) in _STATED:
            told.append(stated or Design.OTHER)
        if tier == "protocol" and Design.TRIAL_REGISTRATION in by_rules.designs[:1]:
            told.append(Design.TRIAL_REGISTRATION)
        named = _REST if tier == _SERIES else tier
        first, designs = within.get(named, (0, ()))
        order = sorted(range(len(designs)), key=lambda place: -scores[first + place])
        told += [designs[place] for place in order] or [_ALONE[named]]
    return tuple(dict.fromkeys(told))


def _reasons(text: Text, cast: Sequence[Vote], seen: Features, model: Weights, pull: Floats) -> tuple[Reason, ...]:
    """What weighed most for the leading class against the likeliest of another kind: rules first, then words."""
    words = tuple(_words(text, seen.rows[: seen.words], (pull * seen.values)[: seen.words], model))
    of_rules = dict(zip(seen.rows[seen.words :].tolist(), pull[seen.words :].tolist(), strict=True))
    pulls = [(_pull(vote, of_rules), number) for number, vote in enumerate(cast)]
    told = [cast[number].reason for pulled, number in sorted(pulls, reverse=True) if pulled > 0]
    return (*told[: _SHOWN - len(words)], *words)


def _pull(vote: Vote, of_rules: Mapping[int, float]) -> float:
    """What a vote adds: by its rule, by standing in the title, and to the sum of what it votes for."""
    rule, titled, total = _rows(vote.rule.id, vote.rule.votes)
    pulled = of_rules.get(rule, 0.0) + VOTE * vote.weight * of_rules.get(total, 0.0)
    return pulled + of_rules.get(titled, 0.0) if vote.field == "title" else pulled


@cache
def _rows(rule: str, says: str) -> tuple[int, int, int]:
    """The rows of a rule, of its standing in the title, and of the sum of what it votes for; -1 where there is none."""
    named = weights().rules
    return named.get(rule, -1), named.get(f"{rule}@title", -1), named.get(f"={says}", -1)


def _words(text: Text, rows: Ints, weighed: Floats, model: Weights) -> Iterator[Reason]:
    """The words that weighed most, each with the place where it first stands; of a word and its pairs, one."""
    told: set[str] = set()
    many = len(weighed) > _LOOKED_AT
    best = weighed.argpartition(-_LOOKED_AT)[-_LOOKED_AT:].tolist() if many else range(len(weighed))
    for number in sorted(best, key=lambda number: (-weighed[number], number)):
        block, said = model.words(int(rows[number]))
        if weighed[number] <= 0 or len(told) >= _WORDS_SHOWN:
            return
        if told.isdisjoint(said):
            told.add(said[0])
            yield _reason(text, block, said)


def _reason(text: Text, block: Block, said: tuple[str, ...]) -> Reason:
    folded = text.fields[block]
    place = span(text.plain[block], said)
    if place is None or block == "keywords":
        return Reason(MODEL, block, text=" ".join(said))
    start, end = folded.span(*place)
    return Reason(MODEL, block, start, end, folded.raw[start:end])
