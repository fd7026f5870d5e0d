"""Runs: begun, ended, interrupted, and whether their counts add up."""

import json
from typing import Any

import pytest

from harvest.ledger import Entry
from harvest.ledger.runs import Interrupted, RunDisagrees, Runs
from tests.ledger.room import FIRST_RUN, SECOND_RUN


def entry(seq: int, type_: str, /, *, run: str = FIRST_RUN, **body: Any) -> Entry:
    return Entry(1, seq, "2026-11-21T19:06:00.123456Z", run, type_, "0" * 64, body)


def taken(*entries: Entry) -> Runs:
    runs = Runs()
    for each in entries:
        runs.take(each)
    return runs


ACCOUNT = {"found": 15, "included": 1, "excluded": 2, "duplicate": 3, "known": 4, "failed": 5}


def ended(providers: object) -> Entry:
    return entry(2, "run-finished", providers=providers)


def refusal(last: Entry) -> RunDisagrees:
    with pytest.raises(RunDisagrees) as caught:
        taken(entry(1, "run-started"), last)
    return caught.value


def test_a_run_that_ended_is_not_interrupted() -> None:
    runs = taken(entry(1, "run-started"), ended({"pubmed": ACCOUNT, "reddit": {}}))
    assert runs.interrupted() == ()
    assert (runs.ended(FIRST_RUN), runs.ended(SECOND_RUN)) == (2, None)


def test_runs_without_an_end_are_interrupted_in_the_order_in_which_they_began() -> None:
    runs = taken(
        entry(1, "run-started", run=SECOND_RUN),
        entry(2, "run-started"),
        entry(3, "run-started", run=SECOND_RUN),
        entry(4, "source"),
    )
    for type_, number in (("source", 2), ("source", 1), ("run-started", 1), ("excluded", 1)):
        runs.count(FIRST_RUN, type_, number)
    runs.count(FIRST_RUN, "excluded")
    assert runs.interrupted() == (Interrupted(SECOND_RUN, 2), Interrupted(FIRST_RUN, 3, {"source": 3, "excluded": 2}))


def test_runs_that_were_restored_are_interrupted_in_the_order_of_their_lines() -> None:
    runs, restored = taken(entry(1, "run-started", run=SECOND_RUN), entry(2, "run-started")), Runs()
    restored.restore(json.loads(json.dumps(runs.state(), sort_keys=True)))
    assert restored.interrupted() == runs.interrupted() == (Interrupted(SECOND_RUN, 2), Interrupted(FIRST_RUN, 3))


def test_a_run_that_never_began_may_write_and_end() -> None:
    assert taken(entry(1, "adopted"), ended({})).interrupted() == ()


@pytest.mark.parametrize("type_", ["source", "run-started", "run-finished"])
def test_nothing_of_a_run_comes_after_its_end(type_: str) -> None:
    runs = taken(ended({}))
    with pytest.raises(RunDisagrees) as caught:
        runs.take(entry(3, type_))
    assert caught.value.expected == f"no entry of run {FIRST_RUN} after its run-finished"
    assert caught.value.found == f"one of type {type_}"
    assert caught.value.message == f"expected {caught.value.expected}, found {caught.value.found}"
    runs.take(entry(3, type_, run=SECOND_RUN, providers={}))


@pytest.mark.parametrize("fate", ["found", "included", "excluded", "duplicate", "known", "failed"])
def test_counts_that_do_not_add_up_are_told_apart(fate: str) -> None:
    account = {**ACCOUNT, fate: ACCOUNT[fate] + 1}
    caught = refusal(ended({"pubmed": ACCOUNT, "reddit": account}))
    spelt = " + ".join(f"{account[name]} {name}" for name in ("included", "excluded", "duplicate", "known", "failed"))
    assert caught.expected == f"{account['found']} found for reddit to be {spelt}"
    assert caught.found == str(sum(ACCOUNT.values()) - 15 + (fate != "found"))


def test_a_counter_left_out_is_zero() -> None:
    assert taken(ended({"pubmed": {"found": 2, "failed": 2}})).ended(FIRST_RUN) == 2
    assert refusal(ended({"pubmed": {"found": 1}})).found == "0"
    assert refusal(ended({"pubmed": {"included": 1}})).found == "1"


@pytest.mark.parametrize("count", [-1, True, 1.0, "1", None])
@pytest.mark.parametrize("fate", ["found", "known"])
def test_a_count_is_a_whole_number_and_not_negative(fate: str, count: object) -> None:
    caught = refusal(ended({"pubmed": {fate: count}}))
    assert (caught.expected, caught.found) == (f"a count of {fate} for pubmed", repr(count))


@pytest.mark.parametrize("providers", [None, [], "pubmed"])
def test_an_end_without_accounts_is_refused(providers: object) -> None:
    caught = refusal(ended(providers))
    assert (caught.expected, caught.found) == ("an object of providers in run-finished", repr(providers))


def test_an_account_that_is_none_is_refused() -> None:
    caught = refusal(ended({"pubmed": 7}))
    assert (caught.expected, caught.found) == ("an account of pubmed in run-finished", "7")


def test_a_fold_goes_on_from_its_state_as_if_it_had_not_been_put_away() -> None:
    begun = [entry(1, "run-started"), entry(2, "run-started", run=SECOND_RUN)]
    runs, again = taken(*begun, ended({})), Runs()
    runs.count(SECOND_RUN, "source", 2)
    again.restore(json.loads(json.dumps(runs.state())))
    assert (again.ended(FIRST_RUN), again.ended(SECOND_RUN)) == (2, None)
    assert again.interrupted() == (Interrupted(SECOND_RUN, 3, {"source": 2}),)
    again.count(SECOND_RUN, "source")
    again.count(SECOND_RUN, "failed")
    assert again.interrupted() == (Interrupted(SECOND_RUN, 3, {"source": 3, "failed": 1}),)
    assert runs.interrupted() == (Interrupted(SECOND_RUN, 3, {"source": 2}),)
    with pytest.raises(RunDisagrees):
        again.take(entry(5, "source"))
