"""Text of an element, as a reader would see it."""

from typing import Any, TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no other name for its element type


def flat(node: Element) -> str:
    """All text below `node`, markup flattened and every run of white space made one blank.

    The text elements of PubMed are mixed content (`b i u sup sub`, `mml:math`, `DispFormula`), so `node.text` alone
    stops at the first tag. What looks like a tag but is not, as in `P&lt;0.001`, is text and stays.
    """
    # the length test spares the walk over descendants for the nine of ten elements that have none
    raw = "".join(cast("Any", node).itertext()) if len(node) else node.text
    return squeezed(raw) if raw else ""


def squeezed(raw: str) -> str:
    """`raw` with every run of white space (no-break and thin spaces too) made one blank, none at the ends."""
    return " ".join(raw.split())
