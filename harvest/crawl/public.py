"""The download handler of http and https: whatever was harvested is asked for at public addresses only.

A name is resolved once; every address that it has is looked at, and the connection is opened to one of these addresses,
so that another answer of the name service a moment later changes nothing. It happens anew for each request, and so at
each redirect. No proxy is used, whatever the environment names. Only the base URLs that the operator configured are
exempt: that is how a mirror or an emulator on this machine is reached (design section 8); for pages they are not, lest
one leads to an operator's mirror, unless it is this machine and the ledger one of a test.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import URI, Agent, HTTPConnectionPool
from twisted.web.iweb import IPolicyForHTTPS

from harvest.configuration import Configuration
from harvest.visiting import why_not_public
from harvest.visiting.addresses import PORTS

HARVESTED = "harvested"
"""`request.meta` key: the address was found somewhere, so it is not exempt although a base URL has the same host."""
CONNECT_SECONDS: Final = 15
TRIES: Final = 4
"""Addresses of one name that are tried."""
HEAD_LARGEST: Final = 256 * 1024
"""Bytes of an answer before its body; Twisted sets no limit."""


LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class NotPublic(Exception):
    """The address leads to where a harvested page has no business; the text says what is there."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """What may be asked for at any address.

    Attributes:
        services: host and port of each base URL.
        emulators: hosts on this machine at which a test has pages, too.
    """

    services: frozenset[tuple[str, int | None]]
    emulators: frozenset[str]

    @classmethod
    def of(cls, configuration: Configuration) -> Self:
        """From what the operator configured."""
        services = frozenset(map(_host_and_port, configuration.base_urls))
        here = {host for host, _ in services if host in LOCAL and configuration.mode != "production"}
        return cls(services, frozenset(here))

    def covers(self, request: Request) -> bool:
        """Is the request for a configured service, and not for an address that was found somewhere?"""
        host, port = _host_and_port(request.url)
        return host in self.emulators if request.meta.get(HARVESTED) else (host, port) in self.services


class PublicDownloadHandler(http11.HTTP11DownloadHandler):
    """As Scrapy's, but for where it connects to.

    `resolve` and `endpoint` are all that it knows of the network; tests put names and sockets of their own there.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one; Scrapy chooses which

        self._exempt = Exempt.of(Configuration.from_scrapy(crawler.settings))
        self._unpooled = HTTPConnectionPool(reactor, persistent=False)  # type: ignore[no-untyped-call]
        for pool in (self._pool, self._unpooled):
            pool._factory = _BoundedFactory  # noqa: SLF001 - as Scrapy does

    async def resolve(self, host: str) -> Sequence[str]:
        """All addresses of a name, in the order of the system; numbers are addresses already, in any spelling."""
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(str(address[0]) for *_, address in found))

    def endpoint(self, address: str, port: int) -> Any:
        """What opens a connection to an address in numbers; nothing is resolved any more."""
        from twisted.internet import reactor  # noqa: PLC0415 - as above

        kind = TCP6ClientEndpoint if ":" in address else TCP4ClientEndpoint
        return kind(reactor, address, port, timeout=CONNECT_SECONDS)

    async def download_request(self, request: Request) -> Response:
        """Send the request.

        Raises:
            NotPublic: it is not exempt, and its host has an address that is not public, or it names an odd port.
        """
        if request.meta.get(HARVESTED):
            request.meta.pop("proxy", None)
        if self._exempt.covers(request):
            return await super().download_request(request)
        request.headers.pop("Proxy-Authorization", None)
        agent = _PublicAgent(
            handler=self,
            contextFactory=self._contextFactory,
            pool=self._unpooled,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _PublicAgent(http11._ScrapyAgent):  # noqa: SLF001 - Scrapy offers no other way to its reading of answers
    def __init__(self, *, handler: PublicDownloadHandler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._handler = handler

    def _get_agent(self, _request: Request, _timeout: float) -> Agent:
        from twisted.internet import reactor  # noqa: PLC0415 - as above

        endpoints = _PublicEndpoints(self._handler, self._contextFactory)
        return cast("Agent", Agent.usingEndpointFactory(reactor, endpoints, self._pool))  # type: ignore[no-untyped-call]


class _PublicEndpoints:
    """Twisted's IAgentEndpointFactory."""

    def __init__(self, handler: PublicDownloadHandler, tls: IPolicyForHTTPS) -> None:
        self._handler = handler
        self._tls = tls

    def endpointForURI(self, uri: URI) -> Any:  # noqa: N802 - Twisted's name
        """Connect to the host of a URL; certificates are checked against its name."""
        endpoint: Any = _PublicEndpoint(self._handler, uri.host.decode("ascii"), uri.port)
        if uri.scheme == b"https":
            creator = self._tls.creatorForNetloc(uri.host, uri.port)  # type: ignore[call-arg,misc]
            return wrapClientTLS(creator, endpoint)
        return endpoint


class _PublicEndpoint:
    """Twisted's IStreamClientEndpoint."""

    def __init__(self, handler: PublicDownloadHandler, host: str, port: int) -> None:
        self._handler = handler
        self._host = host
        self._port = port

    def connect(self, factory: Any) -> "Deferred[Any]":
        """Resolve, look, connect."""
        return Deferred.fromFuture(asyncio.ensure_future(self._connect(factory)))

    async def _connect(self, factory: Any) -> Any:
        failure: Exception = ConnectError(string="no address")  # type: ignore[no-untyped-call]
        for address in await self._addresses():
            try:
                return await maybe_deferred_to_future(self._handler.endpoint(address, self._port).connect(factory))
            except ConnectError as error:
                failure = error
        raise failure

    async def _addresses(self) -> Sequence[str]:
        """The addresses to try; one that is not public among them is enough to ask for nothing."""
        if self._port not in PORTS.values():
            raise NotPublic(f"port {self._port}")
        try:
            addresses = await self._handler.resolve(self._host)
        except (OSError, UnicodeError):
            raise DNSLookupError("no address for the name") from None
        for address in addresses:
            if why := why_not_public(address):
                raise NotPublic(why)
        return addresses[:TRIES]


class _BoundedProtocol(http11._LenientHTTP11ClientProtocol):  # noqa: SLF001 - it has no public form
    """Ends the connection to a server that never comes to the body."""

    _head = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Count what comes before the body."""
        if self._parser is not None and self._parser.state in {STATUS, HEADER}:
            self._head += len(data)
            if self._head > HEAD_LARGEST:
                transport: Any = self.transport
                transport.abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def request(self, request: Any) -> Any:
        """Begin to count anew."""
        self._head = 0
        return super().request(request)


class _BoundedFactory(http11._LenientHTTP11ClientFactory):  # noqa: SLF001 - it has no public form
    def buildProtocol(self, _address: Any) -> _BoundedProtocol:  # noqa: N802 - Twisted's name
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def _host_and_port(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme)
