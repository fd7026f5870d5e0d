"""`harvest merge`: a person says that two sources are one document."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import advise, as_json, plain, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from harvest.catalogue import Catalogue

Topic = Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")]
One = Annotated[str, typer.Argument(metavar="sA", help="A source.")]
Other = Annotated[str, typer.Argument(metavar="sB", help="Another source.")]
Reviewer = Annotated[str, typer.Option(metavar="NAME", help="Who decides; stands in the ledger.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; stands in the ledger.")]
Json = Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")]


def merge(topic: Topic, one: One, other: Other, *, reviewer: Reviewer, reason: Reason, json: Json = False) -> int:
    """Say that two sources are one document: the lower number stays, the other is its alias.

    Both stay in the ledger; from then on they are shown and counted as one. `harvest unmerge` undoes it.
    """
    from harvest.merging import merged_by

    body = append(topic, "merged", lambda catalogue: merged_by(reviewer, reason, (one, other), catalogue))
    kept, alias = body["sids"]
    return said(topic, "merged", body, f"{alias} is {kept} from now on, and counts once", json=json)


def append(topic: str, kind: str, decide: "Callable[[Catalogue], dict[str, Any]]") -> dict[str, Any]:
    """Decide under the append lock, by what the ledger then says; sign the head."""
    from datetime import UTC, datetime

    from harvest.catalogue import Catalogue
    from harvest.configuration import Configuration
    from harvest.opening import open_ledger
    from harvest.stops import stops_held

    catalogue, configuration = Catalogue(), Configuration.load()
    ledger_of(topic, configuration)
    with (
        stops_held(),
        open_ledger(topic, configuration, clock=lambda: datetime.now(UTC), catalogue=catalogue) as ledger,
    ):
        with ledger.batch() as batch:
            body = decide(catalogue)
            batch.append(kind, body)
        ledger.seal()
    return body


def said(topic: str, kind: str, body: dict[str, Any], words: str, *, json: bool) -> int:
    """Say what was appended; returns the exit code."""
    if json:
        as_json({"topic": topic, "type": kind, **body})
    else:
        say(plain(words))
        advise(f"harvest: the head is signed; `harvest show {topic} {body['kept']}` says what it is one with")
    return 0
