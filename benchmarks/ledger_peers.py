"""What others keep entries with, and the chains that programs usually write: to append to, and to verify.

All are given the same bodies, or the bytes of the same lines. What is appended is on the disk when a call returns.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from side_by_side import NotInstalled

NO_HASH: Final = "0" * 64
Body = dict[str, Any]
Dumps = Callable[[Body], bytes]


def plain_json(value: Body) -> bytes:
    """JSON of the standard library, as one chooses to have one spelling."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def by_rfc8785() -> Dumps:
    """RFC 8785 by the package of that name."""
    dumps: Dumps = _peer("rfc8785").dumps
    return dumps


def _peer(name: str) -> ModuleType:
    """A module that is not always installed."""
    try:
        return import_module(name)
    except ImportError:
        raise NotInstalled from None


class JsonChain:
    """A chain as it is usually written: each record holds a hash over itself, spelt anew, and over the hash before.

    Args:
        dumps: the spelling that is hashed.
    """

    def __init__(self, dumps: Dumps) -> None:
        self._dumps = dumps
        self._last = NO_HASH
        self._size = 0

    def line(self, body: Body) -> bytes:
        """The next record."""
        record = {"body": body, "previous": self._last, "seq": self._size}
        self._last = hashlib.sha256(self._dumps(record)).hexdigest()
        self._size += 1
        return self._dumps(record | {"hash": self._last}) + b"\n"

    def follow(self, lines: Iterable[bytes]) -> int:
        """Reads records, spells each anew without its hash, and compares."""
        for line in lines:
            record = json.loads(line)
            told = record.pop("hash")
            if record["previous"] != self._last or hashlib.sha256(self._dumps(record)).hexdigest() != told:
                raise ValueError(f"expected an unbroken chain, got another record {self._size}")
            self._last = told
            self._size += 1
        return self._size


class SyncedFile:
    """A bare file; each block that is appended is synced, none is read back."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)

    def append(self, block: bytes) -> None:
        """Writes and syncs."""
        os.write(self._descriptor, block)
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._descriptor)


class ChainedFile:
    """A `JsonChain` in a file."""

    def __init__(self, path: Path, dumps: Dumps) -> None:
        self._file = SyncedFile(path)
        self._chain = JsonChain(dumps)

    def append(self, bodies: Iterable[Body]) -> None:
        """One block of records."""
        self._file.append(b"".join(map(self._chain.line, bodies)))

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()


class Rows:
    """Rows in sqlite, write-ahead logging, each transaction synced: no chain, no tree."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute("CREATE TABLE IF NOT EXISTS line (seq INTEGER PRIMARY KEY, stored BLOB NOT NULL)")
        self._size = 0

    def append(self, lines: Iterable[bytes]) -> None:
        """One transaction, an insert for each line."""
        self._base.execute("BEGIN")
        for line in lines:
            self._base.execute("INSERT INTO line VALUES (?, ?)", (self._size, line))
            self._size += 1
        self._base.execute("COMMIT")

    def read(self) -> int:
        """Every row, in order."""
        return sum(1 for _ in self._base.execute("SELECT seq, stored FROM line ORDER BY seq"))

    def check(self) -> None:
        """The base's own check of its structure; it knows no row's content."""
        (said,) = self._base.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise ValueError(f"expected ok, got {said}")

    def close(self) -> None:
        """Lets go of the base."""
        self._base.close()


class SpeltRows:
    """`Rows` of entries that it spells itself, by the standard library, without a link to the one before."""

    def __init__(self, path: Path) -> None:
        self._rows = Rows(path)

    def append(self, bodies: Iterable[Body]) -> None:
        """One transaction."""
        self._rows.append(map(self._spelt, bodies))

    def close(self) -> None:
        """Lets go of the base."""
        self._rows.close()

    @staticmethod
    def _spelt(body: Body) -> bytes:
        return plain_json({"body": body, "time": datetime.now(UTC).isoformat(), "type": "source", "v": 1})


class StoredTree:
    """pymerkle's tree in sqlite, with the same settings as `Rows`."""

    def __init__(self, path: Path) -> None:
        self._tree = _peer("pymerkle").SqliteTree(str(path))
        self._tree.con.execute("PRAGMA journal_mode=WAL")
        self._tree.con.execute("PRAGMA synchronous=FULL")

    def append(self, lines: Sequence[bytes]) -> None:
        """One transaction."""
        self._tree.append_entries(lines, chunksize=len(lines))

    def close(self) -> None:
        """Lets go of the base."""
        self._tree.close()


def root_in_memory(lines: Iterable[bytes]) -> bytes:
    """The root over lines without their LF by pymerkle, whose tree is that of RFC 9162, as ours is."""
    root: bytes = _peer("pymerkle").InmemoryTree.init_from_entries(line[:-1] for line in lines).get_root()
    return root
