"""Whose condition is it? Who was spoken of last before it, what stands between, and who comes after."""

from collections.abc import Sequence

from harvest.reports.lexicon import FIRST, OTHERS, THIRD, is_condition

_ANCHORS = 3
_BACK = 14
_AHEAD = 11
_BETWEEN = 6
_FAR = 4
_READER = frozenset({"you", "your", "u", "ur", "yours"})
_PEOPLE = frozenset({"they", "them", "their", "people", "someone", "everyone", "who", "we", "us", "our"})
_PERSONS = (
    dict.fromkeys(_PEOPLE, "P")
    | dict.fromkeys(_READER, "Y")
    | dict.fromkeys(OTHERS, "F")
    | dict.fromkeys(THIRD, "H")
    | dict.fromkeys(FIRST, "I")
)
"""The sort of person that a word stands for."""


def whose(words: list[str]) -> list[str]:
    """Features of the first conditions named: the person before and after each, and the words between.

    None where no condition is named: talk of politics is no worse for being about nobody's illness.
    """
    anchors = [place for place, word in enumerate(words) if is_condition(word)][:_ANCHORS]
    if not anchors:
        return []
    sorts = [_PERSONS.get(word, "") for word in words]
    all_ = "".join(sorted(set(sorts)))
    features = [f"H{all_}", f"H{all_}{len(anchors)}", f"H{all_}{words[anchors[0]][:5]}"]
    for place in anchors:
        before, after = range(place - 1, max(-1, place - 1 - _BACK), -1), range(place + 1, place + 1 + _AHEAD)
        last = next((at for at in before if sorts[at]), None)
        following = next((sort for sort in sorts[after.start : after.stop] if sort), "")
        condition = words[place][:5]
        features += _owner(words[last : place + 1], sorts[last]) if last is not None else ["L-", f"L-{condition}"]
        if following:
            owner = sorts[last] if last is not None else ""
            features += [f"N{following}", f"N{following}{condition}", f"LN{owner}{following}"]
    return features


def _owner(row: Sequence[str], sort: str) -> list[str]:
    """What joins a person, the first word of the row, to the condition, its last."""
    condition, between = row[-1][:5], row[1:-1]
    features = [f"L{sort}", f"L{sort}{condition}", f"L{sort}d{min(_FAR, len(between))}", f"L{row[0]} {condition}"]
    features += [f"M{sort} {word}" for word in between[:_BETWEEN]]
    if between:
        features += [f"V{sort} {between[0]} {condition}", f"V{sort} {' '.join(between[:2])}"]
    return features
