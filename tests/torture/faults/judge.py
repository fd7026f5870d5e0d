"""What must hold after a fault, whatever it was: seen by a process that it did not strike."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from harvest.errors import HarvestError, HeadMissing
from harvest.ledger import Depth, Report, Verdict
from harvest.ledger.content import ContentStore
from tests.ledger.room import START, Room, ticking
from tests.torture.faults.scenes import adopt
from tests.torture.faults.witness import Testimony, Witness
from tests.torture.faults.writer import Writer

THIRD_RUN: Final = "01J00000000000000000000003"


def violations(room: Room, testimony: Testimony, witness: Witness) -> Iterator[str]:
    """What was promised and does not hold, and what is claimed and is not so.

    Args:
        room: where the ledger stands after the fault.
        testimony: what the struck process was told before it ended.
        witness: takes down what this process is told, which nobody asks for.
    """
    room.clock = ticking(START + timedelta(days=1))
    found = room.verify()
    yield from _false(found, testimony)
    yield from _lost(room.path, testimony)
    yield from _unforgotten(room.path, testimony)
    try:
        _gone_on(room, witness)
    except (HarvestError, OSError) as error:
        yield f"cannot go on: {error}"
        return
    yield from _lost(room.path, testimony)
    yield from _unasked(room.path, testimony)
    after = room.verify()
    if after.verdict is not Verdict.VALID:
        yield f"not valid after it went on: {after.lines()}"
    if fault := room.verify(depth=Depth.DEEP).first_divergence:
        yield f"not whole after it went on: {fault}"
    if after.sealed < testimony.sealed:
        yield f"sealed {after.sealed} after it went on, {testimony.sealed} were acknowledged"


def misjudged(room: Room, testimony: Testimony) -> Iterator[str]:
    """Verification of a broken ledger that called it anything else, and did not say that it could not read it."""
    if testimony.verdict not in {None, Verdict.BROKEN, Verdict.UNREADABLE}:
        yield f"called {Verdict(testimony.verdict or 0).name}, but is broken"
    if room.verify().verdict is not Verdict.BROKEN:
        yield "not broken any more"


def _false(found: Report, testimony: Testimony) -> Iterator[str]:
    """Verification before anything was repaired: a torn tail may be there, above all that is signed."""
    if found.verdict is Verdict.UNREADABLE and (testimony.entries or testimony.sealed):
        yield f"unreadable: {found.unreadable}"
    if found.first_divergence and found.first_divergence.line <= max(found.sealed, testimony.sealed):
        yield f"broken below the head: {found.first_divergence}"
    if found.sealed < testimony.sealed:
        yield f"sealed {found.sealed}, {testimony.sealed} were acknowledged"
    if testimony.verdict == Verdict.VALID and found.verdict is not Verdict.VALID:
        yield f"verified as valid, but is {found.verdict.name}"


def _lost(path: Path, testimony: Testimony) -> Iterator[str]:
    """Acknowledged entries that are not where they were acknowledged, and entries that are there twice."""
    stored = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    names = [_name(raw) for raw in stored]
    for name, seq in testimony.entries.items():
        if names[seq : seq + 1] != [name]:
            yield f"lost {name}, acknowledged as entry {seq}"
    for name, count in Counter(filter(None, names)).items():
        if count > 1:
            yield f"{name} stands there {count} times"


def _unforgotten(path: Path, testimony: Testimony) -> Iterator[str]:
    """Content that was acknowledged as erased and is there."""
    stored = path.read_bytes().split(b"\n") if testimony.redacted else []
    for seq in testimony.redacted:
        commitment = json.loads(stored[seq])["body"]["content"]["commitment"]
        if any(ContentStore.beside(path).folder.glob(f"{commitment}*")):
            yield f"content of entry {seq} is there, its erasure was acknowledged"


def _unasked(path: Path, testimony: Testimony) -> Iterator[str]:
    """Content that nobody asked to be erased and a `redaction` stands for."""
    for raw in path.read_bytes().splitlines():
        entry = json.loads(raw)
        if entry["type"] == "redaction" and entry["body"]["seq"] not in testimony.asked:
            yield f"content of entry {entry['body']['seq']} was erased, which nobody asked for"


def _name(raw: bytes) -> str:
    """What the writer called the entry; nothing for entries of another kind and what is no entry."""
    try:
        entry = json.loads(raw)
        return str(entry["body"]["key"]) if entry["type"] == "failed" else ""
    except (ValueError, KeyError, TypeError):
        return ""


def _gone_on(room: Room, witness: Witness) -> None:
    """Opens what is left, appends, seals."""
    writer = Writer(room, witness)
    try:
        writer.open()
    except HeadMissing:
        adopt(writer)
        writer.open()
    with writer.ledger:
        writer.add("after-all")
        writer.seal()
