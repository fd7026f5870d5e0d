"""References without an identifier that are documents known already: told by their titles."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from harvest.identity import fold_title
from harvest.identity.title import is_specific
from harvest.model import Key
from harvest.pages.page import Page, Reference

_BEGINNING: Final = 20
"""Letters by which a title is looked up; a title that tells one paper from others has more."""
_YEARS: Final = 1
"""By so many a paper's year may differ from one list to another."""


class Document(NamedTuple):
    """A document that is known: its key, its title, and the year where that is known."""

    key: Key
    title: str
    year: int | None


class Titles:
    """Documents by their titles."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._by_beginning: defaultdict[str, list[tuple[str, Document]]] = defaultdict(list)
        for document in documents:
            folded = fold_title(document.title)
            if is_specific(folded):
                self._by_beginning[folded[:_BEGINNING]].append((folded, document))

    def key_of(self, reference: Reference) -> Key:
        """The document whose title stands in the reference and whose year is not another; empty if none or two."""
        folded = fold_title(reference.text)
        found = {
            document.key
            for at in range(len(folded) - _BEGINNING + 1)
            for title, document in self._by_beginning.get(folded[at : at + _BEGINNING], ())
            if folded.startswith(title, at) and _is_of(document, reference.year)
        }
        return found.pop() if len(found) == 1 else ""


def resolved(page: Page, titles: Titles) -> Page:
    """The page with the keys of what it cites by title alone."""
    keys = {each.text: titles.key_of(each) for each in page.references if not each.key}
    if not any(keys.values()):
        return page
    references = tuple(replace(each, key=each.key or keys.get(each.text, "")) for each in page.references)
    citations = tuple(replace(each, key=each.key or keys.get(each.text, "")) for each in page.citations)
    return replace(page, references=references, citations=citations)


def _is_of(document: Document, year: int) -> bool:
    return not year or document.year is None or abs(document.year - year) <= _YEARS
