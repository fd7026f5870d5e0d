"""One process at work on a ledger, saying what it was told."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from harvest.errors import HarvestError
from harvest.ledger import Ledger
from tests.ledger.room import SECOND_RUN, Room, ticking
from tests.torture.faults.witness import Witness

EXPECTED: Final = (HarvestError, OSError)
"""Errors that commands end with in one line; any other is a fault of ours."""


@dataclass
class Writer:
    """One process at work on the ledger of a room, saying what it was told; an entry is of `weight` bytes and more."""

    room: Room
    witness: Witness
    weight: int = 0
    ledgers: list[Ledger] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return self.ledgers[-1]

    def open(self) -> Ledger:
        """Opens the ledger once more, as another process would."""
        self.ledgers.append(self.room.open(SECOND_RUN))
        return self.ledger

    def add(self, *names: str, content: bool = False) -> None:
        """Appends one batch; with content, what people wrote lies beside it."""
        fields = {"title": "what a person wrote"} if content else None
        with self.ledger.batch() as batch:
            seqs = {name: batch.append("failed", self._body(name), content=fields) for name in names}
        self.witness.tell("entries", seqs)

    def _body(self, name: str) -> dict[str, str]:
        return {"key": name} | ({"why": "." * self.weight} if self.weight else {})

    def redact(self, *seqs: int) -> None:
        """Erases content."""
        for seq in seqs:
            self.witness.tell("asked", seq)
        for seq in self.ledger.redact(seqs, "deleted-by-author"):
            self.witness.tell("redacted", seq)

    def seal(self) -> None:
        self.witness.tell("sealed", self.ledger.seal().size)

    def later(self, by: timedelta) -> None:
        """Lets time go by."""
        self.room.clock = ticking(self.room.clock() + by)

    def close(self) -> None:
        """Lets go of everything."""
        for ledger in self.ledgers:
            with suppress(OSError):
                ledger.close()

    def insist(self) -> None:
        """What a program may try after an error: the same ledger again, then another one."""
        if self.ledgers:
            with suppress(*EXPECTED):
                self.add("again")
                self.seal()
            with suppress(*EXPECTED):
                self.ledger.close()
        with suppress(*EXPECTED):
            self.open()
            self.add("anew")
