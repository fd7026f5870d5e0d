"""Every record found ends in exactly one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.accounting import Account
from harvest.model import Outcome, RunOutcome


@given(st.dictionaries(st.text(min_size=1), st.sampled_from(Outcome)))
def test_found_is_the_sum_of_all_ends(ends: dict[str, Outcome]) -> None:
    account = Account()
    account.find(ends)
    assert account.unsettled() == tuple(ends)
    for key, outcome in ends.items():
        account.settle(key, outcome)
    tally = account.tally()
    assert tally.balanced
    assert tally.found == len(ends)
    assert account.unsettled() == ()


def test_a_key_found_by_two_searches_counts_once() -> None:
    account = Account()
    account.find(["pmid:1", "pmid:2"])
    account.find(["pmid:2"])
    assert account.tally().found == 2


@pytest.mark.parametrize("key", ["pmid:1", "pmid:9"])
def test_settling_twice_or_without_having_found_is_a_fault(key: str) -> None:
    account = Account()
    account.find(["pmid:1"])
    account.settle("pmid:1", Outcome.KNOWN)
    with pytest.raises(ValueError, match="found and open"):
        account.settle(key, Outcome.INCLUDED)


def test_an_open_record_makes_a_run_partial() -> None:
    account = Account()
    account.find(["pmid:1"])
    assert account.outcome() is RunOutcome.PARTIAL


def test_a_failed_record_makes_a_run_partial() -> None:
    account = Account()
    account.find(["pmid:1"])
    account.settle("pmid:1", Outcome.FAILED)
    assert account.outcome() is RunOutcome.PARTIAL


def test_a_problem_makes_a_run_partial_and_a_failure_makes_it_failed() -> None:
    account = Account(problems=["a phrase was dropped"])
    assert account.outcome() is RunOutcome.PARTIAL
    account.failure = "no answer"
    assert account.outcome() is RunOutcome.FAILED


def test_a_run_without_records_and_problems_is_complete() -> None:
    assert Account().outcome() is RunOutcome.COMPLETE
