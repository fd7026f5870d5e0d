"""One of many processes on one ledger: appends its entries, numbers its sources, says what was acknowledged."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from harvest.ledger import Entry, Ledger
from tests.ledger.room import FIRST_RUN, ORIGIN, Room

LARGEST: Final = 40
"""Entries of a batch, at most."""


class Worker:
    """What it knows of the ledger is a fold over entries, those of others included.

    Attributes:
        written: entries of its own that are in the ledger.
        sids: sources that anybody has numbered.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.written = 0
        self.sids = 0

    def take(self, entry: Entry) -> None:
        """Takes each entry in order."""
        if entry.type == "source":
            self.sids += 1
            self.written += entry.body["key"].split(":")[0] == self._name

    def work(self, room: Room, count: int, draw: Random) -> None:
        """Goes on to so many entries, wherever it was stopped before, and signs the head."""
        with self._opened(room) as ledger:
            while told := self._append(ledger, draw.randint(1, LARGEST), count):
                sys.stdout.write("".join(told))
                sys.stdout.flush()
            ledger.seal()

    def _append(self, ledger: Ledger, size: int, count: int) -> list[str]:
        """One batch; what is then acknowledged, a line each."""
        told = []
        with ledger.batch() as batch:
            for _ in range(min(size, count - self.written)):
                body = {"key": f"{self._name}:{self.written}", "sid": f"s{self.sids + 1}"}
                told.append(f"{body['key']} {batch.append('source', body)}\n")
        return told

    def _opened(self, room: Room) -> Ledger:
        return Ledger.open(
            room.path,
            keys=room.keys,
            origin=ORIGIN,
            topic="semax-ssri",
            clock=room.clock,
            run=FIRST_RUN,
            created_by="harvest 0.1.0",
            genesis={},
            fold=self.take,
        )


def main() -> None:
    """`python -m tests.torture.faults.worker FOLDER NAME ENTRIES SEED`."""
    folder, name, count, seed = sys.argv[1:]
    Worker(name).work(Room(Path(folder), lambda: datetime.now(UTC)), int(count), Random(seed))


if __name__ == "__main__":
    main()
