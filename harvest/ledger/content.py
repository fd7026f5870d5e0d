"""Erasable content beside a ledger: what a line only commits to ("Erasable content")."""

import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from harvest.errors import LedgerBroken, LedgerError, WriteFailed
from harvest.ledger.chain import Divergence
from harvest.ledger.durable import create, held, make_folder, remove, sync_folder, write_failed
from harvest.ledger.entry import Json
from harvest.ledger.line import LineRefused
from harvest.ledger.references import Event

MAX_CONTENT: Final = 1 << 20
"""Bytes of a content file, at most."""
SALT_BYTES: Final = 32

_COMMITMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_FILE: Final = re.compile(r"(?P<commitment>[A-Za-z0-9_-]{43})\.json.*", re.DOTALL)
"""A content file, or a copy of one that a crash or an editor left beside it (`.tmp`, `~`)."""
_FIELD: Final = re.compile(r"[a-z0-9_]+")
_PRIVATE: Final = 0o700


class ContentStore:
    """The content files of one ledger. Writing and erasing want the append lock held; reading does not.

    Args:
        folder: `content/<topic>`; made, with mode 0700, when the first content is put there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = False

    @classmethod
    def beside(cls, ledger: Path) -> "ContentStore":
        """The store that goes with `ledgers/<topic>.jsonl`."""
        return cls(ledger.absolute().parent.parent / "content" / ledger.stem)

    def put(self, fields: Mapping[str, Json]) -> dict[str, Any]:
        """Stores content under a fresh salt; it is durable when this returns.

        Returns:
            What the line says of it: its `commitment` and the sorted names of its `fields`.

        Raises:
            LineRefused: there is no field, a name is not as keys of lines are, a value is not JSON's, or it is all
                larger than `MAX_CONTENT`.
            WriteFailed: it could not be stored; what was written in part is removed as far as the disk allows.
        """
        stored = _spelt(fields)
        commitment = committed(stored)
        if not self._made:
            make_folder(self.folder, mode=_PRIVATE)
            self._made = True
        try:
            create(self._path(commitment), stored)
        except WriteFailed:
            with suppress(LedgerError):
                self.erase({commitment})
            raise
        return {"commitment": commitment, "fields": sorted(fields)}

    @contextmanager
    def putting(self, fields: Mapping[str, Json]) -> Iterator[dict[str, Any]]:
        """As `put`, for a line that the block adds; the file goes again if no line can hold the rest."""
        reference = self.put(fields)
        try:
            yield reference
        except LineRefused:
            self.erase({reference["commitment"]})
            raise

    def get(self, commitment: str) -> dict[str, Any] | None:
        """The fields behind a commitment; None where they are erased, or where nothing of ours can be so named.

        Raises:
            LedgerBroken: what lies there is not what the line commits to.
            LedgerError: it cannot be read.
        """
        if not _COMMITMENT.fullmatch(commitment):
            return None
        path = self._path(commitment)
        try:
            stored = _beginning(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LedgerError(f"expected readable content, got {(error.strerror or '').lower()}: {path}") from error
        if committed(stored) != commitment:
            raise LedgerBroken(
                f"expected content as it was committed to, got it altered: {path}",
                hint="`harvest verify --deep` says what else is",
            )
        return _fields(stored, path)

    def erase(self, commitments: Collection[str]) -> None:
        """Removes content and every copy beside it; durable when this returns, also where nothing was left to remove.

        Raises:
            WriteFailed: something may still be there.
        """
        listed = {name for name, of in self._files() if of in commitments}
        self._remove(listed | {self._path(of).name for of in commitments if _COMMITMENT.fullmatch(of)})

    def keep_only(self, live: Collection[str]) -> int:
        """Removes whatever no line commits to any more, and copies of what one does. Returns how many files went.

        Raises:
            WriteFailed: something may still be there.
        """
        stray = [name for name, of in self._files() if of not in live or name != self._path(of).name]
        if stray:
            self._remove(stray)
        return len(stray)

    def _path(self, commitment: str) -> Path:
        return self.folder / f"{commitment}.json"

    def _files(self) -> Iterator[tuple[str, str]]:
        """The names of content files and of copies, each with its commitment."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return
        except OSError as error:
            raise write_failed(error, f"looking through {self.folder}") from error
        for name in names:
            if parts := _FILE.fullmatch(name):
                yield name, parts["commitment"]

    def _remove(self, names: Collection[str]) -> None:
        try:
            for name in names:
                remove(self.folder / name)
            if self.folder.is_dir():
                sync_folder(self.folder)
        except OSError as error:
            raise write_failed(error, f"erasing content at {error.filename or self.folder}") from error


class ContentCheck:
    """A fold over entries: which content files must be there, and which must not.

    Args:
        folder: `content/<topic>`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._committed: dict[int, tuple[int, str]] = {}
        self._redacted: set[int] = set()

    def take(self, event: Event) -> None:
        """Takes the next entry."""
        content = event.body.get("content")
        if isinstance(content, dict):
            self._committed[event.seq] = (event.offset, str(content.get("commitment")))
        if event.type == "redaction" and isinstance(event.body.get("seq"), int):
            self._redacted.add(event.body["seq"])

    def fault(self) -> Divergence | None:
        """The first line whose content is lost, altered or not erased; None if all is as the lines say."""
        for seq, (offset, commitment) in self._committed.items():
            expected, found = self._compare(seq, commitment)
            if found:
                return Divergence(seq + 1, offset, expected, found)
        return None

    def _compare(self, seq: int, commitment: str) -> tuple[str, str]:
        """What was expected of one line's content, and what else was found; nothing where it is as expected."""
        if not _COMMITMENT.fullmatch(commitment):
            return "a commitment of 43 base64url digits", repr(commitment)[:80]
        stored = _stored(self._folder / f"{commitment}.json")
        if stored is None:
            return f"content {commitment}", "" if seq in self._redacted else "it lost: absent without redaction"
        if seq in self._redacted:
            return f"content {commitment} to be erased", "it not erased: present after redaction"
        digest = committed(stored)
        return f"content {commitment}", "" if digest == commitment else f"it altered: {digest}"


def committed(stored: bytes) -> str:
    """What a line says of a content file with these bytes: the unpadded base64url of their SHA-256."""
    return _base64url(hashlib.sha256(stored).digest())


def _spelt(fields: Mapping[str, Json]) -> bytes:
    """`[salt, {fields}]` as it is stored and hashed; the salt keeps anybody from guessing short content."""
    if not fields or not all(_FIELD.fullmatch(name) for name in fields):
        raise LineRefused("content of fields named with a-z, 0-9 and _", ", ".join(fields) or "no field")
    try:
        text = _ENCODER.encode([_base64url(secrets.token_bytes(SALT_BYTES)), dict(fields)])
        stored = text.encode()
    except UnicodeEncodeError:
        raise LineRefused("text", "a lone surrogate") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise LineRefused("strings, integers, booleans, lists and objects as content", str(error)) from None
    if len(stored) > MAX_CONTENT:
        raise LineRefused(f"content of at most {MAX_CONTENT} bytes", f"{len(stored)}")
    return stored


def _stored(path: Path) -> bytes | None:
    """What a content file holds; None where there is none, or what is there is no file."""
    try:
        return _beginning(path) if path.is_file() else None
    except FileNotFoundError:  # it was erased just now
        return None


def _beginning(path: Path) -> bytes:
    """Of a file that is too long as much as no line commits to; a pipe is not waited for."""
    with held(path) as (descriptor, _), os.fdopen(descriptor, "rb", closefd=False) as stream:
        return stream.read(MAX_CONTENT + 1)


def _fields(stored: bytes, path: Path) -> dict[str, Any]:
    try:
        _, fields = json.loads(stored)
        return dict(fields)
    except (ValueError, TypeError) as error:
        raise LedgerBroken(
            f"expected [salt, fields] in {path}, got neither", hint="`harvest verify --deep` says more"
        ) from error


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
