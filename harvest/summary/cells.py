"""Cells: studies that share match, kind of evidence and design, with what their authors report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harvest.model import Direction, Harms
from harvest.summary.documents import MATCHES
from harvest.summary.studies import KINDS, Study


@dataclass(frozen=True, slots=True)
class Participants:
    """People or animals, added over the studies that state them."""

    of: str
    total: int
    stated: int
    """Studies that state a number."""
    not_stated: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of studies, not of their size or significance.

    Attributes:
        studies: distinct studies; retracted ones and syntheses are not among them.
        studies_at_least: the same if every open possible duplicate is one.
        participants: None where there is nothing to count: cells, models, texts that are not kept.
        outcomes: studies by what their authors report for the topic's outcome.
        harms: studies by what their authors report of unwanted effects.
        unchecked: studies with labels that no person has confirmed.
        sources: ids of the documents that report them.
    """

    match: str
    evidence: str
    design: str
    studies: int
    studies_at_least: int
    participants: Participants | None
    outcomes: Mapping[str, int]
    harms: Mapping[str, int]
    unchecked: int
    sources: tuple[str, ...]


def cells(studies: Iterable[Study], merged: Mapping[str, str], *, beside: Iterable[Study] = ()) -> tuple[Cell, ...]:
    """The cells in reading order.

    Args:
        studies: what is to be counted.
        merged: each document's id to its group if every open possible duplicate were one.
        beside: studies that are counted elsewhere.
    """
    members: defaultdict[tuple[int, int, str], list[Study]] = defaultdict(list)
    for study in studies:
        members[KINDS.index(study.kind), MATCHES.index(study.match), study.design].append(study)
    counted = [*beside, *(study for cell in members.values() for study in cell)]
    ordered = [members[place] for place in sorted(members)]
    return tuple(_cell(cell, _elsewhere(cell, counted, merged), merged) for cell in ordered)


def at_least(studies: Sequence[Study], merged: Mapping[str, str], elsewhere: frozenset[str] = frozenset()) -> int:
    """How many studies there are if every open possible duplicate is one; groups met elsewhere are counted there."""
    return len({merged[study.id] for study in studies} - elsewhere)


def _elsewhere(members: Sequence[Study], counted: Iterable[Study], merged: Mapping[str, str]) -> frozenset[str]:
    """Groups that also hold a study of the same kind in another cell: it may be the one that counts."""
    own = {(study.id, study.kind) for study in members}
    kind = members[0].kind
    return frozenset(merged[s.id] for s in counted if s.kind == kind and (s.id, s.kind) not in own)


def _cell(members: Sequence[Study], elsewhere: frozenset[str], merged: Mapping[str, str]) -> Cell:
    first = members[0]
    return Cell(
        match=first.match,
        evidence=first.kind,
        design=first.design,
        studies=len(members),
        studies_at_least=at_least(members, merged, elsewhere),
        participants=_participants(members),
        outcomes=tally(Direction, (study.outcome for study in members)),
        harms=tally(Harms, (study.harms for study in members)),
        unchecked=sum(not study.checked for study in members),
        sources=tuple(source for study in members for source in study.sources),
    )


def _participants(members: Sequence[Study]) -> Participants | None:
    if not members[0].countable or members[0].match == MATCHES[-1]:
        return None
    stated = [study.participants for study in members if study.participants is not None]
    of = "people" if members[0].kind == "human" else "animals"
    return Participants(of, sum(stated), len(stated), len(members) - len(stated))


def tally(order: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    """How often each was found, in the given order; what was not found is left out."""
    counts = Counter(found)
    return {str(label): counts[label] for label in order if counts[label]}
