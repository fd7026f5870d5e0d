"""Which documents a text names by an identifier, and what it says of each."""

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from harvest.errors import ParseError
from harvest.identity import normal_key
from harvest.model import Key
from harvest.pages.identifiers import Place, places
from harvest.passages.sentences import sentences
from harvest.pasted.words import words

MOST: Final = 100
"""Documents of one text; nobody checks more."""
_MARKS: Final = 1_000
"""Places of identifiers that are looked at."""
SCHEMES: Final = ("pmid", "doi", "nct")
_LISTED: Final = re.compile(
    r"\bPMIDs?\b[:#\s]{0,4}(\d{4,15}(?:(?:\s{0,2}[,;/&]\s{0,2}|\s+and\s+)\d{4,15}){0,40})",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\d+")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.|\b(?:dx\.)?doi\.org/|\bpubmed\.ncbi\.)\S+", re.IGNORECASE)
_NEAR: Final = 800
"""Code points of a line, at most, that say something of one document."""
_ENDED: Final = re.compile(r"[.;:!?\u3002]\W*$")
_QUOTED: Final = re.compile(
    r"[\"\u201c\u00ab\u201e]([^\"\u201c\u201d\u00ab\u00bb\u201e\n]{12,400})[\"\u201d\u00bb\u201c]"
)
_LABEL: Final = re.compile(r"\[([^\[\]\n]{12,400})\]\s*\(\s*$")
_BEFORE: Final = 8
"""Sentences of a reference, at most: authors, title, journal, place, and what its abbreviations are taken for."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text says of a document.

    Attributes:
        text: all that stands with the identifier.
        core: the sentence, or the part of a reference, that says which document it is.
        titles: what can only be a title: quoted, or the label of a link.
        within: the identifier stands within the sentence, as `(PMID 1)` does; else behind a whole one, or around it.
    """

    text: str = ""
    core: str = ""
    titles: tuple[str, ...] = ()
    within: bool = False

    def __bool__(self) -> bool:
        """Anything at all is said."""
        return bool(words(self.text))


@dataclass(frozen=True, slots=True)
class Mention:
    """An identifier in a text.

    Attributes:
        key: its normal form.
        start: its first place in the text.
        end: where that ends.
        said: what the text says of it, at each place where it says anything.
        possible: no such identifier can exist where this is false: a PMID of eleven digits.
    """

    key: Key
    start: int
    end: int
    said: tuple[Statement, ...] = ()
    possible: bool = True


def mentions(text: str) -> tuple[Mention, ...]:
    """The documents that a text names, each once, in order; at most `MOST`."""
    found: dict[Key, Mention] = {}
    for place, statement in _stated(text, _marks(text)):
        if place.key not in found and len(found) == MOST:
            continue
        before = found.get(place.key)
        said = ((*before.said,) if before else ()) + ((statement,) if statement else ())
        first = before or Mention(place.key, place.start, place.end, possible=_is_possible(place.key))
        found[place.key] = Mention(first.key, first.start, first.end, said, first.possible)
    return tuple(found.values())


def stated(text: str) -> Statement:
    """What a reference that a page has says of its document; its identifiers say nothing."""
    return _before(_masked(text, _marks(text)))


def is_bare(text: str) -> bool:
    """The text consists of identifiers and links: it says nothing itself."""
    return not words(_masked(text, _marks(text)))


def _marks(text: str) -> list[Place]:
    """Where identifiers stand, in order, none inside another."""
    found = [place for place in islice(places(text), _MARKS) if place.key.partition(":")[0] in SCHEMES]
    ends = {place.end for place in found}
    for listed in islice(_LISTED.finditer(text), _MARKS):
        for number in _NUMBER.finditer(listed[1]):
            start, end = listed.start(1) + number.start(), listed.start(1) + number.end()
            if end not in ends:
                found.append(Place(start, end, f"pmid:{int(number.group())}"))
    return sorted(found)[:_MARKS]


def _stated(text: str, marks: Sequence[Place]) -> Iterator[tuple[Place, Statement]]:
    """Each mark with what is said of it: before it in its line, else after it, else in the lines around it."""
    bare = _masked(text, marks)
    lines = _lines(text)
    starts = [start for start, _ in lines]
    held: dict[int, list[Place]] = {}
    for mark in marks:
        held.setdefault(bisect_right(starts, mark.start) - 1, []).append(mark)
    for number, here in held.items():
        start, end = lines[number]
        groups = _groups(here, bare)
        leading = not words(bare[start : groups[0][0].start])
        for at, group in enumerate(groups):
            first, last = group[0].start, group[-1].end
            before = bare[groups[at - 1][-1].end if at else start : first]
            after = bare[last : groups[at + 1][0].start if at + 1 < len(groups) else end]
            said = _after(after) if leading else _before(before)
            if not said and len(groups) == 1:
                said = _around(bare, lines, number, held)
            for mark in group:
                yield mark, said


def _before(part: str) -> Statement:
    near = part[-_NEAR:]
    label = _LABEL.search(near)
    if label and words(label[1]):
        return Statement(label[1], label[1], (label[1],))
    told = [near[a:b] for a, b in sentences(near) if words(near[a:b])]
    if not told:
        return Statement()
    open_ended = not _ENDED.search(near.rstrip(" ([,-\u2013\u2014"))
    within = open_ended and len(words(told[-1])) > 1
    core = told[-1] if within else max(told[-_BEFORE:], key=lambda one: len(words(one)))
    return Statement(near, core, _quoted(near), within)


def _after(part: str) -> Statement:
    near = part[:_NEAR]
    told = [near[a:b] for a, b in sentences(near) if words(near[a:b])]
    return Statement(near, max(told[:2], key=lambda one: len(words(one))), _quoted(near)) if told else Statement()


def _around(bare: str, lines: Sequence[tuple[int, int]], number: int, held: Container[int]) -> Statement:
    """The lines above, up to an empty one or one with another identifier; else those below."""
    for step in (-1, 1):
        told: list[str] = []
        at = number + step
        while 0 <= at < len(lines) and len(told) < _BEFORE and at not in held and bare[slice(*lines[at])].strip():
            told.append(bare[slice(*lines[at])][:_NEAR])
            at += step
        near = "\n".join(told[::step])
        if words(near):
            return Statement(near, max(near.split("\n"), key=lambda one: len(words(one))), _quoted(near))
    return Statement()


def _groups(marks: Sequence[Place], bare: str) -> list[list[Place]]:
    """Marks between which nothing is said are of one document, or of several of which the same is said."""
    groups: list[list[Place]] = []
    for mark in marks:
        if groups and not words(bare[groups[-1][-1].end : mark.start]):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _masked(text: str, marks: Sequence[Place]) -> str:
    """The text with blanks in place of identifiers and addresses."""
    bare = _ADDRESS.sub(lambda found: " " * len(found.group()), text)
    pieces, at = [], 0
    for mark in marks:
        start = max(at, mark.start)
        pieces += [bare[at:start], " " * (mark.end - start)]
        at = max(at, mark.end)
    return "".join((*pieces, bare[at:]))


def _quoted(part: str) -> tuple[str, ...]:
    return tuple(found for found in _QUOTED.findall(part) if words(found))


def _lines(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _is_possible(key: Key) -> bool:
    scheme, _, value = key.partition(":")
    try:
        return normal_key(value, scheme=scheme) == key
    except ParseError:
        return False
