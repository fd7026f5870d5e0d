"""A small witness: it cosigns a log's heads as long as each is at least as large as the one before."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.cosignature import Cosigner
from harvest.ledger.note import Note, Signature, Verifier

NOW = 1_795_000_000
"""2026-11-18 11:06:40 UTC."""


class Witness:
    """Synthetic; composes what it signs by itself, from the words of c2sp.org/tlog-cosignature."""

    def __init__(self, name: str, number: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.cosigner = Cosigner(name, self._key.public_key().public_bytes_raw())
        self._largest: dict[Verifier, int] = {}

    @property
    def vkey(self) -> str:
        return str(self.cosigner)

    def cosign(self, raw: bytes, log: Verifier, *, time: int = NOW) -> bytes:
        """The note with one signature line more."""
        checkpoint, note = read_checkpoint(raw)
        assert log.signed(note)
        assert checkpoint.size >= self._largest.get(log, 0)
        self._largest[log] = checkpoint.size
        return raw + f"{self.line(note.text, time)}\n".encode()

    def line(self, text: str, time: int = NOW) -> Signature:
        signed = self._key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return Signature(self.cosigner.name, self.cosigner.key_id, time.to_bytes(8, "big") + signed)


def cosigned(raw: bytes, *lines: Signature) -> bytes:
    """The note with these lines behind its own."""
    note = Note.parse(raw)
    return bytes(Note(note.text, (*note.signatures, *lines)))
