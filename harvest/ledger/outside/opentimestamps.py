"""OpenTimestamps proofs: operations that lead from a digest to what calendars and blocks attest.

The format is that of the `.ots` files which `ots stamp` and `ots upgrade` write, version 1. Reading is strict, never
recursive, and takes work in proportion to the file's size, and memory for few messages at a time. Attestations are not
checked: that needs a calendar or a node. What is shown is that they commit to our head.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from harvest.ledger.outside.kept import MAX_BYTES, unfit

_MAGIC: Final = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01"
"""Header, and the major version."""
_SHA256: Final = 0x08
_DIGEST_BYTES: Final = 32
_MAX_MESSAGE: Final = 4_096
"""No operation takes or gives more."""
_MAX_WAITING: Final = 1_000
"""Branches of a fork that wait for the one before them: each keeps a message, which two bytes of the file can make.
Calendars' proofs have a handful."""
_MAX_PAYLOAD: Final = 8_192
_ATTESTATION, _FORK = 0x00, 0xFF
_PENDING: Final = bytes.fromhex("83dfe30d2ef90c8e")
_BITCOIN: Final = bytes.fromhex("0588960d73d71901")
_LITECOIN: Final = bytes.fromhex("06869a0d73d71b45")
_URI: Final = re.compile(rb"[A-Za-z0-9._/:-]{1,1000}")
_UNARY: Final[Mapping[int, Callable[[bytes], bytes]]] = {
    0x02: lambda message: hashlib.sha1(message, usedforsecurity=False).digest(),
    _SHA256: lambda message: hashlib.sha256(message).digest(),
    0xF2: lambda message: message[::-1],
    0xF3: lambda message: message.hex().encode(),
}
_BINARY: Final[Mapping[int, Callable[[bytes, bytes], bytes]]] = {
    0xF0: lambda message, argument: message + argument,
    0xF1: lambda message, argument: argument + message,
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A parsed proof.

    Attributes:
        digest: SHA-256 of what was stamped.
        attestations: who attests what the operations lead to, in words, in the order of the file.
    """

    digest: bytes
    attestations: tuple[str, ...]


def read_proof(raw: bytes) -> Proof:
    """A proof from its bytes.

    Raises:
        Diverges: they are no proof over a SHA-256 digest, or use an operation that is not computed here.
    """
    if len(raw) > MAX_BYTES:
        raise unfit(f"an OpenTimestamps proof of at most {MAX_BYTES} bytes", "more")
    reader = _Reader(raw)
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise unfit("an OpenTimestamps proof of version 1", "other bytes")
    if (kind := reader.byte()) != _SHA256:
        raise unfit("an OpenTimestamps proof over a SHA-256 digest", f"one of kind 0x{kind:02x}")
    digest = reader.take(_DIGEST_BYTES)
    attestations = tuple(_follow(reader, digest))
    if reader.rest:
        raise unfit("the end of the OpenTimestamps proof", f"{reader.rest} bytes more")
    return Proof(digest, attestations)


def _follow(reader: "_Reader", digest: bytes) -> list[str]:
    """Recomputes each branch; at a fork the message waits until the branch before it has ended."""
    said, waiting = [], [digest]
    while waiting:
        message = waiting.pop()
        tag = reader.byte()
        if tag == _FORK:
            waiting.append(message)
            if len(waiting) > _MAX_WAITING:
                raise unfit(f"at most {_MAX_WAITING} branches of an OpenTimestamps proof that wait", "more")
            tag = reader.byte()
        if tag == _ATTESTATION:
            said.append(_attested(reader, message))
        else:
            waiting.append(_applied(reader, tag, message))
    return said


def _applied(reader: "_Reader", tag: int, message: bytes) -> bytes:
    """What an operation makes of a message."""
    if tag in _UNARY:
        result = _UNARY[tag](message)
    elif tag in _BINARY:
        result = _BINARY[tag](message, reader.string(_MAX_MESSAGE, at_least=1))
    else:
        raise unfit("an operation append, prepend, reverse, hexlify, sha1 or sha256", f"tag 0x{tag:02x}")
    if len(result) > _MAX_MESSAGE:
        raise unfit(f"operations on at most {_MAX_MESSAGE} bytes", f"{len(result)}")
    return result


def _attested(reader: "_Reader", message: bytes) -> str:
    """One attestation in words."""
    kind, inner = reader.take(8), _Reader(reader.string(_MAX_PAYLOAD))
    if kind == _PENDING:
        uri = inner.string(1_000)
        if not _URI.fullmatch(uri):
            raise unfit("a calendar's address", repr(uri[:80]))
        said = f"pending at calendar {uri.decode()}"
    elif kind in {_BITCOIN, _LITECOIN}:
        if len(message) != _DIGEST_BYTES:
            raise unfit("a Merkle root of 32 bytes before a block's attestation", f"{len(message)} bytes")
        chain = "Bitcoin" if kind == _BITCOIN else "Litecoin"
        said = f"attested by {chain} block {inner.number()}, if its Merkle root is {message[::-1].hex()}"
        said += " (not checked here: needs a node)"
    else:
        return f"an attestation of the unknown kind {kind.hex()}"
    if inner.rest:
        raise unfit("the end of an attestation", f"{inner.rest} bytes more")
    return said


class _Reader:
    """Bytes from the start; what is not there is not taken."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    @property
    def rest(self) -> int:
        """How many bytes are left."""
        return len(self._raw) - self._at

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if count > self.rest:
            raise unfit(f"{count} bytes more in the OpenTimestamps proof", f"{self.rest}")
        self._at += count
        return self._raw[self._at - count : self._at]

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """An unsigned LEB128 number below 2^63, in its shortest spelling."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
            shift += 7
            if shift > 56:  # noqa: PLR2004 - nine groups of seven bits
                raise unfit("a number below 2^63", "a longer one")
        if shift and not byte:
            raise unfit("a number in its shortest spelling", "a longer one")
        return value

    def string(self, at_most: int, *, at_least: int = 0) -> bytes:
        """A length and so many bytes."""
        length = self.number()
        if not at_least <= length <= at_most:
            raise unfit(f"{at_least} to {at_most} bytes in a field of the OpenTimestamps proof", f"{length}")
        return self.take(length)
