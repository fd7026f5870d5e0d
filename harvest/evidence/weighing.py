"""The text's opinion: votes are added up by what they speak for, then compared by one rule.

First the form: a plan, a synthesis, or talk without results of its own; then, for studies and syntheses, whom they
studied. Margins are in units of the rules' weights; how often a margin is right is measured, see `_RIGHT`.
"""

from bisect import bisect_right
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from harvest.evidence.designs import ALLOWED, SYNTHESES, Design
from harvest.evidence.opinion import Opinion
from harvest.evidence.text_rules import Vote, votes
from harvest.model import EvidenceKind, Record

Form = Literal["plan", "synthesis", "talk", "study"]

_A_PLAN = 2.5
_A_SYNTHESIS = 4.0
_TALK_OVER_RESULTS = -0.5
_NOTHING_DONE = -1.2
"""An abstract in which nobody did anything discusses, even where no word says so."""
_ENOUGH = 1.2
"""Less than this for any population, and nobody can be said to have been studied."""
_RANDOMISED = 2.0
"""Less than this is a wish for randomised trials, not a report of one."""
_OWN_RESULTS_IN_BOTH = 4.0
_SHOWN = 6
_STUDY_DESIGNS = ALLOWED[EvidenceKind.HUMAN] - SYNTHESES - {Design.OTHER}
_STRENGTH = MappingProxyType({Design.PHARMACOKINETIC: 0.5, Design.CROSS_SECTIONAL: 0.7, Design.UNCONTROLLED_TRIAL: 0.8})
"""These words stand beside the design proper more often than they are it."""
_LABORATORY = MappingProxyType(
    {"animal": Design.ANIMAL, "cells": Design.IN_VITRO, "tissue": Design.EX_VIVO, "model": Design.IN_SILICO}
)
_MARGINS = (1.0, 2.5, 5.0, 8.0)
_RIGHT: MappingProxyType[Form, tuple[int, ...]] = MappingProxyType(
    {
        "plan": (600_000, 700_000, 800_000, 900_000, 950_000),
        "synthesis": (600_000, 700_000, 800_000, 900_000, 950_000),
        "talk": (600_000, 700_000, 800_000, 900_000, 950_000),
        "study": (600_000, 700_000, 800_000, 900_000, 950_000),
    }
)
"""Share of labels that were right in the training corpus, in millionths, below and between `_MARGINS`."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Sums of votes by what they speak for; the properties join those that mean one thing."""

    sums: dict[str, float]
    told: bool
    """There is an abstract."""

    def __getitem__(self, name: str) -> float:
        return self.sums.get(name, 0.0)

    @property
    def people(self) -> float:
        """People were studied; that they were given something counts as well."""
        return self["people"] + self["people-treated"]

    @property
    def laboratory(self) -> float:
        """Animals, cells, tissue and models; the strongest, and half of the others."""
        parts = sorted((self[name] for name in _LABORATORY), reverse=True)
        return parts[0] + 0.5 * sum(parts[1:])

    @property
    def synthesis(self) -> float:
        """Other studies were gathered."""
        return self["systematic-review"] + self["meta-analysis"] + 0.7 * self["pooled-analysis"]

    @property
    def plan(self) -> float:
        """What is told has yet to be done."""
        return self["protocol"] + self["trial-registration"]

    @property
    def talk(self) -> float:
        """Discussion, opinion, news."""
        return self["narrative-review"] + self["opinion"] + self["news"]

    @property
    def results(self) -> float:
        """Results of its own; a stated design and a population hint at some."""
        stated = max(self[design] for design in _STUDY_DESIGNS)
        return self["results"] + 0.6 * stated + 0.4 * max(self.people, self.laboratory)


def opinion(record: Record) -> Opinion:
    """What title and abstract say; kind UNDETERMINED where they say too little."""
    cast = votes(record)
    sums: dict[str, float] = {}
    for vote in cast:
        sums[vote.rule.votes] = sums.get(vote.rule.votes, 0.0) + vote.weight
    scores = Scores(sums, told=bool(record.abstract))
    form = _form(scores)
    kind, margin = _kind(scores, form)
    probability = _RIGHT[form][bisect_right(_MARGINS, margin)] if kind is not EvidenceKind.UNDETERMINED else 0
    reasons = tuple(vote.reason for vote in sorted(cast, key=_weight, reverse=True)[:_SHOWN])
    return Opinion("text", kind, _designs(scores, form), probability, reasons, parts=_parts(scores, form))


def _weight(vote: Vote) -> float:
    return vote.weight


def _form(scores: Scores) -> Form:
    if scores.plan >= _A_PLAN and scores.plan > scores["results"]:
        return "plan"
    if scores.synthesis >= _A_SYNTHESIS:
        return "synthesis"
    least = _TALK_OVER_RESULTS if scores.talk else _NOTHING_DONE
    return "talk" if scores.told and scores.talk - scores.results >= least else "study"


def _kind(scores: Scores, form: Form) -> tuple[EvidenceKind, float]:
    """The kind, and by how much it leads."""
    if form == "plan":
        return EvidenceKind.NONE, scores.plan - scores["results"]
    if form == "talk":
        return EvidenceKind.NONE, scores.talk - scores.results - _TALK_OVER_RESULTS
    lead = scores.laboratory - scores.people
    if form == "study" and max(scores.laboratory, scores.people) < _ENOUGH:
        return EvidenceKind.UNDETERMINED, 0.0
    return (EvidenceKind.PRECLINICAL, lead) if lead > 0 else (EvidenceKind.HUMAN, -lead)


def _designs(scores: Scores, form: Form) -> tuple[Design, ...]:
    """All designs that something speaks for, those of the form first, best first."""
    ranks = {design: scores[design] * _STRENGTH.get(design, 1.0) for design in Design if scores[design] > 0}
    if ranks.get(Design.RCT, 0.0) < _RANDOMISED:
        ranks.pop(Design.RCT, None)
    else:
        ranks[Design.RCT] += scores[Design.CONTROLLED_TRIAL]
    ranks |= {design: scores[name] for name, design in _LABORATORY.items() if scores[name] > 0}
    first = {
        "plan": {Design.PROTOCOL, Design.TRIAL_REGISTRATION},
        "synthesis": SYNTHESES,
        "talk": {Design.NARRATIVE_REVIEW, Design.OPINION, Design.NEWS},
        "study": _STUDY_DESIGNS | set(_LABORATORY.values()),
    }[form]
    return tuple(sorted(ranks, key=lambda design: (design in first, ranks[design]), reverse=True))


def _parts(scores: Scores, form: Form) -> tuple[str, ...]:
    """Both kinds, where people were given something and a laboratory had results as well."""
    both = form == "study" and scores["people-treated"] > 0
    clear = min(scores.people, scores.laboratory) >= _OWN_RESULTS_IN_BOTH
    return (EvidenceKind.HUMAN.value, EvidenceKind.PRECLINICAL.value) if both and clear else ()
