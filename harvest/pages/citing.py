"""Where a text cites something, and which entry of its list or which identifier that is."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

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
_MOST: Final = 2_000
_WIDEST: Final = 30
"""Of `[3-40]` no more are meant."""


class Cited(NamedTuple):
    """A citation, and the number of the entry that it means; -1 where it means none of the list."""

    citation: Citation
    entry: int

    @property
    def is_known(self) -> bool:
        """Is it told which document is meant?"""
        return bool(self.citation.key) or self.entry >= 0


def citations(text: str, entries: Sequence[Entry], links: Sequence[Link]) -> list[Cited]:
    """Every place where the text cites something, in order; nothing inside the list of references itself.

    Args:
        text: the page's main text.
        entries: its references.
        links: the links in its text.
    """
    references = [entry.reference for entry in entries]
    lists = [(entry.start, entry.end) for entry in entries if entry.start >= 0]
    found = [
        *_by_number(text, references),
        *_by_name(text, references),
        *_by_link(text, references, links),
        *(
            Cited(Citation(place.start, place.end, text[place.start : place.end], place.key), -1)
            for place in places(text)
        ),
    ]
    return _each_once(_outside(found, sorted(lists)))[:_MOST]


def _by_number(text: str, references: Sequence[Reference]) -> Iterator[Cited]:
    """`[9]`, `[1, 3-5]`; `(4)` only where the page cites in brackets, too, or has such a number in its list."""
    numbers = {reference.number: at for at, reference in enumerate(references) if reference.number}
    bracketed = list(islice(_BRACKETED.finditer(text), _MOST))
    known = numbers.keys() | {number for found in bracketed for number in _spelled(found[1])}
    round_ = [found for found in islice(_ROUND.finditer(text), _MOST) if known and known >= set(_spelled(found[1]))]
    for found in (*bracketed, *round_):
        start, end = found.span() if found.re is _BRACKETED else (found.start(1) - 1, found.end())
        for number in _spelled(found[1]):
            at = numbers.get(number, -1)
            key = references[at].key if at >= 0 else ""
            yield Cited(Citation(start, end, f"[{number}]", key), at)


def _by_name(text: str, references: Sequence[Reference]) -> Iterator[Cited]:
    """`Lovat et al. 2008`; without `et al.` only what is in the list."""
    listed = {(fold(each.author).text, each.year): at for at, each in enumerate(references) if each.author}
    for found in islice(_NAMED.finditer(text), _MOST):
        if found[1].lower() in _NO_NAMES:
            continue
        at = listed.get((fold(found[1]).text, int(found[3])), -1)
        if at >= 0 or (found[2] and "al" in found[2]) or (found[2] and "co" in found[2]):
            key = references[at].key if at >= 0 else ""
            yield Cited(Citation(found.start(), found.end(), found.group(), key), at)


def _by_link(text: str, references: Sequence[Reference], links: Sequence[Link]) -> Iterator[Cited]:
    """Links to papers, and marks that lead into the list."""
    numbers = {reference.number: at for at, reference in enumerate(references) if reference.number}
    by_address = {reference.url: at for at, reference in enumerate(references) if reference.url}
    for link in links:
        if link.start < 0:
            continue
        mark = _MARK.match(link.label)
        if link.url.startswith("#"):
            if mark and _FRAGMENT.match(link.url) and (at := numbers.get(int(mark[1]), -1)) >= 0:
                yield Cited(Citation(link.start, link.end, f"[{mark[1]}]", references[at].key), at)
            continue
        key = key_of_address(link.url)
        if key or is_of_a_work(link.url):
            yield Cited(Citation(link.start, link.end, text[link.start : link.end], key), by_address.get(link.url, -1))


def _by_identifier(text: str) -> Iterator[Cited]:
    for place in islice(places(text), _MOST):
        yield Cited(Citation(place.start, place.end, text[place.start : place.end], place.key), -1)


def _spelled(numbers: str) -> list[int]:
    """`1, 3-5` is 1, 3, 4, 5."""
    found: list[int] = []
    for part in re.split(r"[,;]", numbers):
        first, _, last = re.sub(r"\s", "", part).replace("\u2013", "-").partition("-")
        until = int(last) if last else int(first)
        found += range(int(first), min(until, int(first) + _WIDEST) + 1)
    return found


def _outside(found: list[Cited], lists: Sequence[tuple[int, int]]) -> list[Cited]:
    starts = [start for start, _ in lists]
    kept = []
    for each in found:
        before = bisect_right(starts, each.citation.start) - 1
        if before < 0 or each.citation.start >= lists[before][1]:
            kept.append(each)
    return kept


def _each_once(found: list[Cited]) -> list[Cited]:
    """In order; of several ways to see one place that which says which document it is."""
    kept: list[Cited] = []
    for each in sorted(found, key=lambda one: (one.citation.start, not one.is_known, -one.citation.end)):
        here, last = each.citation, kept[-1].citation if kept else None
        same = last is not None and (here.start, here.end) == (last.start, last.end) and here.text != last.text
        if last is None or here.start >= last.end or same:
            kept.append(each)
        elif each.is_known and not kept[-1].is_known:
            kept[-1] = each
    return kept
