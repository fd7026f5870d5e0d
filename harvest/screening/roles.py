"""What part a named substance or condition plays in its sentence.

Only `own` counts as tested or used. The other roles name what somebody else studied, a comparator, a relative of
the substance, an example, a means of the experiment, the times in which something else was studied, what nobody was
given, somebody's other medicine, a hope, or a line of an address or of the references. `passing-word` is what the
document as a whole does not bear out (design section 6).
"""

import re

from harvest.screening.cues import CUES, Cue, Role

_REACH = 140
"""A cue stands at most this many code points from the name."""
_NEW_CLAUSE = re.compile(
    r"(?<!vs)\.|[;:]|\b(?:in|for|on|among|after|during|at|by|when|where|which|who|that|was|were|is|are|had|has|have|did|does|but"
    r"|while|whereas|if|because|from|within|showed|increased|decreased|reduced|improved|healed|produced|caused)\b"
)
_JOINED = re.compile(r"\w+ (?<!treatment )(?<!therapy )(?<!that )(?<!those )(?<!patients )(?<!seen )(?<!found )with\b")
_WORDS_BETWEEN = 8
_LISTED_BEFORE = re.compile(r"[\w)], (?:(?:and|or) )?$")
_LISTED_AFTER = re.compile(r"(?: levels?| concentrations?)?(?:,| and | or |\)| alone\b|[.;]?$|[.;])")
_GIVEN = re.compile(
    r"\b(?:receiv|treat|administ|given|gave|inject|infus|dose|mg\b|therap|effect|efficac|respon|improv|reduc|groups?\b"
    r"|(?:was|were) (?:tested|studied|evaluated|compared|examined|investigated))"
)
_BRACKETED = re.compile(r"\([^()]*,[^()]*$"), re.compile(r"[^()]*\)")
_BRACKETED_FIRST = re.compile(r"\($"), re.compile(r",[^()]*\)")
_COUNTED = re.compile(r"\b(?:outcomes?|end ?points?|incidence|rates? of|events?|composite)\b")
_CITATION = re.compile(r"\b(?:19|20)\d\d ?[a-z]{0,3} ?; ?\d+(?: ?\(\d+\))? ?: ?[a-z]?\d+|\bdoi: ?10\.")


def role(sentence: str, start: int, end: int) -> Role:
    """The role of the name at `start:end` of a lower-cased sentence that is not background."""
    before, name, after = sentence[max(0, start - _REACH) : start], sentence[start:end], sentence[end : end + _REACH]
    for cue in CUES:
        if _fits(cue, before, name, after):
            return cue.role
    if _CITATION.search(sentence, end):
        return "reference"
    return "example" if _is_listed(sentence, before, after) else "own"


def _fits(cue: Cue, before: str, name: str, after: str) -> bool:
    near = cue.after.match(after) and cue.before.search(before) and cue.name.search(name)
    return bool(near) and (cue.far is None or _reaches(cue.far, before))


def _reaches(far: re.Pattern[str], before: str) -> bool:
    """The last such words govern the name: no new clause begins between them, and it is not far."""
    end = max((found.end() for found in far.finditer(before)), default=-1)
    if end < 0 or _NEW_CLAUSE.search(before, end):
        return False
    between = before[end:].lstrip(".")
    return not _JOINED.search(between) and len(between.split(",")[-1].split()) <= _WORDS_BETWEEN


def _is_listed(sentence: str, before: str, after: str) -> bool:
    """One of several in an enumeration, in a sentence in which nobody is given anything and nothing is counted."""
    listed = _LISTED_BEFORE.search(before) and _LISTED_AFTER.match(after)
    bracketed = any(b.search(before) and a.match(after) for b, a in (_BRACKETED, _BRACKETED_FIRST))
    return (bool(listed) or bracketed) and not _GIVEN.search(sentence) and not _COUNTED.search(sentence)


__all__ = ["Role", "role"]
