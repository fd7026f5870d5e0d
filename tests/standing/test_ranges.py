"""Many sources in few words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.standing import sids_in, sids_said

SIDS = st.sets(st.integers(1, 200).map("s{}".format))


def test_neighbours_become_one_range() -> None:
    assert sids_said(["s3", "s1", "s2", "s10", "s12", "s13"]) == "s1-s3 s10 s12-s13"


@settings(deadline=None)
@given(SIDS)
def test_what_is_said_is_read_again(sids: set[str]) -> None:
    assert set(sids_in(sids_said(sids))) == sids


@pytest.mark.parametrize("said", ["1-3", "s1-3", "s0", "s1,s2", "s01"])
def test_another_form_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="expected sources"):
        list(sids_in(said))
