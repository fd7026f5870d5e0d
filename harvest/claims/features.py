"""What speaks for quoting a sentence as a record's result, in numbers."""

import re
from collections.abc import Sequence
from math import log1p
from typing import Final

from harvest.findings.lexicon import Part
from harvest.findings.reading import Reading, Sentence
from harvest.findings.statements import Change, Statement

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
_LAST: Final = ("the last", "the last but one")
_EVERY_CHANGE: Final = tuple(Change)
_HOPE, _MAYBE = int(Part.HOPE), int(Part.MAYBE)


def features(sentence: Sentence, reading: Reading) -> dict[str, float]:
    """Each feature by its name; those that are 0 may be left out."""
    text, stated = sentence.text, sentence.stated
    found = _named(sentence)
    if stated:
        found |= _changes(stated)
    if sentence.plays & _HOPE:
        found["hope"] = 1.0
    if sentence.plays & _MAYBE:
        found["maybe"] = 1.0
    if sentence.markers:
        found["markers"] = log1p(sentence.markers)
    if _CONCLUDES.match(text):
        found["concludes"] = 1.0
    if sentence.plays & _HOPE and _FUTURE.search(text):
        found["future"] = 1.0
    if not stated and _is_counted(text):
        found["counted"] = 1.0
    found["numbers"] = log1p(sum(map(text.count, _SIGNS)))
    if not _SHORT <= len(text) <= _LONG:
        found["short" if len(text) < _SHORT else "long"] = 1.0
    after = max(0, reading.of - 1 - sentence.number)
    if after < len(_LAST):
        found[_LAST[after]] = 1.0
    found["from the end"] = log1p(after)
    return found


def _named(sentence: Sentence) -> dict[str, float]:
    """Which of compound and condition it names, in its role and beside a change."""
    role = sentence.passage.role
    found = {"always": 1.0, role: 1.0}
    named = [name for name in ("compound", "condition") if getattr(sentence, name)]
    for name in named:
        found[f"{role}, {name}"] = 1.0
    for name in named:
        found[name] = 1.0
    if len(named) > 1:
        found["compound and condition"] = 1.0
    if sentence.stated:
        for name in named:
            found[f"{name} and a change"] = 1.0
    return found


def _changes(stated: Sequence[Statement]) -> dict[str, float]:
    """What changed, how often, and whether it is the condition or only hoped."""
    found: dict[str, float] = {}
    if any(each.of_condition for each in stated):
        found["the condition changed"] = 1.0
    changes = {each.change for each in stated}
    for change in _EVERY_CHANGE:
        if change in changes:
            found[change] = 1.0
    found["changes"] = log1p(len(stated))
    if any(each.hoped for each in stated):
        found["hoped"] = 1.0
    return found


def _is_counted(text: str) -> bool:
    return ("were " in text or "was " in text) and _COUNTED.search(text) is not None
