"""The index's files following their ledger: caught up where it grew, made anew where they are not its own."""

import fcntl
import os
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

from harvest.errors import LedgerError
from harvest.ledger.checkpoint import MOST_OF_A_NOTE, Checkpoint, read_checkpoint
from harvest.ledger.durable import read_file
from harvest.ledger.merkle import EMPTY_ROOT
from harvest.ledger.reader import opened, unreadable
from harvest.ledger.stored import FOR_READING, FOR_WRITING, Stored, Torn, leaves

_NO_HEAD: Final = Checkpoint("", 0, EMPTY_ROOT)


class Follower:
    """One ledger, open for reading, and what is stored beside it.

    Attributes:
        path: of the ledger.
        stored: the index's files; temporary ones where none can be written beside the ledger.
        size: whole lines that were in the ledger when it was last looked at.
        rebuilds: how often all of it was made anew because something did not hold.
    """

    size: int

    def __init__(self, path: Path, ledger: BinaryIO, stored: Stored) -> None:
        self.path = path
        self.stored = stored
        self.rebuilds = 0
        self._ledger = ledger

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens both; files that are current are not read, others are brought up to the ledger.

        Raises:
            LedgerMissing: there is no ledger.
            LedgerError: it cannot be read.
        """
        follower = cls(path, opened(path), _stored(path))
        try:
            follower.refresh()
        except BaseException:
            follower.close()
            raise
        return follower

    def close(self) -> None:
        """Lets go of all files."""
        self._ledger.close()
        self.stored.close()

    def line(self, seq: int) -> bytes:
        """A line from the ledger.

        Raises:
            Torn: it is not the one of the stored leaf.
        """
        return self.stored.line(self._ledger.fileno(), seq)

    def lines(self, first: int, last: int) -> Iterator[bytes]:
        """The lines from `first` up to `last`, as they are stored, read in one go and held against nothing."""
        start, end = self.stored.end(first), self.stored.end(last)
        with os.fdopen(os.dup(self._ledger.fileno()), "rb") as stream:
            stream.seek(start)
            for line in stream:
                start += len(line)
                if start > end:
                    return
                yield line

    def refresh(self) -> None:
        """Takes in what the ledger has become since; what does not fit the ledger is made anew.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        self._bring_up(anew=False)

    def rebuild(self) -> None:
        """Makes all anew from the ledger.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        self.rebuilds += 1
        self._bring_up(anew=True)

    def _bring_up(self, *, anew: bool) -> None:
        try:
            self._follow(anew=anew)
        except OSError:
            self.stored.close()
            self.stored = Stored.unkept()
            try:
                self._follow(anew=True)
            except OSError as error:
                raise unreadable(self.path, error) from error
        self.size = self.stored.size()

    def _follow(self, *, anew: bool) -> None:
        if not anew and self._is_current():
            return
        with self.stored.locked():
            known = 0 if anew else self._known()
            if known == 0 or known < self.stored.size():
                self.stored.cut(known)
            self._catch_up(known)

    def _is_current(self) -> bool:
        with suppress(Torn):
            size = self.stored.size()
            return self._known() == size and self.stored.end(size) == self._length()
        return False

    def _known(self) -> int:
        """How many of the stored lines are the ledger's, as far as its newest head and the last line tell."""
        size, head = self.stored.size(), self._newest_head()
        if head.size <= size and self.stored.frontier(head.size).root() != head.root:
            return 0
        return next((known for known in (size, head.size) if known <= size and self._bears_out(known)), 0)

    def _bears_out(self, size: int) -> bool:
        """Does the last of so many lines stand in the ledger where it should?"""
        with suppress(Torn):
            return size > 0 and bool(self.line(size - 1))
        return False

    def _newest_head(self) -> Checkpoint:
        """The head beside the ledger, whoever signed it; that of no entries where none can be read."""
        with suppress(LedgerError):
            if (note := read_file(self.path.with_suffix(".checkpoint"), MOST_OF_A_NOTE)) is not None:
                return read_checkpoint(note)[0]
        return _NO_HEAD

    def _catch_up(self, size: int) -> None:
        """Reads the ledger from its line `size` on."""
        tree, offset, limit = self.stored.frontier(size), self.stored.end(size), self._settled_length()
        self._ledger.seek(offset)
        for hashed, ends in leaves(self._ledger, offset):
            fit = bisect_right(ends, limit)
            self.stored.append(tree.size, tree.extend(hashed[:fit]), ends[:fit])
            if fit < len(ends):
                return

    def _length(self) -> int:
        return os.fstat(self._ledger.fileno()).st_size

    def _settled_length(self) -> int:
        """The ledger's length at a moment when no batch is half written; while one is, its length now."""
        with suppress(OSError):
            fcntl.flock(self._ledger, fcntl.LOCK_SH | fcntl.LOCK_NB)
        length = self._length()
        with suppress(OSError):
            fcntl.flock(self._ledger, fcntl.LOCK_UN)
        return length


def _stored(path: Path) -> Stored:
    for flags in (FOR_WRITING, FOR_READING):
        with suppress(OSError):
            return Stored.beside(path, flags)
    return Stored.unkept()
