"""`harvest`: its commands, and how each can end: an exit code and, where something is wrong, one line on stderr."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn

import typer
from typer.exceptions import TyperException

from harvest import __version__
from harvest.cli import (
    adopt,
    anchor,
    classify,
    crawl,
    dedupe,
    demo,
    doctor,
    explain,
    ingest,
    key,
    merge,
    prove,
    recheck,
    reclassify,
    redact,
    show,
    summary,
    topic,
    unmerge,
    verify,
    verify_proof,
)
from harvest.cli.terminal import advise, plain, say
from harvest.errors import HarvestError, UsageError

INTERRUPTED: Final = 130
"""Ended by Ctrl-C, as shells count it."""
NOBODY_READS: Final = 141
"""Whoever read our output has gone (`| head`), as shells count it."""

app = typer.Typer(
    name="harvest",
    help="Gathers what is known and said about a compound-condition pair into a ledger that can prove it.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("crawl")(crawl.crawl)
app.command("ingest")(ingest.ingest)
app.command("verify")(verify.verify)
app.command("prove")(prove.prove)
app.command("verify-proof")(verify_proof.verify_proof)
app.command("show")(show.show)
app.command("explain")(explain.explain)
app.command("summary")(summary.summary)
app.command("classify")(classify.classify)
app.command("dedupe")(dedupe.dedupe)
app.command("reclassify")(reclassify.reclassify)
app.command("merge")(merge.merge)
app.command("unmerge")(unmerge.unmerge)
app.command("redact")(redact.redact)
app.command("recheck")(recheck.recheck)
app.add_typer(topic.app, name="topic")
app.command("adopt")(adopt.adopt)
app.command("anchor")(anchor.anchor)
app.add_typer(key.app, name="key")
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)


@app.callback(invoke_without_command=True)
def _harvest(
    context: typer.Context, *, version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False
) -> None:
    if version:
        say(f"harvest {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        advise(context.get_help())
        raise typer.Exit(UsageError.exit_code)


def run() -> NoReturn:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code. Nothing is raised, no traceback is shown."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a letter the terminal lacks
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except (KeyboardInterrupt, typer.Abort):
        advise("harvest: interrupted")
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("HARVEST_TRACEBACK"):
            raise
        known = _known(error)
        advise(f"harvest: {plain(str(known))}")
        return known.exit_code
    return code


def _invoke(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("harvest", arguments) as context:
            return int(command.invoke(context) or 0)
    except typer.Exit as ended:
        return ended.exit_code


def _known(error: Exception) -> HarvestError:
    """The same as an error with one line and an exit code."""
    if isinstance(error, HarvestError):
        return error
    if isinstance(error, TyperException):
        where = getattr(getattr(error, "ctx", None), "command_path", "harvest")
        message = error.format_message().strip().rstrip(".")
        return UsageError(message[:1].lower() + message[1:], hint=f"see {where} --help")
    if isinstance(error, OSError):
        from harvest.ledger.durable import write_failed

        return write_failed(error, f"using {error.filename}" if error.filename else "working")
    return HarvestError(f"internal error: {error!r}", hint="HARVEST_TRACEBACK=1 shows where; please report it")
