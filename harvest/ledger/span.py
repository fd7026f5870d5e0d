"""Whole subtrees over a stretch of leaves, wherever it begins: pieces of one tree, computed apart and joined.

RFC 9162 section 2.1 defines the tree; a stretch decomposes into the largest aligned subtrees that lie within it.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

from harvest.ledger.merkle import Frontier, node

Subtree = tuple[int, bytes]
"""Level (a subtree of level n has 2^n leaves) and root."""


class Span:
    """The subtrees over leaves `begin` to `end`, from left to right.

    Args:
        begin: index of the first leaf.
        subtrees: those over the first leaves, as `subtrees` of another span from `begin` gave them.
    """

    def __init__(self, begin: int = 0, subtrees: Iterable[Subtree] = ()) -> None:
        self.begin = begin
        self.end = begin
        self._subtrees: list[Subtree] = []
        self.join(subtrees)

    @classmethod
    def of(cls, tree: Frontier) -> Self:
        """The span of a whole tree."""
        levels = [level for level in reversed(range(tree.size.bit_length())) if tree.size >> level & 1]
        return cls(0, zip(levels, tree.roots, strict=True))

    @property
    def subtrees(self) -> tuple[Subtree, ...]:
        """What the span is made of now."""
        return tuple(self._subtrees)

    def extend(self, leaves: Sequence[bytes]) -> Self:
        """Adds leaf hashes at the end, a level of the tree at a time."""
        level, index, hashes = 0, self.end, list(leaves)
        lefts: list[Subtree] = []
        rights: list[Subtree] = []
        while hashes:
            if index & 1:
                lefts.append((level, hashes.pop(0)))
                index += 1
            if len(hashes) & 1:
                rights.append((level, hashes.pop()))
            pairs = iter(hashes)
            hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            level, index = level + 1, index >> 1
        return self.join(lefts).join(reversed(rights))

    def join(self, subtrees: Iterable[Subtree]) -> Self:
        """Adds whole subtrees at the end, each of them aligned there; siblings become one."""
        for level, root in subtrees:
            self.end += 1 << level
            grown, joined = level, root
            while self._subtrees and self._subtrees[-1][0] == grown and not (self.end >> grown) & 1:
                joined = node(self._subtrees.pop()[1], joined)
                grown += 1
            self._subtrees.append((grown, joined))
        return self

    def frontier(self) -> Frontier:
        """The tree, for a span that begins with the first leaf.

        Raises:
            ValueError: if it begins elsewhere.
        """
        if self.begin:
            raise ValueError(f"expected a span from leaf 0, got one from leaf {self.begin}")
        return Frontier(self.end, [root for _, root in self._subtrees])
