"""Proofs that one line stands in a ledger, for somebody who has only line and key: c2sp.org/tlog-proof@v1."""

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from harvest.errors import LedgerBroken
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.line import leaf, lines
from harvest.ledger.merkle import HASH_BYTES, Frontier, includes, inclusion_proof, stored_position
from harvest.ledger.note import Verifier, decode_base64, encode_base64

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_PROOF: Final = re.compile(
    _HEADER + r"\nindex (?P<index>0|[1-9][0-9]{0,15})\n(?P<path>(?:[A-Za-z0-9+/=]+\n)*)\n(?P<checkpoint>.+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Proof:
    """The place of a line, its path to the root, and the signed head with that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        steps = "".join(f"{encode_base64(step)}\n" for step in self.path)
        return f"{_HEADER}\nindex {self.index}\n{steps}\n".encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> "Proof":
        """A proof from its file; one with an `extra` line is not ours and is refused."""
        parts = _PROOF.fullmatch(raw.decode(errors="replace"))
        steps = [decode_base64(step) for step in parts["path"].splitlines()] if parts else [None]
        path = tuple(step for step in steps if step is not None and len(step) == HASH_BYTES)
        if parts is None or len(path) != len(steps):
            raise LedgerBroken(f"expected a {_HEADER} file, got {raw[:60]!r}")
        return cls(int(parts["index"]), path, parts["checkpoint"].encode())

    def check(self, line: bytes, verifier: Verifier) -> None:
        """Is this line, with or without its LF, at this place in a ledger whose head that key signed?

        Raises:
            LedgerBroken: if the head is not signed by the key, or the path does not lead from the line to its root.
        """
        head, note = read_checkpoint(self.checkpoint)
        if head.origin != verifier.name or not verifier.signed(note):
            raise LedgerBroken(f"expected a head signed by {verifier}, got another")
        if not includes(head.root, head.size, leaf(line), self.index, self.path):
            raise LedgerBroken(f"expected the line at index {self.index} of {head.size}, got one that is not there")


def prove(path: Path, seq: int, checkpoint: bytes) -> Proof:
    """The proof that line `seq` of the ledger is covered by the signed head.

    Raises:
        LedgerBroken: if the head is not one of this ledger or does not cover the line.
    """
    head, _ = read_checkpoint(checkpoint)
    if seq >= head.size:
        raise LedgerBroken(f"expected a head over more than {seq} entries, got one over {head.size}")
    with path.open("rb") as stream:
        leaves = [leaf(raw) for raw in islice(lines(stream), head.size)]
    tree = Frontier()
    stored = tree.extend(leaves)
    if len(leaves) != head.size or tree.root() != head.root:
        raise LedgerBroken(f"expected the ledger that the head of {head.size} entries was signed for, got another")

    def subtree(level: int, number: int) -> bytes:
        at = HASH_BYTES * stored_position(level, number)
        return stored[at : at + HASH_BYTES]

    return Proof(seq, tuple(inclusion_proof(subtree, seq, head.size)), checkpoint)
