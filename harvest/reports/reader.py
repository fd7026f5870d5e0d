"""What sort of text a user has written: five classes, with the words that weighed most."""

from bisect import bisect_left
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from harvest.model import Reason, Record
from harvest.reports.amounts import doses, durations
from harvest.reports.lexicon import is_condition
from harvest.reports.medicines import named
from harvest.reports.model import model
from harvest.reports.report import Kind, Report
from harvest.reports.views import TOKEN, vector
from harvest.reports.writing import Writing, writing

_REASONS = 3
_WIDEST = 4
_LEAST = 0.25
"""Share of what the best reason weighs that another must weigh."""
_MILLION = 1_000_000
Spans = list[tuple[int, int]]
_HEADS = {
    Kind.FIRST_PERSON: "told",
    Kind.SECOND_HAND: "near",
    Kind.QUESTION: "asks",
    Kind.MARKETING: "sells",
}


def read(record: Record) -> Report:
    """What the text of a record by a user is.

    The caller makes sure that a user wrote it (`is_user_written`); of an abstract the answer means nothing.
    """
    whole = writing(record)
    text = whole.text
    features = vector(text)
    chances = meant(model().probabilities(features), features.words)
    label = choose(chances, model().thresholds)
    amounts = {"dose": doses(text), "duration": durations(text)}
    flags = [name for name, spans in amounts.items() if spans]
    if len({name for _, name in named(features.words)}) > 1:
        flags.append("other-compounds")
    if label in (Kind.FIRST_PERSON, Kind.SECOND_HAND) and "?" in text:
        flags.insert(0, "asks")
    hidden = [span for spans in amounts.values() for span in spans]
    spoken = _spoken(label, chances, features.words)
    reasons = _reasons(whole, label, spoken, features.words, hidden)
    return Report(label, _probability(label, chances), reasons, tuple(flags))


def choose(chances: dict[str, float], least: dict[str, float]) -> Kind:
    """The label that the probabilities speak for: selling first, then asking where it outweighs telling, then telling.

    Args:
        chances: The probability of each head.
        least: From which probability on something is said; `asks beside told` is a share of that of being told.
    """
    told = experienced(chances)
    if chances["sells"] >= least["sells"]:
        return Kind.MARKETING
    if chances["asks"] >= max(least["asks"], least["asks beside told"] * told):
        return Kind.QUESTION
    if told >= least["told"]:
        return Kind.SECOND_HAND if chances["near"] >= least["near"] else Kind.FIRST_PERSON
    return Kind.INFORMATION


def meant(chances: dict[str, float], words: list[str]) -> dict[str, float]:
    """The same, with figures of speech ruled out where a medicine is named, or no illness that could be one."""
    plain = named(words) or not any(is_condition(word) for word in words)
    return chances | {"literal": 1.0} if plain else chances


def experienced(chances: dict[str, float]) -> float:
    """How probable it is that something lived through is told: somebody's own, and meant as it is said."""
    return chances["told"] * chances["literal"]


def _probability(label: Kind, chances: dict[str, float]) -> int:
    """How probable the label is, in millionths: each step of the choice is taken for independent of the others."""
    not_sold = 1 - chances["sells"]
    open_ = not_sold * (1 - chances["asks"])
    told = experienced(chances)
    shares = {
        Kind.MARKETING: chances["sells"],
        Kind.QUESTION: not_sold * chances["asks"],
        Kind.SECOND_HAND: open_ * told * chances["near"],
        Kind.FIRST_PERSON: open_ * told * (1 - chances["near"]),
        Kind.INFORMATION: open_ * (1 - told),
    }
    return round(_MILLION * shares[label])


def _spoken(label: Kind, chances: dict[str, float], words: list[str]) -> npt.NDArray[np.float32]:
    """How much each word spoke for the label; for information, what spoke against experience."""
    if label in _HEADS:
        return model().contributions(words, _HEADS[label])
    return -model().contributions(words, min(("told", "literal"), key=lambda head: chances[head]))


def _reasons(
    whole: Writing, label: Kind, said: npt.NDArray[np.float32], words: list[str], hidden: Spans
) -> tuple[Reason, ...]:
    """The words that spoke most for the label, at most four in a row, never such as say how much or how long."""
    spans = [found.span() for found in TOKEN.finditer(whole.text)]
    speaking = [place for place in np.flatnonzero(said > 0).tolist() if not words[place][0].isdigit()]
    added = said.tolist()
    weighed = sorted((-sum([added[place] for place in row]), row) for row in _rows(speaking, words, spans, hidden))
    least = _LEAST * weighed[0][0] if weighed else 0.0
    best = sorted(row for weight, row in weighed[:_REASONS] if weight <= least)
    return tuple(whole.reason(f"report.{label}", spans[row[0]][0], spans[row[-1]][1]) for row in best)


def _rows(speaking: list[int], words: list[str], spans: Spans, hidden: Spans) -> list[list[int]]:
    """Neighbouring words that all spoke for it, and in which nothing has to be hidden."""
    rows: list[list[int]] = []
    begins = sorted(hidden)
    farthest = list(accumulate((last for _, last in begins), max))
    for place in speaking:
        start, end = spans[place]
        before = bisect_left(begins, (end,))
        if before and farthest[before - 1] > start:
            continue
        if rows and _goes_on(rows[-1], place, words, spans):
            rows[-1].append(place)
        else:
            rows.append([place])
    return rows


def _goes_on(row: list[int], place: int, words: list[str], spans: Spans) -> bool:
    """Is the word the next, with no sentence's end and little else between it and the row?"""
    if row[-1] != place - 1 or len(row) >= _WIDEST:
        return False
    return spans[place][0] - spans[place - 1][1] <= 1 and words[place - 1][0] not in ".?!"
