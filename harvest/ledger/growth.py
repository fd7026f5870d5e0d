"""The index as the signer extends it: with what was re-read for a head, and never at the cost of the head."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from harvest.ledger.checkpoint import Checkpoint
from harvest.ledger.merkle import Frontier
from harvest.ledger.stored import Stored

_TOGETHER: Final = 1 << 16
"""Lines whose hashes are written at once, at most."""


class Growth:
    """A tree that goes on over lines that are re-read, and what the index is to be given for them.

    Whatever goes wrong with the index ends in silence: it is made anew when somebody next asks it.

    Attributes:
        tree: the tree so far.
        offset: the byte at which its lines end.
    """

    def __init__(self, ledger: Path, tree: Frontier, offset: int) -> None:
        self.tree = tree
        self.offset = offset
        self._ledger = ledger
        self._begin()

    @classmethod
    def from_index(cls, ledger: Path, descriptor: int, head: Checkpoint) -> Self | None:
        """One that goes on from a head; None if the index does not have the head's lines.

        The root over what is taken from there is the head's, and the last of its lines ends where the index says.

        Args:
            ledger: path of the ledger.
            descriptor: the ledger, open for reading.
            head: a head that is believed, of one line at least.
        """
        with suppress(OSError), Stored.beside(ledger) as stored:
            if (tree := stored.frontier(head.size)).root() == head.root:
                stored.line(descriptor, head.size - 1)
                return cls(ledger, tree, stored.end(head.size))
        return None

    def extend(self, leaves: Sequence[bytes], ends: Sequence[int]) -> None:
        """Adds lines: their leaves, and the bytes at which they end."""
        if not leaves:
            return
        self._hashes.append(self.tree.extend(leaves))
        self._ends += ends
        self.offset = ends[-1]
        if len(self._ends) >= _TOGETHER:
            self.keep()

    def keep(self) -> None:
        """Writes to the index what it has not been given yet.

        An index that is behind is left to whoever reads it next, and so is one that somebody changes just now.
        """
        with suppress(OSError), Stored.beside(self._ledger) as stored, stored.locked(wait=False):
            size = self._before.size
            if stored.frontier(size) == self._before and stored.end(size) == self._start:
                stored.cut(size)
                stored.append(size, b"".join(self._hashes), self._ends)
            else:
                stored.cut(0)
        self._begin()

    def _begin(self) -> None:
        """From here on nothing waits to be written."""
        self._before, self._start = self.tree.copy(), self.offset
        self._hashes: list[bytes] = []
        self._ends: list[int] = []
