"""Which searches a run makes: all of a topic's studies the first time, later those whose last update is new.

A study is posted anew with every change, its first posting included, so that one window brings both (contract 6.6).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from harvest.ctgov.answers import Version
from harvest.ctgov.query import updated_since
from harvest.windows import OVERLAP

Kind = Literal["all", "updated", "unchanged", "named"]


@dataclass(frozen=True, slots=True)
class Window:
    """One search of a run: its kind, its parameters, and its first day; `unchanged` asks for nothing."""

    kind: Kind
    asked: dict[str, str] = field(default_factory=dict)
    first: str = ""


def window(asked: dict[str, str], *, since: date | None, index: str, now: Version) -> Window:
    """The search of a run.

    Args:
        asked: the parameters of the topic, without any window.
        since: the day up to which they have been answered; None asks for everything.
        index: when the register's data had last been refreshed then; empty where that is not known.
        now: the state of the register.
    """
    if since is None:
        return Window("all", asked)
    first = since - OVERLAP
    kind: Kind = "unchanged" if index and index == now.timestamp else "updated"
    return Window(kind, asked | updated_since(first), first.isoformat())
