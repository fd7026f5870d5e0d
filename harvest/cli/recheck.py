"""`harvest recheck`: ask which of what people wrote still exists, and erase what does not."""

from dataclasses import asdict
from typing import Annotated

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import advise, as_json, plain, say, table

COUNTS = ("asked", "present", "gone", "unknown")


def recheck(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Ask providers with a deletion duty which of their content still exists, and erase what does not.

    Run it at least once in 48 hours: where the last successful recheck of such a provider is older, its text is hidden
    everywhere until the next. Of the providers of this version Reddit has the duty.

    Exit codes: 0 all was told or there was nothing to ask, 2 something is unknown, 3 nothing was told,
    75 another recheck is going on.
    """
    from datetime import UTC, datetime

    from harvest.configuration import Configuration
    from harvest.crawl.recheck import bound, exit_code
    from harvest.crawl.recheck import recheck as ask

    configuration = Configuration.load()
    ledger_of(topic, configuration)
    reports = ask(topic, configuration, lambda: datetime.now(UTC))
    if json:
        as_json({"topic": topic, "exit_code": exit_code(reports), "providers": [asdict(one) for one in reports]})
        return exit_code(reports)
    if not reports:
        duty = ", ".join(sorted(bound()))
        say(f"nothing to ask: no text is held of a provider with a deletion duty ({duty})")
        return 0
    rows = [(one.provider, one.outcome, *(getattr(one, name) for name in COUNTS)) for one in reports]
    table(("provider", "outcome", *COUNTS), rows, numbers=frozenset(COUNTS))
    for one in reports:
        if one.problem:
            advise(f"{one.provider}: {plain(one.problem)}")
    return exit_code(reports)
