"""Files that a person names for a command to read; a name that stands for nothing readable is a wrong argument."""

from pathlib import Path
from typing import TYPE_CHECKING

from harvest.errors import LedgerBroken, UsageError

if TYPE_CHECKING:
    from harvest.ledger.checkpoint import Checkpoint


def given(path: Path, what: str = "a file") -> bytes:
    """What the file holds, as far as anything that is taken can go; `what` says in a message what it should be.

    Raises:
        UsageError: there is none, or it cannot be read.
    """
    from harvest.ledger.outside.kept import MAX_BYTES

    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"expected {what}, got {str(path)!r}: {(error.strerror or '').lower()}") from error


def given_checkpoint(path: Path, option: str) -> "Checkpoint":
    """The checkpoint in the file, its signature not yet believed.

    Raises:
        UsageError: it is no file, cannot be read, or holds something else.
    """
    from harvest.ledger.checkpoint import read_checkpoint

    what = f"a checkpoint file for {option}"
    if path.exists() and not path.is_file():
        raise UsageError(f"expected {what}, got {str(path)!r}, which is none")
    try:
        return read_checkpoint(given(path, what))[0]
    except LedgerBroken as error:
        raise UsageError(f"expected {what}, got {str(path)!r}: {error.message}") from None
