"""A record while it is being read, and the small readers that fill it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harvest.medline.text import Element, flat
from harvest.model import Journal, Key, Record

PROVIDER = "pubmed"
ADDRESS = "https://pubmed.ncbi.nlm.nih.gov/"
_SCHEMES = ("doi", "pmcid", "nct")


class Draft:
    """What has been read of one record so far."""

    __slots__ = ("_keys", "fields", "journal", "pmid", "version")

    def __init__(self) -> None:
        self.pmid: Key = ""
        self.version = 1
        self.fields: dict[str, Any] = {"title": ""}
        self.journal: dict[str, Any] = {}
        self._keys: list[Key] = []

    def extend(self, name: str, values: Iterable[Any]) -> None:
        """Add `values` to the field `name`, a tuple."""
        self.fields[name] = (*self.fields.get(name, ()), *values)

    def add_key(self, key: Key) -> None:
        """Add an own identifier, once; an empty one (it did not hold to its form) is left out."""
        if key and key not in self._keys:
            self._keys.append(key)

    def record(self) -> Record | None:
        """The finished record; None when it has no PMID, since then nothing can refer to it."""
        if not self.pmid:
            return None
        self._keys.sort(key=_rank)
        return Record(
            provider=PROVIDER,
            key=self.pmid,
            keys=(self.pmid, *self._keys),
            journal=Journal(**self.journal),
            version=self.version,
            url=ADDRESS + self.pmid.removeprefix("pmid:") + "/",
            **self.fields,
        )


def _rank(key: Key) -> int:
    return _SCHEMES.index(key.partition(":")[0])


Reader = Callable[[Element, Draft], None]
"""Takes what it knows of an element into the draft."""


def read(node: Element, draft: Draft, readers: Mapping[str, Reader]) -> None:
    """Hand each child of `node` to the reader of its tag; children without one are not ours."""
    reader_of = readers.get
    for child in node:
        if reader := reader_of(child.tag):
            reader(child, draft)


def within(readers: Mapping[str, Reader]) -> Reader:
    """A reader that descends one level."""

    def descend(node: Element, draft: Draft) -> None:
        read(node, draft, readers)

    return descend


def scalar(name: str, value: Callable[[Element], Any] = flat) -> Reader:
    """A reader that sets the field `name` of the record to `value(node)`."""

    def set_field(node: Element, draft: Draft) -> None:
        draft.fields[name] = value(node)

    return set_field


def several(name: str, values: Callable[[Element], Iterable[Any]]) -> Reader:
    """A reader that adds `values(node)` to the list field `name` of the record."""

    def extend_field(node: Element, draft: Draft) -> None:
        draft.extend(name, values(node))

    return extend_field


def in_journal(name: str) -> Reader:
    """A reader that sets the field `name` of the journal."""

    def set_field(node: Element, draft: Draft) -> None:
        draft.journal[name] = flat(node)

    return set_field
