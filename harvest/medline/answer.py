"""The answer of efetch or a PubMed file, as bytes -> records."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from lxml import etree

from harvest.errors import ParseError
from harvest.medline import ids
from harvest.medline.article import article
from harvest.medline.book import book
from harvest.medline.text import Element, flat, squeezed
from harvest.model import Key, Record

_SETS = ("PubmedArticleSet", "PubmedBookArticleSet")
_RECORDS = {"PubmedArticle": article, "PubmedBookArticle": book}
_DELETIONS = ("DeleteCitation", "DeleteDocument")
_TRY_AGAIN = "ask again; if it stays so, look at the snapshot"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one answer holds.

    `deleted` are the keys of DeleteCitation; `unreadable` says of each record without a usable PMID where it stands.
    """

    records: tuple[Record, ...]
    deleted: tuple[Key, ...] = ()
    unreadable: tuple[str, ...] = ()


def articles(body: bytes) -> Parsed:
    """Read a whole PubmedArticleSet or PubmedBookArticleSet.

    Raises:
        ParseError: `body` is something else, or only a part of one.
    """
    records: list[Record] = []
    deleted: list[Key] = []
    unreadable: list[str] = []
    for node in _children(io.BytesIO(body), start=body[:512]):
        if node.tag in _DELETIONS:
            deleted += filter(None, (ids.pmid(flat(child)) for child in node))
        elif record := _RECORDS[node.tag](node):
            records.append(record)
        else:
            unreadable.append(_where(node))
    return Parsed(tuple(records), tuple(deleted), tuple(unreadable))


def iter_articles(stream: IO[bytes]) -> Iterator[Record]:
    """Read a PubMed file record by record, holding one at a time; its deletions are passed over.

    Raises:
        ParseError: where the stream breaks off or turns out to be something else; after the last record, if some had
            no usable PMID.
    """
    unreadable: list[str] = []
    for node in _children(stream):
        if node.tag in _DELETIONS:
            continue
        if record := _RECORDS[node.tag](node):
            yield record
        else:
            unreadable.append(_where(node))
    if unreadable:
        raise ParseError(f"expected a PMID in each record, got {len(unreadable)} without", hint=unreadable[0])


def record_xml(body: bytes, key: Key) -> bytes:
    """The XML of the record `key` in `body`, in UTF-8; of several versions the last.

    Raises:
        ParseError: `body` is no PubmedArticleSet, or does not hold the record.
    """
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_xml(error, body[:512]) from None
    _refuse_entities(root)
    _expect_set(root)
    nodes = [node for node in root if node.tag in _RECORDS]
    for node in reversed(nodes):
        record = _RECORDS[node.tag](node)
        if record and record.key == key:
            return etree.tostring(node, encoding="unicode", with_tail=False).encode()
    raise ParseError(
        f"expected {key} in the answer, got {len(nodes)} other records", hint="look at its other snapshots"
    )


def _children(stream: IO[bytes], *, start: bytes = b"<") -> Iterator[Element]:
    """The records and deletions of a set, each while it is fresh; it is gone when the next one is asked for."""
    events = etree.iterparse(
        stream,
        tag=(*_RECORDS, *_DELETIONS),
        # no entity is expanded, nothing is fetched, and the limits on depth and text size stay in force
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    try:
        for _, node in events:
            parent = node.getparent()
            if parent is None:
                continue
            if first:
                _refuse_entities(parent)
                _expect_set(parent)
                first = False
            yield node
            node.clear()
            while node.getprevious() is not None:
                del parent[0]
        _expect_set(events.root)
    except etree.XMLSyntaxError as error:
        raise _not_xml(error, start) from None


def _refuse_entities(node: Element) -> None:
    # the stubs know neither that the subset may be absent nor its entities
    subset = cast("Any", node.getroottree().docinfo).internalDTD
    if subset is not None and any(True for _ in subset.iterentities()):
        raise ParseError("expected a document without entity declarations, got some", hint=_TRY_AGAIN)


def _expect_set(root: Element) -> None:
    told = root.find("ERROR") if root.tag != "ERROR" else root
    if told is not None:
        raise ParseError(f"expected PubMed records, got the error {flat(told)[:200]!r}", hint=_TRY_AGAIN)
    if root.tag not in _SETS:
        raise ParseError(f"expected a PubmedArticleSet, got <{root.tag}>", hint=_TRY_AGAIN)


def _not_xml(error: Exception, start: bytes) -> ParseError:
    start = start.lstrip().lower()
    if not start:
        got = "nothing"
    elif start.startswith((b"<!doctype html", b"<html")):
        got = "an HTML page"
    elif start.startswith((b"{", b"[")):
        got = "JSON"
    elif not start.startswith(b"<"):
        got = "text"
    else:
        got = f"XML that is broken or cut off ({squeezed(str(error))})"
    return ParseError(f"expected PubMed XML, got {got}", hint=_TRY_AGAIN)


def _where(node: Element) -> str:
    return f"the {node.tag} in line {node.sourceline} has no usable PMID"
