"""Secrets of the state folder: whole, of one length, and readable by their owner alone."""

import os
import stat
from pathlib import Path
from typing import Final

from harvest.errors import LedgerError
from harvest.ledger.durable import held

SECRET_BYTES: Final = 32
_OTHERS: Final = 0o077


def read_secret(path: Path) -> bytes | None:
    """The bytes of a secret, or None where none was made; follows no link and waits for nobody.

    Raises:
        LedgerError: it cannot be read, others can read it, or it has another length than `SECRET_BYTES`.
    """
    try:
        with held(path, os.O_NOFOLLOW) as (descriptor, found):
            secret = os.read(descriptor, SECRET_BYTES)
            secret += os.read(descriptor, SECRET_BYTES)  # a first read that told less or more than it did shows here
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerError(f"expected a readable key, got {error.strerror}: {path}") from error
    if found.st_mode & _OTHERS:
        raise LedgerError(
            f"expected a key that only its owner can read, got mode {stat.S_IMODE(found.st_mode):04o}: {path}",
            hint=f"chmod 600 {path}",
        )
    if not len(secret) == found.st_size == SECRET_BYTES:
        raise LedgerError(f"expected a key of {SECRET_BYTES} bytes, got {max(len(secret), found.st_size)}: {path}")
    return secret
