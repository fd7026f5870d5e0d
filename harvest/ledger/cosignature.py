"""Cosignatures of witnesses: c2sp.org/tlog-cosignature, of the kind `cosignature/v1` (Ed25519, with a time).

A witness states by one that, as of that time, the checkpoint is the largest it has seen of this log, and that it
continues all it has seen before.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from harvest.ledger.note import Note, Verifier, verifies

TIME_BYTES: Final = 8
_LATEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosigner(Verifier):
    """A witness' public key and its name; signature type 0x04."""

    kind: ClassVar[bytes] = b"\x04"

    def latest(self, note: Note) -> int:
        """The time of its newest cosignature, in seconds since 1970; the note must be one that it `signed`."""
        return max(_time(value) for value in self.lines_of(note))

    def _holds(self, text: bytes, signature: bytes) -> bool:
        """A `timestamped_signature`: the time, big-endian, then 64 bytes of Ed25519 ("Format")."""
        return _time(signature) <= _LATEST and verifies(
            self.public, message(_time(signature), text), signature[TIME_BYTES:]
        )


def message(time: int, text: bytes) -> bytes:
    """What a witness signs ("Ed25519 signed message"): header, time, and the checkpoint's text as it stands."""
    return b"cosignature/v1\ntime %d\n" % time + text


def _time(signature: bytes) -> int:
    return int.from_bytes(signature[:TIME_BYTES])
