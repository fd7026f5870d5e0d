"""What a record says came out (design section 6, `outcome`): the words weighed by a small trained model.

The model's word is taken only where it is sure enough. To call harm an improvement is worse than to say nothing, so
the least sign of harm beside an improvement makes it `not-reported`.
"""

from functools import cache
from itertools import islice
from typing import Final

from harvest.findings.features import features, is_key
from harvest.findings.harms import harms
from harvest.findings.reading import Reading, Sentence, read
from harvest.findings.statements import Change, span
from harvest.findings.weights import Linear
from harvest.model import Direction, Evidence, EvidenceKind, Finding, Harms, Reason, Record
from harvest.reports import told
from harvest.topics import Topic

_SURE: Final = {
    Direction.IMPROVED: 0.65,
    Direction.WORSENED: 0.6,
    Direction.NO_CLEAR_DIFFERENCE: 0.25,
    Direction.MIXED: 0.25,
}
"""Chosen by cross-validation over the development half of the labels."""
_HARM_SUSPECTED: Final = 0.08
_STATED: Final = {
    Direction.IMPROVED: (Change.BETTER,),
    Direction.WORSENED: (Change.WORSE,),
    Direction.NO_CLEAR_DIFFERENCE: (Change.SAME,),
    Direction.MIXED: (Change.BETTER, Change.SAME, Change.WORSE),
}
_SHOWN: Final = 2
_NOTHING: Final = Direction.NOT_REPORTED
_NO_RESULTS: Final = Reason("finding.no-results", text="no results of its own")
_NO_CONDITION: Final = Reason("finding.no-condition", text="no name of the condition")
_NOT_PLAIN: Final = Reason("finding.not-plain", text="no result said plainly enough")
_NOT_OF_COMPOUND: Final = Reason("finding.not-of-compound", text="no result that names the compound")


def finding(record: Record, topic: Topic, evidence: Evidence) -> Finding:
    """What became of the topic's condition under its compound, and unwanted effects, as the record states them.

    Args:
        record: what was found.
        topic: the pair; a record that does not name the condition reports nothing of it.
        evidence: what the record's results rest on; one without results of its own (a protocol, a registration, a
            narrative review) reports nothing, somebody's own report is read as such.
    """
    if evidence.kind is EvidenceKind.ANECDOTAL:
        return told(record, topic)
    if evidence.kind is EvidenceKind.NONE:
        return Finding(reasons=(_NO_RESULTS,))
    reading = read(record, topic)
    if not reading.sentences:
        return Finding(reasons=(_NO_RESULTS,))
    outcome, reasons = _outcome(reading, evidence) if reading.condition else (_NOTHING, [_NO_CONDITION])
    unwanted, where = harms(reading)
    if outcome is Direction.WORSENED:
        unwanted = Harms.REPORTED
    seen = [_whole(f"finding.harms-{unwanted}", where)] if where else []
    return Finding(outcome, unwanted, (*reasons, *seen))


def _outcome(reading: Reading, evidence: Evidence) -> tuple[Direction, list[Reason]]:
    """The likeliest outcome, where it is sure enough and the compound's, and the words that state it."""
    found = features(reading, evidence)
    likely = _model().probabilities(found)
    best = Direction(max(likely, key=lambda name: likely[name]))
    harmful = likely[Direction.WORSENED] > _HARM_SUSPECTED or found["compound as a cause in the title"] > 0
    if best is _NOTHING or likely[best] < _SURE[best] or (best is Direction.IMPROVED and harmful):
        return _NOTHING, [_NOT_PLAIN]
    return (best, _reasons(best, reading)) if _of_compound(best, reading) else (_NOTHING, [_NOT_OF_COMPOUND])


def _of_compound(outcome: Direction, reading: Reading) -> bool:
    """Does the title name the compound, or a sentence that states it: is it not another treatment's outcome?"""
    wanted = _STATED.get(outcome, ())
    return any(
        sentence.compound
        and (sentence.passage.field == "title" or any(each.change in wanted for each in sentence.stated))
        for sentence in reading.sentences
    )


def _reasons(outcome: Direction, reading: Reading) -> list[Reason]:
    """The words that state it: of the title and the conclusions first, those on compound and condition first."""
    wanted = _STATED.get(outcome, ())

    def order(sentence: Sentence) -> tuple[bool, bool]:
        return not is_key(sentence, reading), not (sentence.compound and sentence.condition)

    stating = (
        _said(f"finding.{outcome}", sentence, change)
        for sentence in sorted(reading.sentences, key=order)
        for change in wanted
    )
    return list(islice(filter(None, stating), _SHOWN))


def _said(rule: str, sentence: Sentence, change: Change) -> Reason | None:
    stated = next((each for each in sentence.stated if each.change is change), None)
    if stated is None:
        return None
    start, end = span(sentence.text, stated)
    at = sentence.passage.start
    return Reason(rule, sentence.passage.field, at + start, at + end, sentence.text[start:end])


def _whole(rule: str, sentence: Sentence) -> Reason:
    return Reason(rule, sentence.passage.field, sentence.passage.start, sentence.passage.end, sentence.text)


@cache
def _model() -> Linear:
    return Linear.load("harvest.findings", "outcome.json")
