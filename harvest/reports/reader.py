"""What sort of text a user has written: five classes, with the words that weighed most."""

from harvest.model import Reason, Record
from harvest.reports.amounts import doses, durations
from harvest.reports.medicines import medicines
from harvest.reports.model import Model, model
from harvest.reports.report import Kind, Report
from harvest.reports.views import Vector, vector
from harvest.reports.writing import Writing, writing

_REASONS = 3
_WIDEST = 4
_LEAST = 0.25
"""Share of what the best reason weighs that another must weigh."""
_MILLION = 1_000_000
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
    weights = model()
    chances = weights.probabilities(features)
    label = choose(chances, weights.thresholds)
    amounts = {"dose": doses(text), "duration": durations(text)}
    flags = [name for name, spans in amounts.items() if spans]
    if len({name.word for name in medicines(features.tokens)}) > 1:
        flags.append("other-compounds")
    if label in (Kind.FIRST_PERSON, Kind.SECOND_HAND) and "?" in text:
        flags.insert(0, "asks")
    hidden = [span for spans in amounts.values() for span in spans]
    return Report(label, _probability(label, chances), _reasons(whole, label, features, weights, hidden), tuple(flags))


def choose(chances: dict[str, float], least: dict[str, float]) -> Kind:
    """The label that the probabilities speak for: selling first, then asking, then telling; the rest informs."""
    if chances["sells"] >= least["sells"]:
        return Kind.MARKETING
    if chances["asks"] >= least["asks"]:
        return Kind.QUESTION
    if chances["told"] >= least["told"]:
        return Kind.SECOND_HAND if chances["near"] >= least["near"] else Kind.FIRST_PERSON
    return Kind.QUESTION if chances["asks"] >= least["rather asks"] else Kind.INFORMATION


def _probability(label: Kind, chances: dict[str, float]) -> int:
    """How probable the label is, in millionths: each step of the choice is taken for independent of the others."""
    not_sold = 1 - chances["sells"]
    open_ = not_sold * (1 - chances["asks"])
    shares = {
        Kind.MARKETING: chances["sells"],
        Kind.QUESTION: not_sold * chances["asks"],
        Kind.SECOND_HAND: open_ * chances["told"] * chances["near"],
        Kind.FIRST_PERSON: open_ * chances["told"] * (1 - chances["near"]),
        Kind.INFORMATION: open_ * (1 - chances["told"]),
    }
    return round(_MILLION * shares[label])


def _reasons(
    whole: Writing, label: Kind, features: Vector, weights: Model, hidden: list[tuple[int, int]]
) -> tuple[Reason, ...]:
    """The words that spoke most for the label, at most four in a row, never such as say how much or how long."""
    sign, head = (1, _HEADS[label]) if label in _HEADS else (-1, "told")
    said = [sign * value for value in weights.contributions(features.tokens, head)]
    weighed = sorted((-sum(said[place] for place in row), row) for row in _rows(said, features, hidden))
    least = _LEAST * weighed[0][0] if weighed else 0.0
    best = [row for weight, row in weighed[:_REASONS] if weight <= least]
    spans = sorted((features.tokens[row[0]].start, features.tokens[row[-1]].end) for row in best)
    return tuple(whole.reason(f"report.{label}", start, end) for start, end in spans)


def _rows(said: list[float], features: Vector, hidden: list[tuple[int, int]]) -> list[list[int]]:
    """Neighbouring tokens that all spoke for it, and in which nothing has to be hidden."""
    kept = [place for place, value in enumerate(said) if value > 0 and not _is_hidden(features, place, hidden)]
    rows: list[list[int]] = []
    for place in kept:
        if rows and rows[-1][-1] == place - 1 and len(rows[-1]) < _WIDEST and not _parted(features, place):
            rows[-1].append(place)
        else:
            rows.append([place])
    return rows


def _is_hidden(features: Vector, place: int, hidden: list[tuple[int, int]]) -> bool:
    token = features.tokens[place]
    return token.word[0].isdigit() or any(token.start < end and start < token.end for start, end in hidden)


def _parted(features: Vector, place: int) -> bool:
    """Does a sentence end, or much stand, between this token and the one before it?"""
    before, here = features.tokens[place - 1], features.tokens[place]
    return here.start - before.end > 1 or before.word[0] in ".?!"
