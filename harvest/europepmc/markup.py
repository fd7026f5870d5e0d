"""Texts with some HTML in them: titles and abstracts (external contract 5.5).

An abstract mixes markup (`<h4>Methods</h4>`, `10<sup>6</sup>`) with bare signs (`P<0.001`), so only what is written
like one of the known tags is markup; everything else is text.
"""

import html
import re
from typing import Final

from harvest.model import AbstractSection

_ATTRIBUTES: Final = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*\s*/?"""
_NAMES: Final = (
    "h[1-6]|p|br|b|i|u|em|strong|sub|sup|sc|ul|ol|li|list|list-item|span|div|a|tt|small|title|sec|italic|bold"
)
_TAG: Final = re.compile(rf"</?(?:{_NAMES}){_ATTRIBUTES}>", re.IGNORECASE)
_BREAK: Final = re.compile(rf"</?(?:p|br|li|ul|ol|div|list|list-item|sec){_ATTRIBUTES}>", re.IGNORECASE)
_HEADING: Final = re.compile(
    rf"<(?P<tag>h[1-6]){_ATTRIBUTES}>(?P<text>.{{0,200}}?)</(?P=tag)\s*>", re.IGNORECASE | re.DOTALL
)
_LONGEST_LABEL: Final = 80
"""A longer heading is no label, but a sentence in large letters."""


def plain(text: str) -> str:
    """`text` without markup, references resolved once, every run of white space one blank."""
    return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", text))).split())


def sections(text: str) -> tuple[AbstractSection, ...]:
    """An abstract by its headings; without any it is one section."""
    found: list[AbstractSection] = []
    label, start = "", 0
    for heading in _HEADING.finditer(text):
        name = plain(heading["text"]).rstrip(":. ")
        if not name or len(name) > _LONGEST_LABEL:
            continue
        _append(found, label, text[start : heading.start()])
        label, start = name.upper(), heading.end()
    _append(found, label, text[start:])
    return tuple(found)


def _append(found: list[AbstractSection], label: str, text: str) -> None:
    if words := plain(text):
        found.append(AbstractSection(words, label))
