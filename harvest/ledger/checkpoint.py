"""Signed heads of a ledger: c2sp.org/tlog-checkpoint, without extension lines."""

import re
from dataclasses import dataclass
from typing import Final

from harvest.errors import LedgerBroken
from harvest.ledger.line import MAX_INTEGER
from harvest.ledger.merkle import HASH_BYTES
from harvest.ledger.note import Note, Signer, decode_base64, encode_base64

MOST_OF_A_NOTE: Final = 1 << 20
MOST_OF_A_HISTORY: Final = 1 << 26
"""Bytes that a file of one note, and one of many, may have; 200,000 notes of one signature have less."""
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
    """The notes in `<topic>.checkpoints`, oldest first, and the byte at which the last of them ends.

    Whatever stands between them is passed over: it must not hide the heads behind it. What stands after the last is
    what a crash left of one.
    """
    text = raw.decode(errors="surrogateescape")
    notes: list[bytes] = []
    filled = read = 0
    for match in _NOTE.finditer(text):
        notes.append(match[0].encode(errors="surrogateescape"))
        filled += len(text[read : match.start()].encode(errors="surrogateescape")) + len(notes[-1])
        read = match.end()
    return notes, filled


def read_checkpoint(raw: bytes) -> tuple[Checkpoint, Note]:
    """A head and the note that carries it, its signature not yet believed."""
    note = Note.parse(raw)
    return Checkpoint.parse(note.text), note


_BASE64: Final = r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
_NOTE: Final = re.compile(
    r"(?<![^\x00-\x1f])[^\x00-\x1f]++\n(?:0|[1-9][0-9]{0,15})\n(?=.{43}=\n)"
    rf"{_BASE64}\n\n(?:— [^\s\x00-\x1f+]++ (?=[^=]{{7}}){_BASE64}\n){{1,64}}+"
)
"""A checkpoint's note as we spell it; it begins where a line does, so that the search is linear."""
