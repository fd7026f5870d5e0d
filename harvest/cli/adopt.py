"""`harvest adopt`: go on with a ledger whose kept head or key is gone."""

from typing import Annotated

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import plain, say


def adopt(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    reason: Annotated[
        str, typer.Option(metavar="WORDS", help="Why, in a few words; stands in the ledger.")
    ] = "adopted by its operator",
) -> int:
    """Go on with a ledger whose head is no longer kept.

    What was cut off or exchanged before cannot be seen from then on; the ledger says since when.
    """
    from datetime import UTC, datetime

    from ulid import ULID

    from harvest.configuration import Configuration
    from harvest.ledger import Ledger, StateFolder

    configuration = Configuration.load()
    path = ledger_of(topic, configuration)
    head = Ledger.adopt(
        path,
        keys=StateFolder(configuration.state_dir),
        origin=configuration.ledger_origin(topic),
        topic=topic,
        clock=lambda: datetime.now(UTC),
        run=str(ULID()),
        reason=plain(reason),
    )
    say(f"{path}: adopted, {head.size} entries signed; whatever was changed before is not seen any more")
    return 0
