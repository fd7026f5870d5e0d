"""A record while it is being read, and the small readers that fill it."""

from collections.abc import Callable, Mapping
from typing import Any

from harvest.medline.text import Element, flat
from harvest.model import Journal, Key, Record

PROVIDER = "pubmed"
ADDRESS = "https://pubmed.ncbi.nlm.nih.gov/{}/"


class Draft:
    """What has been read of one record so far."""

    __slots__ = ("_keys", "journal", "lists", "pmid", "scalars", "version")

    def __init__(self) -> None:
        self.pmid: Key = ""
        self.version = 1
        self.scalars: dict[str, Any] = {"title": ""}
        self.lists: dict[str, list[Any]] = {}
        self.journal: dict[str, Any] = {}
        self._keys: dict[str, list[Key]] = {"doi": [], "pmcid": [], "nct": []}

    def extend(self, name: str, values: list[Any]) -> None:
        """Add `values` to the list field `name`."""
        if name in self.lists:
            self.lists[name] += values
        else:
            self.lists[name] = values

    def add_key(self, key: Key) -> None:
        """Add an own identifier, once; an empty one (it did not hold to its form) is left out."""
        if key and key not in (known := self._keys[key.partition(":")[0]]):
            known.append(key)

    def record(self) -> Record | None:
        """The finished record; None when it has no PMID, since then nothing can refer to it."""
        if not self.pmid:
            return None
        fields: dict[str, Any] = {name: tuple(values) for name, values in self.lists.items()}
        fields |= self.scalars
        fields["provider"] = PROVIDER
        fields["key"] = self.pmid
        fields["keys"] = (self.pmid, *self._keys["doi"], *self._keys["pmcid"], *self._keys["nct"])
        fields["journal"] = Journal(**self.journal)
        fields["version"] = self.version
        fields["url"] = ADDRESS.format(self.pmid[5:])
        return Record(**fields)


Reader = Callable[[Element, Draft], None]
"""Takes what it knows of an element into the draft."""


def read(node: Element, draft: Draft, readers: Mapping[str, Reader]) -> None:
    """Hand each child of `node` to the reader of its tag; children without one are not ours."""
    for child in node:
        if reader := readers.get(child.tag):
            reader(child, draft)


def within(readers: Mapping[str, Reader]) -> Reader:
    """A reader that descends one level."""

    def descend(node: Element, draft: Draft) -> None:
        read(node, draft, readers)

    return descend


def scalar(name: str, value: Callable[[Element], Any] = flat) -> Reader:
    """A reader that sets the field `name` of the record to `value(node)`."""

    def set_field(node: Element, draft: Draft) -> None:
        draft.scalars[name] = value(node)

    return set_field


def several(name: str, values: Callable[[Element], list[Any]]) -> Reader:
    """A reader that adds `values(node)` to the list field `name` of the record."""

    def extend_field(node: Element, draft: Draft) -> None:
        draft.extend(name, values(node))

    return extend_field


def in_journal(name: str) -> Reader:
    """A reader that sets the field `name` of the journal."""

    def set_field(node: Element, draft: Draft) -> None:
        draft.journal[name] = flat(node)

    return set_field
