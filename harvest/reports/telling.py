"""What came of it, in the writer's words: did it help, did it harm (design section 6, `outcome` and `harms`).

Each sentence is asked on its own, by words (`effects`) and by a model of patients' sentences. What is denied is turned
round, what is hoped, feared or heard is passed over, and so is what is said of another medicine or of another person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from harvest.model import Direction, Finding, Harms, Reason, Record
from harvest.reports.amounts import doses, durations
from harvest.reports.clauses import Clause, clauses
from harvest.reports.medicines import medicines
from harvest.reports.model import model
from harvest.reports.names import terms
from harvest.reports.patterns import pattern
from harvest.reports.reader import read
from harvest.reports.report import Kind, Report
from harvest.reports.use import Use, used
from harvest.reports.views import tokens, vector
from harvest.reports.writing import Writing, writing
from harvest.topics import Topic


class Effect(Enum):
    """What one sentence says."""

    BETTER = "better"
    NOTHING = "nothing"
    WORSE = "worse"
    HARM = "harm"
    HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class Saying:
    """An effect and where it is said, in code points of the whole text."""

    effect: Effect
    start: int
    end: int


_NUMBNESS = re.compile(r"blunt|numb|anhedon|apath|flat|detach", re.IGNORECASE)


def told(record: Record, topic: Topic, report: Report | None = None) -> Finding:
    """What a report says came of the topic's compound; `not-reported` wherever it is not said plainly.

    Args:
        record: What a user wrote.
        topic: Whose compound was taken, for whose condition.
        report: What `read` said of the record, where that is known already.
    """
    report = report or read(record)
    if not report.is_anecdotal or used(record, topic, report).use is Use.NAMED:
        return Finding()
    whole = writing(record)
    numbing = any(_NUMBNESS.search(name) for name in topic.condition.names)
    sayings = [
        saying
        for clause in _of_the_compound(whole.text, topic, report.label)
        for saying in sayings_of(clause, numbing=numbing)
    ]
    said = {saying.effect for saying in sayings}
    return Finding(_direction(said), _harms(said), tuple(_reasons(whole, sayings)))


def _reasons(whole: Writing, sayings: list[Saying]) -> Iterator[Reason]:
    """The first place of each effect in whose words neither a dose nor a duration stands."""
    hidden = [*doses(whole.text), *durations(whole.text)]
    shown: set[Effect] = set()
    for saying in sorted(sayings, key=lambda saying: saying.start):
        if saying.effect in shown or any(saying.start < end and start < saying.end for start, end in hidden):
            continue
        shown.add(saying.effect)
        yield whole.reason(f"report.{saying.effect.value}", saying.start, saying.end)


def sayings_of(clause: Clause, *, numbing: bool) -> Iterator[Saying]:
    """What one sentence says; nothing where it only hopes or asks.

    Args:
        clause: The sentence.
        numbing: Whether the condition is numbness itself, so that to be numbed is to be worse.
    """
    if (clause.asks and not pattern("use", "to_me").search(clause.text)) or _says("hedged", clause):
        return
    spoken = list(_spoken(clause, numbing=numbing))
    yield from spoken
    found = {saying.effect for saying in spoken}
    if Effect.HARMLESS in found:
        found |= {Effect.HARM, Effect.NOTHING}
    yield from (Saying(effect, clause.start, clause.end) for effect in _likely(clause) if effect not in found)


def _spoken(clause: Clause, *, numbing: bool) -> Iterator[Saying]:
    """What the words say, each denied or not; a sentence that says both of better and nothing means the latter."""
    harmless = _says("harmless", clause)
    nothing = _says("nothing", clause)
    if nothing and harmless and _overlap(nothing, harmless):
        nothing = None
    better = None if _says("left", clause) else _plainly("better", clause)
    if nothing:
        yield _saying(Effect.NOTHING, nothing, clause)
    if better and not (nothing and _overlap(better, nothing)):
        yield _saying(Effect.BETTER, better, clause)
    if worse := _plainly("worse", clause):
        yield _saying(Effect.WORSE, worse, clause)
    if numb := _plainly("numb", clause):
        yield _saying(Effect.WORSE if numbing else Effect.HARM, numb, clause)
    if harmless:
        yield _saying(Effect.HARMLESS, harmless, clause)
    elif harm := _plainly("harm", clause):
        yield _saying(Effect.HARM, harm, clause)


def _likely(clause: Clause) -> Iterator[Effect]:
    """What the model of patients' sentences is sure of."""
    found = model()
    chances = found.probabilities(vector(clause.text))
    if chances["effective"] >= found.thresholds["effective"] and not _contrary(clause):
        yield Effect.BETTER
    if chances["ineffective"] >= found.thresholds["ineffective"]:
        yield Effect.NOTHING
    if max(chances["adverse"], chances["withdrawal"]) >= found.thresholds["harm"]:
        yield Effect.HARM


def _contrary(clause: Clause) -> bool:
    return any(_says(name, clause) for name in ("nothing", "left", "worse"))


def _says(name: str, clause: Clause) -> re.Match[str] | None:
    return pattern("effects", name).search(clause.text)


def _plainly(name: str, clause: Clause) -> re.Match[str] | None:
    """The first place of the pattern before which nothing denies it."""
    for found in pattern("effects", name).finditer(clause.text):
        before = pattern("effects", "not_really_denied").sub("", clause.text[: found.start()])
        if not pattern("effects", "denied").search(before):
            return found
    return None


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _saying(effect: Effect, found: re.Match[str], clause: Clause) -> Saying:
    return Saying(effect, clause.start + found.start(), clause.start + found.end())


def _of_the_compound(text: str, topic: Topic, label: Kind) -> Iterator[Clause]:
    """The sentences on the compound and the one of whom is told; a medicine holds until another is named."""
    places = [(place.start, place.end) for place in terms(topic).find(text)]
    ours = True
    for clause in clauses(text):
        named = any(clause.start <= start < clause.end for start, _ in places)
        others = any(
            not any(start < clause.start + other.end and clause.start + other.start < end for start, end in places)
            for other in medicines(tokens(clause.text))
        )
        if named or others:
            ours = named
        of_others = pattern("use", "near").search(clause.text) and not pattern("use", "mine").search(clause.text)
        if ours and not (label is Kind.FIRST_PERSON and of_others):
            yield clause


def _direction(said: set[Effect]) -> Direction:
    better, worse, nothing = Effect.BETTER in said, Effect.WORSE in said, Effect.NOTHING in said
    if better:
        return Direction.MIXED if worse or nothing else Direction.IMPROVED
    if worse:
        return Direction.WORSENED
    return Direction.NO_CLEAR_DIFFERENCE if nothing else Direction.NOT_REPORTED


def _harms(said: set[Effect]) -> Harms:
    if Effect.HARM in said:
        return Harms.REPORTED
    return Harms.NONE_REPORTED if Effect.HARMLESS in said else Harms.NOT_REPORTED
