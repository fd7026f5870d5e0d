"""When a page was published and changed, and what on it said so."""

import logging
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

import htmldate
from lxml.html import HtmlElement

from harvest.model import PublicationDate
from harvest.pages.head import Head
from harvest.pages.page import Dated

_EARLIEST: Final = 1991
"""There was no page before."""
_ISO: Final = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_YEAR: Final = re.compile(r"\s*\d{4}\s*")
_URL: Final = re.compile(r"[/_-](\d{4})[/_-](\d{1,2})(?:[/_-](\d{1,2}))?(?=[/_.-]|$)")
_WORDS: Final = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\.?\s+)?([A-Za-z]{3,9})\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?,?\s+(\d{4})(?!\d)"
)
_MONTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        name: 1 + number
        for number, name in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
        )
    }
)
_PUBLISHED: Final = (
    "article:published_time", "citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued",
    "dcterms.created", "datepublished", "date", "dc.date", "parsely-pub-date", "sailthru.date", "pubdate",
    "publishdate", "og:published_time", "dcterms.date", "article.published", "publish-date", "publication_date",
    "article_date_original",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "article.updated",
    "lastmod", "revised",
)  # fmt: skip

logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def published(of: Head, tree: HtmlElement, *, url: str, fetched: date) -> Dated:
    """When it was published: by what is made to say so; else by what htmldate finds."""
    said = next(_believed(_published(of, tree, url), fetched), None)
    return said or _searched(tree, url, fetched)


def modified(of: Head, tree: HtmlElement, *, fetched: date) -> Dated:
    """When it was last changed, by what is made to say so alone."""
    return next(_believed(_modified(of, tree), fetched), Dated())


def parsed(raw: str) -> PublicationDate | None:
    """A date as it is written: ISO 8601, `2021/06/25`, `June 25, 2021`, `25 June 2021`; None of what is no date."""
    if found := _ISO.search(raw):
        return _dated(raw, int(found[1]), int(found[2]), int(found[3] or 0))
    if (found := _WORDS.search(raw)) and (month := _MONTHS.get(found[2][:3].lower())):
        return _dated(raw, int(found[4]), month, int(found[1] or found[3] or 0))
    return PublicationDate(raw.strip(), int(raw), precision="year") if _YEAR.fullmatch(raw) else None


def _published(of: Head, tree: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    yield from (("json-ld:datePublished", str(one["datePublished"])) for one in of.linked if one.get("datePublished"))
    yield from ((f"meta:{name}", content) for name in _PUBLISHED for content in of.every(name))
    for element in tree.iter("time"):
        if element.get("pubdate") is not None or element.get("itemprop") == "datePublished":
            yield "time:datePublished", element.get("datetime") or element.text_content()
    if found := _URL.search(url):
        yield "url", "-".join(part for part in found.groups() if part)
    every = [element for element in tree.iter("time") if element.get("datetime")]
    if every:
        yield "time:datetime", every[0].get("datetime") or ""


def _modified(of: Head, tree: HtmlElement) -> Iterator[tuple[str, str]]:
    yield from (("json-ld:dateModified", str(one["dateModified"])) for one in of.linked if one.get("dateModified"))
    yield from ((f"meta:{name}", content) for name in _MODIFIED for content in of.every(name))
    for element in tree.iter("time"):
        if element.get("itemprop") == "dateModified" or "updated" in (element.get("class") or "").lower():
            yield "time:dateModified", element.get("datetime") or element.text_content()


def _believed(told: Iterator[tuple[str, str]], fetched: date) -> Iterator[Dated]:
    """Those that are dates, not before the web and not after the page was fetched."""
    for said_by, raw in told:
        when = parsed(raw[:100])
        if when and (when.year or 0) >= _EARLIEST and when.iso <= fetched.isoformat():
            yield Dated(when, said_by)


def _searched(tree: HtmlElement, url: str, fetched: date) -> Dated:
    """By htmldate, of elements that are likely to hold a date; what just any text says is not asked."""
    latest = datetime(fetched.year, fetched.month, fetched.day)  # noqa: DTZ001 - a day; htmldate compares naive ones
    try:
        found = htmldate.find_date(
            deepcopy(tree), extensive_search=False, original_date=True, url=url or None, max_date=latest
        )
    except (ValueError, RecursionError):
        return Dated()
    when = parsed(found) if found else None
    return Dated(when, "htmldate") if when else Dated()


def _dated(raw: str, year: int, month: int, day: int) -> PublicationDate | None:
    """As precise as it is said; None where there is no such day."""
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    raw = raw.strip()
    if day:
        return PublicationDate(raw, year, month, day, "day")
    return PublicationDate(raw, year, month, None, "month")
