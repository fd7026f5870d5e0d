"""Proofs that must not convince: RFC 9162 sections 2.1.3.2 and 2.1.4.2, step by step."""

import hashlib

import pytest

from harvest.ledger.merkle import Frontier, consistency_proof, extends, includes, node

A, B, C = (hashlib.sha256(name).digest() for name in (b"a", b"b", b"c"))


def test_a_tree_of_one_leaf_is_shown_by_nothing_and_has_no_other_leaf() -> None:
    assert includes(A, 1, A, 0, [])
    assert not includes(A, 1, A, 1, [])
    assert not includes(A, 1, A, -1, [])
    assert not includes(A, 0, A, 0, [])
    assert not includes(B, 1, A, 0, [])


@pytest.mark.parametrize("short", [b"", A[:-1], A + b"\0"])
def test_what_is_no_hash_shows_nothing(short: bytes) -> None:
    assert not includes(short, 1, short, 0, [])
    assert not includes(node(short, B), 2, short, 0, [B])
    assert not includes(node(A, short), 2, A, 0, [short])
    assert not extends(short, 1, short, 1, [])
    assert not extends(short, 1, node(short, B), 2, [B])
    assert not extends(A, 1, node(A, short), 2, [short])


def test_a_path_that_ends_below_the_root_shows_nothing() -> None:
    below = node(A, B)
    assert includes(below, 2, A, 0, [B])
    assert not includes(below, 3, A, 0, [B])
    assert not includes(below, 4, A, 0, [B])
    assert extends(A, 2, below, 4, [B])
    assert not extends(A, 2, below, 5, [B])
    assert not extends(A, 2, below, 8, [B])


def test_a_path_that_goes_on_above_the_root_shows_nothing() -> None:
    above = node(node(A, B), C)
    assert not includes(above, 2, A, 0, [B, C])
    assert not extends(A, 2, above, 4, [B, C])


def test_a_tree_extends_itself_and_needs_no_proof_of_it() -> None:
    assert extends(A, 3, A, 3, [])
    assert not extends(A, 3, B, 3, [])
    assert not extends(A, 3, A, 3, [B])
    assert not extends(A, 3, B, 3, [B])


@pytest.mark.parametrize(("old_size", "size"), [(0, 0), (0, 1), (-1, 1), (2, 1), (4, 3)])
def test_no_tree_extends_the_empty_one_or_a_larger_one(old_size: int, size: int) -> None:
    assert not extends(A, old_size, A, size, [])
    assert not extends(A, old_size, node(A, B), size, [B])


def test_a_tree_that_grew_needs_a_proof_of_it() -> None:
    assert not extends(A, 3, A, 4, [])
    assert not extends(A, 2, A, 4, [])


@pytest.mark.parametrize("old_size", range(1, 8))
def test_both_roots_must_come_out(old_size: int) -> None:
    hashes = [hashlib.sha256(b"%d" % number).digest() for number in range(8)]
    old, new = Frontier(), Frontier()
    old.extend(hashes[:old_size])
    new.extend(hashes)

    def subtree(level: int, number: int) -> bytes:
        tree = Frontier()
        tree.extend(hashes[number << level : (number + 1) << level])
        return tree.root()

    proof = consistency_proof(subtree, old_size, 8)
    assert extends(old.root(), old_size, new.root(), 8, proof)
    assert not extends(A, old_size, new.root(), 8, proof)
    assert not extends(old.root(), old_size, A, 8, proof)
    for place in range(len(proof)):
        assert not extends(old.root(), old_size, new.root(), 8, [*proof[:place], A, *proof[place + 1 :]])
        assert not extends(old.root(), old_size, new.root(), 8, [*proof[:place], *proof[place + 1 :]])
