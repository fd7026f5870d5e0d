"""The writer whose power is cut: it appends, posts, erases, seals and rotates, and tells what is acknowledged.

Run as a process: folder, seed, and `unsynced` for one that never syncs.
"""

import base64
import json
import os
import sys
from pathlib import Path
from random import Random
from typing import Final

from harvest.ledger import Ledger
from tests.ledger.room import Room
from tests.torture.crash_states.calls import Promise
from tests.torture.crash_states.stories import Writer

READY: Final = b"ready\n"


class Telling:
    """Writes each promise to a descriptor, a line each; lines told before are not told again."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._told = 0

    def __call__(self, promise: Promise) -> None:
        new, self._told = promise.lines[self._told :], len(promise.lines)
        told = {"lines": base64.b64encode(new).decode(), "sealed": promise.sealed, "erased": sorted(promise.erased)}
        rest = memoryview(json.dumps(told).encode() + b"\n")
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


def heard(told: bytes) -> Promise:
    """The promise that stands after all that was told; a line that is not whole was not told."""
    lines, sealed, erased = b"", 0, frozenset[str]()
    for raw in told.splitlines(keepends=True):
        if raw.endswith(b"\n"):
            promise = json.loads(raw)
            lines += base64.b64decode(promise["lines"])
            sealed, erased = promise["sealed"], frozenset(promise["erased"])
    return Promise(lines, sealed, erased)


def write(writer: Writer, chance: Random) -> None:
    """Goes on until it is killed."""
    posted: list[int] = []
    while True:
        with writer.open() as ledger:
            for _ in range(chance.randrange(1, 12)):
                _step(writer, ledger, posted, chance)


def _step(writer: Writer, ledger: Ledger, posted: list[int], chance: Random) -> None:
    """One thing that writers do, mostly an append."""
    (kind,) = chance.choices(("append", "post", "erase", "seal", "rotate"), (60, 15, 8, 12, 5))
    sizes = [chance.choice((10, 300, 3_000)) for _ in range(chance.randrange(1, 8))]
    if kind == "append":
        writer.append(ledger, *sizes)
    elif kind == "post":
        posted += writer.post(ledger, *sizes)
    elif kind == "erase" and posted:
        writer.erase(ledger, posted.pop())
    elif kind == "seal":
        writer.seal(ledger)
    elif kind == "rotate":
        writer.rotate(ledger)


def main(folder: str, seed: str, *wrong: str) -> None:
    """Says that it is ready, then writes."""
    if wrong:
        os.fsync = lambda fd: None
    os.write(sys.stdout.fileno(), READY)
    write(Writer(Room(Path(folder)), Telling(sys.stdout.fileno())), Random(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
