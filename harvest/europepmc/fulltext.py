"""The full text of an open-access article (JATS XML): its own results in its own words, and under which licence.

Read are the paragraphs of the body, section by section. References, tables, figures, formulas and whatever stands
behind the body are no sentences of the article and are left out (JATS Archiving 1.3, `article/body/sec`).
"""

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias, cast

from lxml import etree

from harvest.errors import ParseError
from harvest.model import AbstractSection

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no other name for its element type

_LEFT_OUT: Final = frozenset(
    {
        "ack", "boxed-text", "def-list", "disp-formula", "fig", "fig-group", "fn", "inline-formula", "media",
        "object-id", "ref-list", "supplementary-material", "table-wrap", "tex-math", "{http://www.w3.org/1998/Math/MathML}math",
    }
)  # fmt: skip
_ASIDE: Final = re.compile(
    r"\b(?:acknowledge?ments?|funding|conflicts?|competing|contributions?|supplementa\w+|abbreviations|ethic\w*|consent"
    r"|availability|references)\b",
    re.IGNORECASE,
)
"""Sections within the body that are about the article, not of it."""
_CREATIVE_COMMONS: Final = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-n[cd]|-sa)*)|publicdomain/(?P<zero>zero|mark))", re.IGNORECASE
)
_DEEPEST: Final = 40


def sections(body: bytes) -> tuple[AbstractSection, ...]:
    """The sections of an article's body, in order, each under its title in capitals; none where there is no body.

    Raises:
        ParseError: it is no article.
    """
    found = []
    for part in _article(body).iterfind("body/*"):
        title = _title(part)
        if _ASIDE.search(title):
            continue
        if text := " ".join(filter(None, _paragraphs(part, 0))):
            found.append(AbstractSection(text, title.upper()))
    return tuple(_joined(found))


def licence(body: bytes) -> str:
    """The licence that the article itself states: `cc by`, `cc0`; empty where it names none of Creative Commons.

    Raises:
        ParseError: it is no article.
    """
    stated = _article(body).find("front/article-meta/permissions")
    words = "" if stated is None else etree.tostring(stated, encoding="unicode")
    found = _CREATIVE_COMMONS.search(words)
    if found is None:
        return ""
    return "cc0" if found["zero"] else f"cc {found['kind'].lower()}"


def _article(body: bytes) -> Element:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"expected an article in JATS, got {error}") from None
    if root.tag != "article":
        raise ParseError(f"expected an article in JATS, got <{root.tag}>")
    return root


def _paragraphs(node: Element, depth: int) -> Iterator[str]:
    if node.tag == "p":
        yield _flat(node)
    elif _is_read(node) and depth < _DEEPEST:
        for child in node:
            if child.tag != "title":
                yield from _paragraphs(child, depth + 1)


def _flat(node: Element) -> str:
    return " ".join("".join(_words(node, 0)).split())


def _words(node: Element, depth: int) -> Iterator[str]:
    """All text below `node` but for what is left out; what follows that in the sentence stays."""
    yield node.text or ""
    for child in node:
        if _is_read(child) and depth < _DEEPEST:
            yield from _words(child, depth + 1)
        yield child.tail or ""


def _is_read(node: Element) -> bool:
    """An element, and one whose text is of the article; comments and processing instructions have no name."""
    name = cast("Any", node).tag
    return isinstance(name, str) and name not in _LEFT_OUT


def _title(part: Element) -> str:
    title = part.find("title")
    return "" if title is None else _flat(title).rstrip(":. ")


def _joined(found: list[AbstractSection]) -> Iterator[AbstractSection]:
    """Paragraphs that stand in no section are one."""
    waiting: list[str] = []
    for section in found:
        if section.label:
            if waiting:
                yield AbstractSection(" ".join(waiting))
            waiting = []
            yield section
        else:
            waiting.append(section.text)
    if waiting:
        yield AbstractSection(" ".join(waiting))
