"""Requests over the network: bounded in size and time, no redirects, nothing taken from .netrc or cookies."""

import time
from collections.abc import Callable
from typing import Final

import requests
from requests import exceptions
from requests.cookies import RequestsCookieJar
from requests.utils import get_environ_proxies
from urllib3 import exceptions as wire

from harvest.crawl.reddit.exchange import Asking, Exchanged, NoAnswer
from harvest.faults import Fault

TIMEOUT: Final = 16.0
"""Seconds without a byte."""
LONGEST: Final = 120.0
"""Seconds for a whole answer."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one answer, decoded."""
_PIECE: Final = 64 * 1024
_FAULTS: Final[tuple[tuple[type[Exception], Fault], ...]] = (
    (exceptions.SSLError, Fault("untrusted", "the certificate of the server is not trusted")),
    (exceptions.ProxyError, Fault("no-tunnel", "the proxy opened no tunnel", retry=True)),
    (exceptions.Timeout, Fault("timed-out", "no whole answer in time", retry=True)),
    (exceptions.ChunkedEncodingError, Fault("cut-off", "the connection ended before the answer did", retry=True)),
    (exceptions.ContentDecodingError, Fault("undecodable", "a body that cannot be decompressed", retry=True)),
    (exceptions.ConnectionError, Fault("connection-lost", "the connection failed", retry=True)),
    (exceptions.InvalidURL, Fault("bad-scheme", "only http and https are asked")),
    (exceptions.InvalidSchema, Fault("bad-scheme", "only http and https are asked")),
)
_WHILE_READING: Final[tuple[tuple[type[Exception], Fault], ...]] = (
    (wire.TimeoutError, Fault("timed-out", "no whole answer in time", retry=True)),
    (wire.DecodeError, Fault("undecodable", "a body that cannot be decompressed", retry=True)),
    (wire.HTTPError, Fault("cut-off", "the connection ended before the answer did", retry=True)),
)
_OTHER: Final = Fault("connection-lost", "the connection failed", retry=True)


class Network:
    """Carries requests.

    Args:
        timeout: seconds that it waits for the next bytes.
        longest: seconds that a whole answer may take.
        monotonic: seconds on a clock that only goes forward.
    """

    def __init__(
        self, *, timeout: float = TIMEOUT, longest: float = LONGEST, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._timeout = timeout
        self._longest = longest
        self._monotonic = monotonic
        self._http = requests.Session()
        self._http.trust_env = False  # a .netrc would take the token's place
        self._http.headers.clear()

    def send(self, asking: Asking) -> Exchanged:
        """Carry one request.

        Raises:
            NoAnswer: no whole answer came.
        """
        self._http.cookies = RequestsCookieJar()
        try:
            with self._http.request(
                asking.method.upper(),
                asking.url,
                params=list(asking.parameters),
                data=list(asking.form) or None,
                headers={"Accept-Encoding": "gzip, deflate", "Accept": "*/*", **asking.headers},
                auth=asking.client,
                proxies=get_environ_proxies(asking.url),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Exchanged(response.status_code, headers, self._body(response))
        except (exceptions.RequestException, wire.HTTPError) as error:
            faults = (*_FAULTS, *_WHILE_READING)
            raise NoAnswer(next((fault for kind, fault in faults if isinstance(error, kind)), _OTHER)) from None

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _body(self, response: requests.Response) -> bytes:
        end = self._monotonic() + self._longest
        body = bytearray()
        while piece := response.raw.read1(_PIECE, decode_content=True):  # what is there, without waiting for more
            body += piece
            if len(body) > LARGEST:
                raise NoAnswer(Fault("too-large", f"an answer of more than {LARGEST} bytes"))
            if self._monotonic() > end:
                raise NoAnswer(Fault("timed-out", "no whole answer in time", retry=True))
        return bytes(body)
