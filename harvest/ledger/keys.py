"""The state folder: a ledger's private key and the last head signed with it, kept apart from the ledger."""

import hashlib
import json
import secrets
from pathlib import Path
from typing import Final

from harvest.errors import LedgerError
from harvest.ledger.checkpoint import MOST_OF_A_NOTE
from harvest.ledger.durable import (
    create,
    make_folder,
    read_file,
    rename,
    replace,
    sync_folder,
    write_failed,
    write_file,
)
from harvest.ledger.locks import folder_lock
from harvest.ledger.note import SEED_BYTES, Signer, Verifier
from harvest.ledger.secret import read_secret

_PRIVATE: Final = 0o700
_ERASED: Final = bytes(SEED_BYTES)
"""What is written over a seed before its name is taken."""
_MOST_NOTED: Final = 1 << 28
"""Bytes of what is noted beside keys and heads; what we write is far shorter."""


class StateFolder:
    """Keys and heads by origin ("Checkpoints, keys, state").

    `<sha256(origin)>/key` is a 32-byte seed of mode 0600, `<sha256(origin)>/head` the last checkpoint, verbatim.

    Args:
        path: `HARVEST_STATE_DIR`; made, with mode 0700, when the first key is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def seed(self, origin: str) -> Path:
        """Where the secret seed of an origin lies, or would."""
        return self._folder(origin) / "key"

    def signer(self, origin: str) -> Signer | None:
        """The key of an origin, or None where none was made or its seed is erased."""
        return _read_signer(self.seed(origin), origin)

    def in_use(self, origin: str) -> Signer | None:
        """The key of an origin; that prepared where a rotation was stopped after the old seed was erased."""
        signer = self.signer(origin)
        if signer is None and self._erased(origin):
            signer = self.next_signer(origin)
        # Who asks without the ledger's lock may have looked for each of the two while it was the other.
        return signer or self.signer(origin)

    def vouching(self, origin: str) -> Verifier | None:
        """The public half of the key in use."""
        signer = self.in_use(origin)
        return signer.verifier if signer else None

    def create_signer(self, origin: str) -> Signer:
        """A new random key for an origin that has none, or only an erased one.

        Raises:
            WriteFailed: there is one, or it cannot be written.
        """
        if self._erased(origin):
            self.seed(origin).unlink()
        return self._write_signer(origin, "key")

    def next_signer(self, origin: str) -> Signer | None:
        """The key that a rotation has prepared and not yet put in place."""
        return _read_signer(self._folder(origin) / "key.next", origin)

    def prepare_signer(self, origin: str) -> Signer:
        """A new random key beside the one in use, for a rotation; takes the place of one prepared before."""
        (self._folder(origin) / "key.next").unlink(missing_ok=True)
        return self._write_signer(origin, "key.next")

    def promote_signer(self, origin: str) -> None:
        """Ends a rotation: the old seed is overwritten and removed, the prepared key takes its place.

        A disk or file system that writes copies may still hold the old seed somewhere.
        """
        folder = self._folder(origin)
        try:
            write_file(folder / "key", _ERASED, flags=0)
            (folder / "key.next").rename(folder / "key")
            sync_folder(folder)
        except OSError as error:
            raise write_failed(error, f"replacing {folder / 'key'}") from error

    def sync(self, origin: str) -> None:
        """Makes durable what a killed process may have put here and not synced.

        Raises:
            WriteFailed: what is read here may be gone after a loss of power.
        """
        try:
            sync_folder(self._folder(origin))
        except OSError as error:
            raise write_failed(error, f"syncing {self._folder(origin)}") from error

    def head(self, origin: str) -> bytes | None:
        """The kept head's note, or None where none is kept."""
        return read_file(self._folder(origin) / "head", MOST_OF_A_NOTE)

    def keep(self, origin: str, note: bytes) -> None:
        """Puts a newly signed head in place of the one before, at once."""
        replace(self._folder(origin) / "head", note)

    def standing(self, origin: str) -> bytes | None:
        """How far the ledger was verified, as `keep_standing` has it."""
        return read_file(self._folder(origin) / "verified", _MOST_NOTED)

    def keep_standing(self, origin: str, standing: bytes) -> None:
        """Notes how far the ledger was verified; nothing where no head is kept.

        Several may do so at once: each gives the name to a file of its own, and that of the last one stays.

        Raises:
            WriteFailed: it could not be noted.
        """
        folder = self._folder(origin)
        kept, own = folder / "verified", folder / f"verified.{secrets.token_hex()}.tmp"
        try:
            if (folder / "head").is_file():
                try:
                    write_file(own, standing)
                    rename(own, kept)
                finally:
                    own.unlink(missing_ok=True)
        except OSError as error:
            raise write_failed(error, f"writing {kept}") from error

    def repositories(self, origin: str) -> tuple[Path, ...]:
        """The git repositories in which heads were tagged."""
        remembered = self._folder(origin) / "git"
        noted = read_file(remembered, _MOST_NOTED)
        try:
            return tuple(map(Path, json.loads(noted))) if noted is not None else ()
        except (ValueError, TypeError):
            raise LedgerError(f"expected a list of git repositories, got something else: {remembered}") from None

    def remember(self, origin: str, repository: Path) -> None:
        """Notes a git repository in which a head was tagged."""
        folder, place = self._folder(origin), repository.resolve()
        make_folder(self.path, mode=_PRIVATE)
        make_folder(folder, mode=_PRIVATE)
        with folder_lock(folder):
            known = self.repositories(origin)
            if place not in known:
                replace(folder / "git", json.dumps([*map(str, known), str(place)]).encode())

    def _erased(self, origin: str) -> bool:
        """Are zeros all that is left of the seed?"""
        return read_secret(self.seed(origin)) == _ERASED

    def _folder(self, origin: str) -> Path:
        return self.path / hashlib.sha256(origin.encode()).hexdigest()

    def _write_signer(self, origin: str, name: str) -> Signer:
        folder = self._folder(origin)
        make_folder(self.path, mode=_PRIVATE)
        make_folder(folder, mode=_PRIVATE)
        seed = secrets.token_bytes(SEED_BYTES)
        signer = Signer(origin, seed)
        create(folder / name, seed)
        return signer


def _read_signer(key: Path, origin: str) -> Signer | None:
    seed = read_secret(key)
    return Signer(origin, seed) if seed not in {None, _ERASED} else None
