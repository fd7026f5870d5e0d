"""Hosts of an invented web, all on 127.0.0.1, by http and https: their pages and robots.txt files, and a log.

Written from RFC 9110, RFC 9309 and section 16 of the reference; shares no code with Harvest. Names are not resolved
here: a test gives its crawl a resolver of its own (`tests/crawl/trial_web.py`). Every answer carries `X-Emulator: 1`.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.servers.web_certificate import certificate


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the log keeps it; header names in lower case."""

    url: str
    headers: Mapping[str, str]


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
"""Answers a request as it likes; the connection is closed afterwards."""


def page(
    body: bytes | str,
    *,
    status: int = 200,
    content_type: str = "text/html; charset=utf-8",
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """An answer as it should be; without a content type of "" none is sent."""
    content = body.encode() if isinstance(body, str) else body
    told = {"Content-Type": content_type} if content_type else {}

    async def behave(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        await say(writer, head(status, {**told, "Content-Length": str(len(content)), **(headers or {})}) + content)

    return behave


def raw(octets: bytes) -> Behaviour:
    """Bytes that may be anything."""

    async def behave(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        await say(writer, octets)

    return behave


def redirect(location: str, status: int = 302) -> Behaviour:
    """Elsewhere."""
    return page(b"", status=status, headers={"Location": location.encode().decode("latin-1")})


def text(body: str | bytes, status: int = 200) -> Behaviour:
    """Plain text, as a robots.txt."""
    return page(body, status=status, content_type="text/plain")


def tagged(body: str, tag: str) -> Behaviour:
    """A page with an ETag; 304 to who has it."""
    whole, unchanged = page(body, headers={"ETag": tag}), page(b"", status=304, headers={"ETag": tag})

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (unchanged if asked.headers.get("if-none-match") == tag else whole)(asked, writer)

    return behave


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Status line and headers, the connection not kept."""
    lines = [f"HTTP/1.1 {status} As Told", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "X-Emulator: 1", "Connection: close", "", ""]).encode("latin-1")


async def say(writer: asyncio.StreamWriter, octets: bytes) -> None:
    """Send, waiting until there is room."""
    writer.write(octets)
    await writer.drain()


@dataclass
class Web:
    """The hosts; `with` starts and stops them.

    Attributes:
        pages: what each URL does; a URL that has nothing is 404, a robots.txt that nobody wrote too.
        log: every request, in the order in which it came.
        proxied: requests that took a host for a proxy (absolute form or CONNECT).
        http, https: the ports, once it runs.
    """

    folder: Path
    pages: dict[str, Behaviour] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    proxied: list[str] = field(default_factory=list)
    http: int = 0
    https: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: Thread | None = None

    def put(self, pages: Mapping[str, Behaviour]) -> None:
        """Add pages, or put others in their place."""
        self.pages.update(pages)

    def asked(self, url: str) -> list[Asked]:
        """The requests for one URL."""
        return [one for one in self.log if one.url == url]

    @property
    def authority(self) -> Path:
        """The certificate that a client must trust for https (PEM)."""
        return self.folder / "authority.pem"

    def __enter__(self) -> Self:
        ready = Event()
        self._thread = Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread:
            self._thread.join(10)
        self._loop.close()

    def _run(self, ready: Event) -> None:
        asyncio.set_event_loop(self._loop)
        names = sorted({urlsplit(url).hostname or "" for url in self.pages if url.startswith("https:")})
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate(self.folder, names))
        plain = self._loop.run_until_complete(asyncio.start_server(self._serve("http"), "127.0.0.1", 0))
        secure = self._loop.run_until_complete(asyncio.start_server(self._serve("https"), "127.0.0.1", 0, ssl=tls))
        self.http, self.https = (server.sockets[0].getsockname()[1] for server in (plain, secure))
        ready.set()
        self._loop.run_forever()
        plain.close()
        secure.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    def _serve(self, scheme: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._answer(scheme, reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        return serve

    async def _answer(self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields if one)}
        if method == "CONNECT" or not target.startswith("/"):
            self.proxied.append(line)
        asked = Asked(f"{scheme}://{headers.get('host', '')}{target}", headers)
        self.log.append(asked)
        await self.pages.get(asked.url, page("nothing here", status=404))(asked, writer)
