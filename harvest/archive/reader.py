"""Reading WARC files of gzip members, as `Archive` writes them: a request record stands before its response."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from harvest.archive.exchange import Exchange
from harvest.archive.record import BODY, HEADERS
from harvest.errors import ArchiveError

CHUNK = 1 << 16
LARGEST = BODY + HEADERS
"""Bytes that one record may unpack to: no `Archive` writes one that is larger."""
GZIP = 31
"""`wbits` of zlib for RFC 1952."""


SAID = 80
"""Characters of a value that a message repeats."""
EXPLAINED = 300
"""Characters of a message of `warcio`, which repeats whole lines."""
REFUSALS = (
    ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError,
    AttributeError,  # a response without an address
    TypeError,  # a digest of no fixed length
)  # fmt: skip
"""How `warcio` refuses what is no record."""


class TornRecord(ArchiveError):
    """A file ends in a record that is not whole: the process that wrote it was killed."""


class _Block(BytesIO):
    """A record's bytes; lines, as which its headers are read, are to be had up to `HEADERS` bytes only."""

    def readline(self, size: int | None = -1, /) -> bytes:
        left = HEADERS - self.tell()
        line = super().readline(left + 1 if size is None or size < 0 else min(size, left + 1))
        if len(line) > left:
            raise ValueError(f"more than {HEADERS} bytes of headers")
        return line


@dataclass(frozen=True, slots=True)
class Stored:
    """One record: its kind (`WARC-Type`), its headers, those of HTTP (empty where it has none), and its payload."""

    offset: int
    kind: str
    warc: StatusAndHeaders
    http: StatusAndHeaders
    payload: bytes

    def header(self, name: str) -> str:
        """Return a WARC header, without the angle brackets of an id; empty when absent."""
        return (self.warc.get_header(name) or "").strip("<>")


@dataclass(frozen=True, slots=True)
class Pair:
    """A response and the request it answers, if that is stored."""

    request: Stored | None
    response: Stored

    @property
    def offset(self) -> int:
        """Where to begin to read the pair again."""
        return self.request.offset if self.request else self.response.offset

    @property
    def record(self) -> str:
        """The id of the response record."""
        return self.response.header("WARC-Record-ID")

    def exchange(self) -> Exchange:
        """Return it as a value, the body's content codings undone.

        Raises:
            ArchiveError: its address, status or date is none.
        """
        response, request = self.response.http, self.request
        status, _, reason = response.statusline.partition(" ")
        return Exchange(
            method=request.http.protocol if request else "GET",
            url=self._url(),
            request_body=request.payload if request else b"",
            status=self._status(status),
            reason=reason,
            headers=tuple(response.headers),
            body=self.response.payload,
            when=self._when(),
            request_headers=tuple(request.http.headers) if request else (),
        ).decoded()

    def _url(self) -> str:
        url = self.response.header("WARC-Target-URI")
        try:
            urlsplit(url)
        except ValueError:
            raise self._refused("a WARC-Target-URI", url) from None
        return url

    def _status(self, status: str) -> int:
        try:
            return int(status)
        except ValueError:
            raise self._refused("an HTTP status", status) from None

    def _when(self) -> datetime:
        stamp = self.response.header("WARC-Date")
        if (when := utc(stamp)) is None:
            raise self._refused("a WARC-Date in UTC", stamp)
        return when

    def _refused(self, expected: str, found: str) -> ArchiveError:
        return ArchiveError(f"expected {expected} in record {self.record[:SAID]}, got {found[:SAID]!r}")


def read_snapshot(folder: Path, file: str, record: str, *, sha256_hex: str | None = None) -> Exchange:
    """Return the exchange that a snapshot cites, the body decoded.

    Args:
        folder: the archive folder.
        file: the file's name in it.
        record: the id of the response record, `urn:uuid:...`.
        sha256_hex: what the snapshot says of the decoded body; None: only the record's own digests are checked.

    Raises:
        ArchiveError: the file or the record is gone, or the body is not the one that was cited.
    """
    for pair in pairs(_within(folder, file)):
        if pair.record == record:
            return _verified(pair.exchange(), record, sha256_hex)
    raise ArchiveError(f"expected record {record} in {folder / file}, got none", hint="restore the file from a backup")


def read_snapshots(folder: Path, file: str, wanted: Mapping[str, str]) -> Iterator[tuple[str, Exchange]]:
    """Yield what snapshots of one file cite, in the order of the file, reading it once.

    Args:
        folder: the archive folder.
        file: the file's name in it.
        wanted: SHA-256 of the decoded body by the id of the response record; one that is not there is passed over.

    Raises:
        ArchiveError: as `read_snapshot`, but for records that are gone.
    """
    for pair in pairs(_within(folder, file)):
        if pair.record in wanted:
            yield pair.record, _verified(pair.exchange(), pair.record, wanted[pair.record])


def about(path: Path) -> Mapping[str, str]:
    """Return the fields of the `warcinfo` record that a file begins with; empty where it has none."""
    first = next(records(path), None)
    if first is None or first.kind != "warcinfo":
        return {}
    lines = first.payload[:HEADERS].decode("utf-8", "replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def pairs(path: Path, start: int = 0) -> Iterator[Pair]:
    """Yield the exchanges of a file in the order they were written; raises as `records`."""
    asked: Stored | None = None
    for stored in records(path, start):
        if stored.kind == "request":
            asked = stored
        elif stored.kind == "response" and stored.http:
            answers = asked is not None and asked.header("WARC-Record-ID") == stored.header("WARC-Concurrent-To")
            yield Pair(asked if answers else None, stored)
            asked = None


def records(path: Path, start: int = 0) -> Iterator[Stored]:
    """Yield the records of a file, digests checked.

    Raises:
        TornRecord: after the last whole record, if the file goes on behind it.
        ArchiveError: the file cannot be read, or a record contradicts itself or unpacks to more than `LARGEST`.
    """
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            for offset, member in _members(stream, path):
                yield _parse(path, offset, member)
    except OSError as error:
        raise ArchiveError(f"expected to read {path}, got: {error.strerror}") from error


def _members(stream: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and content of each gzip member (RFC 1952 section 2.2)."""
    offset = stream.tell()
    chunk = stream.read(CHUNK)
    while chunk:
        inflater, content, size = zlib.decompressobj(GZIP), bytearray(), 0
        while chunk and not inflater.eof:
            try:
                content += inflater.decompress(chunk, LARGEST + 1 - len(content))
            except zlib.error as error:
                raise TornRecord(f"expected a whole record at byte {offset} of {path}, got: {error}") from None
            if len(content) > LARGEST:
                raise ArchiveError(f"expected at most {LARGEST} bytes in a record, got more at byte {offset} of {path}")
            size += len(chunk) - len(inflater.unused_data)
            chunk = inflater.unused_data or stream.read(CHUNK)
        if not inflater.eof:
            raise TornRecord(f"expected a whole record at byte {offset} of {path}, got the end of the file")
        yield offset, bytes(content)
        offset += size


def _parse(path: Path, offset: int, member: bytes) -> Stored:
    try:
        record = ArcWarcRecordLoader().parse_record_stream(_Block(member), known_format="warc", check_digests="raise")
        length = _length(record.rec_headers.get_header("Content-Length"), len(member))
        payload = record.raw_stream.read()
        if record.raw_stream.limit:
            raise ValueError(f"less than the {length} bytes of its Content-Length")
    except REFUSALS as error:
        said = " ".join(str(error).split())[:EXPLAINED] or "nothing"
        raise ArchiveError(f"expected a WARC record at byte {offset} of {path}, got: {said}") from error
    http = record.http_headers or StatusAndHeaders("", [])
    return Stored(offset, record.rec_type, record.rec_headers, http, payload)


def utc(stamp: str) -> datetime | None:
    """Return the moment in UTC that a text names, None where it names none."""
    try:
        when = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return when if when.utcoffset() == timedelta() else None


def _length(said: str | None, whole: int) -> int:
    """Return the Content-Length of a record, which is less than the whole of it."""
    if said is None or not re.fullmatch(r"[0-9]{1,18}", said) or int(said) > whole:
        raise ValueError(f"a Content-Length of {said and said[:SAID]!r} in {whole} bytes")
    return int(said)


def _within(folder: Path, file: str) -> Path:
    if not file or Path(file).name != file:
        raise ArchiveError(f"expected the name of a file in {folder}, got {file!r}")
    return folder / file


def _verified(exchange: Exchange, record: str, expected: str | None) -> Exchange:
    found = sha256(exchange.body).hexdigest()
    if expected is not None and found != expected:
        raise ArchiveError(f"expected SHA-256 {expected} of the body of {record}, got {found}")
    return exchange
