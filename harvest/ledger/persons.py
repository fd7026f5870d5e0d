"""Persons as keyed hashes: one who wrote twice is counted once, and nobody is named ("Erasable content").

A hash stands in erasable content alone and goes with it. Without the key, which never leaves the state folder, nobody
can try out names; under another key the same person has another hash.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cached_property
from typing import Final

from harvest.ledger.durable import create, make_folder
from harvest.ledger.keys import StateFolder
from harvest.ledger.locks import folder_lock
from harvest.ledger.secret import SECRET_BYTES, read_secret

_PRIVATE: Final = 0o700


class Persons:
    """Hashes the user ids of one ledger.

    Args:
        keys: the state folder; `<sha256(origin)>/persons` is the key, made with mode 0600 when first wanted.
        origin: the ledger's.
    """

    def __init__(self, keys: StateFolder, origin: str) -> None:
        self._path = keys.seed(origin).parent / "persons"

    def hash(self, provider: str, user_id: str) -> str:
        """HMAC-SHA256 over provider, NUL and user id, as unpadded base64url.

        Args:
            provider: its name; the same id at two providers is two persons.
            user_id: what the provider knows the account by, not a name that the account may change.

        Raises:
            LedgerError: the key cannot be read, or others can read it.
            WriteFailed: a new key cannot be stored.
        """
        digest = hmac.digest(self._key, f"{provider}\0{user_id}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @cached_property
    def _key(self) -> bytes:
        return read_secret(self._path) or self._create()

    def _create(self) -> bytes:
        """A new key, unless another process was first: then that one."""
        folder = self._path.parent
        for one in (folder.parent, folder):
            make_folder(one, mode=_PRIVATE)
        with folder_lock(folder):
            if (kept := read_secret(self._path)) is not None:
                return kept
            key = secrets.token_bytes(SECRET_BYTES)
            create(self._path, key)
            return key
