"""Asking a time-stamping authority over HTTP (RFC 3161, 3.4)."""

from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from harvest.errors import AnswerUnusable, Unreachable, UsageError
from harvest.ledger.outside.kept import MAX_BYTES

PATIENCE: Final = 30.0
"""Seconds without a byte."""
_ASKS: Final = "application/timestamp-query"
_ANSWERS: Final = "application/timestamp-reply"


def ask(url: str, request: bytes) -> bytes:
    """The authority's answer, not yet believed. Follows no redirect, and reads no more than an answer can have.

    Args:
        url: of the authority, http or https.
        request: a DER `TimeStampReq`.

    Raises:
        UsageError: the URL is none.
        Unreachable: no connection, no answer in time.
        AnswerUnusable: the answer is no time-stamp reply.
    """
    if not _is_of_the_web(url):
        raise UsageError(f"expected an http or https URL for --tsa, got {url!r}")
    asked = Request(url, request, {"Content-Type": _ASKS, "Accept": _ANSWERS})  # noqa: S310 - the scheme is checked
    try:
        with _opener().open(asked, timeout=PATIENCE) as answer:
            kind: str = answer.headers.get_content_type()
            content: bytes = answer.read(MAX_BYTES + 1)
    except HTTPError as error:
        with error:
            raise AnswerUnusable(f"expected a time-stamp from {url}, got HTTP status {error.code}") from error
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise Unreachable(f"expected an answer from {url}, got {reason}", hint="try again later") from error
    if kind != _ANSWERS or len(content) > MAX_BYTES:
        raise AnswerUnusable(f"expected {_ANSWERS} of at most {MAX_BYTES} bytes from {url}, got {kind}")
    return content


def _is_of_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _opener() -> OpenerDirector:
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener
