"""Spans: pieces of one tree give the tree, however it is cut."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.ledger.merkle import Frontier, tree_root
from harvest.ledger.span import Span

LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(200)]


@given(st.lists(st.integers(0, 200), max_size=6), st.integers(0, 200))
def test_stretches_computed_apart_join_to_the_tree_over_all(cuts: list[int], size: int) -> None:
    places = sorted({0, size, *(cut for cut in cuts if cut < size)})
    whole = Span()
    for begin, end in itertools.pairwise(places):
        whole.join(Span(begin).extend(LEAVES[begin:end]).subtrees)
    assert whole.end == size
    assert whole.frontier().root() == tree_root(LEAVES[:size])


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_span_can_be_continued_from_its_subtrees(first: int, second: int) -> None:
    middle, end = sorted((first, second))
    begun = Span().extend(LEAVES[:middle])
    assert Span(0, begun.subtrees).extend(LEAVES[middle:end]).frontier().root() == tree_root(LEAVES[:end])


def test_a_tree_grows_on_from_a_span() -> None:
    tree = Span().extend(LEAVES[:77]).frontier()
    grown = Frontier()
    for leaf in LEAVES[:77]:
        grown.append(leaf)
    for leaf in LEAVES[77:99]:
        tree.append(leaf)
        grown.append(leaf)
        assert (tree.size, tree.root()) == (grown.size, grown.root())


def test_only_whole_aligned_subtrees_are_kept() -> None:
    assert [level for level, _ in Span(5).extend(LEAVES[5:14]).subtrees] == [0, 1, 2, 1]


def test_a_span_from_the_middle_is_no_tree() -> None:
    with pytest.raises(ValueError, match="expected a span from leaf 0, got one from leaf 3"):
        Span(3).extend(LEAVES[3:8]).frontier()
