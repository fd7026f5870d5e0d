"""Reading WARC files of gzip members, as `Archive` writes them: a request record stands before its response."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from harvest.archive.exchange import Exchange
from harvest.errors import ArchiveError

CHUNK = 1 << 16
GZIP = 31
"""`wbits` of zlib for RFC 1952."""


class TornRecord(ArchiveError):
    """A file ends in a record that is not whole: the process that wrote it was killed."""


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
        """Return it as a value, the body's content codings undone."""
        response, request = self.response.http, self.request
        status, _, reason = response.statusline.partition(" ")
        return Exchange(
            method=request.http.protocol if request else "GET",
            url=self.response.header("WARC-Target-URI"),
            request_body=request.payload if request else b"",
            status=int(status),
            reason=reason,
            headers=tuple(response.headers),
            body=self.response.payload,
            when=datetime.fromisoformat(self.response.header("WARC-Date")),
            request_headers=tuple(request.http.headers) if request else (),
        ).decoded()


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
    lines = first.payload.decode("utf-8", "replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def pairs(path: Path, start: int = 0) -> Iterator[Pair]:
    """Yield the exchanges of a file in the order they were written; raises as `records`."""
    asked: dict[str, Stored] = {}
    for stored in records(path, start):
        if stored.kind == "request":
            asked[stored.header("WARC-Record-ID")] = stored
        elif stored.kind == "response" and stored.http:
            yield Pair(asked.pop(stored.header("WARC-Concurrent-To"), None), stored)


def records(path: Path, start: int = 0) -> Iterator[Stored]:
    """Yield the records of a file, digests checked.

    Raises:
        TornRecord: after the last whole record, if the file goes on behind it.
        ArchiveError: the file cannot be opened, or a record contradicts itself.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"expected to read {path}, got: {error.strerror}") from error
    with stream:
        stream.seek(start)
        for offset, member in _members(stream, path):
            yield _parse(path, offset, member)


def _members(stream: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and content of each gzip member (RFC 1952 section 2.2)."""
    offset = stream.tell()
    chunk = stream.read(CHUNK)
    while chunk:
        inflater, content, size = zlib.decompressobj(GZIP), bytearray(), 0
        while chunk and not inflater.eof:
            try:
                content += inflater.decompress(chunk)
            except zlib.error as error:
                raise TornRecord(f"expected a whole record at byte {offset} of {path}, got: {error}") from None
            size += len(chunk) - len(inflater.unused_data)
            chunk = inflater.unused_data or stream.read(CHUNK)
        if not inflater.eof:
            raise TornRecord(f"expected a whole record at byte {offset} of {path}, got the end of the file")
        yield offset, bytes(content)
        offset += size


def _parse(path: Path, offset: int, member: bytes) -> Stored:
    try:
        record = ArcWarcRecordLoader().parse_record_stream(BytesIO(member), known_format="warc", check_digests="raise")
        payload = record.raw_stream.read()
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError) as error:
        raise ArchiveError(f"expected a WARC record at byte {offset} of {path}, got: {error}") from error
    http = record.http_headers or StatusAndHeaders("", [])
    return Stored(offset, record.rec_type, record.rec_headers, http, payload)


def _within(folder: Path, file: str) -> Path:
    if not file or Path(file).name != file:
        raise ArchiveError(f"expected the name of a file in {folder}, got {file!r}")
    return folder / file


def _verified(exchange: Exchange, record: str, expected: str | None) -> Exchange:
    found = sha256(exchange.body).hexdigest()
    if expected is not None and found != expected:
        raise ArchiveError(f"expected SHA-256 {expected} of the body of {record}, got {found}")
    return exchange
