"""A registered work as a record, as every provider gives one (external APIs 7.2, 7.4)."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harvest.crossref.answers import message_of
from harvest.crossref.work import read_work
from harvest.errors import ParseError
from harvest.model import AbstractSection, Author, Journal, Precision, PublicationDate, Record, Term

Json = Mapping[str, Any]

PROVIDER: Final = "crossref"
_TYPES: Final = {"posted-content": (Term("D000076942", "Preprint"),)}
_PRECISION: Final[tuple[Precision, ...]] = ("year", "month", "day")
_LABEL: Final = re.compile(r"<jats:title>\s*([^<]{1,80}?)\s*</jats:title>")
_TAG: Final = re.compile(r"</?(?:jats:[a-z-]+|mml:[a-z]+|i|b|sub|sup|em|strong|p)\b[^<>]{0,300}>", re.IGNORECASE)


def record(body: bytes) -> Record:
    """The work of a single look-up; where Crossref knows it by another DOI, that is its key.

    Raises:
        ParseError: it is not of the form that Crossref describes, or has no title.
    """
    said = message_of(body)
    work = read_work(said)
    of = work.document
    if not of.title:
        raise ParseError(f"expected a work with a title, got {work.doi} without")
    return Record(
        provider=PROVIDER,
        key=f"doi:{work.doi}",
        keys=(f"doi:{work.doi}",),
        title=_plain(of.title),
        vernacular_title=_plain(of.vernacular),
        abstract=tuple(_sections(str(said.get("abstract") or ""))),
        authors=tuple(_authors(said)),
        date=_date(said, of.year),
        journal=Journal(title=of.journal, volume=of.volume, issue=str(said.get("issue") or ""), pages=of.pages),
        publication_types=_TYPES.get(str(said.get("type")), ()),
        url=f"https://doi.org/{work.doi}",
        related=work.related,
    )


def _authors(said: Json) -> Iterator[Author]:
    for one in said.get("author") or ():
        if one.get("family") or one.get("name"):
            yield Author(one.get("family") or "", one.get("given") or "", collective=one.get("name") or "")


def _date(said: Json, year: int | None) -> PublicationDate:
    if year is None:
        return PublicationDate("")
    parts = [int(part) for part in said["issued"]["date-parts"][0] if part is not None]
    raw = "-".join(f"{part:02d}" for part in parts)
    month, day = (*parts[1:3], None, None)[:2]
    return PublicationDate(raw, year, month, day, _PRECISION[len(parts[:3]) - 1])


def _sections(abstract: str) -> Iterator[AbstractSection]:
    """The abstract by its headings, where JATS has some."""
    first, *rest = _LABEL.split(abstract)
    for label, text in (("", first), *zip(rest[::2], rest[1::2], strict=True)):
        if words := _plain(text):
            yield AbstractSection(words, "" if label.lower() == "abstract" else _plain(label).upper())


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
