"""Files that a person names for a command to read; a name that stands for nothing readable is a wrong argument."""

from pathlib import Path
from typing import TYPE_CHECKING

from harvest.errors import LedgerBroken, UsageError

if TYPE_CHECKING:
    from harvest.ledger.checkpoint import Checkpoint


def given(path: Path, what: str = "a file") -> bytes:
    """What the file holds; `what` says what it should be, in a message.

    Raises:
        UsageError: it is no file, or cannot be read.
    """
    if not path.is_file():
        raise UsageError(f"expected {what}, got {str(path)!r}")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"expected {what}, got {(error.strerror or '').lower()}: {path}") from error


def given_checkpoint(path: Path, option: str) -> "Checkpoint":
    """The checkpoint in the file, its signature not yet believed.

    Raises:
        UsageError: it is no file, cannot be read, or holds something else.
    """
    from harvest.ledger.checkpoint import read_checkpoint

    what = f"a checkpoint file for {option}"
    try:
        return read_checkpoint(given(path, what))[0]
    except LedgerBroken as error:
        raise UsageError(f"expected {what}, got {str(path)!r}: {error.message}") from None
