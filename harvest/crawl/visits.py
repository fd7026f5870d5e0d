"""Visiting a harvested address: redirects hop by hop, statuses, kinds of content; what comes, or why nothing does."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Never

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from harvest.archive import Exchange
from harvest.crawl.hosts import asking, next_hop, send
from harvest.crawl.pause import Stopping
from harvest.crawl.retry import GaveUp
from harvest.crawl.robots import Disallowed
from harvest.crawl.session import harvesting
from harvest.crawl.warc_storage import WITHHELD
from harvest.entries import snapshot
from harvest.errors import HarvestError, Interrupted, ParseError
from harvest.model import Key, Snapshot
from harvest.pages import Refusal

logger = logging.getLogger(__name__)

HOPS: Final = 10
"""Redirects that are followed."""
PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
LISTINGS: Final = frozenset(
    {
        "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml",
        "text/plain", "application/gzip", "application/x-gzip", "application/octet-stream",
    }
)  # fmt: skip
"""What a feed or sitemap may come as; servers call gzip what they like, and the bytes tell."""

_SIGNATURES: Final = ((b"%PDF-", "application/pdf"), (b"PK\x03\x04", "application/zip"), (b"\x89PNG", "image/png"))
_HTML: Final = (b"<!doctype html", b"<html")
_SNIFFED: Final = 512
_REFUSING: Final = {401: "login", 402: "payment", 403: "forbidden", 407: "proxy", 451: "law", 999: "forbidden"}
"""Statuses of a server that will not show the page to us."""
REFUSED: Final = frozenset(
    {
        "robots-disallowed", "robots-unreachable", "robots-delay", "not-public", "bad-scheme", "bad-redirect",
        "too-many-redirects", "too-large", "content-type", "unreadable", *_REFUSING.values(),
        *map(str, {*Refusal} - {Refusal.NOT_FOUND}),
    }
)  # fmt: skip
"""Reasons of what was not read although it may be there; all others mean that nothing came."""


class NotVisited(Exception):
    """Nothing of an address can be used.

    Attributes:
        reason: a short stable word.
        expected, got: in one line for people.
        kept: the answer that shows it, if one came.
        url: what was asked for last, after redirects; empty where that is what was asked for first.
    """

    def __init__(self, reason: str, *, expected: str, got: str, kept: Snapshot | None = None) -> None:
        super().__init__(f"{reason}: {got}")
        self.reason = reason
        self.expected = expected
        self.got = got
        self.kept = kept
        self.url = ""
        self.withheld: Exchange | None = None

    @property
    def refused(self) -> bool:
        """Somebody refused: they us, or we them; else it did not come, and comes perhaps next time."""
        return self.reason in REFUSED

    @property
    def gone(self) -> bool:
        """The server says that there is no such page."""
        return self.reason == "gone"

    def entry(self, key: Key, url: str, *, provider: str) -> dict[str, Any]:
        """The body of the `refused` entry."""
        body = {
            "provider": provider,
            "key": key,
            "request": self.url or url,
            "reason": self.reason,
            "expected": self.expected,
            "got": self.got,
        }
        return body | {"snapshot": snapshot(self.kept)} if self.kept and self.kept.record else body


@dataclass(frozen=True, slots=True)
class Visited:
    """What stands at an address.

    Attributes:
        url: where it was found in the end.
        body: decoded; empty where the server says that nothing has changed.
        content_type: as the server said, or as the bytes tell where it said nothing.
        unchanged: status 304.
        withheld: the exchange, where it is not in the archive yet.
    """

    url: str
    body: bytes
    content_type: str
    kept: Snapshot
    unchanged: bool
    withheld: Exchange | None = None


class Visits:
    """Asks for addresses; `asked` counts requests by tool, hops too, retries not."""

    def __init__(self, crawler: Crawler, asked: Any) -> None:
        self._crawler = crawler
        self._asked = asked

    async def visit(
        self, url: str, *, tool: str, accepted: frozenset[str], headers: Mapping[str, str] | None = None
    ) -> Visited:
        """Ask for an address and for whatever it leads to.

        Args:
            url: canonical, or the target of a redirect.
            tool: what it is counted as.
            accepted: content types.
            headers: conditions, sent with the first request only: they are about what was there before.

        Raises:
            NotVisited: with the reason; Interrupted: the run is being stopped.
        """
        wanted = {"Accept": ", ".join(sorted(accepted)) + ", */*;q=0.1"}
        seen = {url}
        request = asking(url, self._crawler, tool=tool, headers={**wanted, **(headers or {})})
        try:
            while True:
                response = await self._answer(request)
                hop = _next(response)
                if not hop:
                    return _used(response, accepted)
                if hop in seen or len(seen) > HOPS:
                    got = "redirects in a circle" if hop in seen else f"more than {HOPS} redirects"
                    _refuse("too-many-redirects", got, _kept(response))
                seen.add(hop)
                request = asking(hop, self._crawler, tool=tool, headers=wanted)
        except NotVisited as no:
            no.url = request.url
            no.kept = self._archived(no.withheld) or no.kept
            raise

    def keep(self, visited: Visited) -> Snapshot:
        """Write what was withheld to the archive; where it stands there."""
        return self._archived(visited.withheld) or visited.kept

    def _archived(self, withheld: Exchange | None) -> Snapshot | None:
        archive = harvesting(self._crawler).session.archive
        return archive.record(withheld) if archive and withheld else None

    async def _answer(self, request: Request) -> Response:
        self._asked[request.meta["tool"]] += 1
        try:
            return await send(self._crawler, request)
        except Disallowed as no:
            _refuse(no.fault.kind, no.fault.detail, no.snapshot, expected="leave of robots.txt")
        except GaveUp as gave_up:
            _refuse(gave_up.fault.kind, gave_up.fault.detail, request.meta.get("snapshot"))
        except Stopping:
            raise Interrupted("stopped before an answer came") from None
        except HarvestError:
            raise
        except Exception as error:  # no server shall end a run
            logger.exception("a fault of the program at one answer")
            _refuse("internal", f"an internal error ({type(error).__name__})", None)


def _next(response: Response) -> str:
    try:
        return next_hop(response)
    except ParseError as error:
        raise NotVisited("bad-redirect", expected="a page", got=f"a redirect: {error.message}") from None


def _used(response: Response, accepted: frozenset[str]) -> Visited:
    """The answer, if it is what was asked for: the status first, then the kind of content."""
    status, kept = response.status, _kept(response)
    if status in _REFUSING:
        _refuse(_REFUSING[status], f"status {status}", kept)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        _refuse("gone", f"status {status}", kept)
    unchanged = status == HTTPStatus.NOT_MODIFIED
    if status != HTTPStatus.OK and not unchanged:
        _refuse(f"status-{status}", f"status {status}", kept)
    withheld: Exchange | None = response.meta.get(WITHHELD)
    content_type = _content_type(response)
    kind = content_type.partition(";")[0].strip().lower()
    if not unchanged and kind not in accepted:
        expected = " or ".join(sorted(accepted & PAGES))
        no = NotVisited("content-type", expected=expected, got=kind[:60] or "no content type", kept=kept)
        no.withheld = withheld
        raise no
    return Visited(response.url, response.body, content_type, kept, unchanged, withheld)


def _content_type(response: Response) -> str:
    """What the server says; where it says nothing, or the bytes begin as another kind does, what these say."""
    start = response.body[:_SNIFFED]
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    said = (response.headers.get("Content-Type") or b"").decode("latin-1").strip()
    if not said and start.lstrip().lower().startswith(_HTML):
        return "text/html"
    return said


def _kept(response: Response) -> Snapshot:
    kept: Snapshot = response.meta["snapshot"]
    return kept


def _refuse(reason: str, got: str, kept: Snapshot | None, *, expected: str = "a page") -> Never:
    raise NotVisited(reason, expected=expected or "a feed or sitemap", got=got, kept=kept)
