"""The links in the main part of a page: those that stand in the lines of its text."""

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

_BLOCKS: Final = frozenset(
    {
        "p", "li", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "div", "section",
        "article", "figcaption", "body",
    }
)  # fmt: skip
_BEGINNING: Final = 40
"""Characters by which a line is known again."""
_MOST: Final = 5_000


class Link(NamedTuple):
    """A link of the main part."""

    url: str
    """Absolute, or a fragment of the page itself: `#ref9`."""
    label: str
    start: int
    """Where the label stands in the text, in code points; -1 where its line is another than expected."""
    end: int
    outside: bool
    """Does it leave the site?"""


def links(tree: HtmlElement, text: str, url: str) -> list[Link]:
    """The links whose block is a line of the text, in order."""
    lines: dict[str, int] = {}
    at = 0
    for line in text.split("\n"):
        lines.setdefault(_beginning(line), at)
        at += len(line) + 1
    found: list[Link] = []
    places: dict[HtmlElement, int] = {}
    for anchor, block in _anchored(tree):
        if block not in places:
            places[block] = lines.get(_beginning(" ".join(block.text_content().split())), -1)
        if (start := places[block]) < 0:
            continue
        link = _link(anchor, text, start, url)
        if link is not None:
            found.append(link)
            places[block] = max(start, link.end) if link.start >= 0 else start
        if len(found) >= _MOST:
            break
    return found


def outside(found: list[Link]) -> tuple[str, ...]:
    """The addresses on other sites, each once."""
    return tuple(dict.fromkeys(link.url for link in found if link.outside))


def _anchored(tree: HtmlElement) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    for anchor in tree.iter("a"):
        if anchor.get("href"):
            block = next((above for above in anchor.iterancestors() if above.tag in _BLOCKS), None)
            if block is not None:
                yield anchor, block


def _link(anchor: HtmlElement, text: str, start: int, base: str) -> Link | None:
    href = (anchor.get("href") or "").strip()
    label = " ".join(anchor.text_content().split())
    try:
        url = href if href.startswith("#") else urljoin(base, href)
        host = urlsplit(url).hostname or ""
        ours = (urlsplit(base).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if not url.startswith(("http://", "https://", "#")):
        return None
    until = text.find("\n", start)
    place = text.find(label, start, until if until >= 0 else len(text)) if label else -1
    away = bool(host) and host.removeprefix("www.") != ours
    return Link(url, label, place, place + len(label) if place >= 0 else -1, away)


def _beginning(line: str) -> str:
    return line.strip()[:_BEGINNING]
