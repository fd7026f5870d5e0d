"""Proofs that a newer head of a ledger continues an older one, for somebody who has the two heads alone.

The text is the body of an `add-checkpoint` request of c2sp.org/tlog-witness: the old size, the proof's hashes, a blank
line, the newer checkpoint. A witness takes it as it is.
"""

import re
from dataclasses import dataclass
from typing import Final

from harvest.errors import LedgerBroken
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint
from harvest.ledger.index import Index
from harvest.ledger.merkle import EMPTY_ROOT, extends
from harvest.ledger.note import Note, Verifier, encode_base64
from harvest.ledger.proof import hash_lines, read_hash_lines

_MAX_LINES: Final = 63
_CONTINUATION: Final = re.compile(
    r"old (?P<size>0|[1-9][0-9]{0,15})\n(?P<path>(?:[A-Za-z0-9+/=]+\n)*)\n(?P<checkpoint>.+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Consistency:
    """The old size, the hashes that lead from the old root to the new one, and the signed head with the new root."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        return f"old {self.old_size}\n{hash_lines(self.path)}\n".encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> "Consistency":
        """A proof from its file, in its only spelling."""
        parts = _CONTINUATION.fullmatch(raw.decode(errors="replace"))
        path = read_hash_lines(parts["path"]) if parts else None
        proof = cls(int(parts["size"]), path, parts["checkpoint"].encode()) if parts and path is not None else None
        if proof is None or len(proof.path) > _MAX_LINES or bytes(proof) != raw:
            raise LedgerBroken(f"expected a proof of consistency that begins with 'old' and a size, got {raw[:60]!r}")
        return proof

    @classmethod
    def of(cls, index: Index, old: Checkpoint, checkpoint: bytes) -> "Consistency":
        """The proof that the signed head of a ledger continues an older head.

        Raises:
            LedgerBroken: if one of them is not a head of this ledger (a fork: both roots are named), or the older
                one covers more.
        """
        head, _ = read_checkpoint(checkpoint)
        index.hold(old, "older checkpoint")
        index.hold(head, "newest checkpoint")
        if old.size > head.size:
            raise LedgerBroken(f"expected a signed head over {old.size} entries at least, got one over {head.size}")
        return cls(old.size, tuple(index.consistency(old, head)) if old.size else (), checkpoint)

    def head(self) -> tuple[Checkpoint, Note]:
        """The newer head and the note that carries it, its signature not yet believed.

        Raises:
            LedgerBroken: if what stands there is no checkpoint.
        """
        return read_checkpoint(self.checkpoint)

    def lead(self, old: Checkpoint) -> Checkpoint:
        """The newer head, if it continues the old one; who signed it is not looked at.

        Raises:
            LedgerBroken: if it does not, or the proof is from another size, or the ledgers are two.
        """
        head, _ = self.head()
        if (head.origin, self.old_size) != (old.origin, old.size):
            expected = f"a proof from {old.size} entries of {old.origin}"
            raise LedgerBroken(f"expected {expected}, got one from {self.old_size} entries of {head.origin}")
        if old.size == 0:
            continued = not self.path and old.root == EMPTY_ROOT
        else:
            continued = extends(old.root, old.size, head.root, head.size, self.path)
        if not continued:
            roots = (
                f"root {encode_base64(old.root)} over {old.size} to root {encode_base64(head.root)} over {head.size}"
            )
            raise LedgerBroken(f"expected a proof that leads from {roots} entries, got one that does not")
        return head

    def check(self, old: Checkpoint, verifier: Verifier) -> None:
        """Did that key sign a head that continues the old one?

        Raises:
            LedgerBroken: if not.
        """
        head, note = self.head()
        if head.origin != verifier.name or not verifier.signed(note):
            raise LedgerBroken(f"expected a head signed by {verifier}, got another")
        self.lead(old)
