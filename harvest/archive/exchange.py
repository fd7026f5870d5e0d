"""One request and its answer, and when two requests ask the same."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from harvest.archive.coding import BodyDamaged, decode
from harvest.archive.redaction import is_personal
from harvest.model import Snapshot

Headers = tuple[tuple[str, str], ...]
"""Names and values in the order they came; names compare without case."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; only the method and the status show in `repr`, for URLs may hold secrets."""

    method: str
    url: str = field(repr=False)
    request_body: bytes = field(repr=False)
    status: int
    reason: str
    """The words behind the status; empty where the client did not keep them."""
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    """What an `Archive` is given: the body as received. What reading gives: the content, codings undone."""
    when: datetime
    """When the answer had come, UTC."""
    request_headers: Headers = field(default=(), repr=False)

    def header(self, name: str) -> str:
        """Return the answer's header, several of one name joined by commas; empty when absent."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def decoded(self) -> "Exchange":
        """Return it with the content codings of the body undone and no longer named.

        A body that its coding does not fit stays as it is: then the content is what was received.
        """
        coding = self.header("Content-Encoding")
        if not coding:
            return self
        try:
            return self.with_body(decode(coding, self.body))
        except BodyDamaged:
            return self

    def with_body(self, content: bytes) -> "Exchange":
        """Return it with another, uncoded body and headers that fit it."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in {"content-encoding", "content-length"})
        return replace(self, headers=(*kept, ("Content-Length", str(len(content)))), body=content)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange as read back (`body` is the decoded content) and where it stands."""

    exchange: Exchange
    snapshot: Snapshot


def request_key(method: str, url: str, body: bytes = b"") -> str:
    """Return what a request asks for, equal for two requests that ask the same.

    Path and parameters, those of the query string and of a form body together and sorted; without who asks (tool,
    email, key). GET and POST ask the same (E-utilities, NBK25499). The host is left out, for an emulator or a mirror
    may stand in.
    """
    parts = urlsplit(url)
    pairs = [
        pair
        for text in (parts.query, body.decode("latin-1"))
        for pair in parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        if not is_personal(pair[0])
    ]
    verb = "" if method in {"GET", "POST"} else f"{method} "
    return f"{verb}{parts.path}?{urlencode(sorted(pairs), errors='surrogateescape')}"
