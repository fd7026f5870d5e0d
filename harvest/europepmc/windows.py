"""Which searches a run makes: all of a topic's records the first time, later what is new and what has changed.

`FIRST_IDATE` is the day on which a record entered the index; `UPDATE_DATE` moves with any change of metadata or files,
so that what it brings is compared by content (external contract 5.6).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from harvest.europepmc.query import within
from harvest.windows import OVERLAP

Kind = Literal["all", "new", "revised", "named"]
_FIELDS: Final[tuple[tuple[Kind, str], ...]] = (("new", "FIRST_IDATE"), ("revised", "UPDATE_DATE"))


@dataclass(frozen=True, slots=True)
class Window:
    """One search of a run: its kind, its exact query, and the days it covers (empty for `all` and `named`)."""

    kind: Kind
    query: str
    first: str = ""
    last: str = ""


def windows(query: str, *, since: date | None, today: date) -> tuple[Window, ...]:
    """The searches of a run.

    Args:
        query: of the topic, without any window.
        since: the day up to which it has been answered; None asks for everything.
        today: the day of this run.
    """
    if since is None:
        return (Window("all", query),)
    first = since - OVERLAP
    return tuple(
        Window(kind, within(query, field, first, today), first.isoformat(), today.isoformat())
        for kind, field in _FIELDS
    )
