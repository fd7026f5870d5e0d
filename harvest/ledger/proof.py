"""Proofs that one line stands in a ledger, for somebody who has only line and key: c2sp.org/tlog-proof@v1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harvest.errors import LedgerBroken
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint
from harvest.ledger.index import Index
from harvest.ledger.leaf import leaf
from harvest.ledger.merkle import HASH_BYTES, includes
from harvest.ledger.note import Note, Verifier, decode_base64, encode_base64

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_PROOF: Final = re.compile(
    re.escape(_HEADER) + r"\nindex (?P<index>0|[1-9][0-9]{0,15})\n(?P<path>(?:[A-Za-z0-9+/=]+\n)*)\n(?P<checkpoint>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """The place of a line, its path to the root, and the signed head with that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        return f"{_HEADER}\nindex {self.index}\n{hash_lines(self.path)}\n".encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> "Proof":
        """A proof from its file; one with an `extra` line is not ours and is refused."""
        parts = _PROOF.fullmatch(raw.decode(errors="replace"))
        path = read_hash_lines(parts["path"]) if parts else None
        proof = cls(int(parts["index"]), path, parts["checkpoint"].encode()) if parts and path is not None else None
        if proof is None or bytes(proof) != raw:
            raise LedgerBroken(f"expected a {_HEADER} file, got {raw[:60]!r}")
        return proof

    @classmethod
    def of(cls, index: Index, seq: int, checkpoint: bytes) -> "Proof":
        """The proof that line `seq` of a ledger is covered by the signed head.

        Raises:
            LedgerBroken: if the head is not one of this ledger or does not cover the line.
        """
        head, _ = read_checkpoint(checkpoint)
        if seq >= head.size:
            raise LedgerBroken(f"expected a head over more than {seq} entries, got one over {head.size}")
        index.hold(head, "head")
        index.at(seq)
        return cls(seq, tuple(index.inclusion(seq, head)), checkpoint)

    def head(self) -> tuple[Checkpoint, Note]:
        """The head and the note that carries it, its signature not yet believed.

        Raises:
            LedgerBroken: if what stands there is no checkpoint.
        """
        return read_checkpoint(self.checkpoint)

    def lead(self, line: bytes) -> Checkpoint:
        """The head whose root the path leads to from this line, with or without its LF; who signed it is not looked at.

        Raises:
            LedgerBroken: if it leads elsewhere.
        """
        head, _ = self.head()
        if not includes(head.root, head.size, leaf(line), self.index, self.path):
            raise LedgerBroken(f"expected the line at index {self.index} of {head.size}, got one that is not there")
        return head

    def check(self, line: bytes, verifier: Verifier) -> None:
        """Is this line, with or without its LF, at this place in a ledger whose head that key signed?

        Raises:
            LedgerBroken: if the head is not signed by the key, or the path does not lead from the line to its root.
        """
        head, note = self.head()
        if head.origin != verifier.name or not verifier.signed(note):
            raise LedgerBroken(f"expected a head signed by {verifier}, got another")
        self.lead(line)


def prove(path: Path, seq: int, checkpoint: bytes) -> Proof:
    """As `Proof.of`, for the ledger at that path."""
    with Index.open(path) as index:
        return Proof.of(index, seq, checkpoint)


def hash_lines(path: Sequence[bytes]) -> str:
    """Hashes as they stand in a proof: base64, a line each."""
    return "".join(f"{encode_base64(step)}\n" for step in path)


def read_hash_lines(text: str) -> tuple[bytes, ...] | None:
    """The hashes in such lines; None for anything but their one spelling."""
    steps = [decode_base64(step) for step in text.splitlines()]
    path = tuple(step for step in steps if step is not None and len(step) == HASH_BYTES)
    return path if len(path) == len(steps) else None
