"""What an attacker finds, and what comes of an attack."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any, Final

from tests.tools.book import Book, Key, encoded
from tests.tools.files import Files
from tests.tools.mutations import relinked

KEY_TYPES: Final = frozenset({"ledger", "key-rotated", "adopted"})
FORGER: Final = Key(9)
"""A key that the ledger does not name."""
_SIZES: Final = re.compile(rb"^[^\n]+\n([0-9]+)\n[^\n]+\n\n", re.MULTILINE)


class Unsuitable(Exception):
    """An attack has nothing to work on in this scene."""


@dataclass(frozen=True)
class Outcome:
    """The files after an attack, and what has to be said of them.

    `line` is where `harvest verify` has to see the first divergence, None where it sees none. `fast` is the exit code
    of a look that leaves out content, where it is another. `contradicted` is the line in which a deep look has to see
    the first contradiction where the format's own rules hold; 0 for whichever.
    """

    files: Files
    code: int
    line: int | None = None
    fast: int | None = None
    contradicted: int | None = None
    origin: str | None = None


@dataclass(frozen=True)
class Scene:
    """A finished, sealed ledger with its heads kept, another ledger of the same origin, and chance."""

    chance: Random
    files: Files
    other: Files

    @cached_property
    def lines(self) -> list[bytes]:
        return self.files.lines

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    @property
    def size(self) -> int:
        return len(self.lines)

    @property
    def key(self) -> Key:
        """The key that signs now."""
        return self.files.keys[-1]

    @cached_property
    def own(self) -> int:
        """The first line (from 0) after the newest that names a key: from here on the newest key can rewrite."""
        return 1 + max(number for number, entry in enumerate(self.entries) if entry["type"] in KEY_TYPES)

    @cached_property
    def sizes(self) -> list[int]:
        """Sizes of all signed heads, lowest first."""
        notes = (self.files.checkpoint, self.files.history, self.files.head)
        return sorted({int(size) for note in notes for size in _SIZES.findall(note or b"")} - {0})

    def head_over(self, line: int) -> int:
        """The size of the first signed head that covers a line (from 1)."""
        return next(size for size in self.sizes if size >= line)

    def pick(self, begin: int, end: int) -> int:
        """A line's number, from 0, `end` excluded."""
        if begin >= end:
            raise Unsuitable
        return self.chance.randrange(begin, end)

    def pick_of(self, kind: str, begin: int = 0) -> int:
        """The number, from 0, of a line of that type."""
        return self.choose([at for at, entry in enumerate(self.entries) if at >= begin and entry["type"] == kind])

    def choose(self, some: Any) -> Any:
        if not some:
            raise Unsuitable
        return self.chance.choice(some)

    def put(self, lines: list[bytes], **changes: Any) -> Files:
        """The files with these lines."""
        return replace(self.files, ledger=b"".join(lines), **changes)

    def swapped_in(self, number: int, line: bytes) -> list[bytes]:
        """The lines with another at that place."""
        return [*self.lines[:number], line, *self.lines[number + 1 :]]

    def edited(self, number: int, change: Callable[[dict[str, Any]], object]) -> bytes:
        """A line whose entry was changed by somebody who spells well."""
        entry = json.loads(self.lines[number])
        change(entry)
        line = encoded(entry)
        if line == self.lines[number]:
            raise Unsuitable
        return line

    def resealed(self, lines: list[bytes], *, key: Key | None = None, **changes: Any) -> Files:
        """The files with these lines, linked, under one head of that key: beside the ledger, kept, and in the past."""
        linked = relinked(lines, 1)
        note = head(linked, key or self.key)
        return self.put(linked, checkpoint=note, head=note, history=note, **changes)


def head(lines: list[bytes], key: Key) -> bytes:
    """A signed head over the lines."""
    return Book.of(key, lines).checkpoint().encode()


def renumbered(lines: list[bytes]) -> list[bytes]:
    """The lines numbered as they stand and linked."""
    numbered = [re.sub(rb'"seq":[0-9]+(?=,"time")', b'"seq":%d' % seq, line) for seq, line in enumerate(lines)]
    return relinked(numbered, 1)


def rotation(lines: list[bytes], key: Key, signer: Key) -> dict[str, str]:
    """The body of a `key-rotated` after these lines."""
    return {"note": signer.note(f"{Book.of(signer, lines).head_text()}{key.vkey}\n"), "vkey": key.vkey}


@dataclass(frozen=True)
class Attack:
    """One row of the table: what somebody does, and the row of the format's table it belongs to."""

    name: str
    row: str
    make: Callable[[Scene], Outcome]
