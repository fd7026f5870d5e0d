"""The one to three sentences of a record that state its result on the topic, word for word."""

from functools import cache
from math import exp
from typing import Final

from harvest.claims.features import features
from harvest.findings.reading import Reading, Sentence, read
from harvest.findings.weights import Linear
from harvest.model import Claim, Evidence, EvidenceKind, Record
from harvest.passages import passages
from harvest.reports import told
from harvest.reports.amounts import doses, durations
from harvest.topics import Topic

_MOST: Final = 3
_LONGEST: Final = 1_000
"""What is longer, in code points, is no sentence that anybody would quote."""
_LIKELY: Final = 0.2
"""Below it not even the likeliest sentence is quoted."""
_AS_LIKELY: Final = 0.45
"""A second and a third are quoted only where readers likely would."""


def claims(record: Record, topic: Topic, evidence: Evidence) -> tuple[Claim, ...]:
    """The sentences that readers would quote as what was found, best first; none where nothing states a result.

    Args:
        record: what was found.
        topic: the pair; where the condition is not named, the result about the compound is what is quoted.
        evidence: what the record's results rest on; one without results of its own states none.
    """
    if evidence.kind is EvidenceKind.NONE:
        return ()
    if evidence.kind is EvidenceKind.ANECDOTAL:
        return _of_a_report(record, topic)
    reading = read(record, topic)
    ranked = sorted(
        ((_likely(sentence, reading), -sentence.number, sentence) for sentence in _quotable(reading)),
        key=lambda each: each[:2],
        reverse=True,
    )
    least = _LIKELY if reading.of > 1 else 0.0  # a title that states a result, and nothing else, is all there is
    best = [sentence for likely, _, sentence in ranked[:1] if likely >= least]
    also = [sentence for likely, _, sentence in ranked[1:_MOST] if likely >= _AS_LIKELY]
    return tuple(_claim(sentence) for sentence in (*best, *also))


def _of_a_report(record: Record, topic: Topic) -> tuple[Claim, ...]:
    """The sentences in which a writer says what came of it; one that names a dose or a duration is never shown."""
    texts = {"title": record.title, "abstract": record.abstract_text}
    places = {(reason.field, reason.start) for reason in told(record, topic).reasons if reason.start >= 0}
    quoted = [
        Claim(each.field, each.start, each.end, texts[each.field][each.start : each.end])
        for each in passages(record)
        if any(each.field == field and each.start <= at < each.end for field, at in places)
    ]
    short = (claim for claim in quoted if len(claim.text) <= _LONGEST)
    return tuple(claim for claim in short if not (doses(claim.text) or durations(claim.text)))[:_MOST]


def _quotable(reading: Reading) -> list[Sentence]:
    """Sentences of a length that can be quoted; the title only where it states the result.

    Where the title does not name the compound, others may be what the document is about: then those sentences that name
    it go before all others.
    """
    titled = any(sentence.compound and sentence.passage.field == "title" for sentence in reading.sentences)
    every = [
        sentence
        for sentence in reading.sentences
        if (sentence.stated or sentence.passage.field != "title")
        and len(sentence.text) <= _LONGEST
        and (sentence.text[0].isalpha() or any(map(str.isalpha, sentence.text)))
    ]
    return every if titled else [sentence for sentence in every if sentence.compound] or every


def _likely(sentence: Sentence, reading: Reading) -> float:
    return 1 / (1 + exp(-_model().score(features(sentence, reading))))


def _claim(sentence: Sentence) -> Claim:
    return Claim(sentence.passage.field, sentence.passage.start, sentence.passage.end, sentence.text)


@cache
def _model() -> Linear:
    return Linear.load("harvest.claims", "choice.json")
