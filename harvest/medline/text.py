"""Text of an element, as a reader would see it."""

import re
from typing import Any, TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no other name for its element type

# white space of XML (XML 1.0, section 2.3): what line breaks and indents are made of
_RUN = re.compile(r"[ \t\r\n]+")


def flat(node: Element) -> str:
    """All text below `node`, markup flattened and every run of white space made one blank.

    The text elements of PubMed are mixed content (`b i u sup sub`, `mml:math`, `DispFormula`), so `node.text` alone
    stops at the first tag. What looks like a tag but is not, as in `P&lt;0.001`, is text and stays; so do no-break and
    thin spaces within it, which are characters that somebody chose.
    """
    # most elements have no children: spare them the walk
    raw = "".join(cast("Any", node).itertext()) if len(node) else node.text
    if not raw or raw.isalnum():
        return raw or ""
    return squeezed(raw)


def squeezed(raw: str) -> str:
    """`raw` with every run of XML white space made one blank, and no space of any kind at the ends."""
    # four scans for one character cost a tenth of one substitution, and most texts are clean
    if "  " in raw or "\n" in raw or "\t" in raw or "\r" in raw or raw[:1].isspace() or raw[-1:].isspace():
        return _RUN.sub(" ", raw).strip()
    return raw
