"""How to get every id of a search although PubMed shows only its first 9,999.

`collect` is a plan without a network: a generator that yields what to ask and is sent what came back. A search
above the ceiling is bisected by create date (`[crdt]`, whole days); a day above the ceiling is split by properties
that every record either has or has not, so that the parts are disjoint and together whole. What still does not fit is
reported in `Collected.unreachable`, never cut in silence (NCBI, "Updated PubMed E-utilities", November 2022).
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

CEILING = 9_999
FIRST_DAY = date(1900, 1, 1)
"""No PubMed record was created earlier; the union is held against the stated total all the same."""

PROPERTIES = ("hasabstract", "english[la]", "journal article[pt]", "medline[sb]", "humans[mh]", "review[pt]")


class Answer(Protocol):
    """What a plan needs to know of one esearch answer."""

    @property
    def count(self) -> int:
        """The total that the provider states, also above the ceiling."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids it showed."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One esearch: the exact term, and whether only the count is wanted."""

    term: str
    count_only: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A part that cannot be split further: its term, the stated total, and how many ids were shown."""

    term: str
    stated: int
    shown: int


@dataclass(frozen=True, slots=True)
class Collected:
    """The union of a search.

    `stated` is the total of the first answer, `recounted` that of a second look, taken only when the union differs
    from `stated`, because totals drift while one reads.
    """

    ids: tuple[str, ...]
    stated: int
    recounted: int | None = None
    unreachable: tuple[Unreachable, ...] = ()

    @property
    def whole(self) -> bool:
        """The union has as many ids as the provider stated, then or at the end."""
        return not self.unreachable and len(self.ids) in (self.stated, self.recounted)


@dataclass(frozen=True, slots=True)
class _Part:
    ids: tuple[str, ...]
    stated: int
    unreachable: tuple[Unreachable, ...] = ()

    def __add__(self, other: "_Part") -> "_Part":
        return _Part(self.ids + other.ids, self.stated + other.stated, self.unreachable + other.unreachable)


Plan = Generator[Ask, Answer, Collected]
_Partial = Generator[Ask, Answer, _Part]


def between(field: str, first: date, last: date) -> str:
    """A range of days in the term itself, since date parameters fail in silence (external contract 1.3)."""
    return f'("{first:%Y/%m/%d}"[{field}] : "{last:%Y/%m/%d}"[{field}])'


def collect(term: str, *, last: date) -> Plan:
    """Plan the search of `term`; `last` is the latest create date to look at (today and one day of time zones)."""
    whole = yield Ask(term)
    part = _Part(whole.ids, whole.count)
    if whole.count > CEILING:
        part = yield from _days(term, FIRST_DAY, last, whole.count)
    collected = Collected(tuple(dict.fromkeys(part.ids)), whole.count, unreachable=part.unreachable)
    if len(collected.ids) == whole.count:
        return collected
    again = yield Ask(term, count_only=True)
    return replace(collected, recounted=again.count)


def _days(term: str, first: date, last: date, expected: int | None = None) -> _Partial:
    """All ids created in these days; a range already known to be above the ceiling is split without being asked."""
    days = f"({term}) AND {between('crdt', first, last)}"
    if expected is None or expected <= CEILING:
        answer = yield Ask(days)
        if answer.count <= CEILING:
            return _Part(answer.ids, answer.count)
        expected = answer.count
    if first == last:
        return (yield from _properties(days, PROPERTIES))
    middle = first + (last - first) // 2
    earlier = yield from _days(term, first, middle)
    later = yield from _days(term, middle + timedelta(days=1), last, expected - earlier.stated)
    return earlier + later


def _properties(term: str, properties: tuple[str, ...]) -> _Partial:
    """Split one day: its records with the first property, and those without it."""
    if not properties:
        answer = yield Ask(term)
        return _Part(answer.ids, answer.count, (Unreachable(term, answer.count, len(answer.ids)),))
    part = _Part((), 0)
    for half in (f"({term}) AND {properties[0]}", f"({term}) NOT {properties[0]}"):
        answer = yield Ask(half)
        fits = answer.count <= CEILING
        part += _Part(answer.ids, answer.count) if fits else (yield from _properties(half, properties[1:]))
    return part


def batches(ids: tuple[str, ...], size: int = 200) -> Iterator[tuple[str, ...]]:
    """Cut ids into requests of at most `size` (efetch by POST: at most 200, external contract 1.7)."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
