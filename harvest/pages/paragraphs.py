"""A page's text as headings and sentences, each sentence with the marks that cite for it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.model import Citation
from harvest.passages.sentences import sentences

_HEADING: Final = 90
"""Characters that a heading has at most."""
_WORDS: Final = 12
_ENDS: Final = re.compile(r"[.!;,\u3002][\"')\]\u201d]*(?:\s*\[[\d,;\s\u2013-]{1,30}\])*\s*$|[.!?] +[A-Z\[]")
_MARKS: Final = re.compile(r"^(?:\s*(?:\[[\d,;\s\u2013-]{1,30}\]|\(\d{1,3}\)))+\s*")
_BULLET: Final = re.compile(r"^\s*(?:[-*\u2022\u00b7\u25cf]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a page.

    Attributes:
        start: where it begins in the text, in code points.
        end: where it ends.
        text: its words.
        paragraph: the number of the line in which it stands.
        section: the number of the heading under which it stands; 0 before the first.
        heading: that heading.
        cited: the citations in it and right behind it.
    """

    start: int
    end: int
    text: str
    paragraph: int
    section: int
    heading: str
    cited: tuple[Citation, ...] = ()


def read(text: str, citations: Sequence[Citation], listed: Sequence[tuple[int, int]]) -> list[Sentence]:
    """The sentences of a page in order, without its headings and its list of references."""
    found: list[Sentence] = []
    section, heading, at = 0, "", 0
    waiting = sorted(citations, key=lambda each: each.start)
    first = 0
    for number, line in enumerate(text.split("\n")):
        if _is_heading(line):
            section, heading = section + 1, line.strip()
        elif not any(start <= at < end for start, end in listed):
            for start, end in _spans(line, at):
                while first < len(waiting) and waiting[first].start < start:
                    first += 1
                until = first
                while until < len(waiting) and waiting[until].start < _behind(text, end):
                    until += 1
                cited = tuple(waiting[first:until])
                found.append(Sentence(start, end, text[start:end], number, section, heading, cited))
        at += len(line) + 1
    return found


def _spans(line: str, at: int) -> Iterator[tuple[int, int]]:
    """Sentences without their bullets, and without the marks in front that belong to the one before."""
    for start, end in sentences(line):
        lead = _BULLET.match(line[start:end]) or (_MARKS.match(line[start:end]) if start else None)
        begins = start + (lead.end() if lead else 0)
        if begins < end:
            yield at + begins, at + end


def _behind(text: str, end: int) -> int:
    """Up to where marks right behind a sentence reach."""
    found = _MARKS.match(text[end : end + 60])
    return end + (found.end() if found else 0) + 1


def _is_heading(line: str) -> bool:
    bare = line.strip()
    if not bare or len(bare) > _HEADING or len(bare.split()) > _WORDS or _BULLET.match(line):
        return False
    return not _ENDS.search(bare) and (bare[0].isupper() or bare.startswith("#") or not bare[0].isalpha())
