"""Bytes to a tree of HTML that is safe to walk, or to none.

lxml and what stands on it take 27 s for one tag with 40,000 attributes and 19 s for 1 MB of `<p>`: attributes are
counted before anything is parsed, elements and depth right after, when that has cost little.
"""

import re
from codecs import getincrementaldecoder
from typing import Final

from lxml import html
from lxml.etree import ParserError
from lxml.html import HtmlElement
from w3lib.encoding import html_to_unicode

LENGTH: Final = 10 * 1024 * 1024
"""Characters that are read; pages of more are cut by whoever fetches them."""
_ATTRIBUTES: Final = 256
"""Of one tag; 70 is the most among 311 real pages."""
_ELEMENTS: Final = 60_000
"""9,888 is the most among them."""
_DEPTH: Final = 200
"""51 is the most among them."""
_TAG: Final = re.compile(r"<(?:(!--)|(script|style)\b|[a-z])", re.IGNORECASE)
_NEXT: Final = re.compile(r"""(?<![\s/])[\s/]++(?=[^\s/>])|=\s*(["'])|>""")
"""A further attribute, a value in quotation marks, or the tag's end; other quotation marks are parts of names."""
_INSIDE: Final = {"script": re.compile(r"</script", re.IGNORECASE), "style": re.compile(r"</style", re.IGNORECASE)}
_BARE: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Characters that no document may have; lxml would stop at the first."""


def decoded(body: bytes, content_type: str) -> str:
    """The text of a body; never an error.

    What is UTF-8 beyond ASCII is that, whatever it is said to be. Else its byte order mark decides, the server's
    charset, the page's own.
    """
    body = body[:LENGTH]
    try:
        text = "" if body.isascii() else getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        text = ""
    text = text or html_to_unicode(content_type or None, body, default_encoding="utf-8")[1]
    return _BARE.sub(" ", text.removeprefix("\ufeff"))


def parsed(text: str) -> HtmlElement | None:
    """The tree without comments and instructions; None where no element is there or the page is too complex."""
    # as bytes, since lxml refuses a str that declares an encoding
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError:
        return None


def blank() -> HtmlElement:
    """The tree of a page without elements: what stands around plain text."""
    return html.document_fromstring("<html><body></body></html>")


def has_too_many_attributes(text: str) -> bool:
    """Has one tag more attributes than any page needs? Linear, whatever the text is."""
    at = 0
    while tag := _TAG.search(text, at):
        at = tag.end()
        if tag[1]:
            at = _after(text, "-->", at)
            continue
        at, attributes = _attributes(text, at)
        if attributes > _ATTRIBUTES:
            return True
        if tag[2]:
            closed = _INSIDE[tag[2].lower()].search(text, at)
            at = closed.end() if closed else len(text)
    return False


def is_too_complex(tree: HtmlElement) -> bool:
    """Has a page more elements or more depth than any needs?"""
    depth = 0
    stack = [(tree, 1)]
    elements = 0
    while stack:
        element, depth = stack.pop()
        elements += 1
        if depth > _DEPTH or elements > _ELEMENTS:
            return True
        stack += [(child, depth + 1) for child in element]
    return False


def _attributes(text: str, at: int) -> tuple[int, int]:
    """Where a tag ends whose name begins before `at`, and about how many attributes it has."""
    count = 0
    while found := _NEXT.search(text, at):
        at = found.end()
        if found.group() == ">":
            return at, count
        if found[1]:
            at = _after(text, found[1], at)
        elif (count := count + 1) > _ATTRIBUTES:
            return at, count
    return len(text), count


def _after(text: str, what: str, at: int) -> int:
    found = text.find(what, at)
    return len(text) if found < 0 else found + len(what)
