"""`harvest ingest`: take in a text or a link that somebody pasted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.terminal import as_json, plain, standard_input, table

if TYPE_CHECKING:
    from harvest.crawl.ingest import Ingested


def ingest(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    text: Annotated[str, typer.Option(metavar="FILE", help="A file with the text; - reads standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Take in a text or a link that somebody pasted, and look up the PMIDs, DOIs and trial numbers in it.

    The text enters unverified, and can be erased; the same text again is known. An identifier whose record is not what
    the text says of it is refused: nothing is catalogued for it. A link alone is read as a page of the web, unless it
    leads to a record of PubMed, of doi.org or of ClinicalTrials.gov.

    Exit codes: 0 complete, 2 an identifier was refused or did not come, 3 failed, 64 bad arguments, topic or text,
    75 another ingest of the topic is going on.
    """
    from harvest.configuration import Configuration
    from harvest.crawl.ingest import ingest as take_in
    from harvest.crawl.progress import Silent, fitting_progress
    from harvest.pasted import decoded

    words = decoded(_octets(text))
    ended = take_in(topic, words, Configuration.load(), Silent() if json else fitting_progress())
    if json:
        as_json(_said(topic, ended))
    elif ended.told:
        rows = [(one.key, one.outcome, one.by, one.title) for one in ended.told]
        table(("id", "outcome", "matched by", "title"), rows)
    return ended.exit_code


def _octets(text: str) -> bytes:
    """One byte more than may be, so that what is too long shows."""
    from harvest.errors import UsageError
    from harvest.pasted import LARGEST

    if text == "-":
        return standard_input("a text").read(LARGEST + 1)
    try:
        with Path(text).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or "an error").lower()
        raise UsageError(
            f"expected a file with a text, got {plain(text)!r}: {reason}", hint="--text - reads standard input"
        ) from None


def _said(topic: str, ended: "Ingested") -> dict[str, object]:
    from dataclasses import asdict

    told = [asdict(one) for one in ended.told]
    return {"topic": topic, "exit_code": ended.exit_code, **ended.report.as_json(), "identifiers": told}
