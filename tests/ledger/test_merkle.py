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
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    node,
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


@settings(deadline=None)
@given(st.integers(1, 130), st.data())
def test_every_leaf_can_be_proved_and_no_other_in_its_place(count: int, data: st.DataObject) -> None:
    hashes = leaves(count)
    index = data.draw(st.integers(0, count - 1))
    proof = inclusion_proof(hashes, index)
    root = tree_root(hashes)
    assert includes(root, count, hashes[index], index, proof)
    assert not includes(root, count, leaves(count + 1)[-1], index, proof)
    assert not includes(root, count, hashes[index], index, [*proof, root])


@settings(deadline=None)
@given(st.integers(1, 130), st.data())
def test_every_earlier_tree_can_be_proved_a_prefix(count: int, data: st.DataObject) -> None:
    hashes = leaves(count)
    size = data.draw(st.integers(1, count))
    old, root, proof = tree_root(hashes[:size]), tree_root(hashes), consistency_proof(hashes, size)
    assert extends(old, size, root, count, proof)
    assert not extends(root, size, old, count, proof) or old == root
    assert not extends(old, size, root, count, [*proof, root])


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(ValueError, match="expected an index below 3"):
        inclusion_proof(leaves(3), index)


@pytest.mark.parametrize("size", [0, 4])
def test_a_size_that_never_was_has_no_proof(size: int) -> None:
    with pytest.raises(ValueError, match="expected a size from 1 to 3"):
        consistency_proof(leaves(3), size)


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
