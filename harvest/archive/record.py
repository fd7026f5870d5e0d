"""WARC/1.1 records of an exchange, each a gzip member of its own (ISO 28500:2017, annex D)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from harvest.archive.exchange import Exchange, Headers
from harvest.archive.redaction import Eraser, clean_form, clean_headers, clean_url, secrets
from harvest.errors import ArchiveError

BODY = 256 * 1024 * 1024
"""Bytes of a body that a record has at most, as received."""
HEADERS = 1024 * 1024
"""Bytes of headers, those of WARC and of HTTP, that a record has at most: half for HTTP's and the address."""
ERROR = 400
"""From this status on an answer speaks of the caller, not of a record."""


@dataclass(frozen=True, slots=True)
class Storable:
    """An exchange without secrets.

    `redacted`: something was struck out of the answer's body. `sha256`: of that body, content codings undone, in hex.
    """

    exchange: Exchange
    redacted: bool
    sha256: str


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio ships no types
    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


def storable(exchange: Exchange, known: Iterable[bytes]) -> Storable:
    """Take out of an exchange whatever must not be kept; `known` are secrets of the run."""
    carried = secrets(exchange.url, exchange.request_body, exchange.request_headers, mail=exchange.status >= ERROR)
    erase = Eraser({*known, *carried})
    content = exchange.decoded()
    erased = erase(content.body)
    redacted = erased != content.body
    answer = content.with_body(erased) if redacted else exchange
    safe = replace(
        answer,
        url=erase.text(clean_url(exchange.url)),
        request_body=erase(clean_form(exchange.request_body)),
        request_headers=_clean(exchange.request_headers, erase),
        headers=_clean(answer.headers, erase),
    )
    return Storable(safe, redacted, sha256(erased).hexdigest())


def about(name: str, when: datetime, fields: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the id and the member of a `warcinfo` record."""
    identifier = _new_id()
    block = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in fields.items()).encode()
    headers = {"WARC-Record-ID": f"<{identifier}>", "WARC-Date": stamp(when), "WARC-Filename": name}
    return identifier, _member("", "warcinfo", block, headers, None)


def pair(stored: Storable, warcinfo: str) -> tuple[str, bytes]:
    """Return the id of the response record, and both members, request first.

    Raises:
        ArchiveError: one is larger than a reader would take.
    """
    asked, answered = _new_id(), _new_id()
    shared = {"WARC-Date": stamp(stored.exchange.when), "WARC-Warcinfo-ID": f"<{warcinfo}>"}
    return answered, _request(stored.exchange, asked, shared) + _response(stored, answered, asked, shared)


def stamp(when: datetime) -> str:
    """Write a time as WARC/1.1 does: `2026-11-21T19:06:00.123456Z`."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _clean(headers: Headers, erase: Eraser) -> Headers:
    kept = ((name, clean_url(value) if name.lower() == "location" else value) for name, value in clean_headers(headers))
    # the body is stored as it was after transfer codings were undone
    stays = ((name, erase.text(value)) for name, value in kept if name.lower() != "transfer-encoding")
    return tuple((_ascii(name), _ascii(value)) for name, value in stays)


def _ascii(text: str) -> str:
    """A header as a WARC file can hold it: octets beyond ASCII, which some servers send, percent-encoded."""
    return (
        text
        if text.isascii()
        else "".join(char if char.isascii() else quote(char.encode("latin-1", "replace")) for char in text)
    )


def _request(exchange: Exchange, identifier: str, shared: Mapping[str, str]) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = [(name, value) for name, value in exchange.request_headers if name.lower() not in {"host", "content-length"}]
    length = [("Content-Length", str(len(exchange.request_body)))] if exchange.request_body else []
    http = StatusAndHeaders(
        f"{exchange.method} {target} HTTP/1.1", [("Host", parts.netloc), *own, *length], is_http_request=True
    )
    return _member(
        exchange.url, "request", exchange.request_body, {"WARC-Record-ID": f"<{identifier}>", **shared}, http
    )


def _response(stored: Storable, identifier: str, asked: str, shared: Mapping[str, str]) -> bytes:
    exchange = stored.exchange
    http = StatusAndHeaders(f"{exchange.status} {exchange.reason}".rstrip(), list(exchange.headers), "HTTP/1.1")
    headers = {"WARC-Record-ID": f"<{identifier}>", **shared, "WARC-Concurrent-To": f"<{asked}>"}
    if stored.redacted:
        headers["X-Harvest-Redacted"] = "api-key"
    return _member(exchange.url, "response", exchange.body, headers, http)


def _member(uri: str, kind: str, payload: bytes, headers: Mapping[str, str], http: StatusAndHeaders | None) -> bytes:
    buffer = BytesIO()
    writer = _Writer(buffer, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        uri, kind, payload=BytesIO(payload), length=len(payload), http_headers=http, warc_headers_dict=dict(headers)
    )
    headed = len(str(http or "")) + len(uri)
    if len(payload) > BODY or headed > HEADERS // 2:
        raise ArchiveError(
            f"expected at most {BODY} bytes and {HEADERS // 2} of headers, got {len(payload)} and {headed}"
        )
    writer.write_record(record)
    return buffer.getvalue()


def _new_id() -> str:
    return f"urn:uuid:{uuid4()}"
