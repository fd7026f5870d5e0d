"""`harvest crawl`: ask every provider of a topic."""

from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.terminal import advise, as_json, plain, table

if TYPE_CHECKING:
    from harvest.crawl.progress import RunReport

COUNTS = {
    "found": "found", "new": "included", "known": "known", "duplicate": "duplicate", "excluded": "excluded",
    "failed": "failed",
}  # fmt: skip
"""Columns of the table, and where their numbers stand in the tally; what changed is part of what was known."""


def crawl(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    only: Annotated[str, typer.Option(metavar="NAMES", help="Providers, joined by commas; all where none.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Ask the providers of a topic and append what is new.

    Exit codes: 0 complete, 2 finished but partial, 3 failed, 64 bad arguments or topic, 75 another run is going on.
    """
    from harvest.configuration import Configuration
    from harvest.crawl.progress import Silent, fitting_progress
    from harvest.crawl.together import crawl_topic

    configuration = Configuration.load()
    names = [name.strip() for name in only.split(",") if name.strip()]
    ended = crawl_topic(topic, only=names, configuration=configuration, progress=Silent if json else fitting_progress)
    if json:
        as_json({"topic": topic, "exit_code": ended.exit_code, "providers": [one.as_json() for one in ended.reports]})
        return ended.exit_code
    for report in ended.reports:
        if report.outcome == "skipped":
            advise(f"{report.provider}: skipped: {plain(report.failure)}")
    table(("provider", "outcome", *COUNTS), map(_row, ended.reports), numbers=frozenset(COUNTS))
    return ended.exit_code


def _row(report: "RunReport") -> tuple[object, ...]:
    return (report.provider, report.outcome, *(getattr(report.tally, name) for name in COUNTS.values()))
