"""A plain caller for tests of emulators: one connection a request, nothing retried, nothing believed."""

import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: "Message"
    body: bytes

    @property
    def tree(self) -> etree._Element:
        """The body as XML."""
        return etree.fromstring(self.body)

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def text(self, path: str) -> str | None:
        """Give the text at a path of the XML."""
        return self.tree.findtext(path)

    def texts(self, path: str) -> list[str]:
        """Give the texts at a path of the XML."""
        return [node.text or "" for node in self.tree.iterfind(path)]


def send(
    url: str, method: str = "GET", *, body: bytes | None = None, headers: "Mapping[str, str] | None" = None
) -> Reply:
    """Send one request over a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, dict(headers or {}))
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def command(base: str, **words: Any) -> Any:
    """Give the emulator a command over HTTP."""
    return send(f"{base}_control", "POST", body=json.dumps(words).encode()).json
