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
CODINGS = 3
"""Codings of one body, and MEMBERS of one gzip stream: more would be there to keep us busy, each a body of its own."""
MEMBERS = 4_096
CHUNK = 16 * 1024


class BodyDamaged(ValueError):
    """A body that its content coding does not fit: cut short, altered, or of an unknown coding."""


class BodyTooLarge(BodyDamaged):
    """A body that grows to `LIMIT` bytes or more."""


def decode(coding: str, body: bytes) -> bytes:
    """Undo the codings of a Content-Encoding value, the last named first.

    Raises:
        BodyDamaged: the body is not whole or too large, or the coding is not one of gzip, deflate, br.
    """
    names = [part.strip().lower() for part in coding.split(",") if part.strip()]
    if len(names) > CODINGS:
        raise BodyDamaged(f"expected at most {CODINGS} content codings, got {len(names)}")
    for name in reversed(names):
        if name == "identity":
            continue
        if name not in _DECODERS:
            raise BodyDamaged(f"expected content coding gzip, deflate or br, got {name!r}")
        body = _DECODERS[name](body) if body else body
    return body


def _gunzip(body: bytes) -> bytes:
    """All members of a gzip stream (RFC 1952 section 2.2), read in chunks: what follows a member is copied often."""
    content, at = bytearray(), 0
    for _ in range(MEMBERS):
        at = _gunzip_member(memoryview(body), at, content)
        if at == len(body):
            return bytes(content)
    raise BodyDamaged(f"expected at most {MEMBERS} gzip members, got more")


def _gunzip_member(body: memoryview, at: int, content: bytearray) -> int:
    """Append what the member at `at` holds to `content`; return where it ends."""
    inflater = zlib.decompressobj(GZIP)
    while True:
        chunk = body[at : at + CHUNK]
        try:
            content += inflater.decompress(chunk, max(1, LIMIT - len(content)))
        except zlib.error as error:
            raise BodyDamaged(f"expected a compressed body, got {error}") from None
        if inflater.eof:
            return at + len(chunk) - len(inflater.unused_data)
        _require_whole(content, LIMIT, finished=len(chunk) > 0 and len(content) < LIMIT)
        at += len(chunk) - len(inflater.unconsumed_tail)


def _deflate(body: bytes) -> bytes:
    # RFC 9110 section 8.4.1.2 means zlib's format; its note tells that some servers send raw deflate
    inflater = zlib.decompressobj(ZLIB if _has_zlib_header(body) else RAW)
    try:
        content = inflater.decompress(body, LIMIT)
    except zlib.error as error:
        raise BodyDamaged(f"expected a compressed body, got {error}") from None
    _require_whole(content, LIMIT, finished=inflater.eof)
    return content


def _has_zlib_header(body: bytes) -> bool:
    """RFC 1950 section 2.2: compression method 8, and the first two bytes are a multiple of 31."""
    return body[0] & 0x0F == DEFLATE and int.from_bytes(body[:2], "big") % 31 == 0


def _unbrotli(body: bytes) -> bytes:
    inflater = brotli.Decompressor()
    try:
        content: bytes = inflater.process(body, output_buffer_limit=LIMIT)
    except brotli.error as error:
        raise BodyDamaged(f"expected a br body, got {error}") from None
    _require_whole(content, LIMIT, finished=inflater.is_finished())
    return content


def _require_whole(content: bytes | bytearray, limit: int, *, finished: bool) -> None:
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
