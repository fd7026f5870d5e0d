"""`harvest demo`: the whole path on recordings, without network and credentials."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvest.cli.crawl import COUNTS
from harvest.cli.terminal import plain, say, table

if TYPE_CHECKING:
    from harvest.demo import Stage
    from harvest.reading import Reading

WIDTH = 76


def demo(
    *,
    keep: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Keep what is written in a new folder.")] = None,
) -> int:
    """Harvest a topic from recordings: no network, no credentials.

    Counts, sources, a verified ledger, a damaged one, and an older ledger's account of the same topic beside ours.
    """
    from harvest.configuration import Configuration
    from harvest.demo import Stage, recordings, replay
    from harvest.reading import read

    with ExitStack() as stack:
        folder = _new(keep) if keep else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="harvest-")))
        stage = Stage(recordings(Configuration.load()), folder)
        _head("Harvest: Semax for SSRI emotional blunting, from recorded answers")
        say("The answers were reconstructed from public facts (data/demo/README.md): a demonstration, not evidence.")
        _counts(replay(stage))
        reading = read(stage.ledger)
        _sources(reading)
        sound = _verify(stage)
        _older(stage, reading)
        _next(stage, kept=keep is not None)
    return 0 if sound else 1


def _new(folder: Path) -> Path:
    from harvest.errors import UsageError

    if folder.exists():
        raise UsageError(f"expected a new folder for --keep, got {str(folder)!r}, which exists")
    folder.mkdir(parents=True)
    return folder.resolve()


def _head(words: str) -> None:
    say()
    say(f"== {words}")


def _cut(title: str) -> str:
    return shorten(title, WIDTH, placeholder=" …")


def _counts(accounts: list[dict[str, Any]]) -> None:
    from harvest import wording

    rows = [
        (wording.PROVIDERS[one["provider"]], one["outcome"], *(one["tally"][name] for name in COUNTS.values()))
        for one in accounts
    ]
    table(("provider", "outcome", *COUNTS), rows, numbers=frozenset(COUNTS))


def _sources(reading: "Reading") -> None:
    from harvest import topics, wording
    from harvest.configuration import Configuration
    from harvest.demo import TOPIC
    from harvest.summary import summarise

    _head("Sources, each with its label in words")
    sources = reading.sources.items()
    table(
        ("source", "year", "evidence", "title"),
        [(sid, body["year"], wording.evidence(body), _cut(body["title"])) for sid, body in sources],
    )
    say()
    question = topics.load(TOPIC, Configuration.load({"HARVEST_DATA_DIR": str(reading.path.parents[1])}).topics)
    say(summarise(reading, question).sentence)
    say(f"All labels: {wording.UNCHECKED}.")


def _verify(stage: "Stage") -> bool:
    """Both verifications; was the sound ledger found sound and the damaged one broken in the right line?"""
    from harvest.demo import damaged
    from harvest.ledger import verify

    _head("The ledger is verified: every line, the chain, the signed head")
    sound = verify(stage.ledger, state=stage.state)
    say(plain(f"valid: {sound.entries} entries, root {sound.root}" if not sound.exit_code else sound.lines()[-1]))
    copy, line = damaged(stage)
    broken = verify(copy, state=stage.state)
    found = broken.first_divergence
    say(f"One bit of line {line} is flipped in a copy:")
    say(plain(f"BROKEN: {found}" if found else "nothing noticed"))
    return sound.exit_code == 0 and found is not None and found.line == line


def _older(stage: "Stage", reading: "Reading") -> None:
    from collections import Counter

    from harvest import older
    from harvest.summary import legacy_index

    ledger = older.read(stage.recordings / "older-ledger.toml")
    _head("An older ledger of the same topic, beside ours (data/demo/older-ledger.toml)")
    listed, chained, header = ledger.sizes
    say(f"It lists {listed} sources, says {chained} in its chain and {header} in its header.")
    for line in older.compared(ledger, reading.catalogue):
        say(plain(line))
    missed = older.missed(ledger, reading.catalogue)
    say(f"Studies of Semax in people that it has not: {len(missed)}")
    for body in missed:
        say(plain(f"  {body['sid']}  {body['year']}  {body['key']}  {_cut(body['title'])}"))
    ours = legacy_index(Counter(body["evidence"] for body in reading.catalogue.sources.values()))
    say(f"Its index is {ledger.index}. The same formula gives ours {ours}: it only ever grows.")


def _next(stage: "Stage", *, kept: bool) -> None:
    _head("Next")
    if kept:
        settings = " ".join(f"{name}={value}" for name, value in stage.environment.items())
        say(f"{settings} harvest show semax-ssri s1")
    else:
        say("harvest demo --keep demo     keeps the ledger, to look around in it with less, jq and harvest show")
    say("harvest crawl semax-ssri     the same, asking PubMed itself")
    say("harvest topic new NAME       a question of your own")
