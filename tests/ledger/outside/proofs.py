"""OpenTimestamps proofs for tests, SYNTHETIC: written from the format, attested by nobody."""

import hashlib

MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
PENDING = bytes.fromhex("83dfe30d2ef90c8e")
BITCOIN = bytes.fromhex("0588960d73d71901")
LITECOIN = bytes.fromhex("06869a0d73d71b45")
SHA1, SHA256, REVERSE, HEX, FORK = b"\x02", b"\x08", b"\xf2", b"\xf3", b"\xff"


def number(value: int) -> bytes:
    """Unsigned LEB128."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def string(content: bytes) -> bytes:
    return number(len(content)) + content


def append(content: bytes) -> bytes:
    return b"\xf0" + string(content)


def prepend(content: bytes) -> bytes:
    return b"\xf1" + string(content)


def attestation(kind: bytes, payload: bytes) -> bytes:
    return b"\x00" + kind + string(payload)


def pending(uri: str) -> bytes:
    return attestation(PENDING, string(uri.encode()))


def block(height: int, kind: bytes = BITCOIN) -> bytes:
    return attestation(kind, number(height))


def proof(digest: bytes, tree: bytes, *, version: int = 1, kind: bytes = SHA256) -> bytes:
    return MAGIC + bytes([version]) + kind + digest + tree


def over(content: bytes, tree: bytes) -> bytes:
    return proof(hashlib.sha256(content).digest(), tree)
