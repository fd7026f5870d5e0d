"""The main text of a page: by trafilatura, and by BeautifulSoup where that finds nothing useful."""

import logging
import re
from collections.abc import Sequence
from copy import deepcopy
from importlib.metadata import version
from typing import Final

import trafilatura
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from lxml import html
from lxml.html import HtmlElement

_LITTLE: Final = 250
"""Fewer characters may be all that a page has, or a sign that the text was not found."""
_TIMES: Final = 3
"""By how much the rest of the page must outweigh it."""
_SEVERAL: Final = 3
_NOT_TEXT: Final = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "header", "footer", "aside",
        "form", "button", "select", "menu", "head",
    }
)  # fmt: skip
_BLOCKS: Final = frozenset(
    {
        "p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "h1", "h2", "h3",
        "h4", "h5", "h6", "blockquote", "pre", "figure", "figcaption", "caption", "address", "details", "summary",
        "body",
    }
)  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})
_POST: Final = re.compile(
    r"(?:^|[\s_-])(?:post|message|comment|reply|topic-post)(?:[_-]?(?:body|content|text|message|inner|entry))(?:$|[\s_-])"
    r"|^(?:bbwrapper|cooked|md|usertext-body|postbody|post_body)$",
    re.IGNORECASE,
)
"""Classes in which forums keep what one writer wrote."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extracted(tree: HtmlElement, *, forum: bool) -> tuple[str, str]:
    """The main text, a paragraph a line, and what found it; both empty where there is none.

    Args:
        tree: of the whole page.
        forum: several people write on it: of their posts none is the main text.
    """
    plain = _by_trafilatura(tree, comments=forum)
    found = plain, f"trafilatura {version('trafilatura')}"
    if len(plain) >= _LITTLE and not forum:
        return found
    whole = _by_soup(tree)
    if len(whole) > max(_LITTLE, _TIMES * len(plain)) or (forum and len(whole) > len(plain)):
        return whole, f"beautifulsoup4 {version('beautifulsoup4')}"
    return found if plain else ("", "")


def posts(tree: HtmlElement) -> list[HtmlElement]:
    """The elements in which a forum keeps what its users wrote; none where there are not several."""
    found = {element for element in tree.iter("div", "article", "section", "td", "blockquote") if _is_post(element)}
    outer = [element for element in found if found.isdisjoint(element.iterancestors())]
    return outer if len(outer) >= _SEVERAL else []


def _by_trafilatura(tree: HtmlElement, *, comments: bool) -> str:
    document = trafilatura.bare_extraction(deepcopy(tree), include_comments=comments)
    if document is None or isinstance(document, dict):
        return ""
    parts = (document.text, document.comments if comments else "")
    return "\n".join(part.strip() for part in parts if part and part.strip())


def _by_soup(tree: HtmlElement) -> str:
    """Every visible line of the main part; the cells of a table's row stand in one line."""
    soup = BeautifulSoup(html.tostring(tree, encoding="unicode"), "lxml")
    main = soup.select_one("main, [role=main]") or soup.body or soup
    lines: list[list[str]] = [[]]
    last: tuple[Tag | None, Tag | None] = (None, None)
    for piece in main.descendants:
        if isinstance(piece, Tag) and piece.name == "br":
            last = (None, None)
        if not isinstance(piece, NavigableString) or not piece.strip():
            continue
        above = list(piece.parents)
        if any(each.name in _NOT_TEXT for each in above):
            continue
        block, cell = _place(above)
        if block is not last[0]:
            lines.append([])
        elif cell is not last[1]:
            lines[-1].append(" | ")
        lines[-1].append(str(piece))
        last = block, cell
    joined = (" ".join("".join(line).split()) for line in lines)
    return "\n".join(line for line in joined if line)


def _place(above: Sequence[Tag]) -> tuple[Tag | None, Tag | None]:
    """The block in which a string stands, and the cell where that is a table's row; `above` goes from inside out."""
    block = next((each for each in above if each.name in _BLOCKS), None)
    if block is None or block.name != "tr":
        return block, None
    return block, next((each for each in above if each.name in _CELLS), None)


def _is_post(element: HtmlElement) -> bool:
    return any(_POST.search(name) for name in (element.get("class") or "").split())
