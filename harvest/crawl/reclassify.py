"""A whole ledger judged again, from the answers that it was made from: what would change, and writing that down."""

import importlib.metadata
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from harvest import __version__
from harvest.catalogue import REJUDGING, Catalogue, Settled
from harvest.configuration import Configuration
from harvest.crawl.rejudge import stream_kept
from harvest.evidence import VERSION
from harvest.explaining import LABELS
from harvest.judging import judge
from harvest.ledger import Batch, LineRefused, run_lock, verify
from harvest.model import Key
from harvest.opening import open_ledger
from harvest.settlement import settle
from harvest.stages import Judged
from harvest.topics import Topic

Body = dict[str, Any]
Moved = dict[str, tuple[Any, Any]]

GROUP: Final = 1_000
"""Records that one append covers at most (ledger format 1, "Writing")."""


@dataclass(frozen=True, slots=True)
class Change:
    """A settled record that is judged otherwise than it stands in the ledger."""

    judged: Judged
    before: Settled
    entries: tuple[tuple[str, Body], ...]
    """What would be appended, were nothing else appended before."""

    @property
    def name(self) -> str:
        """Its `sid`, or its key where it is no source."""
        return self.before.sid or self.judged.found.record.key

    @property
    def now(self) -> Body:
        """The fields that replace the older ones, of all its entries together."""
        now: Body = {}
        for kind, body in self.entries:
            if kind not in {"linked", "merged"}:
                now |= body if kind in {"source", "duplicate"} else body["new"]
        return now

    @property
    def moved(self) -> Moved:
        """Old and new value of each axis that differs; of a record that becomes a duplicate, of which source."""
        old, now = self.before.body, self.now
        if "of" in now:
            return {"duplicate of": ("", now["of"])}
        moved: Moved = {
            axis: (old.get(axis), now[axis]) for axis in LABELS if axis in now and old.get(axis) != now[axis]
        }
        if moved:
            return moved
        if "flags" in now and set(before := old.get("flags", [])) != set(now["flags"]):
            return {"flags": (_listed(before), _listed(now["flags"]))}
        return {"claims": ("", "other sentences")} if "claims" in now else {"record": ("", "read anew")}


@dataclass(frozen=True, slots=True)
class Difference:
    """What judging a ledger again would change."""

    judged: int
    changes: tuple[Change, ...]
    """In the order of the ledger."""
    unread: tuple[Key, ...]
    """Records whose answer is not in the archive, or no longer: they stay as they are."""
    reviewed: frozenset[str]
    """Sources that a person has reviewed: what readers see of them stays."""
    why: str


def difference(
    catalogue: Catalogue, topic: Topic, folders: Sequence[Path], told: Callable[[int, int], None]
) -> Difference:
    """Judge every source and every record that was left out again.

    Args:
        catalogue: what the ledger says.
        topic: the topic as it is now.
        folders: where WARC files lie.
        told: called with how many are judged, of how many.
    """
    keys = [key for key, settled in catalogue.settled.items() if _was_judged(settled)]
    why = _why(catalogue, topic)
    found: dict[Key, Change] = {}
    read: set[Key] = set()
    for one in stream_kept(keys, catalogue, folders):
        key = one.record.key
        read.add(key)
        told(len(read), len(keys))
        judged = judge(one, topic)
        found.pop(key, None)  # of several versions in one answer the last counts
        if caused := _caused(judged, catalogue, why):
            found[key] = Change(judged, catalogue.settled[key], caused)
    changes = tuple(found[key] for key in keys if key in found)
    return Difference(
        len(read), changes, tuple(key for key in keys if key not in read), frozenset(catalogue.reviewed), why
    )


@contextmanager
def locked(catalogue: Catalogue, topic: Topic, configuration: Configuration) -> Iterator[None]:
    """Hold the run locks of the topic and all its providers: nobody else writes within the block.

    Raises:
        Busy: a run of one of them is going on.
    """
    settled = {settled.body["provider"] for settled in catalogue.settled.values()}
    with ExitStack() as stack:
        for provider in sorted({REJUDGING, *topic.providers, *settled}):
            stack.enter_context(run_lock(configuration.state_dir, topic.slug, provider))
        yield


def write(
    difference: Difference, topic: Topic, configuration: Configuration, clock: Callable[[], datetime]
) -> tuple[int, tuple[Key, ...]]:
    """Append the changes as a run of their own and sign the head.

    Each record is settled once more against the ledger as it stands then, so that writing again after a break adds only
    what is missing.

    Returns:
        How many records were changed, and the keys of those that no line can hold.

    Raises:
        LedgerError: the ledger cannot be continued.
    """
    catalogue = Catalogue()
    ledger = open_ledger(topic.slug, configuration, clock=clock, catalogue=catalogue)
    with ledger:
        with ledger.batch() as batch:
            batch.append("run-started", _started(topic))
        refused: list[Key] = []
        remaining = iter(difference.changes)
        while group := list(islice(remaining, GROUP)):
            with ledger.batch() as batch:
                refused += [key for change in group if (key := _append(change, batch, catalogue, difference.why))]
        changed = len(difference.changes) - len(refused)
        counts = {"judged": difference.judged, "changed": changed, "unread": len(difference.unread)}
        with ledger.batch() as batch:
            told = {"providers": {}, "reclassified": counts | {"refused": len(refused)}}
            batch.append("run-finished", told | {"acknowledged": batch.acknowledged()})
        ledger.seal()
    return changed, tuple(refused)


def seal_what_was_left(topic: Topic, configuration: Configuration, clock: Callable[[], datetime]) -> int:
    """Sign the head over entries that an earlier run left without one when it was killed.

    Returns:
        How many there were.

    Raises:
        LedgerError: the ledger cannot be continued.
    """
    left = verify(configuration.ledger(topic.slug), state=configuration.state_dir).unsealed
    if left:
        with open_ledger(topic.slug, configuration, clock=clock, catalogue=Catalogue()) as ledger:
            ledger.seal()
    return left


def _append(change: Change, batch: Batch, catalogue: Catalogue, why: str) -> Key:
    """Append what a record causes now; its key where a line cannot hold it."""
    for kind, body in _caused(change.judged, catalogue, why):
        try:
            batch.append(kind, body)
        except LineRefused:
            return change.judged.found.record.key
    return ""


def _caused(judged: Judged, catalogue: Catalogue, why: str) -> tuple[tuple[str, Body], ...]:
    """The entries; no provider was asked, so that none says whether a record that failed to come is there."""
    return tuple(entry for entry in settle(judged, catalogue, why=why).entries if entry[0] != "rechecked")


def _was_judged(settled: Settled) -> bool:
    return settled.kind != "duplicate" and "evidence" in settled.body and "erased" not in settled.body


def _why(catalogue: Catalogue, topic: Topic) -> str:
    """What has changed since the records were judged, as far as the runs of the ledger tell."""
    asked = {digest for digests in catalogue.questions.values() for digest in digests}
    judged_by = {run.get("versions", {}).get("evidence", "an older version") for run in catalogue.runs.values()}
    changed = ["the topic file changed"] if asked - {topic.digest} else []
    if older := sorted(judged_by - {VERSION}):
        changed.append(f"rules or model changed from {', '.join(older)} to {VERSION}")
    return f"judged again: {' and '.join(changed) or 'the same rules and model, another program'}"


def _started(topic: Topic) -> Body:
    """What shaped the run: question and versions."""
    versions = {"harvest": __version__, "evidence": VERSION, "python": platform.python_version()}
    versions["lxml"] = importlib.metadata.version("lxml")
    return {
        "spider": REJUDGING,
        "topic": topic.slug,
        "topic_sha256": topic.digest,
        "versions": versions,
        "settings": {},
    }


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
