"""`harvest summary`: what a topic's ledger adds up to."""

from typing import Annotated

import typer

from harvest.cli.terminal import as_json, plain, say


def summary(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Count a topic's sources and say what is not known."""
    from datetime import UTC, datetime

    from harvest import topics
    from harvest.configuration import Configuration
    from harvest.reading import read
    from harvest.summary import lines, summarise

    configuration = Configuration.load()
    question = topics.load(topic, configuration.topics)
    account = summarise(read(configuration.ledger(topic), now=datetime.now(UTC)), question)
    if json:
        as_json(account.as_json())
    else:
        for line in lines(account):
            say(plain(line))
    return 0
