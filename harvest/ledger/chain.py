"""Lines one after another: numbering, leaves, times, the tree over them, and the key that signs for them."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from harvest.errors import LedgerBroken
from harvest.ledger.checkpoint import Checkpoint
from harvest.ledger.entry import Entry
from harvest.ledger.leaf import NO_LEAF, leaf
from harvest.ledger.line import LineRefused, decode
from harvest.ledger.merkle import Frontier
from harvest.ledger.note import Note, Verifier

KEY_TYPES: Final = frozenset({"ledger", "key-rotated", "adopted"})
"""Entries that say who signs from there on."""
_NONCE: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where stored bytes first differ from what they should be.

    `line` counts from 1 and `offset` is the byte at which that line begins; both are 0 where a file beside the
    ledger is at fault.
    """

    line: int
    offset: int
    expected: str
    found: str

    def __str__(self) -> str:
        place = f"line {self.line}, byte {self.offset}: " if self.line else ""
        return f"{place}expected {self.expected}, found {self.found}"


class Diverges(LedgerBroken):
    """A ledger is broken at a known place.

    Attributes:
        at: that place.
        breaks_link: the line is well-formed, but its `prev` is not the leaf of the line before.
    """

    def __init__(self, at: Divergence, *, breaks_link: bool = False) -> None:
        super().__init__(str(at))
        self.at = at
        self.breaks_link = breaks_link


class LastLine(NamedTuple):
    """The newest line of a chain: its leaf, its time, and where it begins."""

    leaf: bytes
    time: str
    offset: int


class Chain:
    """What must hold from one line to the next ("Lines"); state that only a good line changes.

    Attributes:
        tree: the tree over all lines so far; `tree.size` is the next line's `seq`.
        offset: where the next line begins.
        last: the newest line, None before the first.
        prev: what the next line must have as `prev`.
        origin: the ledger's, from the genesis; empty before it.
        verifier: the key that signs checkpoints of this size, None before the genesis.
    """

    def __init__(self) -> None:
        self.tree = Frontier()
        self.offset = 0
        self.last: LastLine | None = None
        self.prev = NO_LEAF
        self.origin = ""
        self.verifier: Verifier | None = None

    def extend(self, raw: bytes) -> Entry:
        """Takes the next stored line.

        Raises:
            Diverges: if the line breaks a rule of its own, its numbering, its link, its time or its key.
        """
        try:
            entry = decode(raw)
        except LineRefused as refusal:
            raise self.diverges(refusal.expected, refusal.found) from None
        self.follow(raw, entry)
        return entry

    def follow(self, raw: bytes, entry: Entry) -> None:
        """As `extend`, for a line that was decoded already."""
        if entry.seq != self.tree.size:
            raise self.diverges(f"seq {self.tree.size}", f"seq {entry.seq}")
        if entry.prev != self.prev:
            raise self.diverges(f"prev {self.prev}", f"prev {entry.prev}", breaks_link=True)
        if self.last and entry.time < self.last.time:
            raise self.diverges(f"a time not before {self.last.time}", entry.time)
        if entry.seq == 0 or entry.type in KEY_TYPES:
            self.follow_keys(entry)
        hashed = leaf(raw)
        self.tree.append(hashed)
        self._end(LastLine(hashed, entry.time, self.offset), self.offset + len(raw))

    def stand(self, tree: Frontier, last: LastLine, offset: int) -> None:
        """Goes to a place that was reached in another way; keys are followed by the caller."""
        self.tree = tree
        self._end(last, offset)

    def diverges(self, expected: str, found: str, *, breaks_link: bool = False) -> Diverges:
        """A fault in the next line."""
        return Diverges(Divergence(self.tree.size + 1, self.offset, expected, found), breaks_link=breaks_link)

    def _end(self, last: LastLine, offset: int) -> None:
        self.last, self.prev, self.offset = last, last.leaf.hex(), offset

    def follow_keys(self, entry: Entry) -> None:
        """The genesis names the first key; `key-rotated` and `adopted` name the next ("Checkpoints, keys, state")."""
        if entry.seq == 0:
            self._begin(entry)
        elif entry.type == "ledger":
            raise self.diverges("type ledger in the first line only", "another genesis")
        elif entry.type == "adopted":
            self.verifier = self._key(entry)
        elif entry.type == "key-rotated":
            self.verifier = self._rotated(entry)

    def _begin(self, entry: Entry) -> None:
        """The genesis: who signs this ledger, for which origin, and a nonce that no other ledger has."""
        if entry.type != "ledger":
            raise self.diverges("a genesis of type ledger", f"type {entry.type}")
        nonce, origin = entry.body.get("nonce"), entry.body.get("origin")
        if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
            raise self.diverges("a nonce of 64 lower-case hex digits in the genesis", repr(nonce)[:80])
        if not isinstance(origin, str):
            raise self.diverges("an origin in the genesis", repr(origin)[:80])
        self.origin = origin
        self.verifier = self._key(entry)

    def _rotated(self, entry: Entry) -> Verifier:
        """The next key, once the key before it has signed origin, size, root and that key."""
        verifier = self._key(entry)
        try:
            note = Note.parse(str(entry.body.get("note")).encode())
        except LedgerBroken as error:
            raise self.diverges("a note signed by the key before", error.message) from None
        if note.text != self.rotation(verifier) or not (self.verifier and self.verifier.signed(note)):
            raise self.diverges(f"a note by {self.verifier} for {verifier} at this size", "another")
        return verifier

    def rotation(self, verifier: Verifier) -> str:
        """What the key of now signs to name the next: a checkpoint's text with the new key as one line more."""
        return f"{Checkpoint(self.origin, self.tree.size, self.tree.root())}{verifier}\n"

    def _key(self, entry: Entry) -> Verifier:
        try:
            verifier = Verifier.parse(str(entry.body.get("vkey")))
        except LedgerBroken as error:
            raise self.diverges("a verification key", error.message) from None
        if verifier.name != self.origin:
            raise self.diverges(f"a key named {self.origin}", f"one named {verifier.name}")
        return verifier
