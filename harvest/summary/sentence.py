"""The first sentence of a profile: what was and was not found, and where was not searched (design section 6)."""

from collections.abc import Mapping, Sequence

from harvest import wording
from harvest.summary.cells import at_least
from harvest.summary.searched import Searched, none_found, where
from harvest.summary.studies import Study
from harvest.topics import Topic


def sentence(
    topic: Topic, studies: Sequence[Study], searched: Sequence[Searched], merged: Mapping[str, str], undetermined: int
) -> str:
    """Studies in people for this use, or that none was found; then what is nearest and what could not be told.

    Args:
        topic: whose question it is.
        studies: those of the compound.
        searched: where its searches stand.
        merged: each document's id to its group if every open possible duplicate were one.
        undetermined: sources that say too little.
    """
    people = [study for study in studies if study.kind == "human"]
    here = [study for study in people if study.match == "direct" and not study.special]
    answer = f"{_count(here, merged)}{_unchecked(here)} ({where(searched)})" if here else none_found(searched)
    said = [f"Studies of {topic.compound.name} in people for {topic.condition.name}: {answer}."]
    if not here:
        said += _nearest(people, [study for study in studies if study.kind == "preclinical"], merged)
    if undetermined:
        said.append(f"Too little to tell what was tested: {undetermined} more.")
    return " ".join(said)


def several(studies: int, least: int) -> str:
    """`8`, or `7 to 8` while a person has not decided whether two are one."""
    return str(studies) if least >= studies else f"{least} to {studies}"


def _count(studies: Sequence[Study], merged: Mapping[str, str]) -> str:
    return several(len(studies), at_least(studies, merged))


def _unchecked(studies: Sequence[Study]) -> str:
    unchecked = sum(not study.checked for study in studies)
    if not unchecked:
        return ""
    return f", {wording.UNCHECKED}" if unchecked == len(studies) else f", {unchecked} of them {wording.UNCHECKED}"


def _nearest(people: Sequence[Study], laboratory: Sequence[Study], merged: Mapping[str, str]) -> list[str]:
    """The nearest that there is to studies in people for this use, and what it does not show."""
    others = [study for study in people if not study.special]
    if others:
        one = len(others) == 1
        uses = "study for another use" if one else "studies for other uses"
        show = "it does not show" if one else "they do not show"
        return [f"Nearest: {_count(others, merged)} human {uses}; {show} whether it helps here."]
    if people:
        one = len(people) == 1
        kind, show = ("study", "it does not show") if one else ("studies", "they do not show")
        what = f"{kind} without the condition (healthy people, or what the body does with it)"
        return [f"Nearest: {_count(people, merged)} human {what}; {show} whether it helps here."]
    here = [study for study in laboratory if study.match == "direct"]
    return [f"Nearest: animal or laboratory work on this use ({_count(here, merged)}), not people."] if here else []
