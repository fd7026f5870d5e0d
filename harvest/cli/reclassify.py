"""`harvest reclassify`: judge a topic's records again, show the difference, and append it."""

import sys
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from harvest.cli.terminal import advise, as_json, plain, say, table
from harvest.stops import stops_held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harvest.configuration import Configuration
    from harvest.crawl.reclassify import Change, Difference
    from harvest.topics import Topic

SOME_LEFT: Final = 2
"""Finished, but some records could not be judged again."""
LISTED: Final = 5
"""Keys, or words, that a line names at most."""


def reclassify(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Append without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference, write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object; with --yes or --dry-run.")] = False,
) -> int:
    """Judge all records of a topic again, after a new model, new rules or a changed topic file.

    Sources and what was left out are read from the answers that were kept; no provider is asked. The difference is
    shown first; what is then appended are `reclassified` entries with old, new and why, `source` entries for records
    that now are about the compound, and the account of the run. A record whose answer is gone stays as it is.

    Exit codes: 0 done, 2 some records could not be judged again, 75 a run of the topic is going on.
    """
    from harvest import topics
    from harvest.configuration import Configuration
    from harvest.crawl.reclassify import locked
    from harvest.errors import UsageError
    from harvest.reading import read

    if yes and dry_run:
        raise UsageError("expected --yes or --dry-run, got both")
    if not (yes or dry_run) and (json or not sys.stdin.isatty()):
        raise UsageError("expected --yes or --dry-run where nobody can be asked, got neither")
    configuration = Configuration.load()
    question = topics.load(topic, configuration.topics)
    catalogue = read(configuration.ledger(topic)).catalogue
    with nullcontext() if dry_run else locked(catalogue, question, configuration):
        catalogue = read(configuration.ledger(topic)).catalogue
        found = _difference(catalogue, question, configuration)
        if not json:
            _show(found)
        left = _write(found, question, configuration) if _wanted(found, yes=yes, dry_run=dry_run) else None
        if not (found.changes or dry_run):
            _seal(question, configuration)
    if json:
        as_json(_as_json(topic, found, written=left is not None))
    return SOME_LEFT if found.unread or left else 0


def _difference(catalogue: Any, topic: "Topic", configuration: "Configuration") -> "Difference":
    from harvest.crawl.reclassify import difference

    try:
        return difference(catalogue, topic, _folders(configuration), _progress())
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


def _folders(configuration: "Configuration") -> "list[Path]":
    """The archive, and the recording that a replayed ledger cites."""
    replay = configuration.replay
    return [configuration.archive, *([replay if replay.is_dir() else replay.parent] if replay else [])]


def _progress() -> "Callable[[int, int], None]":
    """On a terminal a line that overwrites itself."""
    if not sys.stderr.isatty():
        return lambda _done, _all: None

    def tell(done: int, all_: int) -> None:
        sys.stderr.write(f"\rjudging: {100 * done // all_} %\033[K\r")
        sys.stderr.flush()

    return tell


def _show(found: "Difference") -> None:
    """How many moved from where to where, then each of them."""
    moves = ((axis, str(old), str(new)) for one in found.changes for axis, (old, new) in one.moved.items())
    counts = Counter(moves)
    if counts:
        rows = sorted(((axis, old, new, count) for (axis, old, new), count in counts.items()), key=_in_order)
        table(("label", "old", "new", "records"), rows, numbers=frozenset({"records"}))
        say()
        for change in found.changes:
            _show_one(change)
            if change.name in found.reviewed:
                say("    a person has reviewed it: what readers see stays")
        say()
    say(f"{found.judged} records judged again, {len(found.changes) or 'none'} of them otherwise than before")
    if found.unread:
        more = f" and {len(found.unread) - LISTED} more" if len(found.unread) > LISTED else ""
        said = ", ".join(found.unread[:LISTED]) + more
        advise(plain(f"harvest: {len(found.unread)} left as they are, their answers are not in the archive: {said}"))


def _in_order(row: tuple[str, str, str, int]) -> tuple[int, int, str, str]:
    """Labels as everywhere, of each the commonest move first."""
    from harvest.explaining import LABELS

    label, old, new, count = row
    return LABELS.index(label) if label in LABELS else len(LABELS), -count, old, new


def _show_one(change: "Change") -> None:
    moved = "; ".join(
        f"{axis} {old} -> {new}" if old != "" else f"{axis} {new}" for axis, (old, new) in change.moved.items()
    )
    say(plain(f"{change.name}  {change.before.body['title']}"))
    say(plain(f"    {moved}"))
    if because := _because(change):
        say(plain(f"    because of {because}"))


def _because(change: "Change") -> str:
    """The first words that the new judgement rests on."""
    from harvest.explaining import causes

    found = [cause for cause in causes(change.now) if cause.words and cause.side != "against"]
    axis = "match" if {"screening", "flags"} & set(change.moved) else "evidence"
    return ", ".join(list(dict.fromkeys(cause.quoted for cause in found if cause.axis == axis))[:LISTED])


def _wanted(found: "Difference", *, yes: bool, dry_run: bool) -> bool:
    """Is it to be written? Asked on a terminal, where there is something to write."""
    if dry_run or not found.changes:
        return False
    if yes or typer.confirm(f"append this to the ledger, {len(found.changes)} records?", err=True):
        return True
    advise("harvest: nothing was written")
    return False


def _write(found: "Difference", topic: "Topic", configuration: "Configuration") -> tuple[str, ...]:
    """Append the difference, whole: a stop waits until the account of the run is written. What no line can hold."""
    from datetime import UTC, datetime

    from harvest.crawl.reclassify import write

    with stops_held():
        changed, refused = write(found, topic, configuration, lambda: datetime.now(UTC))
    advise(f"harvest: {changed} records changed, the head is signed; `harvest explain {topic.slug} sN` says why")
    for key in refused:
        advise(plain(f"harvest: {key}: no line can hold its new labels; it stays as it is"))
    return refused


def _seal(topic: "Topic", configuration: "Configuration") -> None:
    """Nothing is to be appended; what an earlier run appended before it was killed may still need its head."""
    from datetime import UTC, datetime

    from harvest.crawl.reclassify import seal_what_was_left

    with stops_held():
        if left := seal_what_was_left(topic, configuration, lambda: datetime.now(UTC)):
            advise(f"harvest: {left} entries that an earlier run left unsigned are under the signed head now")


def _as_json(topic: str, found: "Difference", *, written: bool) -> dict[str, Any]:
    from harvest.evidence import VERSION

    changes = [
        {
            "name": change.name,
            "key": change.judged.found.record.key,
            "title": change.before.body["title"],
            "entries": [kind for kind, _ in change.entries],
            "moved": {axis: {"old": old, "new": new} for axis, (old, new) in change.moved.items()},
            "because": _because(change),
            "reviewed": change.name in found.reviewed,
        }
        for change in found.changes
    ]
    return {
        "topic": topic,
        "model": VERSION,
        "why": found.why,
        "judged": found.judged,
        "changes": changes,
        "unread": list(found.unread),
        "written": written,
    }
