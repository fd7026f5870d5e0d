"""Undoing the content codings of RFC 9110 section 8.4.1 that clients of ours may meet."""

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # ships no types

LIMIT = 64 * 1024 * 1024
"""Bytes; a body that grows to this is not decoded (a decompression bomb)."""

ACCEPTED = "gzip, deflate, br"
"""Accept-Encoding: what `decode` can undo, and nothing else."""

GZIP, ZLIB, RAW = 31, 15, -15
"""`wbits` of zlib for RFC 1952, RFC 1950 and RFC 1951."""
DEFLATE = 8
"""CM of RFC 1950 section 2.2."""


class BodyDamaged(ValueError):
    """A body that its content coding does not fit: cut short, altered, or of an unknown coding."""


class BodyTooLarge(BodyDamaged):
    """A body that grows to `LIMIT` bytes or more."""


def decode(coding: str, body: bytes) -> bytes:
    """Undo the codings of a Content-Encoding value, the last named first.

    Raises:
        BodyDamaged: the body is not whole or too large, or the coding is not one of gzip, deflate, br.
    """
    for name in reversed([part.strip().lower() for part in coding.split(",") if part.strip()]):
        if name == "identity":
            continue
        if name not in _DECODERS:
            raise BodyDamaged(f"expected content coding gzip, deflate or br, got {name!r}")
        body = _DECODERS[name](body) if body else body
    return body


def _gunzip(body: bytes) -> bytes:
    parts: list[bytes] = []
    while body:
        content, body = _inflate(body, GZIP, max(1, LIMIT - sum(map(len, parts))))
        parts.append(content)
    return b"".join(parts)


def _deflate(body: bytes) -> bytes:
    # RFC 9110 section 8.4.1.2 means zlib's format; its note tells that some servers send raw deflate
    return _inflate(body, ZLIB if _has_zlib_header(body) else RAW, LIMIT)[0]


def _has_zlib_header(body: bytes) -> bool:
    """RFC 1950 section 2.2: compression method 8, and the first two bytes are a multiple of 31."""
    return body[0] & 0x0F == DEFLATE and int.from_bytes(body[:2], "big") % 31 == 0


def _inflate(body: bytes, wbits: int, limit: int) -> tuple[bytes, bytes]:
    """Return the content and what follows the compressed stream."""
    inflater = zlib.decompressobj(wbits)
    try:
        content = inflater.decompress(body, limit)
    except zlib.error as error:
        raise BodyDamaged(f"expected a compressed body, got {error}") from None
    _require_whole(content, limit, finished=inflater.eof)
    return content, inflater.unused_data


def _unbrotli(body: bytes) -> bytes:
    inflater = brotli.Decompressor()
    try:
        content: bytes = inflater.process(body, output_buffer_limit=LIMIT)
    except brotli.error as error:
        raise BodyDamaged(f"expected a br body, got {error}") from None
    _require_whole(content, LIMIT, finished=inflater.is_finished())
    return content


def _require_whole(content: bytes, limit: int, *, finished: bool) -> None:
    if not finished and len(content) >= limit:
        raise BodyTooLarge(f"expected less than {LIMIT} bytes after decompression, got more")
    if not finished:
        raise BodyDamaged("expected a whole compressed body, got a part of one")


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
}
