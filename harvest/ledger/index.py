"""Looking lines up, and proving them, without reading the whole ledger.

The index beside a ledger makes it fast and is never believed: each line that is looked up is read from the ledger and
held against its leaf, number and name, each proof against the root that it is for. What does not fit is made anew.
That no other line answers to a name as well, or better, is what the table of names says (`harvest.ledger.names`).
"""

import errno
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import orjson

from harvest.errors import LedgerBroken, UsageError
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.checkpoint import Checkpoint
from harvest.ledger.entry import Entry
from harvest.ledger.follower import Follower
from harvest.ledger.line import LineRefused, decode
from harvest.ledger.merkle import Frontier, consistency_proof, extends, includes, inclusion_proof
from harvest.ledger.names import NO_RANK, SIGNING_KEY, Names, ranked, ranks
from harvest.ledger.note import Verifier, encode_base64
from harvest.ledger.stored import Torn

_Found = TypeVar("_Found")
_HINT = "`harvest verify` says what still holds"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was looked up."""

    raw: bytes
    """As it is stored, LF included."""
    entry: Entry


class Index:
    """One ledger, open for look-ups; use `Index.open`, and close it or use it as a context manager."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._names: Names | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens a ledger; an index that is current is not read, another is brought up to the ledger.

        Raises:
            LedgerMissing: there is no ledger.
            LedgerError: it cannot be read.
        """
        return cls(Follower.open(path))

    @property
    def path(self) -> Path:
        """Of the ledger."""
        return self._follower.path

    @property
    def size(self) -> int:
        """Lines of the ledger when it was last looked at."""
        return self._follower.size

    @property
    def kept(self) -> bool:
        """False where the index lies in a temporary file, since it cannot be written beside the ledger."""
        return self._follower.stored.kept

    @property
    def rebuilds(self) -> int:
        """How often the stored hashes were made anew because something did not hold."""
        return self._follower.rebuilds

    def close(self) -> None:
        """Lets go of all files."""
        self._follower.close()
        if self._names:
            self._names.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def at(self, seq: int) -> Line:
        """The line of that number, from 0.

        Raises:
            UsageError: the ledger has no such line.
            LedgerBroken: what stands there is no line of a ledger.
        """
        if seq >= self.size:
            self._follower.refresh()
        if not 0 <= seq < self.size:
            raise UsageError(f"expected a line from 0 to {self.size - 1} of {self.path}, got {seq}")
        return self._checked(lambda: self._line(seq), f"an entry of seq {seq}")

    def named(self, name: str) -> Line:
        """The line that catalogues a source (`s3`), or that settles the record of a key (`pmid:16996037`).

        Raises:
            UsageError: no line answers to that name, or several do alike.
        """
        found = self.answering(name)
        if not found:
            raise UsageError(f"expected a source such as s1 or the key of a record in {self.path}, got {name!r}")
        if len(found) > 1:
            some = ", ".join(str(line.entry.seq) for line in found[:10])
            raise UsageError(f"expected the name of one line, got {name!r} of {len(found)}", hint=f"choose from {some}")
        return found[0]

    def answering(self, name: str) -> list[Line]:
        """The lines that answer to a name before all others (`harvest.ledger.names.ranked`), in order.

        That none does is believed only after the ledger was read for it.
        """
        try:
            name.encode()
        except UnicodeEncodeError:  # bytes that are no UTF-8 come as halves of surrogate pairs, and no line has one
            return []
        found, lied = self._answering(name)
        if lied or (not found and self._stands_in_a_line(name)):
            self._table().anew()
            found, _ = self._answering(name)
        return found

    def key_at(self, size: int, signs: Callable[[Verifier], bool] = lambda _: True) -> Verifier:
        """The key that signs a head of that size, as the lines below it name it, each vouched for by the key before.

        For an adopted key nobody vouches.

        Args:
            size: of the head.
            signs: did that key sign? Where it did not, names and hashes are made anew, and it is looked up again.

        Raises:
            LedgerBroken: if they name none, or one that the key before did not sign for.
        """
        for remedy in (self._table().anew, self._follower.rebuild):
            with suppress(LedgerBroken):
                key = self._key_at(size)
                if signs(key):
                    return key
            remedy()
        try:
            return self._key_at(size)
        except Diverges as fault:
            raise LedgerBroken(f"{self.path}: {fault}", hint=_HINT) from fault

    def adoptions(self, first: int, last: int) -> list[int]:
        """The lines from `first` up to `last` that name a key for which nobody vouches."""
        named = [line.entry for line in self.answering(SIGNING_KEY) if line.entry.type == "adopted"]
        return [entry.seq for entry in named if first <= entry.seq < last]

    def hold(self, head: Checkpoint, name: str) -> None:
        """Compares a head with the ledger.

        Args:
            head: any head.
            name: what to call it.

        Raises:
            LedgerBroken: if it is not a head of this ledger; with both roots, where they differ.
        """
        for remedy in (None, self._follower.refresh, self._follower.rebuild):
            if remedy:
                remedy()
            if self._root(head.size) == head.root:
                return
        if head.size > self.size:
            raise LedgerBroken(
                f"expected {head.size} entries as in the {name}, got {self.size}: {self.path}", hint=_HINT
            )
        expected = f"root {encode_base64(head.root)} over {head.size} entries as in the {name}"
        found = f"root {encode_base64(self._root(head.size))}"
        raise LedgerBroken(f"expected {expected}, got {found}: {self.path}", hint=_HINT)

    def inclusion(self, seq: int, head: Checkpoint) -> list[bytes]:
        """The path from a line to the root of a head that covers it and was held (RFC 9162 section 2.1.3)."""

        def look() -> list[bytes]:
            stored = self._follower.stored
            path = inclusion_proof(stored.subtree, seq, head.size)
            if not includes(head.root, head.size, stored.leaf(seq), seq, path):
                raise Torn(errno.EIO, "another")
            return path

        return self._checked(look, f"a path from line {seq} to the root over {head.size} entries")

    def consistency(self, old: Checkpoint, head: Checkpoint) -> list[bytes]:
        """The proof that a head continues an older one; both were held (RFC 9162 section 2.1.4)."""

        def look() -> list[bytes]:
            stored = self._follower.stored
            path = consistency_proof(stored.subtree, old.size, head.size)
            if not extends(old.root, old.size, head.root, head.size, path):
                raise Torn(errno.EIO, "another")
            return path

        return self._checked(look, f"a proof from {old.size} to {head.size} entries")

    def _checked(self, look: Callable[[], _Found], expected: str) -> _Found:
        """What was looked up; where it does not hold, again in an index that was refreshed, at last in a new one."""
        for remedy in (self._follower.refresh, self._follower.rebuild):
            with suppress(Torn):
                return look()
            remedy()
        try:
            return look()
        except Torn as fault:
            raise LedgerBroken(f"expected {expected} in {self.path}, got {fault.strerror}", hint=_HINT) from fault

    def _line(self, seq: int) -> Line:
        raw = self._follower.line(seq)
        try:
            entry = decode(raw)
        except LineRefused as refusal:
            raise Torn(errno.EIO, refusal.found) from None
        if entry.seq != seq:
            raise Torn(errno.EIO, f"one of seq {entry.seq}")
        return Line(raw, entry)

    def _root(self, size: int) -> bytes:
        """The root over the first lines; nothing where the index does not have so many."""
        with suppress(Torn):
            if size <= self.size:
                return self._follower.stored.frontier(size).root()
        return b""

    def _answering(self, name: str) -> tuple[list[Line], bool]:
        """The lines of the lowest rank, and whether the table names one that does not answer to the name at all."""
        seqs = self._checked(lambda: self._candidates(name), "names")
        lines = [self.at(seq) for seq in seqs if 0 <= seq < self.size]
        given = [ranked(line.entry.type, line.entry.body).get(name, NO_RANK) for line in lines]
        lowest = min(given, default=NO_RANK)
        found = [line for line, rank in zip(lines, given, strict=True) if rank == lowest < NO_RANK]
        return found, len(lines) < len(seqs) or NO_RANK in given

    def _key_at(self, size: int) -> Verifier:
        chain = Chain()
        for line in self.answering(SIGNING_KEY):
            if line.entry.seq < size:
                chain.tree, chain.offset = self._before(line.entry.seq)
                chain.follow_keys(line.entry)
        if chain.verifier is None:
            raise LedgerBroken(f"expected a verification key in the first {size} lines of {self.path}, got none")
        return chain.verifier

    def _before(self, seq: int) -> tuple[Frontier, int]:
        """The tree over the lines before that one, and the byte at which it begins."""

        def look() -> tuple[Frontier, int]:
            stored = self._follower.stored
            return stored.frontier(seq), stored.end(seq)

        return self._checked(look, f"the tree over {seq} entries")

    def _candidates(self, name: str) -> list[int]:
        """Lines that the table names; one whose file cannot be used is made anew, at last without a file."""
        for remedy in (self._table().anew, self._table().unkeep):
            with suppress(sqlite3.Error):
                return self._filled().lines(name)
            remedy()
        return self._filled().lines(name)

    def _filled(self) -> Names:
        """The table of names, over all lines."""
        table, stored = self._table(), self._follower.stored
        covered, leaf = table.covered()
        if covered > self.size or (covered and stored.leaf(covered - 1) != leaf):
            covered = 0
        if covered < self.size:
            lines = self._follower.lines(covered, self.size)
            table.extend(covered, lines, (self.size, stored.leaf(self.size - 1)))
        return table

    def _table(self) -> Names:
        if self._names is None:
            self._names = Names(self.path.with_suffix(".index-names"))
        return self._names

    def _stands_in_a_line(self, name: str) -> bool:
        """Does a line answer to the name, whatever the table says?"""
        spelt = orjson.dumps(name)
        return any(name in ranks(line) for line in self._follower.lines(0, self.size) if spelt in line)
