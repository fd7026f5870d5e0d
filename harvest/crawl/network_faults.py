"""What Scrapy and Twisted raise when no answer came, in words that name neither URL nor address."""

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from harvest.crawl.public import NotPublic
from harvest.faults import Fault

_FAULTS: tuple[tuple[tuple[type[Exception], ...], Fault], ...] = (
    ((CannotResolveHostError,), Fault("name-not-found", "no address for the name of the host", retry=True)),
    ((DownloadConnectionRefusedError,), Fault("connection-refused", "the connection was refused", retry=True)),
    ((DownloadTimeoutError,), Fault("timed-out", "no whole answer in time", retry=True)),
    ((ResponseDataLossError,), Fault("cut-off", "the connection ended before the answer did", retry=True)),
    (
        (DownloadFailedError, ConnectError, ConnectionDone, ConnectionLost),
        Fault("connection-lost", "the connection failed", retry=True),
    ),
    ((TunnelError,), Fault("no-tunnel", "the proxy opened no tunnel", retry=True)),
    ((DownloadCancelledError,), Fault("too-large", "the answer is larger than DOWNLOAD_MAXSIZE")),
    ((NotSupported, UnsupportedURLSchemeError), Fault("bad-scheme", "only http and https are asked")),
)
_UNTRUSTED = Fault("untrusted", "the certificate of the server is not trusted")

UNREACHABLE = frozenset(fault.kind for kinds, fault in _FAULTS if fault.retry) | {_UNTRUSTED.kind}
"""Kinds of fault that mean: no answer came, rather than one that cannot be believed."""


def fault_of(exception: Exception) -> Fault | None:
    """Return what a failed download means; None when the exception is not about the network."""
    if isinstance(exception, NotPublic):
        return Fault("not-public", f"only public addresses are asked, this is {exception}")
    if isinstance(exception, DownloadFailedError) and "certificate" in str(exception):
        return _UNTRUSTED
    return next((fault for kinds, fault in _FAULTS if isinstance(exception, kinds)), None)
