"""The Merkle tree over the leaves of a ledger: RFC 9162 section 2.1.

Proofs are made from stored subtree roots, each of which is looked up once: O(log n) of them for a tree of n leaves.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()
"""Root of a tree without leaves (RFC 9162 section 2.1.1)."""

Subtrees = Callable[[int, int], bytes]
"""`subtree(level, number)`: the root over the leaves from `number << level`, `1 << level` of them."""


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

    @classmethod
    def stored(cls, subtree: Subtrees, size: int) -> "Frontier":
        """The tree of that size from stored subtree roots."""
        return cls(size, [subtree(level, number) for level, number in _whole_subtrees(0, size)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frontier) and (self.size, self._roots) == (other.size, other._roots)

    __hash__ = None  # type: ignore[assignment]  # it changes

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The whole subtrees' roots, largest first: with `size` all that another frontier needs to go on."""
        return tuple(self._roots)

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

    def extend(self, leaves: Sequence[bytes]) -> bytes:
        """Adds leaf hashes, many at once and level by level.

        Returns:
            What the order of `stored_position` puts behind what was stored before: each leaf, then the roots of the
            subtrees that it completes, smallest first.
        """
        sha256, carry = hashlib.sha256, self.size
        roots, stored = list(leaves), list(leaves)
        left_over: list[bytes] = []
        left_stored: list[bytes] = []
        while roots:
            if carry & 1:
                roots.insert(0, self._roots.pop())
                stored.insert(0, b"")
            if len(roots) & 1:
                left_over.append(roots.pop())
                left_stored.append(stored.pop())
            pairs = zip(roots[::2], roots[1::2], strict=True)
            roots = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            stored = [b"%b%b%b" % triple for triple in zip(stored[::2], stored[1::2], roots, strict=True)]
            carry >>= 1
        self._roots += reversed(left_over)
        self.size += len(leaves)
        return b"".join(reversed(left_stored))

    def root(self) -> bytes:
        """The tree's root now (RFC 9162 section 2.1.1)."""
        return _joined(self._roots) if self._roots else EMPTY_ROOT


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over all leaf hashes at once (RFC 9162 section 2.1.1)."""
    tree = Frontier()
    tree.extend(leaves)
    return tree.root()


def stored_count(size: int) -> int:
    """How many leaves and whole subtrees a tree of that size has: what is stored for it."""
    return 2 * size - size.bit_count()


def stored_position(level: int, number: int) -> int:
    """Where a subtree's root stands in storage order: behind the last of its leaves and the smaller subtrees there.

    The order is that of the stored hashes of Go's `golang.org/x/mod/sumdb/tlog`.
    """
    return stored_count(((number + 1) << level) - 1) + level


def inclusion_proof(subtree: Subtrees, index: int, size: int) -> list[bytes]:
    """`PATH(index, leaves)`, from the leaf's sibling upwards (RFC 9162 section 2.1.3.1).

    Args:
        subtree: stored roots of the tree, `size` leaves of it at least.
        index: which leaf, from 0.
        size: of the tree that the proof is for.
    """
    if not 0 <= index < size:
        raise ValueError(f"expected an index below {size}, got {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_root(subtree, middle, end))
            end = middle
        else:
            path.append(_root(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(subtree: Subtrees, old_size: int, size: int) -> list[bytes]:
    """`PROOF(old_size, leaves)`: the tree of `old_size` leaves is a prefix of this one (RFC 9162 section 2.1.4.1)."""
    if not 0 < old_size <= size:
        raise ValueError(f"expected a size from 1 to {size}, got {old_size}")
    path, start, end = [], 0, size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_root(subtree, middle, end))
            end = middle
        else:
            path.append(_root(subtree, start, middle))
            start = middle
    if start:  # else the verifier has this subtree's root already: it is the old tree's
        path.append(_root(subtree, start, end))
    return path[::-1]


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


def _whole_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Level and number of the largest whole subtrees that a subtree from `start` to `end` is made of, in order."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _root(subtree: Subtrees, start: int, end: int) -> bytes:
    """The root over some of the leaves, a subtree of a tree that is not whole on its right side."""
    return _joined([subtree(level, number) for level, number in _whole_subtrees(start, end)])


def _joined(roots: Sequence[bytes]) -> bytes:
    """The root over adjoining whole subtrees, largest first."""
    joined = roots[-1]
    for left in reversed(roots[:-1]):
        joined = node(left, joined)
    return joined


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
