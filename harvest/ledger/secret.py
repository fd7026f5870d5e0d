"""Secrets of the state folder: whole, of one length, and readable by their owner alone."""

import stat
from pathlib import Path
from typing import Final

from harvest.errors import LedgerError

SECRET_BYTES: Final = 32
_OTHERS: Final = 0o077


def read_secret(path: Path) -> bytes | None:
    """The bytes of a secret, or None where none was made.

    Raises:
        LedgerError: it cannot be read, others can read it, or it has another length than `SECRET_BYTES`.
    """
    try:
        mode, secret = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerError(f"expected a readable key, got {error.strerror}: {path}") from error
    if mode & _OTHERS:
        raise LedgerError(
            f"expected a key that only its owner can read, got mode {stat.S_IMODE(mode):04o}: {path}",
            hint=f"chmod 600 {path}",
        )
    if len(secret) != SECRET_BYTES:
        raise LedgerError(f"expected a key of {SECRET_BYTES} bytes, got {len(secret)}: {path}")
    return secret
