"""`harvest topic`: begin a topic file, list the topics, check them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvest.cli.terminal import advise, as_json, plain, say, table

if TYPE_CHECKING:
    from harvest.configuration import Configuration

app = typer.Typer(help="Begin, list and check topic files.", rich_markup_mode=None, no_args_is_help=True)


@app.command("new")
def new(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Its name: lower-case words joined by hyphens.")],
    *,
    compound: Annotated[str, typer.Option(metavar="NAME", help="Name of the compound.")] = "Name of the compound",
    condition: Annotated[str, typer.Option(metavar="NAME", help="Name of the condition.")] = "Name of the condition",
    title: Annotated[
        str, typer.Option(metavar="WORDS", help="Title; compound for condition where none is given.")
    ] = "",
) -> int:
    """Write a commented topic file to fill in.

    One that exists is never overwritten.
    """
    from harvest import topics
    from harvest.configuration import Configuration
    from harvest.errors import UsageError
    from harvest.topics.topic import is_slug

    folder = Configuration.load().topics
    path = folder / f"{slug}.toml"
    if not is_slug(slug):
        raise UsageError(f"expected lower-case words joined by hyphens such as semax-ssri, got {slug!r}")
    folder.mkdir(parents=True, exist_ok=True)
    _create(path, topics.template(slug, title=title, compound=compound, condition=condition))
    try:
        topics.read(path)
    except UsageError:
        path.unlink()
        raise
    say(f"{path} written; fill it in, then: harvest topic check {slug}")
    return 0


def _create(path: Path, text: str) -> None:
    from harvest.errors import UsageError

    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"expected a new topic, got {path}, which exists", hint="edit it, or choose a name") from None


@app.command("list")
def list_(*, json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False) -> int:
    """List the topics.

    One whose file is wrong is listed with what is wrong.
    """
    from harvest import topics
    from harvest.configuration import Configuration

    configuration = Configuration.load()
    known = [_described(slug, configuration) for slug in topics.slugs(configuration.topics)]
    if json:
        as_json({"folder": str(configuration.topics), "topics": known})
        return 0
    if not known:
        advise(f"no topics in {configuration.topics}; begin one with: harvest topic new SLUG")
        return 0
    rows = [
        (one["slug"], one["every"] or "by hand", ", ".join(one["providers"]), one["error"] or one["title"])
        for one in known
    ]
    table(("topic", "every", "providers", "title"), rows)
    return 0


def _described(slug: str, configuration: "Configuration") -> dict[str, Any]:
    from harvest import topics
    from harvest.errors import TopicError

    try:
        topic = topics.load(slug, configuration.topics)
    except TopicError as error:
        return {"slug": slug, "title": "", "every": "", "providers": [], "ledger": False, "error": str(error)}
    every = topic.schedule.every if topic.schedule else ""
    begun = configuration.ledger(slug).exists()
    providers = list(topic.providers)
    return {"slug": slug, "title": topic.title, "every": every, "providers": providers, "ledger": begun, "error": ""}


@app.command("check")
def check(
    slugs: Annotated[list[str] | None, typer.Argument(metavar="SLUG", help="Topics; all where none.")] = None,
) -> int:
    """Check topic files, the tables of their providers included.

    Exit code 64 where one is wrong.
    """
    from harvest import topics
    from harvest.configuration import Configuration
    from harvest.errors import TopicError

    folder = Configuration.load().topics
    wrong = 0
    for slug in slugs or topics.slugs(folder):
        try:
            unchecked = _check(slug, folder)
        except TopicError as error:
            advise(f"harvest: {plain(str(error))}")
            wrong += 1
        else:
            say(f"{slug}: ok" + (f"; not in this version: {', '.join(unchecked)}" if unchecked else ""))
    return TopicError.exit_code if wrong else 0


def _check(slug: str, folder: Path) -> list[str]:
    """Raise for the first thing wrong; return the providers that no spider of this version can check."""
    from harvest import topics
    from harvest.crawl.runs import spiders

    topic = topics.load(slug, folder)
    known = spiders()
    for name in topic.providers:
        if name in known:
            topics.provider_options(topic, name, known[name].Options)
    return [name for name in topic.providers if name not in known]
