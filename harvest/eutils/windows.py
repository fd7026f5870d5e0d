"""Which searches a run makes: all of a topic's records the first time, later what is new and what was revised.

`[crdt]`, the create date, finds new records; `[edat]` is back-dated when a citation enters late and would miss them.
`[lr]`, the date of last revision, finds changed ones. Both have days of US Eastern time, so windows overlap (NLM
Technical Bulletin, "New PubMed Date Field", 2008; external contract 1.11).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from harvest.catalogue import Watermark
from harvest.eutils.slices import between
from harvest.searching import query_digest
from harvest.windows import OVERLAP, left_off

TIME_ZONES: Final = timedelta(days=1)

Kind = Literal["all", "created", "revised", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Window:
    """One search of a run: its kind, its exact term, and the days it covers (empty for `all`)."""

    kind: Kind
    term: str
    first: str = ""
    last: str = ""


def windows(
    term: str, *, mark: Watermark | None, topic_sha256: str, began: date | None, today: date
) -> tuple[Window, ...]:
    """The searches of a run.

    A watermark of a day to come was set by a clock that has been put right since. Nobody can say what that run had
    seen, so it counts as none: a window that begins in the future is empty, and would be called complete.

    Args:
        term: the topic's whole search term.
        mark: where the last run with all pages stored left off.
        topic_sha256: digest of the topic file as it is now; another question means a full search.
        began: the day the ledger's first record may have been read; None while it has none.
        today: the day of this run.
    """
    if mark and date.fromisoformat(mark.until) > today:
        mark = None
    since = date.fromisoformat(mark.until) if mark else began
    revised = () if since is None else (_window("revised", "lr", term, min(since, today), today),)
    until = left_off(mark, query_digest=query_digest(term), topic_sha256=topic_sha256, today=today)
    if until:
        return (_window("created", "crdt", term, until, today), *revised)
    return (Window("all", term), *revised)


def _window(kind: Kind, field: str, term: str, since: date, today: date) -> Window:
    first, last = since - OVERLAP, today + TIME_ZONES
    return Window(kind, f"({term}) AND {between(field, first, last)}", first.isoformat(), last.isoformat())
