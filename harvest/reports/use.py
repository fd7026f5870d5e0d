"""Does the writer really use the topic's compound, or is it only named?

A thread on Selank that mentions Semax, "has anyone tried Semax?", "my friend takes Semax" and "I used Selank, not
Semax" all name Semax; nobody of these writers reports on it.
"""

from dataclasses import dataclass
from enum import StrEnum

from harvest.model import Reason, Record
from harvest.reports.clauses import Clause, clauses
from harvest.reports.medicines import medicines
from harvest.reports.names import terms
from harvest.reports.patterns import pattern
from harvest.reports.reader import read
from harvest.reports.report import Kind, Report
from harvest.reports.views import Token, tokens
from harvest.reports.writing import writing
from harvest.text import Match
from harvest.topics import Topic


class Use(StrEnum):
    """How a text stands to the topic's compound."""

    OWN = "own"
    """The writer takes it, or took it."""
    NEAR = "near"
    """Somebody near the writer does."""
    NAMED = "named"
    """It is named: asked about, compared with, planned, refused, explained, sold."""
    ABSENT = "absent"
    """It does not stand in the text."""


@dataclass(frozen=True, slots=True)
class Used:
    """How a text stands to the compound, and the place of the name that shows it."""

    use: Use
    reasons: tuple[Reason, ...]


def used(record: Record, topic: Topic, report: Report | None = None) -> Used:
    """How the text of a record by a user stands to the topic's compound.

    Args:
        record: What a user wrote.
        topic: Whose compound is looked for, under all its names, with its derivatives.
        report: What `read` said of the record, where that is known already.
    """
    whole = writing(record)
    places = terms(topic).find(whole.text)
    if not places:
        return Used(Use.ABSENT, ())
    label = (report or read(record)).label
    sentences = clauses(whole.text)
    said = [_said(_clause_of(place, sentences), place, label) for place in places]
    others = medicines(tokens(whole.text))
    use = _joined(said, label, alone=len({name.word for name in others}) <= 1 or _leads(places, others))
    shown = places[said.index(use)] if use in said else places[0]
    return Used(use, (whole.reason(f"report.use-{use}", shown.start, shown.end),))


def _clause_of(place: Match, sentences: list[Clause]) -> Clause:
    return next(clause for clause in sentences if clause.start <= place.start < clause.end)


def _said(clause: Clause, place: Match, label: Kind) -> Use | None:
    """What one sentence says of the compound; None where it leaves that open."""
    before, after = clause.text[: place.start - clause.start], clause.text[place.end - clause.start :]
    if pattern("use", "refused_before").search(before) or pattern("use", "not_taken").search(clause.text):
        return Use.NAMED
    if clause.asks:
        return Use.OWN if label is Kind.FIRST_PERSON and pattern("use", "to_me").search(clause.text) else None
    if pattern("use", "near").search(clause.text) and (
        label is Kind.SECOND_HAND or pattern("use", "hearsay").search(clause.text)
    ):
        return Use.NEAR
    taken = pattern("use", "taken_before").search(before) or pattern("use", "taken_before_russian").search(before)
    if label is Kind.FIRST_PERSON and (taken or pattern("use", "acted_after").search(after)):
        return Use.OWN
    return None


def _joined(said: list[Use | None], label: Kind, *, alone: bool) -> Use:
    """What all sentences say together; where they leave it open, the sort of text and what else is named decide."""
    if label is Kind.MARKETING:
        return Use.NAMED
    for use in (Use.OWN, Use.NEAR, Use.NAMED):
        if use in said:
            return use
    if label is Kind.FIRST_PERSON and alone:
        return Use.OWN
    return Use.NEAR if label is Kind.SECOND_HAND else Use.NAMED


def _leads(places: list[Match], others: list[Token]) -> bool:
    """Is the compound spoken of before any other medicine, and again?"""
    return len(places) > 1 and places[0].start <= others[0].start
