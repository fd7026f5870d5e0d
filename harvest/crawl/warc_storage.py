"""Scrapy's HTTP cache as an archive: every answer is written to the run's WARC files, and replayed from them.

The cache middleware stands nearest to the network (900), so what is stored is the body before it is decompressed.
Needs these settings: HTTPCACHE_ENABLED, HTTPCACHE_POLICY DummyPolicy (it caches whatever the status or the headers
say), HTTPCACHE_IGNORE_HTTP_CODES and HTTPCACHE_IGNORE_SCHEMES empty.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Protocol

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from harvest.archive import Archive, Exchange, Replay
from harvest.archive.writer import EMULATOR
from harvest.errors import ArchiveError
from harvest.model import Snapshot

UNRECORDED = "unrecorded"
"""`request.meta` key: why the recording that is replayed gives no answer to this request."""
WITHHOLD = "withhold"
"""`request.meta` key: an answer with status 200 is not written at once; who reads it decides whether it may be."""
WITHHELD = "withheld"
"""`request.meta` key: the exchange that was not written."""
UNDATED = "undated"
"""`request.meta` key: the answer came without a Date, which the cache middleware then makes up."""


class Session(Protocol):
    """What a spider carries as `spider.session`; exactly one of `archive` and `replay` where answers are kept."""

    archive: Archive | None
    """Where answers are written; None: nothing is kept (people wrote them about themselves)."""
    replay: Replay | None
    """Where answers come from instead of the network; None: live."""
    clock: Callable[[], datetime]
    """UTC."""


def session_of(spider: Spider | None) -> Session:
    """Return the spider's session."""
    session: Session = spider.session  # type: ignore[union-attr]  # every spider of ours carries one
    return session


def is_replay(crawler: Crawler) -> bool:
    """Tell whether answers come from a recording, so that nothing needs to wait."""
    return session_of(crawler.spider).replay is not None


class WarcCacheStorage:
    """HTTPCACHE_STORAGE. Puts the Snapshot of each answer into `request.meta["snapshot"]`.

    A caller reads it from `response.meta`: after a redirect or a retry the answer belongs to another request than the
    one that was yielded.
    """

    def __init__(self, settings: BaseSettings) -> None:
        """Scrapy's interface hands the settings over; none is needed."""

    def open_spider(self, spider: Spider) -> None:
        """Begin to watch for answers without a Date."""
        spider.crawler.signals.connect(self._mark_undated, signals.response_downloaded)

    def close_spider(self, spider: Spider) -> None:
        """Close nothing: the archive belongs to the session, which seals the ledger first."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """Return the recorded answer in replay, None (ask the network) otherwise.

        A request that was not recorded gets a 504, as RFC 9111 section 5.2.1.7 has it for `only-if-cached`: whatever
        the settings are, it does not go on to the network.
        """
        replay = session_of(spider).replay
        if replay is None:
            return None
        try:
            recorded = replay.answer(request.method, request.url, request.body)
        except ArchiveError as error:
            return _unrecorded(request, str(error))
        if recorded is None:
            return _unrecorded(request, "the recording holds no answer to this request")
        request.meta["snapshot"] = recorded.snapshot
        return _response(request, recorded.exchange)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Write the exchange to the run's archive.

        Raises:
            ArchiveError: it could not be written; the failure reaches the spider in place of the answer.
        """
        session = session_of(spider)
        request.meta.pop(WITHHELD, None)
        if session.archive is None:
            return
        exchange = _exchange(request, response, session.clock())
        if request.meta.get(WITHHOLD) and response.status == HTTPStatus.OK:
            request.meta[WITHHELD] = exchange
            digest = sha256(exchange.decoded().body).hexdigest()
            request.meta["snapshot"] = Snapshot("", "", digest, synthetic=bool(exchange.header(EMULATOR)))
        else:
            request.meta["snapshot"] = session.archive.record(exchange)

    @staticmethod
    def _mark_undated(response: Response, request: Request) -> None:
        if b"Date" not in response.headers:
            request.meta[UNDATED] = True


def _exchange(request: Request, response: Response, when: datetime) -> Exchange:
    made_up = {"Date"} if request.meta.pop(UNDATED, False) else set()
    return Exchange(
        method=request.method,
        url=request.url,
        request_body=request.body,
        status=response.status,
        reason=_reason(response.status),
        headers=tuple(pair for pair in _pairs(response.headers) if pair[0] not in made_up),
        body=response.body,
        when=when,
        request_headers=_pairs(request.headers),
    )


def _response(request: Request, exchange: Exchange) -> Response:
    headers = Headers()
    for name, value in exchange.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=exchange.body)
    return kind(url=request.url, status=exchange.status, headers=headers, body=exchange.body)


def _unrecorded(request: Request, why: str) -> Response:
    request.meta[UNRECORDED] = why
    return Response(request.url, status=HTTPStatus.GATEWAY_TIMEOUT)


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name in headers for value in headers.getlist(name)
    )


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
