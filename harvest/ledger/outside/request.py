"""The request for an RFC 3161 time-stamp: DER of one fixed length, so that it is read back by its only spelling."""

import secrets
from typing import Final

from harvest.ledger.outside.kept import KeptHead, unfit

_BEFORE: Final = bytes.fromhex("30430201013031300d060960864801650304020105000420")
"""SEQUENCE, version 1, messageImprint of SHA-256 (2.4.1); the digest follows."""
_NONCE: Final = b"\x02\x08"
_AFTER: Final = b"\x01\x01\xff"
"""certReq: the answer bears its signer's certificate."""
_NONCE_BYTES: Final = 8
MEDIA_TYPE: Final = "application/timestamp-query"


def request_for(head: KeptHead) -> bytes:
    """The request over a head; the one that was made for it before, so that any answer to it still fits.

    Raises:
        Diverges: what is kept as the request is none over this head.
    """
    if nonce_of(head) is None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head.lay("tsq", _spelt(head, bytes([nonce[0] & 0x3F | 0x40]) + nonce[1:]))
    return head.read("tsq") or b""


def nonce_of(head: KeptHead) -> int | None:
    """The nonce of the request that is kept with a head, or None where none is.

    Raises:
        Diverges: what is kept as the request is none over this head.
    """
    kept = head.read("tsq")
    if kept is None:
        return None
    nonce = kept[-len(_AFTER) - _NONCE_BYTES : -len(_AFTER)]
    if kept != _spelt(head, nonce) or not 0x40 <= nonce[0] < 0x80:  # noqa: PLR2004 - eight bytes, and not negative
        raise unfit(f"our request over the head in {head.path('tsq')}", "another")
    return int.from_bytes(nonce, "big")


def _spelt(head: KeptHead, nonce: bytes) -> bytes:
    return _BEFORE + head.digest + _NONCE + nonce + _AFTER
