"""The Merkle tree over the leaves of a ledger: RFC 9162 section 2.1."""

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of a tree without leaves (RFC 9162 section 2.1.1)."""


def node(left: bytes, right: bytes) -> bytes:
    """`SHA-256(0x01 || left || right)` (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of a growing tree's whole subtrees, largest first: all that the next leaf and the root need.

    A tree of `size` leaves has one whole subtree for each bit set in `size`.
    """

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        self.size = size
        self._roots = list(roots)

    def copy(self) -> "Frontier":
        """A tree that grows on its own from here."""
        return Frontier(self.size, self._roots)

    def append(self, leaf: bytes) -> None:
        """Adds the next leaf hash, joining subtrees of equal size."""
        carry, joined = self.size, leaf
        while carry & 1:
            joined = node(self._roots.pop(), joined)
            carry >>= 1
        self._roots.append(joined)
        self.size += 1

    def root(self) -> bytes:
        """The tree's root now (RFC 9162 section 2.1.1)."""
        if not self._roots:
            return EMPTY_ROOT
        joined = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            joined = node(left, joined)
        return joined


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over all leaf hashes at once (RFC 9162 section 2.1.1)."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """`PATH(index, leaves)`, from the leaf's sibling upwards (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"expected an index below {len(leaves)}, got {index}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), tree_root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), tree_root(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """`PROOF(size, leaves)`: that the tree of `size` leaves is a prefix of this one (RFC 9162 section 2.1.4.1)."""
    if not 0 < size <= len(leaves):
        raise ValueError(f"expected a size from 1 to {len(leaves)}, got {size}")
    return _subproof(leaves, size, whole=True)


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    """`SUBPROOF` of RFC 9162 section 2.1.4.1; `whole` says that the verifier has this subtree's root already."""
    if size == len(leaves):
        return [] if whole else [tree_root(leaves)]
    split = _split(len(leaves))
    if size <= split:
        return [*_subproof(leaves[:split], size, whole=whole), tree_root(leaves[split:])]
    return [*_subproof(leaves[split:], size - split, whole=False), tree_root(leaves[:split])]


def includes(root: bytes, size: int, leaf: bytes, index: int, proof: Sequence[bytes]) -> bool:
    """Does the proof show the leaf at `index` of the tree of `size` leaves (RFC 9162 section 2.1.3.2)?"""
    if not 0 <= index < size or not _hashes(root, leaf, *proof):
        return False
    first, last, joined = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            joined = node(sibling, joined)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            joined = node(joined, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and joined == root


def extends(old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Does the proof show that the old tree, not empty, is a prefix of the new one (RFC 9162 section 2.1.4.2)?"""
    if not 0 < old_size <= size or not _hashes(old_root, root, *proof):
        return False
    if old_size == size:
        return not proof and old_root == root
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    first, last = old_size - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_joined = joined = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old_joined, joined = node(sibling, old_joined), node(sibling, joined)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            joined = node(joined, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old_joined == old_root and joined == root


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 9162 section 2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
