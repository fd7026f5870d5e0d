"""A pasted text as a record, as every provider gives one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from harvest.model import AbstractSection, Author, Journal, Key, PublicationDate, Record, Related

PROVIDER: Final = "pasted"


def passage(text: str, key: Key, *, cited: Sequence[Key] = (), refused: int = 0, bare: int = 0) -> Record:
    """The text as a record of provider `pasted`: unverified, erasable, by nobody who is known.

    Args:
        text: as `decoded` gives it.
        key: made of a keyed digest, so that nobody else can try out what the text was.
        cited: documents that it names and that are what it says of them.
        refused: how many it names that are not.
        bare: how many of `cited` it says nothing of.
    """
    details: Mapping[str, Any] = {"length": len(text), "refused_ids": refused, "ids_without_title": bare}
    return Record(
        provider=PROVIDER,
        key=key,
        keys=(key,),
        title="",
        abstract=(AbstractSection(text),),
        related=tuple(Related("cites", one) for one in cited),
        flags=("unverified",),
        details=details,
        basis="post",
        erasable=True,
    )


def record_of(body: Mapping[str, Any]) -> Record:
    """As much of a `source` line as tells which document it is."""
    return Record(
        provider=body["provider"],
        key=body["key"],
        keys=tuple(body["keys"]),
        title=body["title"],
        vernacular_title=body.get("vernacular_title", ""),
        abstract=(AbstractSection(body.get("abstract", "")),),
        authors=tuple(Author(family=name) for name in body.get("authors", ())),
        date=PublicationDate("", body.get("year")),
        journal=Journal(body.get("journal", ""), volume=body.get("volume", ""), pages=body.get("pages", "")),
    )
