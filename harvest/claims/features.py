"""What speaks for quoting a sentence as a record's result, in numbers."""

import re
from math import log1p
from typing import Final

from harvest.findings.lexicon import Part
from harvest.findings.reading import Reading, Sentence

_CONCLUDES: Final = re.compile(
    r"(?:in (?:conclusion|summary|sum)|conclusions?|taken together|collectively|overall|thus|therefore|interpretation"
    r"|we conclude|altogether|our (?:results|findings|study|data)|these (?:results|findings|data)"
    r"|the(?:se|) (?:present )?(?:results|findings|data|study)|this (?:study|trial|work|case))\b",
    re.IGNORECASE,
)
_FUTURE: Final = re.compile(
    r"\b(?:further|future|larger|more) (?:\w+ ){0,3}(?:stud(?:y|ies)|trials?|research|work|investigations?)"
    r"|\bwarrant|\bshould be|\b(?:is|are) needed",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:were|was) (?:included|enrolled|recruited|randomi[sz]ed|identified|analy[sz]ed|screened)"
)
_SIGNS: Final = "%=<>"
_SHORT, _LONG = 60, 400
_HOPE, _MAYBE = int(Part.HOPE), int(Part.MAYBE)


def features(sentence: Sentence, reading: Reading) -> dict[str, float]:
    """Each feature by its name; those that are not there are 0."""
    changes = {each.change for each in sentence.stated}
    length = len(sentence.text)
    after = max(0, reading.of - 1 - sentence.number)
    role = sentence.passage.role
    hope = bool(sentence.plays & _HOPE)
    return {
        "always": 1.0,
        f"{role}": 1.0,
        f"{role}, compound": float(sentence.compound),
        f"{role}, condition": float(sentence.condition),
        "compound": float(sentence.compound),
        "condition": float(sentence.condition),
        "compound and condition": float(sentence.compound and sentence.condition),
        "compound and a change": float(sentence.compound and bool(changes)),
        "condition and a change": float(sentence.condition and bool(changes)),
        "the condition changed": float(any(each.of_condition for each in sentence.stated)),
        **dict.fromkeys(changes, 1.0),
        "changes": log1p(len(sentence.stated)),
        "hoped": float(any(each.hoped for each in sentence.stated)),
        "hope": float(hope),
        "maybe": float(sentence.plays & _MAYBE > 0),
        "markers": log1p(sentence.markers),
        "concludes": float(_CONCLUDES.match(sentence.text) is not None),
        "future": float(hope and _FUTURE.search(sentence.text) is not None),
        "counted": float(not changes and _COUNTED.search(sentence.text) is not None),
        "numbers": log1p(sum(map(sentence.text.count, _SIGNS))),
        "short": float(length < _SHORT),
        "long": float(length > _LONG),
        "the last": float(after == 0),
        "the last but one": float(after == 1),
        "from the end": log1p(after),
    }
