"""A page's list of references: what it says that it rests on."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin

from lxml.html import HtmlElement

from harvest.pages.identifiers import foremost, is_of_a_work, key_of_address, places
from harvest.pages.page import Reference

_HEADING: Final = re.compile(
    r"^\W{0,3}(?:(?:scientific )?references?(?: list)?|(?:selected |further )?bibliography|sources?(?: cited)?"
    r"|citations?|works cited|literature(?: cited)?|footnotes?|notes and references|studies(?: cited)?|литература"
    r"|список литературы|источники|quellen|literatur|referencias|références|riferimenti)\W{0,3}(?:\(\d+\))?$",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(
    r"(?:^|[\s_-])(?:references?|ref-?list|reflist|citations?|bibliograph\w*|footnotes?|endnotes?|sources)(?:$|[\s_-])"
)
_NUMBERED: Final = re.compile(r"^\s*(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})[.)])\s*(?=\S)")
_BULLET: Final = re.compile(r"^[\s*\u2022\u2191^-]{0,6}(?:[\[(]?\d{1,3}[\]).]{1,2}\s)?")
_YEAR: Final = re.compile(r"(?<![\d/.-])((?:18|19|20)\d\d)(?![\d/-])")
_UNDATED: Final = re.compile(r"\(n\.\s?d\.\)")
_RETRIEVED: Final = re.compile(r"\b(?:retrieved|accessed|viewed|cited)\b[^\n]{0,30}\d{4}", re.IGNORECASE)
_APA: Final = re.compile(r"^[^\n]{2,300}?\((?:(?:19|20)\d\d[a-z]?(?:, [A-Z][a-z]+(?: \d{1,2})?)?|n\.d\.)\)[.,:]? ")
_VANCOUVER: Final = re.compile(r"(?:19|20)\d\d(?: [A-Z][a-z]{2}(?: \d{1,2})?)?;\s?\d{1,4}(?:\s?\(\d{1,4}\))?:\s?[\w-]+")
_AUTHOR: Final = re.compile(r"^\W*(?:(?:van|von|de|der|den|la|le|du|da|el|al)\s+){0,2}([^\W\d_][\w'\u2019-]*)")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"')\]]{4,500}")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "strong", "b", "dt", "summary", "button", "div")
_LONGEST: Final = 1_500
_SHORT: Final = 60
_SHORTEST: Final = 15
_MOST: Final = 500
_NEXT_LINE: Final = 2


class Entry(NamedTuple):
    """A reference and the lines of the text in which it stands; (-1, -1) where it is not in the text."""

    reference: Reference
    start: int
    end: int


def bibliography(tree: HtmlElement | None, text: str, url: str) -> list[Entry]:
    """The references of a page, in order, from its lists and from the lines of its text.

    Args:
        tree: the page; None for plain text.
        text: its main text.
        url: where it came from.
    """
    in_text = _of_text(text)
    in_lists = list(_of_lists(tree, url)) if tree is not None else []
    if len(in_lists) < len(in_text):
        return in_text[:_MOST]
    places = {_beginning(line): (at, at + len(line)) for at, line in _lines(text)}
    return [Entry(each, *places.get(_beginning(each.text), (-1, -1))) for each in in_lists[:_MOST]]


def _beginning(line: str) -> str:
    """By which a line is known again: without its bullet or number."""
    return " ".join(_BULLET.sub("", line).split())[:_SHORT]


def listed(entries: Iterable[Entry]) -> tuple[tuple[int, int], ...]:
    """Where references stand in a text; those that follow each other as one place."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((entry.start, entry.end) for entry in entries if entry.start >= 0):
        if found and start - found[-1][1] <= _NEXT_LINE:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def reference(text: str, *, number: int = 0, addresses: Iterable[str] = ()) -> Reference:
    """What one entry says: its number, first author, year and identifier.

    Args:
        text: the entry.
        number: its place in a numbered list; 0 where it can say so itself only.
        addresses: where its links lead to.
    """
    said = _NUMBERED.match(text)
    bare = text[said.end() :] if said else text
    number = int(next(each for each in said.groups() if each)) if said else number
    urls = [*addresses, *(found.group().rstrip(".,;") for found in _ADDRESS.finditer(bare))]
    key = foremost([*(place.key for place in places(bare)), *map(key_of_address, urls)])
    url = next((each for each in urls if is_of_a_work(each)), urls[0] if urls else "")
    author = _AUTHOR.match(bare)
    return Reference(bare.strip(), number, author[1] if author else "", _year(bare), key, url)


def _year(text: str) -> int:
    """In brackets, or before a volume; else the last one that is named; 0 of `n.d.`."""
    plain = _RETRIEVED.sub(" ", _ADDRESS.sub(" ", text))
    if _UNDATED.search(plain):
        return 0
    years = list(_YEAR.finditer(plain))
    best = [each for each in years if plain[each.start() - 1 : each.start()] == "("] or [
        each for each in years if plain[each.end() : each.end() + 1] == ";"
    ]
    return int((best or years[-1:])[0][1]) if years else 0


def _of_lists(tree: HtmlElement, url: str) -> Iterator[Reference]:
    """The longest list that is called one of references, or that follows such a heading."""
    lists = [element for element in tree.iter("ol", "ul") if _is_called(element)]
    lists = lists or [found for heading in tree.iter(*_HEADINGS) if (found := _after(heading)) is not None]
    best = max(lists, key=len, default=None)
    if best is None:
        return
    for number, each in enumerate(best.iterchildren("li"), start=1):
        text = " ".join(each.text_content().split())[:_LONGEST]
        if len(text) >= _SHORTEST:
            yield reference(text, number=number if best.tag == "ol" else 0, addresses=_led_to(each, url))


def _is_called(element: HtmlElement) -> bool:
    """By its own class or id, or by those of what is right around it."""
    around = element.getparent()
    named = (element, around) if around is not None and around.tag in ("div", "section") else (element,)
    return any(_LISTED.search(f"{each.get('class') or ''} {each.get('id') or ''}".lower()) for each in named)


def _after(heading: HtmlElement) -> HtmlElement | None:
    if len(heading) > 1 or not _HEADING.match(" ".join(heading.text_content()[:_SHORT].split())):
        return None
    place: HtmlElement | None = heading
    for _ in range(3):
        following = place.getnext() if place is not None else None
        if following is not None:
            return next(following.iter("ol", "ul"), None)
        place = place.getparent() if place is not None else None
    return None


def _led_to(element: HtmlElement, url: str) -> list[str]:
    found = []
    for anchor in element.iter("a"):
        href = (anchor.get("href") or "").strip()
        if href and not href.startswith("#"):
            try:
                found.append(urljoin(url, href))
            except ValueError:
                continue
    return [each for each in found if each.startswith(("http://", "https://"))]


def _of_text(text: str) -> list[Entry]:
    """The lines below a heading, and lines that look like entries wherever they stand together at the end."""
    lines = [(at, line) for at, line in _lines(text) if line.strip()]
    heading = next((n for n in range(len(lines) - 1, -1, -1) if _HEADING.match(lines[n][1].strip("#* "))), None)
    if heading is not None:
        below = [
            Entry(reference(line[:_LONGEST]), at, at + len(line))
            for at, line in lines[heading + 1 :]
            if _is_entry(line)
        ]
        if below:
            return below
    found: list[Entry] = []
    for at, line in reversed(lines):
        if not (_APA.match(line) or _VANCOUVER.search(line) or (_NUMBERED.match(line) and _YEAR.search(line))):
            break
        found.append(Entry(reference(line[:_LONGEST]), at, at + len(line)))
    return found[::-1]


def _is_entry(line: str) -> bool:
    """Has it a year, an address, an identifier or a number in front?"""
    if len(line.strip()) < _SHORTEST:
        return False
    return bool(_YEAR.search(line) or _ADDRESS.search(line) or _NUMBERED.match(line) or next(places(line), None))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1
