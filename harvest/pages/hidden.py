"""What no reader of a page sees: elements that are hidden, and characters without a shape."""

import re
from typing import Final

from lxml.html import HtmlElement

_STYLE: Final = re.compile(
    r"display:none|visibility:hidden|font-size:0(?:px|em|rem|pt|%)?(?:;|$|!)|opacity:0(?:\.0+)?(?:;|$|!)"
    r"|text-indent:-\d{3,}|(?:left|top|right):-\d{4,}|clip:rect\(0|(?:max-)?(?:height|width):0(?:px)?(?:;|$|!)"
)
_PLAIN: Final = re.compile(r"display:none|visibility:hidden")
"""Ways in which pages keep what a click shows: of themselves no deceit."""
_RUNNING: Final = frozenset({"p", "span", "font", "b", "i", "em", "strong", "li", "td", "small"})
"""Elements of running text, which no click shows."""
_SEEMING: Final = re.compile(r"height:0|width:0")
_SHAPELESS: Final = re.compile(r"\w[\u200b-\u200d\u2060\ufeff\u00ad\u180e\u2061-\u2064\U000e0000-\U000e007f]+\w")
_SOFT: Final = "\u00ad"
_PROSE: Final = 8
"""So many words are no label of a button."""
_HELPS: Final = frozenset(
    {"nav", "header", "footer", "form", "menu", "dialog", "button", "select", "noscript", "template"}
)
_NEVER_TEXT: Final = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object", "canvas"})


def without_hidden(tree: HtmlElement) -> bool:
    """Take out of the tree what its styles hide from everybody; was any of that prose?"""
    prose = False
    hidden = [element for element in tree.iter() if isinstance(element.tag, str) and _is_hidden(element)]
    for element in hidden:
        prose = prose or _is_prose(element)
        element.clear(keep_tail=True)
    return prose


def has_shapeless(text: str) -> bool:
    """Do characters without a shape stand in a word? Soft hyphens, which printers use, do not count."""
    return any(_SOFT not in found.group() for found in _SHAPELESS.finditer(text))


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in ("html", "body"):
        return False
    if "hidden" in element.attrib and element.get("hidden") != "until-found":
        return True
    style = re.sub(r"\s", "", (element.get("style") or "").lower())
    found = _STYLE.search(style)
    if found is None:
        return False
    # a box of no height shows what it holds unless that is cut off
    return not _SEEMING.search(found.group()) or "overflow:hidden" in style


def _is_prose(element: HtmlElement) -> bool:
    """Is it text that somebody may have meant for machines alone?"""
    if element.tag in _NEVER_TEXT or any(above.tag in _HELPS for above in (element, *element.iterancestors())):
        return False
    style = re.sub(r"\s", "", (element.get("style") or "").lower())
    if element.tag not in _RUNNING and (_PLAIN.search(style) or not style):
        return False
    return sum(len(text.split()) for text in element.itertext() if text.strip()) >= _PROSE
