"""`harvest redact`: erase what somebody wrote, for good."""

from typing import Annotated

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import advise, as_json, plain, say

COPIES = "backups, snapshots and disks that write copies may still hold the text; erase it there, too"


def redact(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    what: Annotated[
        list[str], typer.Argument(metavar="sN|KEY|SEQ...", help="Sources, records, or lines with erasable content.")
    ],
    *,
    reason: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="deleted-by-author, removed-by-provider, gone-at-provider, person-asked, legal or mistake.",
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Erase the text of what people wrote, for good, and say so in the ledger.

    Only text that lies beside the ledger can be erased: what people write about themselves. Its lines, which hold none
    of it, stay; the chain and every proof stay valid. A source that is erased is not shown and not counted any more,
    and its number is never given again. What was erased before is passed over.
    """
    from datetime import UTC, datetime

    from harvest.catalogue import Catalogue
    from harvest.configuration import Configuration
    from harvest.erasing import erase
    from harvest.opening import open_ledger
    from harvest.stops import stops_held

    catalogue, configuration = Catalogue(), Configuration.load()
    ledger_of(topic, configuration)
    wanted = list(dict.fromkeys(what))
    with (
        stops_held(),
        open_ledger(topic, configuration, clock=lambda: datetime.now(UTC), catalogue=catalogue) as ledger,
    ):
        erased = erase(wanted, reason, ledger, catalogue)
    if json:
        as_json({"topic": topic, "reason": reason, "erased": {name: list(seqs) for name, seqs in erased.items()}})
        return 0
    for name, seqs in erased.items():
        lines = ", ".join(f"{seq}" for seq in seqs)
        say(plain(f"{name}: erased, seq {lines}, {reason}" if seqs else f"{name}: erased before"))
    if any(erased.values()):
        advise(f"harvest: the head is signed; {COPIES}")
    return 0
