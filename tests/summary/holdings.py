"""Ledgers in memory: bodies made by hand, folded as a reader folds the lines of a file."""

from itertools import count
from pathlib import Path
from typing import Any

from harvest.catalogue import Catalogue
from harvest.reading import Reading
from harvest.summary import Profile, summarise
from harvest.topics import load
from tests.bodies import Line
from tests.cli import ledgers

CHECKOUT = Path(__file__).resolve().parents[2]
SEMAX = load("semax-ssri", CHECKOUT / "data" / "topics")
PEOPLE = {"evidence": "human", "design": "rct", "tier": 2}
STARTED = {"spider": "pubmed", "topic": "semax-ssri", "topic_sha256": "0" * 64, "versions": {}, "settings": {}}

Body = dict[str, Any]
Written = tuple[str, Body]


def source(number: int, **changes: Any) -> Written:
    """A source line: an animal study of the compound for another use; `changes` replace its fields."""
    body = ledgers.source(
        f"s{number}", str(90_000_000 + number), f"Synthetic document number {number}", basis="abstract"
    )
    return "source", body | {"authors": [f"Author N{number}"]} | changes


def people(number: int, **changes: Any) -> Written:
    """A source line: a randomised trial in people, of the pair itself."""
    return source(number, **{**PEOPLE, "screening": "direct", **changes})


def report(number: int, **changes: Any) -> Written:
    """A source line: somebody's own experience with the compound, told at a provider that is no literature."""
    own = {"evidence": "anecdotal", "design": "first-person", "tier": 7, "provider": "reddit", "basis": "post"}
    return source(number, **{**own, **changes})


def left_out(number: int, **changes: Any) -> Written:
    """A line of a record about the condition without the compound."""
    return "excluded", ledgers.excluded(str(91_000_000 + number), f"Synthetic record number {number}") | changes


def linked(one: str, relation: str, other: str) -> Written:
    """A line that says how two documents stand to each other."""
    return "linked", {"one": one, "other": other, "relation": relation}


def review(sid: str, decision: str = "confirmed", **new: Any) -> Written:
    """A line of a person's decision."""
    body = {"sid": sid, "reviewer": "A. Person", "decision": decision, "reason": "read it"}
    return "review", body | ({"new": new} if new else {})


def retraction(number: int, flag: str = "retracted") -> Written:
    """A line by which the provider says that a document is retracted."""
    key = f"pmid:{90_000_000 + number}"
    return "changed", {"key": key, "provider": "pubmed", "sid": f"s{number}", "new": {"flags": [flag]}}


def reading(*written: Written, path: Path = Path("none/ledgers/none.jsonl"), **accounts: str) -> Reading:
    """Fold a ledger of one run.

    Args:
        written: what stands between the search and the run's end.
        path: where it is said to lie.
        accounts: outcome by provider; PubMed complete where none is given.
    """
    providers = {name: ledgers.account(outcome) for name, outcome in (accounts or {"pubmed": "complete"}).items()}
    entries = [
        ("ledger", {"topic": "semax-ssri"}),
        ("run-started", STARTED),
        ("search", ledgers.search()),
        *written,
        ("run-finished", {"providers": providers}),
    ]
    catalogue, numbers = Catalogue(), count()
    for kind, body in entries:
        catalogue.apply(Line(next(numbers), kind, body))
    begun = {Line.run: Line.time}
    return Reading(path, catalogue, len(entries), "root", Line.time, {2: Line.time}, begun)


def profile(*written: Written, **accounts: str) -> Profile:
    """The profile of such a ledger."""
    return summarise(reading(*written, **accounts), SEMAX)


def studies(of: Profile, **cell: str) -> int:
    """Studies in the cells that have the given match, evidence or design."""
    return sum(one.studies for one in of.cells if all(getattr(one, name) == label for name, label in cell.items()))


def outcomes(of: Profile, direction: str) -> int:
    """Studies whose authors report that direction, over all cells."""
    return sum(one.outcomes.get(direction, 0) for one in of.cells)
