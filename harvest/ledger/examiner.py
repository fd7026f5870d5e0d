"""Lines looked at one by one, each for itself: is it what the format allows, and does its body say what it must?"""

from collections.abc import Sequence
from typing import Final

from harvest.ledger.chain import Divergence
from harvest.ledger.entry import Entry
from harvest.ledger.line import LineRefused, decode
from harvest.ledger.references import Event
from harvest.ledger.schemas import fault

FAULTS_KEPT: Final = 20
"""Faults that are told one by one; further ones are counted."""


class Examiner:
    """What was found in a stretch of lines.

    Attributes:
        events: of all lines, in order: what other lines may refer to.
        faults: bodies that are not as they should be, the first `FAULTS_KEPT` of them.
        more: how many others.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.faults: list[Divergence] = []
        self.more = 0

    def take_lines(self, lines: Sequence[bytes], offset: int) -> bool:
        """Takes lines without their LF, the first of which begins at byte `offset`; False if one is no entry."""
        try:
            for line in lines:
                self.take(decode(line + b"\n"), offset)
                offset += len(line) + 1
        except LineRefused:
            return False
        return True

    def take(self, entry: Entry, offset: int) -> None:
        """Takes one entry, whose line begins at `offset`."""
        self.events.append(Event.of(entry, offset))
        if wrong := fault(entry.type, entry.body):
            if len(self.faults) < FAULTS_KEPT:
                self.faults.append(Divergence(entry.seq + 1, offset, *wrong))
            else:
                self.more += 1
