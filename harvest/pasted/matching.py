"""Is a document what a text says of it?

The title decides where the text gives one, by its letters alone. Where it gives the title in other words or another
language, the place of publication does; where it says something of the document, the document's own words.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from harvest.identity import fingerprint, fold_title
from harvest.identity.title import is_specific
from harvest.model import Record
from harvest.pasted.mentions import Mention, Statement
from harvest.pasted.words import shared, words

By = Literal["title", "place", "words", "nothing-said", "no-match"]

_WHOLE: Final = 0.75
"""Share of a title's letters, three by three, that stand in the text."""
_PART: Final = 0.85
"""Share of a stated title that stands in the record's."""
_LONG: Final = 25
"""Letters of a part that can tell a title."""
_SAID: Final = 0.6
"""Share of the words of a sentence that the record has, too."""
_OF_TITLE: Final = 0.25
"""Share of them that its title has."""
_WHOLLY: Final = 0.85
"""Share of its words that the record has, of a sentence that needs none of the title, or that stands as a title."""
_ENOUGH: Final = 5
"""Words of such a sentence."""
_OF_A_TITLE: Final = 4
"""Words of what is quoted or linked: with fewer it is a name."""
_TRIGRAM: Final = 3
_NUMBER: Final = re.compile(r"([a-z]{0,8})0*(\d+[a-z]?)")


@dataclass(frozen=True, slots=True)
class Match:
    """How a document answers to what is said of it; `share` of the best way to see it, 0 to 1."""

    by: By
    share: float = 1.0

    @property
    def holds(self) -> bool:
        """It is what was said, or nothing was."""
        return self.by != "no-match"


def match(mention: Mention, record: Record) -> Match:
    """Compare a document with all that a text says of it; one statement that fits is enough."""
    found = [_one(said, record) for said in mention.said]
    if not found:
        return Match("nothing-said", 0.0)
    return max(found, key=lambda one: (one.holds, one.share))


def _one(said: Statement, record: Record) -> Match:
    whole, part = _of_title(said, record)
    if whole >= _WHOLE or part >= _PART:
        return Match("title", max(whole, part))
    if _same_place(said, record):
        return Match("place")
    told, titled = _told(said, record)
    return Match("words", told) if _is_told(said, told, titled) else Match("no-match", max(whole, part))


def _is_told(said: Statement, told: float, titled: float) -> bool:
    """Does the record say what a sentence says? What is quoted or linked is a title, which no words can stand for."""
    if any(len(words(title)) >= _OF_A_TITLE for title in said.titles):
        return False
    if told >= _WHOLLY and (titled >= _OF_TITLE or len(words(said.core)) >= _ENOUGH):
        return True
    return said.within and told >= _SAID and titled >= _OF_TITLE


def _of_title(said: Statement, record: Record) -> tuple[float, float]:
    """How much of the record's title is in the text; how much of a stated title is in the record's."""
    whole = part = 0.0
    around = _trigrams(fold_title(said.text))
    for title in filter(None, (record.title, record.vernacular_title)):
        folded = fold_title(title)
        known = _trigrams(folded)
        if is_specific(folded):
            whole = max(whole, _share(known, around))
            parts = (fold_title(one) for one in (*said.titles, said.core))
            part = max([part, *(_share(_trigrams(one), known) for one in parts if len(one) >= _LONG)])
    return whole, part


def _same_place(said: Statement, record: Record) -> bool:
    """The first author, the year, and the first page; the volume where no page is known."""
    of = fingerprint(record)
    numbers = {"".join(number) for number in _NUMBER.findall(said.text.lower())}
    named = len(of.family) >= _TRIGRAM and of.family in fold_title(said.text)
    return named and {str(of.year), of.first_page or of.volume_number} <= numbers


def _told(said: Statement, record: Record) -> tuple[float, float]:
    """Shares of the words of a statement that record and title have."""
    stated = words(said.core)
    if not stated:
        return 0.0, 0.0
    title = words(f"{record.title} {record.vernacular_title}")
    names = " ".join(author.name for author in record.authors[:10])
    terms = " ".join([*(one.text for one in record.keywords), *(one.name for one in record.mesh)])
    journal = f"{record.journal.title} {record.journal.abbreviation}"
    years = " ".join(str(day.year) for day in (record.date, record.electronic_date) if day and day.year)
    every = (*title, *words(f"{record.abstract_text} {names} {terms} {years} {journal}"))
    return shared(stated, every) / len(stated), shared(stated, title) / len(stated)


def _trigrams(folded: str) -> set[str]:
    return {folded[at : at + _TRIGRAM] for at in range(len(folded) - _TRIGRAM + 1)}


def _share(some: set[str], others: set[str]) -> float:
    return len(some & others) / len(some) if some else 0.0
