"""What a profile counts: each source as it now stands, and each record left out because the compound is not in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvest.catalogue import ABOUT, Catalogue
from harvest.reading import Reading

Body = Mapping[str, Any]

MATCHES: Final = ("direct", "near", "compound-only", "condition-only")
"""How close a document is to the pair, closest first; `near` is compound-only with that flag (design section 6)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A source (`id` is its `sid`) or a record left out as condition-only (`id` is its key)."""

    id: str
    body: Body
    match: str
    checked: bool = False
    """A person has confirmed or set its labels."""

    @property
    def compound(self) -> bool:
        """The compound is tested or used in it."""
        return self.match != MATCHES[-1]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of evidence in it: one, or one for each part of a paper with people and animals."""
        return frozenset((self.body["evidence"], *self.body.get("parts", ())))

    def text(self, field: str) -> str:
        """A text of the document; empty where it was not kept or may not be shown."""
        return str(self.body.get(field) or "")


def documents(reading: Reading) -> tuple[Document, ...]:
    """Sources in ledger order, then what was left out as condition-only; nothing whose text was erased."""
    catalogue = reading.catalogue
    kept = (_source(sid, reading.seen(body), catalogue) for sid, body in _one_each(catalogue))
    found = [document for document in kept if document is not None]
    for key, settled in catalogue.settled.items():
        left_out = settled.kind == "excluded" and "erased" not in settled.body
        if left_out and settled.body.get("screening") == MATCHES[-1]:
            found.append(Document(key, reading.seen(settled.body), MATCHES[-1]))
    return tuple(found)


def _one_each(catalogue: Catalogue) -> Iterator[tuple[str, Body]]:
    """Every source with a text; of several that are one document the lowest about the compound, or else of all."""
    there = {sid: body for sid, body in catalogue.numbered.items() if "erased" not in body}
    first = sorted(there, key=lambda sid: there[sid]["screening"] not in ABOUT)
    chosen = frozenset(catalogue.merges.one_each(first))
    return ((sid, body) for sid, body in there.items() if sid in chosen)


def _source(sid: str, body: Body, catalogue: Catalogue) -> Document | None:
    """None where a later screening found it to be about neither the compound nor the condition."""
    checked = sid in catalogue.reviewed
    if body["screening"] in ABOUT:
        near = body["screening"] == "compound-only" and "near" in body["flags"]
        return Document(sid, body, "near" if near else body["screening"], checked)
    return Document(sid, body, MATCHES[-1], checked) if body["screening"] == MATCHES[-1] else None
