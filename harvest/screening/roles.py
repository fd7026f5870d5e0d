"""What part a named substance or condition plays in its sentence.

Only `own` counts as tested or used. The other roles name what somebody else studied, a comparator, a relative of
the substance, an example, a means of the experiment, or the times in which something else was studied (design
section 6, `screening`).
"""

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["own", "background", "comparator", "relative", "example", "instrument", "setting"]

_REACH = 60
"""A cue stands at most this many code points from the name."""
_WORDS = r"(?:[\w-]+ ){0,2}"
_NUMBED = r"an?a?esthe(?:ti[sz]ed|sia)"
_ANY = re.compile("")


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words right before and right after a name that give it a role; both must match."""

    role: Role
    before: re.Pattern[str] = _ANY
    after: re.Pattern[str] = _ANY


_CUES = (
    _Cue("relative", after=re.compile(r"[- ](?:(?:ana|homo)log(?:ue)?s?|derivatives?|metabolites?|congeners?|like)\b")),
    _Cue(
        "relative",
        re.compile(
            r"\b(?:(?:ana|homo)log(?:ue)?s?|derivatives?|metabolites?|prodrugs?|congeners?) (?:of|to) (?:the )?$"
        ),
    ),
    _Cue(
        "comparator",
        re.compile(
            r"\b(?:(?:as )?compar(?:ed|able|ison|ative)(?: \w+)? (?:with|to)|versus|vs\.?|unlike|relative to"
            r"|(?:rather |other )?than|similar(?:ly)? to|in contrast (?:to|with)|alternative to|instead of|contrary to)"
            rf" (?:the |that of |those of )?{_WORDS}$"
        ),
    ),
    _Cue(
        "example",
        re.compile(
            rf"(?:\be\.?g\.?,?|\bsuch as|\blike|\bfor example,?|\bincluding) (?:[^.;,]{{1,40}}, ){{0,5}}{_WORDS}$"
        ),
    ),
    _Cue("setting", after=re.compile(r" (?:pandemic|epidemic|outbreak|lockdown|era|crisis)\b")),
    _Cue("instrument", after=re.compile(r"(?: ?[/-] ?| and | plus |\+)xylazine")),
    _Cue("instrument", after=re.compile(r"[- ]an?a?estheti[sz]ed\b")),
    _Cue("instrument", re.compile(rf"\b{_NUMBED} (?:\w+ )?(?:with|by|using) (?:either )?(?:[\w-]+[-/])?{_WORDS}$")),
    _Cue("instrument", re.compile(rf"\bunder (?:general )?{_NUMBED} \($")),
    _Cue("instrument", re.compile(rf"\bunder {_WORDS}$"), re.compile(rf"(?:[-/]\w+)? {_NUMBED}")),
)
_LISTED_BEFORE = re.compile(r"[\w)], (?:(?:and|or) )?$")
_LISTED_AFTER = re.compile(r"(?:,| and | or |\)| alone\b|[.;]?$|[.;])")
_GIVEN = re.compile(
    r"\b(?:receiv|treat|administ|given|gave|inject|infus|dose|mg\b|therap|effect|efficac|respon|improv|reduc)"
)


def role(sentence: str, start: int, end: int) -> Role:
    """The role of the name at `start:end` of a lower-cased sentence that is not background."""
    before, after = sentence[max(0, start - _REACH) : start], sentence[end : end + _REACH]
    for cue in _CUES:
        if cue.after.match(after) and cue.before.search(before):
            return cue.role
    return "example" if _is_listed(sentence, before, after) else "own"


def _is_listed(sentence: str, before: str, after: str) -> bool:
    """One of several in an enumeration, in a sentence in which nobody is given anything."""
    listed = _LISTED_BEFORE.search(before) and _LISTED_AFTER.match(after)
    return bool(listed) and not _GIVEN.search(sentence)
