"""The text's opinion: votes are added up by what they speak for, then compared by one rule.

First the form: a plan, a synthesis, or talk without results of its own; then, for studies and syntheses, whom they
studied. Margins are in units of the rules' weights; how often a margin is right is measured, see `_RIGHT`.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from harvest.evidence.designs import ALLOWED, SYNTHESES, Design
from harvest.evidence.opinion import Opinion
from harvest.evidence.text_rules import rules
from harvest.evidence.votes import Vote
from harvest.model import EvidenceKind, Reason

Form = Literal["plan", "synthesis", "talk", "idle", "study"]

_A_PLAN = 2.5
_PLAN_OVER_RESULTS = 1.3
_SYNTHESIS_OVER_PLAN = 2.0
"""A synthesis that names its registration is a synthesis; one that is still to be made is a plan."""
_A_SYNTHESIS = 4.0
_A_CASE = 4.5
_A_TITLE_THAT_TALKS = 4.0
_IN_A_LABORATORY = 2.0
_NOTHING_DONE = 0.6
"""So few results in an abstract, and nobody has done anything: it discusses, even where no word says so."""
_A_DESIGN = 2.0
_ENOUGH = 1.0
"""Less than this for any population, and nobody can be said to have been studied."""
_RANDOMISED = 2.0
"""Less than this is a wish for randomised trials, not a report of one."""
_OWN_RESULTS_IN_BOTH = 4.0
_TREATED = 2.4
"""People were given something in a sentence of the study's own."""
_UNSURE = 1.0
_SHOWN = 6
_STUDY_DESIGNS = ALLOWED[EvidenceKind.HUMAN] - SYNTHESES - {Design.OTHER}
_OF_PEOPLE_ALONE = (Design.CASE_REPORT, Design.CASE_SERIES, Design.CASE_CONTROL, Design.QUALITATIVE, Design.COHORT)
_STRENGTH = MappingProxyType({Design.PHARMACOKINETIC: 0.5, Design.CROSS_SECTIONAL: 0.7, Design.UNCONTROLLED_TRIAL: 0.8})
"""These words stand beside the design proper more often than they are it."""
_LABORATORY = MappingProxyType(
    {"animal": Design.ANIMAL, "cells": Design.IN_VITRO, "tissue": Design.EX_VIVO, "model": Design.IN_SILICO}
)
_NOTHING: dict[str, float] = dict.fromkeys(
    (*_LABORATORY, "people", "people-treated", "results", *(rule.votes for rule in rules()), *Design), 0.0
)
_MARGINS = (1.0, 2.5, 5.0, 8.0)
_RIGHT: MappingProxyType[Form, tuple[int, ...]] = MappingProxyType(
    {
        "plan": (500_000, 690_000, 880_000, 910_000, 960_000),
        "synthesis": (810_000, 870_000, 900_000, 960_000, 970_000),
        "talk": (790_000, 870_000, 910_000, 940_000, 960_000),
        "idle": (600_000,) * 5,
        "study": (250_000, 780_000, 930_000, 950_000, 970_000),
    }
)
"""Share of labels that were right in the labelled corpora, in millionths, below, between and above `_MARGINS`.

`idle` was right oftener there, but not in abstracts of the 1970s; it must not overrule headings."""

_FIRST: MappingProxyType[Form, frozenset[Design]] = MappingProxyType(
    {
        "plan": frozenset({Design.PROTOCOL, Design.TRIAL_REGISTRATION}),
        "synthesis": SYNTHESES,
        "idle": frozenset({Design.NARRATIVE_REVIEW}),
        "talk": frozenset({Design.NARRATIVE_REVIEW, Design.OPINION, Design.NEWS}),
        "study": _STUDY_DESIGNS | set(_LABORATORY.values()),
    }
)
"""The designs that a form asks about before others."""
_DESIGNS = tuple(Design)
_TOO_LITTLE = Reason("evidence.too-little-text", text="no word of who or what was studied")
_NO_RESULTS = Reason("evidence.no-results", "abstract", text="no word of anything done or found")


class Scores:
    """Sums of votes by what they speak for; attributes and properties join those that mean one thing."""

    __slots__ = ("laboratory", "people", "stated", "sums", "told")

    def __init__(self, sums: Mapping[str, float], *, told: bool) -> None:
        self.sums: dict[str, float] = {**_NOTHING, **sums}
        self.told = told
        """There is an abstract."""
        each = self.sums
        alone = max([each[design] for design in _OF_PEOPLE_ALONE])
        self.people = each["people"] + each["people-treated"] + 0.4 * alone
        """People were studied; that they were given something, or a design that only people have, counts as well."""
        parts = [each[name] for name in _LABORATORY]
        self.laboratory = 0.5 * (sum(parts) + max(parts))
        """Animals, cells, tissue and models; the strongest, and half of the others."""
        self.stated = max([each[design] for design in _STUDY_DESIGNS])
        """The design of a study in people that is named most clearly."""

    def __getitem__(self, name: str) -> float:
        return self.sums[name]

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
        return 0.8 * self["results"] + 0.7 * self.stated + 0.5 * max(self.people, self.laboratory)

    @property
    def nothing_done(self) -> bool:
        """An abstract in which nobody was given anything, nothing was found and no design is named."""
        if not self.told or self.laboratory >= _IN_A_LABORATORY:
            return False
        idle = not (self["results"] or self["people-treated"]) and self.stated < _A_DESIGN
        return idle or (not self.talk and self.results <= _NOTHING_DONE)


def opinion(cast: Sequence[Vote], *, told: bool, cited: bool = True) -> Opinion:
    """What the votes make of title and abstract; kind UNDETERMINED where they say too little.

    Args:
        cast: every rule's vote.
        told: there is an abstract.
        cited: with the reasons; whoever asks for the label alone does without.
    """
    sums: dict[str, float] = {}
    for vote in cast:
        sums[vote.rule.votes] = sums.get(vote.rule.votes, 0.0) + vote.weight
    scores = Scores(sums, told=told)
    form = _form(scores)
    kind, margin = _kind(scores, form)
    probability = _RIGHT[form][bisect_right(_MARGINS, margin)] if kind is not EvidenceKind.UNDETERMINED else 0
    if not cited:
        return Opinion("text", kind, _designs(scores, form), probability, (), parts=_parts(scores, form))
    reasons = tuple(vote.reason for vote in sorted(cast, key=_weight, reverse=True)[:_SHOWN])
    if kind is EvidenceKind.UNDETERMINED:
        reasons = (*reasons, _TOO_LITTLE)
    elif form == "idle":
        reasons = (*reasons, _NO_RESULTS)
    return Opinion("text", kind, _designs(scores, form), probability, reasons, parts=_parts(scores, form))


def _weight(vote: Vote) -> float:
    return vote.weight


def _form(scores: Scores) -> Form:
    plans = scores.plan >= _A_PLAN and scores.plan > _PLAN_OVER_RESULTS * scores["results"]
    if plans and scores.synthesis <= max(scores.plan + _SYNTHESIS_OVER_PLAN, 2 * scores[Design.PROTOCOL]):
        return "plan"
    if scores.synthesis >= _A_SYNTHESIS:
        return "synthesis"
    if scores[Design.CASE_REPORT] + scores[Design.CASE_SERIES] >= _A_CASE:
        return "study"
    talks = scores.talk >= max(scores.results, 0.0 if scores.told else _A_TITLE_THAT_TALKS)
    if scores.talk and talks:
        return "talk"
    return "idle" if scores.nothing_done else "study"


def _kind(scores: Scores, form: Form) -> tuple[EvidenceKind, float]:
    """The kind, and by how much it leads."""
    if form == "plan":
        return EvidenceKind.NONE, scores.plan - scores["results"]
    if form == "idle":
        return EvidenceKind.NONE, 0.0
    if form == "talk":
        return EvidenceKind.NONE, scores.talk - scores.results
    if _parts(scores, form):
        return EvidenceKind.HUMAN, _UNSURE
    lead = scores.laboratory - scores.people
    if form == "study" and max(scores.laboratory, scores.people) < _ENOUGH:
        return EvidenceKind.UNDETERMINED, 0.0
    return (EvidenceKind.PRECLINICAL, lead) if lead > 0 else (EvidenceKind.HUMAN, -lead)


def _designs(scores: Scores, form: Form) -> tuple[Design, ...]:
    """All designs that something speaks for, those of the form first, best first."""
    ranks = {design: scores[design] * _STRENGTH.get(design, 1.0) for design in _DESIGNS if scores[design] > 0}
    if ranks.get(Design.RCT, 0.0) < _RANDOMISED:
        ranks.pop(Design.RCT, None)
    else:
        ranks[Design.RCT] += scores[Design.CONTROLLED_TRIAL]
    if form in ("talk", "idle"):
        ranks.setdefault(Design.NARRATIVE_REVIEW, 0.0)
    ranks |= {design: scores[name] for name, design in _LABORATORY.items() if scores[name] > 0}
    first = _FIRST[form]
    return tuple(sorted(ranks, key=lambda design: (design in first, ranks[design]), reverse=True))


def _parts(scores: Scores, form: Form) -> tuple[str, ...]:
    """Both kinds, where people were given something and a laboratory had results as well."""
    both = form == "study" and scores["people-treated"] >= _TREATED
    clear = min(scores.people, scores.laboratory) >= _OWN_RESULTS_IN_BOTH
    return (EvidenceKind.HUMAN.value, EvidenceKind.PRECLINICAL.value) if both and clear else ()
