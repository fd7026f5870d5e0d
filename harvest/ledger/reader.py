"""The entries of a ledger as they stand in its file."""

import errno
import os
import stat
from collections.abc import Iterator
from io import BufferedReader, FileIO
from pathlib import Path

from harvest.errors import LedgerBroken, LedgerError, LedgerMissing
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.entry import Entry
from harvest.ledger.line import lines


def entries(path: Path, *, chain: Chain | None = None) -> Iterator[Entry]:
    """The entries of a ledger, each checked as it is read; holds no head against them (`verify` does).

    Args:
        path: the ledger.
        chain: a new one; while the entries are read its `tree` is that of the lines so far.

    Raises:
        LedgerBroken: at the first line that breaks a rule, with its number and byte offset.
        LedgerMissing: if there is no such file.
        LedgerError: if it cannot be read.
    """
    reader = chain or Chain()
    try:
        with BufferedReader(opened(path)) as stream:
            for line in lines(stream):
                yield reader.extend(line)
    except OSError as error:
        raise unreadable(path, error) from error
    except Diverges as fault:
        raise LedgerBroken(f"{path}: {fault}", hint="`harvest verify` says what still holds") from fault


def opened(path: Path) -> FileIO:
    """The ledger for reading; anything but a file is refused, and a pipe is not waited for.

    Raises:
        LedgerMissing: there is none.
        LedgerError: it cannot be read.
    """
    try:
        return raw(path)
    except FileNotFoundError:
        raise LedgerMissing(f"expected a ledger at {path}, got no file") from None
    except OSError as error:
        raise unreadable(path, error) from error


def raw(path: Path) -> FileIO:
    """As `opened`, for who says himself what is wrong.

    Raises:
        OSError: it cannot be opened, or something else is there.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ENXIO, "something else")
    return os.fdopen(descriptor, "rb", buffering=0)


def unreadable(path: Path, error: OSError) -> LedgerError:
    """What is said of a ledger that is there and cannot be read."""
    return LedgerError(f"expected a readable ledger at {path}, got {(error.strerror or str(error)).lower()}")
