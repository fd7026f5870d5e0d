"""Studies: one group of participants or animals under one protocol, however many documents report it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.model import Direction, Harms
from harvest.relations import SYNTHESES
from harvest.summary import participants
from harvest.summary.documents import MATCHES, Document
from harvest.summary.healthy import healthy

KINDS: Final = ("human", "preclinical")
"""Evidence that studies give; the rest is reports, or no evidence."""
_BASES: Final = ("full-text", "abstract", "translated-abstract", "registry", "title", "post")
"""What was read, the fullest first."""
_ROLES: Final = ("article", "", "preprint")


@dataclass(frozen=True, slots=True)
class Study:
    """A study as one kind of evidence; a paper with people and animals gives two.

    Attributes:
        id: of the document that speaks for it: checked by a person, then an article, then the one read most fully.
        participants: people or animals; None where not stated.
        countable: it has people or animals, not cells or models.
        special: people without the condition, or what the body does with the compound: outside the efficacy cells.
        sources: ids of every document that reports it.
    """

    id: str
    kind: str
    match: str
    design: str
    outcome: str
    harms: str
    participants: int | None
    countable: bool
    special: bool
    checked: bool
    basis: str
    authors: frozenset[str]
    sources: tuple[str, ...]


def studies(documents: Iterable[Document], groups: Mapping[str, str]) -> tuple[Study, ...]:
    """The studies that the documents report; those given must have weight.

    Args:
        documents: in ledger order.
        groups: each document's id to that of its group.
    """
    members: defaultdict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in documents:
        if document.body["design"] not in SYNTHESES:
            for kind in KINDS:
                if kind in document.kinds:
                    members[groups[document.id], kind].append(document)
    return tuple(_study(kind, reports) for (_, kind), reports in members.items())


def direction(stated: Iterable[str], silent: str) -> str:
    """One direction from several reports of the same: what all say that say anything, else `mixed`."""
    said = sorted(set(stated) - {silent})
    return said[0] if len(said) == 1 else Direction.MIXED if said else silent


def gravest(stated: Iterable[str]) -> str:
    """Harms from several reports of the same: reported by any, else looked for by any."""
    said = set(stated)
    return next((str(harms) for harms in Harms if harms in said), str(Harms.NOT_REPORTED))


def _study(kind: str, reports: Sequence[Document]) -> Study:
    ordered = sorted(reports, key=lambda report: _standing(report, kind))
    first = ordered[0]
    leading = [report.body for report in ordered if report.body["evidence"] == kind]
    design = str(first.body["design"]) if first.body["evidence"] == kind else "other"
    countable = kind == "human" or design in ("animal", "other")
    counts = (_participants(report, kind) for report in ordered) if countable else ()
    return Study(
        id=first.id,
        kind=kind,
        match=first.match,
        design=design,
        outcome=direction((body["outcome"] for body in leading), Direction.NOT_REPORTED),
        harms=gravest(body["harms"] for body in leading),
        participants=next((count for count in counts if count is not None), None),
        countable=countable,
        special=kind == "human" and (design == "pharmacokinetic" or any(map(healthy, ordered))),
        checked=any(report.checked for report in ordered),
        basis=str(first.body["basis"]),
        authors=frozenset(name for report in ordered for name in report.body.get("authors", ())),
        sources=tuple(sorted((report.id for report in reports), key=by_number)),
    )


def _standing(report: Document, kind: str) -> tuple[bool, bool, int, int, int, str, str]:
    """The report that speaks for a study stands first, whatever the order in which they came."""
    body = report.body
    return (
        not report.checked,
        body["evidence"] != kind,
        _place(_ROLES, body.get("role", "")),
        _place(_BASES, body["basis"]),
        MATCHES.index(report.match),
        body["design"],
        body["key"],
    )


def _place(order: Sequence[str], label: str) -> int:
    return order.index(label) if label in order else len(order)


def by_number(source: str) -> tuple[int, str]:
    """What sorts `s9` before `s10`."""
    return len(source), source


def _participants(report: Document, kind: str) -> int | None:
    """As the entry has it, else as its text states it."""
    if "participants" in report.body and report.body["evidence"] == kind:
        given: int | None = report.body["participants"]
        return given
    of: participants.Of = "people" if kind == "human" else "animals"
    return participants.stated(report.text("title"), report.text("abstract"), of)
