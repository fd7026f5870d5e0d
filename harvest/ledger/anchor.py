"""Signed heads that a ledger is held against: the kept head, the checkpoint beside it, one that somebody kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from harvest.errors import LedgerBroken
from harvest.ledger.chain import Chain, Divergence, Diverges
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint
from harvest.ledger.merkle import EMPTY_ROOT
from harvest.ledger.note import Note, Verifier, encode_base64


@dataclass(frozen=True, slots=True)
class Anchor:
    """One signed head and what to call it."""

    name: str
    checkpoint: Checkpoint
    note: Note
    must_be_signed: bool
    """False where what the ledger's key did not sign proves nothing and is passed over."""
    said: str
    """What it shows beyond the head, in words."""

    @classmethod
    def parse(cls, name: str, raw: bytes, *, must_be_signed: bool = True, said: str = "") -> "Anchor":
        """An anchor from its note's bytes.

        Raises:
            Diverges: if they are not a checkpoint in its only spelling.
        """
        try:
            checkpoint, note = read_checkpoint(raw)
        except LedgerBroken as error:
            raise Diverges(Divergence(0, 0, f"a checkpoint in the {name}", error.message)) from None
        return cls(name, checkpoint, note, must_be_signed, said)

    def signed_by(self, verifier: Verifier | None) -> bool:
        """Does the key vouch for this head, under the origin that bears its name?"""
        return verifier is not None and self.checkpoint.origin == verifier.name and verifier.signed(self.note)

    def hold_origin(self, chain: Chain) -> None:
        """Compares the origin in the genesis with the head's.

        Raises:
            Diverges: if it is another.
        """
        origin = self.checkpoint.origin
        if self.must_be_signed and origin != chain.origin:
            raise Diverges(Divergence(1, 0, f"origin {origin} as in the {self.name}", f"origin {chain.origin}"))

    def counts(self, chain: Chain) -> bool:
        """Is this head to be believed or to be answered for?"""
        return self.must_be_signed or self.signed_by(chain.verifier)

    def hold(self, chain: Chain) -> None:
        """Compares a chain of exactly this head's size with it.

        Raises:
            Diverges: if the root or the signature is another.
        """
        head, size = self.checkpoint, self.checkpoint.size
        root = chain.tree.root() if size else EMPTY_ROOT
        offset = chain.last.offset if chain.last else 0
        if head.root != root:
            expected = f"root {encode_base64(head.root)} over {size} entries as in the {self.name}"
            raise Diverges(Divergence(size, offset, expected, f"root {encode_base64(root)}"))
        if self.must_be_signed and not self.signed_by(chain.verifier):
            expected = f"a signature by {chain.verifier} in the {self.name}"
            raise Diverges(Divergence(size, offset, expected, "none that verifies"))


class Anchors:
    """All heads that one ledger is held against while its lines are read."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._waiting = sorted(anchors, key=lambda anchor: anchor.checkpoint.size)
        self._held: list[Anchor] = []
        self._vouched: Verifier | None = None

    @property
    def sealed(self) -> int:
        """Entries that the newest agreeing head covers."""
        return max((anchor.checkpoint.size for anchor in self._held), default=0)

    def sizes(self) -> tuple[int, ...]:
        """Where a head asks for the tree, rising, as far as the newest that must agree; nothing without such a head."""
        newest = max((anchor.checkpoint.size for anchor in self._waiting if anchor.must_be_signed), default=0)
        return tuple(sorted({size for anchor in self._waiting if 0 < (size := anchor.checkpoint.size) <= newest}))

    def hold(self, chain: Chain) -> None:
        """After each line: every head of the chain's size must agree; of size 0, after the first, as all origins."""
        if chain.tree.size == 1:
            for anchor in self._waiting:
                anchor.hold_origin(chain)
        while self._waiting and self._waiting[0].checkpoint.size <= chain.tree.size:
            anchor = self._waiting.pop(0)
            if anchor.counts(chain):
                anchor.hold(chain)
                if self._vouched in {None, chain.verifier}:
                    self._held.append(anchor)

    def digests(self) -> list[str]:
        """Of the notes of heads that agree."""
        return sorted({sha256(bytes(anchor.note)).hexdigest() for anchor in self._held})

    def pass_over(self, size: int, agreed: Collection[str]) -> bool:
        """Takes heads up to that size as agreeing, if those are heads that agreed before; False if one is another."""
        known = frozenset(agreed)
        while self._waiting and self._waiting[0].checkpoint.size <= size:
            anchor = self._waiting.pop(0)
            if sha256(bytes(anchor.note)).hexdigest() not in known:
                return False
            self._held.append(anchor)
        return True

    def distrust(self, vouched: Verifier | None) -> None:
        """From here on no other key than that one seals: nobody vouches for who signs now.

        All heads bind as before, and those of that key wherever they were found: lines that were cut off left them.
        Who cuts can adopt more than once, so the key before the first adoption stays the one that is vouched for.
        """
        if self._vouched is None:
            self._vouched = vouched
            self._waiting = [
                replace(anchor, must_be_signed=anchor.must_be_signed or anchor.signed_by(vouched))
                for anchor in self._waiting
            ]

    def agreeing(self) -> tuple[str, ...]:
        """Heads that agree, each name once with its newest size, smallest size first."""
        newest = {anchor.name: anchor.checkpoint.size for anchor in self._held}
        return tuple(f"{name} of {size} entries" for name, size in newest.items())

    def newest(self) -> tuple[Anchor, ...]:
        """Heads that agree, of the size that is sealed."""
        return tuple(anchor for anchor in self._held if anchor.checkpoint.size == self.sealed)

    def said(self) -> tuple[str, ...]:
        """What heads that agree show beyond that."""
        return tuple(anchor.said for anchor in self._held if anchor.said)

    def at(self, size: int) -> list[Anchor]:
        """Heads of that size which were not held yet."""
        return [anchor for anchor in self._waiting if anchor.checkpoint.size == size]

    def finish(self, chain: Chain) -> None:
        """At the end of the file no head may ask for more entries than there are."""
        for first in filter(lambda anchor: anchor.counts(chain), self._waiting):
            expected = f"{first.checkpoint.size} entries as in the {first.name}"
            raise chain.diverges(expected, f"the end after {chain.tree.size}")
