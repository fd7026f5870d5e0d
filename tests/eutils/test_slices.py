"""Searches above PubMed's ceiling, planned against a provider that is only a list of dated ids."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.eutils.slices import CEILING, FIRST_DAY, PROPERTIES, Ask, Collected, batches, between, collect

TODAY = date(2026, 11, 21)
RANGE = re.compile(r'"(\d{4}/\d\d/\d\d)"\[crdt\] : "(\d{4}/\d\d/\d\d)"\[crdt\]')


@dataclass(frozen=True)
class Shown:
    count: int
    ids: tuple[str, ...]


class Register:
    """Answers like PubMed: only the first ids, the full count; properties are bits of the id."""

    def __init__(self, created: dict[str, date], *, ceiling: int = CEILING, drift: int = 0) -> None:
        self.created = created
        self.ceiling = ceiling
        self.drift = drift
        self.asked: list[Ask] = []

    def answer(self, ask: Ask) -> Shown:
        self.asked.append(ask)
        hits = [pmid for pmid, day in self.created.items() if self._matches(pmid, day, ask.term)]
        if ask.count_only:
            return Shown(len(hits) + self.drift, ())
        return Shown(len(hits), tuple(hits[: self.ceiling]))

    def _matches(self, pmid: str, day: date, term: str) -> bool:
        window = RANGE.search(term)
        if window and not window[1] <= f"{day:%Y/%m/%d}" <= window[2]:
            return False
        for bit, name in enumerate(PROPERTIES):
            has = bool(int(pmid) >> bit & 1)
            if f"AND {name}" in term and not has:
                return False
            if f"NOT {name}" in term and has:
                return False
        return True


def run(register: Register) -> Collected:
    plan = collect("semax", last=TODAY)
    ask = next(plan)
    while True:
        try:
            ask = plan.send(register.answer(ask))
        except StopIteration as done:
            return done.value


def spread(count: int, days: int) -> dict[str, date]:
    return {str(1000 + n): TODAY - timedelta(days=n % days) for n in range(count)}


def test_a_search_below_the_ceiling_costs_one_request() -> None:
    register = Register(spread(CEILING, 400))
    found = run(register)
    assert found.whole
    assert len(found.ids) == CEILING
    assert register.asked == [Ask("semax")]


def test_25000_records_are_all_found_by_bisecting_create_dates() -> None:
    register = Register(spread(25_000, 3000))
    found = run(register)
    assert found.whole
    assert set(found.ids) == set(register.created)
    assert found.stated == 25_000
    assert len(register.asked) < 25


def test_a_half_that_must_be_above_the_ceiling_is_split_without_being_asked() -> None:
    register = Register(spread(25_000, 3000))
    run(register)
    too_large = [ask for ask in tuple(register.asked) if register.answer(ask).count > CEILING]
    assert len(too_large) <= 3


def test_a_single_day_above_the_ceiling_is_split_by_properties() -> None:
    register = Register(dict.fromkeys(map(str, range(1000, 21_000)), TODAY))
    found = run(register)
    assert found.whole
    assert len(found.ids) == 20_000


def test_what_cannot_be_split_is_reported_and_never_cut_in_silence() -> None:
    register = Register(dict.fromkeys((str(64 * n) for n in range(1, 12_001)), TODAY))
    found = run(register)
    assert not found.whole
    assert [(lost.stated, lost.shown) for lost in found.unreachable] == [(12_000, CEILING)]
    assert found.recounted == 12_000


def test_a_total_that_drifted_while_reading_is_recounted_once() -> None:
    short = Register(spread(100, 10), ceiling=99, drift=-1)
    found = run(short)
    assert found.recounted == 99
    assert found.whole
    assert [ask.count_only for ask in short.asked] == [False, True]


def test_ids_that_stay_missing_after_the_recount_make_the_result_incomplete() -> None:
    register = Register(spread(100, 10), ceiling=90)
    assert not run(register).whole


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(1, 10**8).map(str), st.dates(FIRST_DAY, TODAY), max_size=200), st.integers(20, 60))
def test_every_record_is_found_once_whatever_its_date(created: dict[str, date], ceiling: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harvest.eutils.slices.CEILING", ceiling)
        found = run(Register(created, ceiling=ceiling))
    reachable = found.unreachable == ()
    assert (sorted(found.ids) == sorted(created)) is reachable
    assert len(set(found.ids)) == len(found.ids)


def test_a_range_of_days_stands_in_the_term_itself() -> None:
    assert between("crdt", date(2026, 10, 1), date(2026, 10, 31)) == '("2026/10/01"[crdt] : "2026/10/31"[crdt])'


@pytest.mark.parametrize(("count", "requests"), [(0, 0), (1, 1), (200, 1), (201, 2), (1000, 5)])
def test_ids_are_fetched_two_hundred_at_a_time(count: int, requests: int) -> None:
    parts = list(batches(tuple(map(str, range(count)))))
    assert len(parts) == requests
    assert [pmid for part in parts for pmid in part] == list(map(str, range(count)))
