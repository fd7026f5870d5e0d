"""Text of an element, as a reader would see it."""

from typing import Any, TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no other name for its element type


def flat(node: Element) -> str:
    """All text below `node`, markup flattened and every run of white space made one blank.

    The text elements of PubMed are mixed content (`b i u sup sub`, `mml:math`, `DispFormula`), so `node.text` alone
    stops at the first tag. What looks like a tag but is not, as in `P&lt;0.001`, is text and stays.
    """
    # most elements have no children: spare them the walk
    raw = "".join(cast("Any", node).itertext()) if len(node) else node.text
    if not raw or raw.isalnum():
        return raw or ""
    return squeezed(raw)


def squeezed(raw: str) -> str:
    """`raw` with every run of white space (no-break and thin spaces too) made one blank, none at the ends."""
    # the blank is the only white space that is printable; asking costs a quarter of splitting and joining
    if raw.isprintable() and "  " not in raw and raw[:1] != " " and raw[-1:] != " ":
        return raw
    return " ".join(raw.split())
