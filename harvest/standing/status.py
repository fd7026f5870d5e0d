"""One service's word on one document, and how it follows from the notices that the service names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from harvest.model import Key


class State(StrEnum):
    """Three values: a service that does not say, or does not know the document, has not said that it stands."""

    RETRACTED = "retracted"
    NOT_RETRACTED = "not-retracted"
    NOT_KNOWN = "not-known"


class Event(StrEnum):
    """What a notice does to the document that it is about."""

    RETRACTION = "retraction"
    CONCERN = "concern"
    ERRATUM = "erratum"
    REINSTATEMENT = "reinstatement"
    UPDATE = "update"
    """Nothing that changes how the document must be read: an addendum, a new version."""


_EVENTS: Final = {
    "retraction": Event.RETRACTION,
    "withdrawal": Event.RETRACTION,
    "removal": Event.RETRACTION,
    "partial-retraction": Event.CONCERN,  # the rest of the paper stands: it counts, and is named
    "expression-of-concern": Event.CONCERN,
    "concern": Event.CONCERN,
    "correction": Event.ERRATUM,
    "corrigendum": Event.ERRATUM,
    "erratum": Event.ERRATUM,
    "reinstatement": Event.REINSTATEMENT,
}
_GRAVE: Final = re.compile("retract|withdr|concern")


def event_of(kind: str) -> Event:
    """The event behind a service's own word, `expression_of_concern` or `Expression of concern` (external APIs 7.4).

    A word that is not known and sounds grave counts as a concern: a person reads it, and nothing loses its weight.
    """
    plain = re.sub(r"[\s_-]+", "-", kind.strip().lower())
    return _EVENTS.get(plain) or (Event.CONCERN if _GRAVE.search(plain) else Event.UPDATE)


@dataclass(frozen=True, slots=True)
class Notice:
    """That something happened to a document.

    Attributes:
        event: what.
        key: of the notice; the document's own where it was marked in place, empty where none is named.
        day: `2020-05-01`, or as much of it as is known; may be empty.
        said_by: who told the service, in order: `publisher`, `retraction-watch`; empty where it does not say.
    """

    event: Event
    key: Key = ""
    day: str = ""
    said_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What a service says; `why` tells why it is not known (`not_registered`, `no_id`, `other_title`, `not_said`)."""

    state: State
    notices: tuple[Notice, ...] = ()
    why: str = ""


def status(notices: Iterable[Notice]) -> Status:
    """The state that these notices come to; without any, the document is not retracted, as far as the service knows.

    A reinstatement undoes a retraction, unless another retraction is dated after it.
    """
    told = collapsed(notices)
    retracted = [notice.day for notice in told if notice.event is Event.RETRACTION]
    reinstated = [notice.day for notice in told if notice.event is Event.REINSTATEMENT]
    holds = bool(retracted) and (not reinstated or max(retracted) > max(reinstated))
    return Status(State.RETRACTED if holds else State.NOT_RETRACTED, told)


def collapsed(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """One notice for each event and key, in order of day: publisher and Retraction Watch often both tell of it.

    The day is the earliest that is given, `said_by` whoever told of it.
    """
    merged: dict[tuple[Event, Key], Notice] = {}
    for notice in notices:
        place = (notice.event, notice.key)
        before = merged.get(place, notice)
        day = min(filter(None, (before.day, notice.day)), default="")
        merged[place] = Notice(*place, day, tuple(sorted({*before.said_by, *notice.said_by})))
    return tuple(sorted(merged.values(), key=lambda notice: (notice.day, notice.event, notice.key)))
