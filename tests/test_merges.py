"""Which sources are one document: a fold of pairs, each of which can be undone by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.catalogue import Merges

SIDS = st.integers(1, 6).map(lambda number: f"s{number}")
PAIRS = st.lists(st.sets(SIDS, min_size=2, max_size=2), max_size=8)


def merges(*pairs: tuple[str, str]) -> Merges:
    found = Merges()
    for one, other in pairs:
        found.merge((one, other), one)
    return found


def test_the_lowest_stays_and_the_other_is_its_alias() -> None:
    found = merges(("s2", "s10"))
    assert (found.kept("s10"), found.kept("s2"), found.kept("s3")) == ("s2", "s2", "s3")
    assert found.members("s10") == ("s2", "s10")


def test_chains_are_one_document() -> None:
    found = merges(("s2", "s5"), ("s1", "s2"))
    assert found.members("s5") == ("s1", "s2", "s5")
    assert found.one_each(["s5", "s3", "s2"]) == ["s5", "s3"]


def test_undoing_one_merge_leaves_the_others() -> None:
    found = merges(("s2", "s5"), ("s1", "s2"))
    found.part(("s1", "s2"))
    assert (found.kept("s5"), found.kept("s2"), found.kept("s1")) == ("s2", "s2", "s1")
    assert found.were_parted("s1", "s5")
    assert not found.were_parted("s2", "s5")


def test_a_merge_after_the_undoing_holds_again() -> None:
    found = merges(("s1", "s2"))
    found.part(("s2", "s1"))
    found.merge(("s1", "s2"), "s1")
    assert found.joined("s2", "s1")
    assert not found.were_parted("s1", "s2")


@pytest.mark.parametrize(("sids", "kept"), [(["s1"], "s1"), (["s1", "s1"], "s1"), (["s1", "s2"], "s2"), ([], "s1")])
def test_a_merge_that_is_none_is_refused(sids: list[str], kept: str) -> None:
    with pytest.raises(ValueError, match="expected two sources and the lowest of them"):
        Merges().merge(sids, kept)


@given(PAIRS, PAIRS)
def test_documents_are_the_classes_of_the_pairs_that_stand(joined: list[set[str]], parted: list[set[str]]) -> None:
    found, standing = Merges(), set[frozenset[str]]()
    for pair in joined:
        one, other = sorted(pair)
        found.merge((one, other), one)
        standing.add(frozenset(pair))
    for pair in parted:
        found.part(pair)
        standing.discard(frozenset(pair))
    for sid in (f"s{number}" for number in range(1, 7)):
        reached = {sid}
        while more := set().union(*(pair for pair in standing if pair & reached)) - reached:
            reached |= more
        assert set(found.members(sid)) == reached
        assert found.kept(sid) == min(reached)
