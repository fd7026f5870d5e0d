"""Which lines name a source, a record or a key: `<topic>.index-names`, filled when somebody first asks for a name.

It holds numbers of lines and digests of names, no name. Whether a line names what was asked is read from the line, so
a row too many misleads nobody. A row too few may, so a file is used only where nobody but this user can write it, where
it was made (one that came with a copy of the ledger is made anew), with these two tables in it and nothing else, and
with no journal beside it that another user may have written.
What remains believed is that this user took no row out, and that nobody lays such a journal there after we looked.
"""

import errno
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

NO_RANK: Final = 9
"""Stands after every rank: the line does not answer to the name."""
SIGNING_KEY: Final = "vkey"
"""What every line answers to that says which key signs from there on."""

_SCHEMA: Final = (
    ("table", "covered", "CREATE TABLE covered (size INTEGER, leaf BLOB, place TEXT)"),
    ("table", "names", "CREATE TABLE names (digest INTEGER, seq INTEGER, PRIMARY KEY (digest, seq)) WITHOUT ROWID"),
)
"""Type, name and SQL of all that a file has to have in it, by name."""
_PARTS: Final = ("-journal", "-wal", "-shm")
"""Ends of the names of what SQLite plays back into a table or reads as part of it, whoever wrote that."""
_OTHERS_WRITE: Final = 0o022
_TOGETHER: Final = 10_000
_PATIENCE: Final = 60
"""Seconds to wait for another process that fills the table."""
_MEMORY: Final = "file::memory:"
_NO_PLACE: Final = ""
_KEY_LINES: Final = frozenset({"ledger", "adopted", "key-rotated"})
_LEFT_OUT: Final = frozenset({"excluded", "duplicate"})


def ranked(type_: str, body: Mapping[str, Any]) -> dict[str, int]:
    """The names that a line answers to, each with its rank: of several lines those of the lowest rank are meant.

    A source answers to its `sid` and `key`, then to its other `keys`; a record that was left out, or was a duplicate,
    to its `key` and `keys` where no source does.
    """
    if type_ in _KEY_LINES:
        return {SIGNING_KEY: 0}
    if type_ not in _LEFT_OUT and type_ != "source":
        return {}
    keys = body.get("keys")
    also, first = (4, 3) if type_ in _LEFT_OUT else (2, 1)
    named = {key: also for key in (keys if isinstance(keys, list) else ()) if isinstance(key, str)}
    for name, rank in (("key", first), ("sid", 0)):
        if isinstance(body.get(name), str) and (name == "key" or type_ == "source"):
            named[body[name]] = rank
    return named


def ranks(line: bytes) -> dict[str, int]:
    """As `ranked`, for a line as it is stored; what is no entry answers to nothing."""
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        entry = orjson.loads(line)
        return ranked(entry["type"], entry["body"])
    return {}


class Names:
    """The table, open. What goes wrong with the file ends in one that is made anew, or in one that is not kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._table, self._place = _opened(path)

    def close(self) -> None:
        """Lets go of the file."""
        self._table.close()

    def covered(self) -> tuple[int, bytes]:
        """How many lines were looked through, and the leaf of the last of them."""
        for size, leaf, place in self._table.execute("SELECT size, leaf, place FROM covered LIMIT 1"):
            if isinstance(size, int) and size > 0 and isinstance(leaf, bytes) and place == self._place:
                return size, leaf
        return 0, b""

    def lines(self, name: str) -> list[int]:
        """Numbers of lines that may name it, lowest first; what is no number is given as -1."""
        found = self._table.execute("SELECT seq FROM names WHERE digest = ? ORDER BY seq", (_digest(name),))
        return [seq if isinstance(seq, int) else -1 for (seq,) in found]

    def extend(self, first: int, lines: Iterable[bytes], covered: tuple[int, bytes]) -> None:
        """Adds lines, all or none; from the first line on, in place of all that was there.

        Args:
            first: number of the first of them.
            lines: as they are stored.
            covered: what `covered` is to say then.
        """
        rows = _rows(first, lines)
        with self._table:
            self._table.execute("BEGIN IMMEDIATE")
            if first == 0:
                self._table.execute("DELETE FROM names")
            while some := list(islice(rows, _TOGETHER)):
                self._table.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", some)
            self._table.execute("DELETE FROM covered")
            self._table.execute("INSERT INTO covered VALUES (?, ?, ?)", (*covered, self._place))

    def anew(self) -> None:
        """Begins with an empty table, without a file if the one that is there cannot be removed."""
        self._table.close()
        try:
            self._path.unlink()
        except OSError:
            self._table, self._place = _connected(_MEMORY), _NO_PLACE
        else:
            self._table, self._place = _opened(self._path)

    def unkeep(self) -> None:
        """Begins with an empty table, without a file."""
        self._table.close()
        self._table, self._place = _connected(_MEMORY), _NO_PLACE


def _opened(path: Path) -> tuple[sqlite3.Connection, str]:
    """The table in its file, only for reading where it cannot be written, or in memory; and which file that is."""
    place = f"file:{quote(str(path.absolute()))}"
    with suppress(OSError):
        own = _made(path)
        if strange := _strange(path):
            for one in (path, *strange):
                one.unlink()
            own = _made(path)
        with suppress(sqlite3.Error):
            return _connected(f"{place}?mode=rw"), own
        path.unlink()
    with suppress(OSError, sqlite3.Error):
        own = _own(path)
        if not _strange(path):
            return _connected(f"{place}?mode=ro"), own
    return _connected(_MEMORY), _NO_PLACE


def _made(path: Path) -> str:
    """As `_own`, of a file that is made where there is none."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    return _own(path)


def _own(path: Path) -> str:
    """What tells this file from a copy of it; OSError for one that another user may have written."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & _OTHERS_WRITE:
        raise PermissionError(errno.EPERM, "somebody else may write it")
    return str(status.st_ino)


def _strange(path: Path) -> list[Path]:
    """What SQLite would take for a part of the table and another user may have written."""
    found = []
    for part in (path.with_name(f"{path.name}{end}") for end in _PARTS):
        try:
            _own(part)
        except FileNotFoundError:
            continue
        except PermissionError:
            found.append(part)
    return found


def _connected(place: str) -> sqlite3.Connection:
    table = sqlite3.connect(place, uri=True, isolation_level=None, timeout=_PATIENCE)
    try:
        if not _content(table):
            with table:
                table.execute("BEGIN IMMEDIATE")
                for _, _, sql in _SCHEMA:
                    table.execute(sql.replace("TABLE", "TABLE IF NOT EXISTS"))
        if _content(table) != _SCHEMA:
            raise sqlite3.DatabaseError("other tables")
    except sqlite3.Error:
        table.close()
        raise
    return table


def _content(table: sqlite3.Connection) -> tuple[tuple[object, ...], ...]:
    """Type, name and SQL of all that is there, by name."""
    return tuple(table.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name"))


def _rows(first: int, lines: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """Digest of each name and number of the line that answers to it."""
    return ((_digest(name), seq) for seq, line in enumerate(lines, first) for name in ranks(line))


def _digest(name: str) -> int:
    """Eight bytes of the name's SHA-256, as the table stores integers."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
