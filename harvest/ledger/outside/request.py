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
_RANDOM_BITS: Final = 62
_LEAST: Final = 1 << _RANDOM_BITS
"""From here on a nonce has eight bytes, and below its double it is not negative."""


def request_for(head: KeptHead) -> bytes:
    """The request over a head; the one that was made for it before, so that any answer to it still fits.

    Raises:
        Diverges: what is kept as the request is none over this head.
    """
    request = head.lay_first("tsq", _spelt(head, _LEAST | secrets.randbits(_RANDOM_BITS)))
    _nonce_in(request, head)
    return request


def nonce_of(head: KeptHead) -> int | None:
    """The nonce of the request that is kept with a head, or None where none is.

    Raises:
        Diverges: what is kept as the request is none over this head.
    """
    kept = head.read("tsq")
    return None if kept is None else _nonce_in(kept, head)


def _nonce_in(kept: bytes, head: KeptHead) -> int:
    nonce = int.from_bytes(kept[-len(_AFTER) - _NONCE_BYTES : -len(_AFTER)])
    if kept != _spelt(head, nonce) or nonce >> _RANDOM_BITS != 1:
        raise unfit(f"our request over the head in {head.path('tsq')}", "another")
    return nonce


def _spelt(head: KeptHead, nonce: int) -> bytes:
    return _BEFORE + head.digest + _NONCE + nonce.to_bytes(_NONCE_BYTES) + _AFTER
