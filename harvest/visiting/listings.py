"""What feeds and sitemaps name: RSS, Atom, sitemaps, their indexes and their plain form; bytes to addresses.

Hostile XML is parsed without entities, network and DTDs; it still takes time and memory: call it where it can be
killed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urljoin

from lxml import etree

from harvest.archive.coding import BodyDamaged, decode
from harvest.errors import ParseError
from harvest.visiting.addresses import canonical

Kind = Literal["feed", "sitemap", "index", "text"]

MOST: Final = 50_000
"""Addresses of one listing (sitemaps.org allows no more)."""

_GZIP: Final = b"\x1f\x8b"
_ROOTS: Final[Mapping[str, Kind]] = {
    "rss": "feed",
    "RDF": "feed",
    "feed": "feed",
    "urlset": "sitemap",
    "sitemapindex": "index",
}
_ENTRIES: Final[Mapping[Kind, tuple[str, ...]]] = {
    "feed": ("{*}item", "{*}entry"),
    "sitemap": ("{*}url",),
    "index": ("{*}sitemap",),
}
"""The elements that stand for one page, or one more sitemap."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The addresses that a feed or sitemap names, absolute and canonical, in its order, each once.

    Attributes:
        kind: `index` names further sitemaps, the others pages.
        unfit: how many it names that may not be asked for.
        cut: it names more than `MOST`.
    """

    kind: Kind
    addresses: tuple[str, ...]
    unfit: int = 0
    cut: bool = False


def listing(body: bytes, *, url: str) -> Listing:
    """Read a feed or a sitemap, gzip or not.

    Args:
        body: as delivered.
        url: where it came from; relative addresses start there.

    Raises:
        ParseError: it is neither.
    """
    content = _content(body)
    kind, named = _in_xml(content) if content.lstrip()[:1] == b"<" else _in_text(content)
    addresses: dict[str, None] = {}
    unfit = 0
    for address in named:
        if len(addresses) >= MOST:
            return Listing(kind, tuple(addresses), unfit, cut=True)
        try:
            addresses[canonical(urljoin(url, address))] = None
        except (ValueError, ParseError):
            unfit += 1
    return Listing(kind, tuple(addresses), unfit)


def _content(body: bytes) -> bytes:
    if body.startswith(_GZIP):
        try:
            body = decode("gzip", body)
        except BodyDamaged as error:
            raise ParseError(f"expected a feed or sitemap, got a damaged gzip file: {error}") from None
    return body.removeprefix(b"\xef\xbb\xbf")


def _in_text(content: bytes) -> tuple[Kind, Iterator[str]]:
    """A sitemap of lines: each an address."""
    lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
    if not any(line.startswith(("http://", "https://")) for line in lines[:10]):
        raise ParseError("expected a feed or sitemap, got neither XML nor a list of addresses")
    return "text", (line for line in lines if line)


def _in_xml(content: bytes) -> tuple[Kind, Iterator[str]]:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise ParseError("expected a feed or sitemap, got no XML")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):  # type: ignore[union-attr]  # unknown to the stubs
        raise ParseError("expected a feed or sitemap, got one that declares entities of its own")
    kind = _ROOTS.get(_name(root))
    if kind is None:
        raise ParseError(f"expected a feed or sitemap, got an element {_name(root)[:40]!r}")
    return kind, filter(None, map(_address, root.iter(*_ENTRIES[kind])))


def _address(entry: etree._Element) -> str:
    """Where an entry leads to: `loc`, `link` as text (RSS) or as `href` (Atom, `rel` alternate), `guid` at last."""
    for child in entry.iterfind("{*}loc"):
        return _text(child)
    for child in entry.iterfind("{*}link"):
        if child.get("rel", "alternate") == "alternate" and (address := child.get("href") or _text(child)):
            return address.strip()
    guid = next((child for child in entry.iterfind("{*}guid") if child.get("isPermaLink") != "false"), None)
    return "" if guid is None else _text(guid)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
