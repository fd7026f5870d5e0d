"""Where a text cites something, and which entry of its list or which identifier that is."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from harvest.model import Citation
from harvest.pages.bibliography import Entry
from harvest.pages.identifiers import is_of_a_work, key_of_address, places
from harvest.pages.links import Link
from harvest.pages.page import Reference
from harvest.text import fold

_NUMBERS: Final = r"\d{1,3}(?:\s?(?:,|;|[-\u2013])\s?\d{1,3}){0,15}"
_BRACKETED: Final = re.compile(rf"\[({_NUMBERS})\]")
_ROUND: Final = re.compile(rf"(?<=[^\W\d_.,;:])\s?\(({_NUMBERS})\)(?=[\s.,;:]|$)")
_MARK: Final = re.compile(r"^\W*(\d{1,3})\W*$")
_FRAGMENT: Final = re.compile(r"^#.*(?:cite|ref|bib|note|fn|^#r|^#b|^#cr)-?_?\w*", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"\b([A-Z][^\W\d_]+(?:[-'\u2019][^\W\d_]+)?)"
    r"(,? et al\.?| and (?:colleagues|co-?workers|others)|,? (?:and|&) [A-Z][^\W\d_]+(?:[-'\u2019][^\W\d_]+)?)?"
    r",? ?\(?((?:19|20)\d\d)[a-z]?\b\)?"
)
_NO_NAMES: Final = frozenset(
    {
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "in", "since", "by", "of", "from", "until", "the", "before", "after", "during", "around", "early",
        "late", "spring", "summer", "autumn", "winter", "fall", "copyright", "retrieved", "accessed", "updated", "year",
    }
)  # fmt: skip
_WITH_OTHERS: Final = re.compile(r",? et al| and (?:co|others)")
_MOST: Final = 2_000
_WIDEST: Final = 30
"""Of `[3-40]` no more are meant."""


def citations(text: str, entries: Sequence[Entry], links: Sequence[Link]) -> list[Citation]:
    """Every place where the text cites something, in order; nothing inside the list of references itself.

    The words of a citation are those of the entry that it means, else those of its mark: `[9]`, `Lovat et al. 2008`.

    Args:
        text: the page's main text.
        entries: its references.
        links: the links in its text.
    """
    references = [entry.reference for entry in entries]
    lists = sorted((entry.start, entry.end) for entry in entries if entry.start >= 0)
    found = [
        *_by_number(text, references),
        *_by_name(text, references),
        *_by_link(text, references, links),
        *_by_identifier(text),
    ]
    return _each_once(_outside(found, lists))[:_MOST]


def _by_number(text: str, references: Sequence[Reference]) -> Iterator[Citation]:
    """`[9]`, `[1, 3-5]`; `(4)` only where the page cites in brackets, too, or has such a number in its list."""
    numbers = _numbers(references)
    bracketed = list(islice(_BRACKETED.finditer(text), _MOST))
    known = numbers.keys() | {number for found in bracketed for number in _spelled(found[1])}
    round_ = (found for found in islice(_ROUND.finditer(text), _MOST) if known and known >= set(_spelled(found[1])))
    for found in (*bracketed, *round_):
        start = found.start() if found.re is _BRACKETED else found.start(1) - 1
        for number in _spelled(found[1]):
            yield _citation(start, found.end(), f"[{number}]", numbers.get(number))


def _by_name(text: str, references: Sequence[Reference]) -> Iterator[Citation]:
    """`Lovat et al. 2008`; without `et al.` only what is in the list."""
    listed = {(fold(each.author).text, each.year): each for each in references if each.author}
    for found in islice(_NAMED.finditer(text), _MOST):
        meant = listed.get((fold(found[1]).text, int(found[3])))
        if found[1].lower() not in _NO_NAMES and (meant or _WITH_OTHERS.match(found[2] or "")):
            yield _citation(found.start(), found.end(), found.group(), meant)


def _by_link(text: str, references: Sequence[Reference], links: Sequence[Link]) -> Iterator[Citation]:
    """Links to papers, and marks that lead into the list."""
    numbers, addresses = _numbers(references), {each.url: each for each in references if each.url}
    for link in links:
        mark = _MARK.match(link.label)
        if link.start < 0:
            continue
        if link.url.startswith("#"):
            meant = numbers.get(int(mark[1])) if mark and _FRAGMENT.match(link.url) else None
            if meant:
                yield _citation(link.start, link.end, "", meant)
        elif (key := key_of_address(link.url)) or is_of_a_work(link.url):
            said = _citation(link.start, link.end, text[link.start : link.end], addresses.get(link.url))
            yield said if said.key else replace(said, key=key)


def _by_identifier(text: str) -> Iterator[Citation]:
    for place in islice(places(text), _MOST):
        yield Citation(place.start, place.end, text[place.start : place.end], place.key)


def _citation(start: int, end: int, mark: str, meant: Reference | None) -> Citation:
    return Citation(start, end, meant.text, meant.key) if meant else Citation(start, end, mark)


def _numbers(references: Sequence[Reference]) -> dict[int, Reference]:
    return {each.number: each for each in references if each.number}


def _spelled(numbers: str) -> list[int]:
    """`1, 3-5` is 1, 3, 4, 5."""
    found: list[int] = []
    for part in re.split(r"[,;]", numbers):
        first, _, last = re.sub(r"\s", "", part).replace("\u2013", "-").partition("-")
        until = int(last) if last else int(first)
        found += range(int(first), min(until, int(first) + _WIDEST) + 1)
    return found


def _outside(found: list[Citation], lists: Sequence[tuple[int, int]]) -> list[Citation]:
    starts = [start for start, _ in lists]
    kept = []
    for each in found:
        before = bisect_right(starts, each.start) - 1
        if before < 0 or each.start >= lists[before][1]:
            kept.append(each)
    return kept


def _each_once(found: list[Citation]) -> list[Citation]:
    """In order; of several ways to see one place that which says which document it is."""
    kept: list[Citation] = []
    for each in sorted(found, key=lambda one: (one.start, not one.key, -one.end)):
        last = kept[-1] if kept else None
        same = last is not None and (each.start, each.end) == (last.start, last.end) and each.text != last.text
        if last is None or each.start >= last.end or same:
            kept.append(each)
        elif each.key and not last.key:
            kept[-1] = each
    return kept
