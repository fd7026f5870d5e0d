"""Unwanted effects: told of, looked for and not found, or not spoken of (design section 6, `harms`)."""

import re
from bisect import bisect_right
from functools import reduce
from operator import or_
from typing import Final

from harvest.findings.lexicon import Part
from harvest.findings.reading import Reading, Sentence
from harvest.findings.statements import parts, plain
from harvest.model import Harms

_HARM: Final = re.compile(
    r"\b(?:(?:adverse|side|unwanted|untoward|undesirable|toxic)[- ](?:drug[- ]|clinical )?"
    r"(?:effects?|events?|reactions?|experiences?|outcomes?)"
    r"|TEAEs?|S?AEs|adverse|toxicit(?:y|ies)|toxicosis|complications?|(?:hepato|cardio|nephro|neuro)toxic\w*|intoxications?"
    r"|safety concerns?|dose-limiting|(?:discontinu|with)\w+ (?:\w+ )?(?:due to|because of)|harms?\b|worsen(?:ed|ing)"
    r"|nausea|vomiting|diarrh\w+|headaches?|dizziness|drowsiness|sedation|dissociat\w+|somnolence|dry mouth|hypotension"
    r"|insomnia|hallucinations?|bleeding|neutropenia|rash|(?:nasal|local|skin|mucosal) irritation|fatigue|palpitations?"
    r"|withdrew (?:\w+ ){0,3}(?:because of|due to))\b",
    re.IGNORECASE,
)
_NAMED_HARM: Final = re.compile(r"\b(?:adverse|side[- ]effects?|toxic|AE|TEAE|safe|tolera|well)", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\b(?:no|not|without|none|neither|nor|never|absence of|free (?:of|from)|fewer|less|lower|few|rare(?:ly)?|reduc\w+"
    r"|did ?n.t|similar|comparable|minimal|lack of|decreas\w+|prevent\w*|attenuat\w+|against|alleviat\w+|protect\w*)\b",
    re.IGNORECASE,
)
_TOLERATED: Final = re.compile(
    r"\b(?:well[- ]tolerated|(?:good|excellent|favou?rable|acceptable|satisfactory) "
    r"(?:\w+ ){0,3}(?:tolerability|safety)"
    r"|(?:was|were|is|are|be|appears?|and|safe,|both) safe\b|safe(?:ly)? (?:and|for|in|to|treatment|option)|non-?toxic"
    r"|safety and (?:tolerability|feasibility) (?:was|were) (?:good|shown)|tolerated|tolerable"
    r"|demonstrate\w* .{0,40}safety)",
    re.IGNORECASE,
)
_SEEN: Final = re.compile(
    r"\b(?:occurr\w+|reported|observed|experienc\w+|common(?:est|ly)?|frequent\w*|includ\w+|were|was|noted|caus\w+|induc\w+"
    r"|develop\w+|increas\w+|higher|more|had|led to|discontinu\w+|withdr\w+|showed?|produc\w+|mild|transient|\d+)\b",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:was|were) (?:reported|observed|noted|seen) (?:in|by) (?:\d|one|two|three|four|five|six|some|several)"
    r"|\boccurred in (?:\d|one|two|three|four|five|six|some|several)|\bwithdrew (?:\w+ ){0,3}(?:because of|due to)"
    r"|\bmore (?:frequent|common) (?:with|in|on|under)\b",
    re.IGNORECASE,
)
"""A symptom that so many had is no symptom that is treated."""
_ALIKE: Final = re.compile(
    r"\b(?:(?:did|do|does|were|was) not (?:\w+ )?differ|(?:was|were) (?:\w+ )?(?:similar|comparable|absent)"
    r"|(?:was|were) not (?:seen|observed|reported)|no (?:\w+ )?differences?)",
    re.IGNORECASE,
)
_AFFECTED: Final = re.compile(r"\b(\d+)(?: (?:out )?of |/)(?:the )?\d+\b")
"""How many of how many had it, `0 of 20`."""
_TURN: Final = re.compile(r";|\b(?:and|but|although|though|while|whereas|however)\b", re.IGNORECASE)
_OF_HARM: Final = int(Part.HARM)
_OTHERS: Final = int(Part.OTHERS)
_REACH: Final = 70


def harms(reading: Reading) -> tuple[Harms, Sentence | None]:
    """What a record says of unwanted effects, and the first sentence that says so; being told of weighs more.

    Where the title does not name the compound, only sentences that do are taken to be about it.
    """
    denied: Sentence | None = None
    titled = any(sentence.compound and sentence.passage.field == "title" for sentence in reading.sentences)
    for sentence in reading.sentences:
        of_others = not (titled or sentence.compound)
        if of_others or sentence.passage.field == "title" or not sentence.plays & _OF_HARM:
            continue
        said = _said(sentence.text)
        if said is Harms.REPORTED:
            return said, sentence
        if said is Harms.NONE_REPORTED:
            denied = denied or sentence
    return (Harms.NONE_REPORTED, denied) if denied else (Harms.NOT_REPORTED, None)


def _said(text: str) -> Harms:
    """What one sentence says of unwanted effects."""
    named = list(_HARM.finditer(text))
    if not named:
        return Harms.NONE_REPORTED if _TOLERATED.search(text) else Harms.NOT_REPORTED
    told = [
        not _DENIED.search(text, max(0, each.start() - _REACH), each.start())
        and not _ALIKE.search(text, each.end(), each.end() + _REACH)
        and not _nobody(_clause(text, each.start()))
        for each in named
    ]
    if any(told) and _SEEN.search(text) and _is_of_harm(text, named):
        return Harms.REPORTED
    if (not any(told) and _is_of_harm(text, named)) or _TOLERATED.search(text):
        return Harms.NONE_REPORTED
    return Harms.NOT_REPORTED


def _clause(text: str, at: int) -> str:
    """What stands around a place, up to where something else may be said."""
    turns = [0, *(turn.start() for turn in _TURN.finditer(text)), len(text)]
    after = bisect_right(turns, at, hi=len(turns) - 1)
    return text[turns[after - 1] : turns[after]]


def _nobody(text: str) -> bool:
    """Are people counted, and none had it? Of the others it is compared with, only where nobody else is counted."""
    treated, others, start = list[int](), list[int](), 0
    for each in _AFFECTED.finditer(text):
        plays = reduce(or_, parts(plain(text[start : each.start()])), 0)
        (others if plays & _OTHERS else treated).append(int(each[1]))
        start = each.end()
    counted = treated or others
    return bool(counted) and not any(counted)


def _is_of_harm(text: str, named: list[re.Match[str]]) -> bool:
    """One symptom alone (`headache`) may be what is treated; several, or a word for harm, are harms."""
    several = len({each.group().lower() for each in named}) > 1
    return several or _NAMED_HARM.search(text) is not None or _COUNTED.search(text) is not None
