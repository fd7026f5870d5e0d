"""Signed notes and their Ed25519 keys: c2sp.org/signed-note.

A note is text that ends with LF, a blank line, and one line a signature: `— name base64(key id || signature)`.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from harvest.errors import LedgerBroken

SEED_BYTES: Final = 32
_ID_BYTES: Final = 4
_MAX_SIGNATURES: Final = 64
_FORBIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_NAME: Final = re.compile(r"[^\s+]+")
_SIGNATURE_LINE: Final = re.compile("— (?P<name>[^\\s+]+) (?P<signature>[A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {encode_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """Text and its signatures, not yet believed."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)).encode()

    @classmethod
    def parse(cls, raw: bytes) -> "Note":
        """A note from its bytes ("Format"); what is not spelt as we would spell it is refused."""
        try:
            decoded = raw.decode()
        except UnicodeDecodeError:
            raise LedgerBroken("expected a signed note in UTF-8, got other bytes") from None
        text, blank, tail = decoded.rpartition("\n\n")
        if not blank or not tail.endswith("\n") or _FORBIDDEN.search(decoded):
            raise LedgerBroken("expected a signed note: text, a blank line, signature lines; got something else")
        signature_lines = tail[:-1].split("\n")
        if len(signature_lines) > _MAX_SIGNATURES:
            raise LedgerBroken(f"expected at most {_MAX_SIGNATURES} signatures, got {len(signature_lines)}")
        return cls(text + "\n", tuple(_signature(line) for line in signature_lines))


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name; as text, the verification key `name+id+base64(type || key)`.

    Attributes:
        kind: the signature type ("Signature types"), 0x01 for Ed25519 over the text.
    """

    kind: ClassVar[bytes] = b"\x01"

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name):
            raise LedgerBroken(f"expected a key name without white space and '+', got {self.name!r}")

    @property
    def key_id(self) -> bytes:
        """`SHA-256(name || LF || type || public key)[:4]` ("Signatures")."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self.kind + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """A verification key from its only spelling."""
        name, _, rest = vkey.partition("+")
        key = decode_base64(rest.partition("+")[2])
        if key is None or len(key) != 1 + SEED_BYTES:
            raise LedgerBroken(f"expected an Ed25519 verification key, got {vkey[:120]!r}")
        if key[:1] != cls.kind:
            raise LedgerBroken(f"expected a key of signature type 0x{cls.kind.hex()}, got 0x{key[:1].hex()} in {vkey}")
        verifier = cls(name, key[1:])
        if str(verifier) != vkey:
            raise LedgerBroken(f"expected the verification key {verifier}, got {vkey[:120]!r}")
        return verifier

    def signed(self, note: Note) -> bool:
        """Did this key sign the note? Each signature under its name and id must hold; others are passed over."""
        own = self.lines_of(note)
        return bool(own) and all(self._holds(note.text.encode(), value) for value in own)

    def lines_of(self, note: Note) -> list[bytes]:
        """The signatures that bear this key's name and id, believed or not."""
        return [s.value for s in note.signatures if (s.name, s.key_id) == (self.name, self.key_id)]

    def _holds(self, text: bytes, signature: bytes) -> bool:
        return verifies(self.public, text, signature)


class Signer:
    """A private key and its name.

    Attributes:
        verifier: the public half.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> Note:
        """The note of a text that ends with LF."""
        value = self._key.sign(text.encode())
        return Note(text, (Signature(self.verifier.name, self.verifier.key_id, value),))


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Is this the Ed25519 signature (RFC 8032) of a message by a key? One that is no key at all signed nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def encode_base64(raw: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(raw).decode()


def decode_base64(text: str) -> bytes | None:
    """The bytes of standard base64, or None for anything but its one spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if encode_base64(raw) == text else None


def _signature(line: str) -> Signature:
    """One signature line ("Signatures")."""
    parts = _SIGNATURE_LINE.fullmatch(line)
    raw = decode_base64(parts["signature"]) if parts else None
    if parts is None or raw is None or len(raw) <= _ID_BYTES:
        raise LedgerBroken(f"expected a signature line, got {line[:80]!r}")
    return Signature(parts["name"], raw[:_ID_BYTES], raw[_ID_BYTES:])
