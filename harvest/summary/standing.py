"""What is known of the documents' standing: retracted, of concern, nothing stated, not known, or not checked at all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvest.standing import UNCONFIRMED, Heard, State
from harvest.summary.documents import Document


@dataclass(frozen=True, slots=True)
class Named:
    """A source listed by name."""

    sid: str
    title: str


@dataclass(frozen=True, slots=True)
class CheckedBy:
    """One service: of how many sources it said whether they stand, and the oldest and the newest day of its word."""

    service: str
    sources: int
    oldest: str
    newest: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Every source stands in one of the five."""

    retracted: tuple[Named, ...]
    """Weight zero: in no cell; also another text of what was retracted, such as its preprint."""
    concern: tuple[Named, ...]
    """Counted in their cells, and named."""
    none_stated: int
    """Sources of which somebody who states retractions states none."""
    not_known: int
    """Sources that services were asked about, and of which none could say."""
    not_checked: int
    """Sources that nobody was asked about, from providers that do not state retractions."""
    unconfirmed: tuple[Named, ...]
    """Among the last four: called retracted by a service whose word alone is not enough."""
    checked_by: tuple[CheckedBy, ...]


def standing(sources: Sequence[Document], fallen: frozenset[str], heard: Mapping[str, Mapping[str, Heard]]) -> Standing:
    """Where each source stands.

    Args:
        sources: all that tested or used the compound.
        fallen: ids of those without weight.
        heard: by id, what each service said last.
    """
    weighing = [one for one in sources if one.id not in fallen]
    rest = [one for one in weighing if "concern" not in one.body["flags"]]
    asked = [one for one in rest if heard.get(one.id)]
    stated = sum(any(_said(word) for word in heard[one.id].values()) for one in asked)
    return Standing(
        retracted=tuple(named(one) for one in sources if one.id in fallen),
        concern=tuple(named(one) for one in weighing if "concern" in one.body["flags"]),
        none_stated=stated,
        not_known=len(asked) - stated,
        not_checked=len(rest) - len(asked),
        unconfirmed=tuple(named(one) for one in weighing if UNCONFIRMED in one.body["flags"]),
        checked_by=_checked_by(sources, heard),
    )


def named(document: Document) -> Named:
    """Its id and title."""
    return Named(document.id, document.text("title"))


def _said(word: Heard) -> bool:
    return word.state is not State.NOT_KNOWN


def _checked_by(sources: Sequence[Document], heard: Mapping[str, Mapping[str, Heard]]) -> tuple[CheckedBy, ...]:
    days: defaultdict[str, list[str]] = defaultdict(list)
    for one in sources:
        for service, word in heard.get(one.id, {}).items():
            days[service] += [word.as_of] if _said(word) else []
    return tuple(CheckedBy(service, len(all_), min(all_), max(all_)) for service, all_ in sorted(days.items()) if all_)
