"""Signed heads of a ledger: c2sp.org/tlog-checkpoint, without extension lines."""

import re
from dataclasses import dataclass
from typing import Final

from harvest.errors import LedgerBroken
from harvest.ledger.line import MAX_INTEGER
from harvest.ledger.merkle import HASH_BYTES
from harvest.ledger.note import Note, Signer, decode_base64, encode_base64

_TEXT: Final = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/=]+)\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head ("Note text"): which ledger, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    def sign(self, signer: Signer) -> bytes:
        """The signed note of this head."""
        return bytes(signer.sign(str(self)))

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """A head from a note's text, in its only spelling.

        Raises:
            LedgerBroken: if the text is not origin, decimal size and base64 root, a line each.
        """
        parts = _TEXT.fullmatch(text)
        root = decode_base64(parts["root"]) if parts else None
        if parts is None or root is None or len(root) != HASH_BYTES or int(parts["size"]) > MAX_INTEGER:
            raise LedgerBroken(f"expected a checkpoint's origin, size and root, got {text[:120]!r}")
        return cls(parts["origin"], int(parts["size"]), root)


def split_notes(raw: bytes) -> tuple[list[bytes], int]:
    """The notes that stand one after another in `<topic>.checkpoints`, and how many bytes they fill.

    What a crash left of a last note does not count.
    """
    notes: list[bytes] = []
    filled = 0
    for match in _NOTE.finditer(raw):
        if match.start() != filled:
            break
        notes.append(match[0])
        filled = match.end()
    return notes, filled


def read_checkpoint(raw: bytes) -> tuple[Checkpoint, Note]:
    """A head and the note that carries it, its signature not yet believed."""
    note = Note.parse(raw)
    return Checkpoint.parse(note.text), note


_NOTE: Final = re.compile(b"[^\n]+\n[0-9]+\n[^\n]+\n\n(?:\xe2\x80\x94 [^\n]+\n)+")
