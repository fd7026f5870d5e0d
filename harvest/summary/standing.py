"""What is known of the documents' standing: retracted, of concern, nothing stated, or not checked at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harvest.summary.documents import Document

_STATING: Final = frozenset({"pubmed", "europepmc", "crossref", "openalex"})
"""Providers whose records say when a document was retracted."""


@dataclass(frozen=True, slots=True)
class Named:
    """A source listed by name."""

    sid: str
    title: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Every source stands in one of the four."""

    retracted: tuple[Named, ...]
    """Weight zero: in no cell; also another text of what was retracted, such as its preprint."""
    concern: tuple[Named, ...]
    """Counted in their cells, and named."""
    none_stated: int
    """Sources of which a provider that states retractions states none."""
    not_checked: int
    """Sources from providers that do not state them."""


def standing(sources: Sequence[Document], fallen: frozenset[str]) -> Standing:
    """Where each source stands."""
    weighing = [one for one in sources if one.id not in fallen]
    concern = [one for one in weighing if "concern" in one.body["flags"]]
    rest = [one for one in weighing if "concern" not in one.body["flags"]]
    checked = sum(one.body["provider"] in _STATING for one in rest)
    return Standing(
        retracted=tuple(named(one) for one in sources if one.id in fallen),
        concern=tuple(map(named, concern)),
        none_stated=checked,
        not_checked=len(rest) - checked,
    )


def named(document: Document) -> Named:
    """Its id and title."""
    return Named(document.id, document.text("title"))
