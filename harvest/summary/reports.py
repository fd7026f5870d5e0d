"""What people say of their own use: writers are counted, not messages."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.model import Direction, Harms
from harvest.summary.cells import tally
from harvest.summary.documents import MATCHES, Document
from harvest.summary.studies import direction, gravest

Person = Callable[[Document], str]
"""Who wrote it, as a keyed hash from the erasable content; empty where that cannot be told."""
_OTHERS: Final = "other-compounds"


@dataclass(frozen=True, slots=True)
class Reports:
    """Personal reports, unverified.

    Attributes:
        writers: people who report their own use; each report whose writer cannot be told counts as one.
        matches: writers by the closest match among their reports.
        outcomes: writers by what they say it did to the topic's outcome.
        harms: writers by what they say of unwanted effects.
        other_compounds: writers who took other compounds at the same time.
        relayed: reports of somebody else's use, in none of the counts above.
        unknown_writers: reports whose writer cannot be told.
        sources: ids of all these reports.
    """

    writers: int
    matches: Mapping[str, int]
    outcomes: Mapping[str, int]
    harms: Mapping[str, int]
    other_compounds: int
    relayed: int
    unknown_writers: int
    unchecked: int
    sources: tuple[str, ...]


def reports(documents: Iterable[Document], groups: Mapping[str, str], person: Person) -> Reports:
    """Count the writers among the documents that have weight.

    Args:
        documents: all kinds.
        groups: each document's id to that of its group; a report posted in two places is one.
        person: who wrote a document.
    """
    told = [document for document in documents if document.body["evidence"] == "anecdotal"]
    own: defaultdict[str, list[Document]] = defaultdict(list)
    for document in told:
        if document.body["design"] == "first-person":
            own[person(document) or f"unknown {groups[document.id]}"].append(document)
    by_writer = list(own.values())
    return Reports(
        writers=len(by_writer),
        matches=tally(MATCHES, (min((each.match for each in one), key=MATCHES.index) for one in by_writer)),
        outcomes=tally(Direction, (_outcome(one) for one in by_writer)),
        harms=tally(Harms, (gravest(each.body["harms"] for each in one) for one in by_writer)),
        other_compounds=sum(any(_OTHERS in each.body["flags"] for each in one) for one in by_writer),
        relayed=len({groups[document.id] for document in told if document.body["design"] != "first-person"}),
        unknown_writers=sum(name.startswith("unknown ") for name in own),
        unchecked=sum(not document.checked for document in told),
        sources=tuple(document.id for document in told),
    )


def _outcome(by_one: Sequence[Document]) -> str:
    return direction((each.body["outcome"] for each in by_one), Direction.NOT_REPORTED)
