"""What of a reading speaks for one outcome or another, in numbers."""

from collections.abc import Iterable
from math import log1p
from typing import Final

from harvest.findings.lexicon import Part
from harvest.findings.reading import Reading, Sentence
from harvest.findings.statements import Change
from harvest.model import Evidence

_CHANGES: Final = tuple(Change)
_COMPARED: Final = frozenset({"rct", "controlled-trial", "meta-analysis", "systematic-review"})
_OBSERVED: Final = frozenset({"cross-sectional", "cohort", "case-control", "qualitative"})
_CASES: Final = frozenset({"case-report", "case-series"})
_NOT_OF_OUTCOMES: Final = frozenset({"pharmacokinetic", "in-vitro", "in-silico"})
_TURNS: Final = int(Part.TURN | Part.PARTLY)
_KEY: Final = frozenset({"title", "conclusions"})


def features(reading: Reading, evidence: Evidence) -> dict[str, float]:
    """Each feature by its name; those that are 0 may be left out."""
    sentences = reading.sentences
    key = [sentence for sentence in sentences if is_key(sentence, reading)]
    groups = {
        "key": [sentence for sentence in key if not sentence.of_harm],
        "results": [sentence for sentence in sentences if not (is_key(sentence, reading) or sentence.of_harm)],
        "condition": [sentence for sentence in sentences if sentence.condition],
    }
    found = {"always": 1.0}
    for group, members in groups.items():
        found |= _changes(group, members)
    titles = [sentence for sentence in sentences if sentence.passage.field == "title"]
    found |= {
        "turns": log1p(sum([sentence.plays & _TURNS > 0 for sentence in key])),
        "markers": log1p(_markers(key)),
        "markers in the title": log1p(_markers(titles)),
        "compound as a cause": log1p(sum([sentence.cause for sentence in sentences])),
        "compound as a cause in the title": float(any(sentence.cause for sentence in titles)),
        "condition in the title": float(any(sentence.condition for sentence in titles)),
        "welcome": float(reading.welcome),
        "sentences of the condition": log1p(len(groups["condition"])),
        "sentences of the compound": log1p(sum([sentence.compound for sentence in sentences])),
    }
    return found | _of_evidence(evidence)


def is_key(sentence: Sentence, reading: Reading) -> bool:
    """The title, a conclusion, or the last sentence: where authors say what it comes to."""
    return sentence.passage.role in _KEY or sentence is reading.sentences[-1]


def _changes(group: str, sentences: Iterable[Sentence]) -> dict[str, float]:
    """How much is better, worse and the same; more where compound and condition are named, less where it is hoped."""
    counts = dict.fromkeys(_CHANGES, 0.0)
    for sentence in sentences:
        weight = (1.5 if sentence.compound else 1.0) * (1.5 if sentence.condition else 1.0)
        for each in sentence.stated:
            counts[each.change] += weight * (0.5 if each.hoped else 1.0) * (2.0 if each.of_condition else 1.0)
    if not any(counts.values()):
        return {}
    whole = sum(counts.values()) + 1
    found = {f"{group} {change}": log1p(count) for change, count in counts.items()}
    found |= {f"{group} {change} of all": count / whole for change, count in counts.items()}
    against = counts[Change.SAME] + counts[Change.WORSE]
    return found | {f"{group} both": min(counts[Change.BETTER], against) / whole}


def _markers(sentences: Iterable[Sentence]) -> int:
    return sum([sentence.markers for sentence in sentences])


def _of_evidence(evidence: Evidence) -> dict[str, float]:
    return {
        "preclinical": float(evidence.kind == "preclinical"),
        "compared": float(evidence.design in _COMPARED),
        "observed": float(evidence.design in _OBSERVED),
        "cases": float(evidence.design in _CASES),
        "not of outcomes": float(evidence.design in _NOT_OF_OUTCOMES),
    }
