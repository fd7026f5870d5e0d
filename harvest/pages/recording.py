"""A page as a record, as every provider gives one."""

from collections.abc import Iterator
from typing import Any, Final

from harvest.errors import AnswerUnusable
from harvest.model import AbstractSection, Author, Key, Record, Related
from harvest.pages.page import Page, PageKind

PROVIDER: Final = "web"
_MOST: Final = 60
"""References that a record names; a review may have hundreds."""
_LONGEST: Final = 240
"""Code points of a reference that are kept."""


def record(page: Page, key: Key) -> Record:
    """The page as a record of provider `web`: its text is the abstract, of which a line keeps quotations alone.

    What the page says that it is (`citation_doi`) is a relation, `page-of`, and no identifier of its own: a shop could
    else put itself in a paper's place. What users of a forum wrote is erasable, and none of them is named.

    Args:
        page: one that was not refused.
        key: what the caller knows it by.

    Raises:
        AnswerUnusable: the page was refused; there is nothing to record.
    """
    if page.refusal:
        raise AnswerUnusable(f"expected a page with a text, got {page.refusal}")
    users = page.kind is PageKind.FORUM
    return Record(
        provider=PROVIDER,
        key=key,
        keys=(key,),
        title=page.title,
        abstract=(AbstractSection(page.text),),
        authors=() if users else tuple(Author(collective=name) for name in page.author.split("; ") if name),
        date=page.published.date,
        revised=page.modified.date if page.modified.said_by else None,
        languages=(page.language,) if page.language else (),
        url=page.url,
        related=tuple(_related(page, quoting=not users)),
        citations=page.citations,
        flags=page.flags,
        details=_details(page),
        basis="full-text",
        erasable=users,
        quoted_only=True,
    )


def _related(page: Page, *, quoting: bool) -> Iterator[Related]:
    yield from (Related("page-of", key) for key in page.keys)
    entries = page.references[:_MOST]
    yield from (
        Related("cites", entry.key, entry.text[:_LONGEST] if quoting else "")
        for entry in entries
        if quoting or entry.key
    )
    listed = {entry.key for entry in entries}
    found = dict.fromkeys(each.key for each in page.citations if each.key and each.key not in listed)
    yield from (Related("cites", key) for key in list(found)[:_MOST])


def _details(page: Page) -> dict[str, Any]:
    return {
        "page_kind": str(page.kind),
        "page_kind_by": [reason.text for reason in page.why],
        "site": page.site,
        "extractor": page.extractor.partition(" ")[0],
        "published_by": page.published.said_by,
        "modified_by": page.modified.said_by,
        "commerce": sorted({reason.rule for reason in page.commerce}),
        "references": len(page.references),
        "listed": [list(place) for place in page.listed],
        "sketch": page.sketch.hex,
    }
