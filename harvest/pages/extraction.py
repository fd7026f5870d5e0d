"""The main text of a page: by trafilatura, and by BeautifulSoup where that finds nothing useful."""

import logging
import re
from copy import deepcopy
from importlib.metadata import version
from typing import Final

import trafilatura
from bs4 import BeautifulSoup, Tag
from lxml import html
from lxml.html import HtmlElement

_LITTLE: Final = 250
"""Fewer characters may be all that a page has, or a sign that the text was not found."""
_TIMES: Final = 3
"""By how much the rest of the page must outweigh it."""
_SEVERAL: Final = 3
_NOT_TEXT: Final = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "header", "footer", "aside", "form",
    "button", "select", "menu", "head",
)  # fmt: skip
_BLOCKS: Final = (
    "p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "h1", "h2", "h3", "h4",
    "h5", "h6", "blockquote", "pre", "br", "hr", "figure", "figcaption", "caption", "address", "details", "summary",
)  # fmt: skip
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
    for element in soup.find_all(_NOT_TEXT):
        element.decompose()
    main: Tag = soup.select_one("main, [role=main]") or soup.body or soup
    for row in main.find_all("tr"):
        if row.find("table") is None:
            cells = [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"])]
            row.string = " | ".join(cell for cell in cells if cell)
    for block in main.find_all(_BLOCKS):
        block.insert_before("\n")
        block.append("\n")
    lines = (" ".join(line.split()) for line in main.get_text("").split("\n"))
    return "\n".join(line for line in lines if line)


def _is_post(element: HtmlElement) -> bool:
    return any(_POST.search(name) for name in (element.get("class") or "").split())
