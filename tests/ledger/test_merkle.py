"""RFC 9162 section 2.1."""

import base64
import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Subtrees,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    node,
    stored_count,
    stored_position,
    tree_root,
)


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\x00%d" % number).digest() for number in range(count)]


def recursive_root(hashes: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1 as it is written."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + recursive_root(hashes[:split]) + recursive_root(hashes[split:])).digest()


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_a_node_is_hashed_with_a_one_before_it() -> None:
    left, right = leaves(2)
    assert node(left, right) == hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("count", range(70))
def test_the_frontier_gives_the_root_of_the_definition(count: int) -> None:
    assert tree_root(leaves(count)) == recursive_root(leaves(count))


def test_a_copy_grows_on_its_own() -> None:
    tree = Frontier()
    tree.append(leaves(1)[0])
    tree.copy().append(leaves(2)[1])
    assert (tree.size, tree.root()) == (1, leaves(1)[0])


def test_two_frontiers_are_equal_if_their_subtrees_are() -> None:
    tree = Frontier()
    tree.extend(leaves(5))
    assert tree == Frontier.stored(subtrees(5), 5)
    assert tree != Frontier.stored(subtrees(5), 4)
    assert tree != leaves(5)


def test_leaves_added_together_make_the_same_tree_as_one_by_one() -> None:
    for before in range(18):
        for count in range(35):
            together, one_by_one = Frontier(), Frontier()
            together.extend(leaves(before))
            together.extend(leaves(before + count)[before:])
            for leaf in leaves(before + count):
                one_by_one.append(leaf)
            assert together == one_by_one


def test_what_is_stored_does_not_depend_on_how_many_leaves_came_at_once() -> None:
    whole = Frontier().extend(leaves(130))
    for step in (1, 2, 3, 7, 64, 65):
        tree = Frontier()
        assert b"".join(tree.extend(leaves(130)[at : at + step]) for at in range(0, 130, step)) == whole


def test_each_leaf_is_stored_before_the_subtrees_that_it_completes() -> None:
    one, two, three, four = leaves(4)
    left, right = node(one, two), node(three, four)
    assert Frontier().extend([one, two, three, four]) == b"".join(
        [one, two, left, three, four, right, node(left, right)]
    )


def test_every_subtree_is_found_where_its_position_says() -> None:
    for count in range(1, 131):
        assert len(Frontier().extend(leaves(count))) == 32 * stored_count(count)
    subtree = subtrees(130)
    for level in range(8):
        for number in range(130 >> level):
            covered = leaves(130)[number << level : number + 1 << level]
            assert subtree(level, number) == recursive_root(covered)


def subtrees(count: int) -> Subtrees:
    """The subtree roots of that many leaves, looked up in what is stored for them."""
    stored = Frontier().extend(leaves(count))

    def subtree(level: int, number: int) -> bytes:
        at = 32 * stored_position(level, number)
        return stored[at : at + 32]

    return subtree


def recursive_path(index: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 9162 section 2.1.3.1 as it is written."""
    if len(hashes) == 1:
        return []
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    if index < split:
        return [*recursive_path(index, hashes[:split]), recursive_root(hashes[split:])]
    return [*recursive_path(index - split, hashes[split:]), recursive_root(hashes[:split])]


def recursive_subproof(size: int, hashes: list[bytes], *, whole: bool) -> list[bytes]:
    """RFC 9162 section 2.1.4.1 as it is written."""
    if size == len(hashes):
        return [] if whole else [recursive_root(hashes)]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    if size <= split:
        return [*recursive_subproof(size, hashes[:split], whole=whole), recursive_root(hashes[split:])]
    return [*recursive_subproof(size - split, hashes[split:], whole=False), recursive_root(hashes[:split])]


LARGEST = 130
"""Every tree up to this size is tried with every leaf and every earlier size."""


def test_every_inclusion_proof_is_that_of_the_definition_and_holds() -> None:
    subtree, hashes = subtrees(LARGEST), leaves(LARGEST)
    for size in range(1, LARGEST + 1):
        root = tree_root(hashes[:size])
        for index in range(size):
            proof = inclusion_proof(subtree, index, size)
            assert includes(root, size, hashes[index], index, proof)
            if size in {1, 2, 3, 5, 8, 13, 64, 65, 127, 130}:
                assert proof == recursive_path(index, hashes[:size])


def test_every_consistency_proof_is_that_of_the_definition_and_holds() -> None:
    subtree, hashes = subtrees(LARGEST), leaves(LARGEST)
    roots = [tree_root(hashes[:size]) for size in range(LARGEST + 1)]
    for size in range(1, LARGEST + 1):
        for old in range(1, size + 1):
            proof = consistency_proof(subtree, old, size)
            assert extends(roots[old], old, roots[size], size, proof)
            if size in {1, 2, 3, 5, 8, 13, 64, 65, 127, 130}:
                assert proof == recursive_subproof(old, hashes[:size], whole=True)


@settings(deadline=None)
@given(st.integers(2, 130), st.data())
def test_no_other_leaf_place_size_or_path_is_proved(count: int, data: st.DataObject) -> None:
    hashes = leaves(count)
    index = data.draw(st.integers(0, count - 1))
    proof = inclusion_proof(subtrees(count), index, count)
    root = tree_root(hashes)
    flipped = data.draw(st.integers(0, len(proof) - 1))
    other = data.draw(st.integers(0, count - 1).filter(lambda at: at != index))
    assert not includes(root, count, leaves(count + 1)[-1], index, proof)
    assert not includes(root, count, hashes[index], other, proof)
    assert not includes(root, count, hashes[index], index, [*proof, root])
    assert not includes(root, count, hashes[index], index, proof[:-1])
    assert not includes(root, count, hashes[index], index, [*proof[:flipped], root, *proof[flipped + 1 :]])


@settings(deadline=None)
@given(st.integers(2, 130), st.data())
def test_no_other_old_tree_is_proved_a_prefix(count: int, data: st.DataObject) -> None:
    hashes = leaves(count)
    size = data.draw(st.integers(1, count - 1))
    old, root, proof = tree_root(hashes[:size]), tree_root(hashes), consistency_proof(subtrees(count), size, count)
    forked = tree_root([*hashes[: size - 1], leaves(count + 1)[-1]])
    assert not extends(forked, size, root, count, proof)
    assert not extends(root, size, old, count, proof)
    assert not extends(old, size, root, count, [*proof, root])
    assert not extends(old, size, root, count, proof[:-1])


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(ValueError, match="expected an index below 3"):
        inclusion_proof(subtrees(3), index, 3)


@pytest.mark.parametrize("size", [0, 4])
def test_a_size_that_never_was_has_no_proof(size: int) -> None:
    with pytest.raises(ValueError, match="expected a size from 1 to 3"):
        consistency_proof(subtrees(3), size, 3)


def vectors(archive: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    with tarfile.open(archive) as files:
        found = [name for name in files.getnames() if name.startswith(f"testdata/{kind}/") and name.endswith(".json")]
        return [(name, json.load(files.extractfile(name))) for name in found]  # type: ignore[arg-type] # these are files


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.recorded
def test_recorded_inclusion_vectors_are_decided_alike(recorded: Path) -> None:
    found = vectors(recorded / "rfc9162" / "transparency-dev-merkle-testdata.tar.gz", "inclusion")
    assert found
    for name, case in found:
        proof = [decoded(step) for step in case["proof"] or ()]
        shown = includes(decoded(case["root"]), case["treeSize"], decoded(case["leafHash"]), case["leafIdx"], proof)
        assert shown is not case["wantErr"], name


@pytest.mark.recorded
def test_recorded_consistency_vectors_are_decided_alike(recorded: Path) -> None:
    found = vectors(recorded / "rfc9162" / "transparency-dev-merkle-testdata.tar.gz", "consistency")
    assert found
    for name, case in found:
        proof = [decoded(step) for step in case["proof"] or ()]
        root = decoded(case["root2"])
        shown = extends(decoded(case["root1"]), case["size1"], root, case["size2"], proof)
        stands_for_a_hash = len(root) == 32
        assert shown is (stands_for_a_hash and not case["wantErr"]), name
