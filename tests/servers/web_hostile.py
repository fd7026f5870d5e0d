"""What servers do to clients: bodies without end, bombs, drips, and pages that are hard to parse."""

import asyncio
import gzip
import socket
import struct
import zlib

import brotli

from tests.servers.web import Asked, Behaviour, head, page, say

GIBIBYTE = 1 << 30
HEAD = b"HTTP/1.1 200 OK\r\nX-Emulator: 1\r\nContent-Type: text/html\r\n"
_ZEROS = b"\0" * (1 << 16)
_BOMB = b"\0" * (128 << 20)


async def pour(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A gibibyte, announced."""
    await say(writer, head(200, {"Content-Type": "text/html", "Content-Length": str(GIBIBYTE)}))
    for _ in range(GIBIBYTE // len(_ZEROS)):
        await say(writer, _ZEROS)


async def pour_without_length(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A gibibyte in chunks, of which nothing is said before."""
    await say(writer, head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}))
    for _ in range(GIBIBYTE // len(_ZEROS)):
        await say(writer, b"%x\r\n" % len(_ZEROS) + _ZEROS + b"\r\n")


async def endless_head(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Header after header, never a body."""
    await say(writer, b"HTTP/1.1 200 OK\r\n")
    while True:
        await say(writer, b"X-More: " + b"x" * 1000 + b"\r\n")


async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A byte now and then."""
    await say(writer, head(200, {"Content-Type": "text/html", "Content-Length": "100000"}))
    while True:
        await say(writer, b"x")
        await asyncio.sleep(0.05)


async def silent(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
    """Nothing, for ever."""
    await asyncio.sleep(3600)


async def reset(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """The connection is dropped."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cut_off(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Less than was promised."""
    await say(writer, head(200, {"Content-Type": "text/html", "Content-Length": "5000"}) + b"<html>")


def coded(coding: str, body: bytes) -> Behaviour:
    """A body that is said to be coded."""
    return page(body, headers={"Content-Encoding": coding})


def gzip_bomb() -> bytes:
    """128 MiB of zeros in half a mebibyte."""
    return gzip.compress(_BOMB, 1, mtime=0)


def deflate_bomb() -> bytes:
    """The same by another name."""
    return zlib.compress(_BOMB, 1)


def brotli_bomb() -> bytes:
    """The same in a few hundred bytes."""
    return brotli.compress(_BOMB, quality=1)


def many_members() -> bytes:
    """Half a million gzip members with nothing in them, in nine megabytes."""
    return gzip.compress(b"", mtime=0) * 450_000


def many_attributes() -> str:
    """One tag with 40,000 attributes."""
    attributes = " ".join(f"a{number}=1" for number in range(40_000))
    return f"<html><body><p {attributes}>Semax</p></body></html>"


def many_paragraphs() -> str:
    """A megabyte of paragraphs that nobody closes."""
    return "<html><body>" + "<p>" * 333_333 + "Semax</body></html>"


def deep() -> str:
    """100,000 elements, each in the one before."""
    return "<div>" * 100_000 + "Semax"
