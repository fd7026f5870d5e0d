"""The newest signed head of a ledger: the one that proofs are made under."""

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger.anchor import Anchor
from harvest.ledger.checkpoint import MOST_OF_A_NOTE
from harvest.ledger.durable import read_file
from harvest.ledger.index import Index
from harvest.ledger.keys import StateFolder


def newest_head(index: Index, state: StateFolder | None, *, origin: str | None = None) -> Anchor:
    """The head over the most lines, of the checkpoint beside the ledger and the kept head.

    Both must be heads of this ledger, signed by the key that its lines name for that size. Where the checkpoint's key
    was adopted and the kept head does not know of it, none is taken: somebody else adopted.

    Args:
        index: of the ledger.
        state: where a head may be kept.
        origin: that the ledger must have, if the caller knows it; found in the genesis otherwise.

    Raises:
        LedgerBroken: one of them is not, or the ledger is of another origin.
        LedgerError: no head is signed yet, or one cannot be read.
    """
    anchors = []
    if (beside := read_file(index.path.with_suffix(".checkpoint"), MOST_OF_A_NOTE)) is not None:
        anchors.append(Anchor.parse("checkpoint", beside))
    named = index.at(0).entry.body.get("origin") if index.size else origin
    if origin is not None and named != origin:
        raise LedgerBroken(f"expected origin {origin} in line 1 of {index.path}, got {named}")
    kept = state.head(named) if state and isinstance(named, str) else None
    if kept is not None:
        anchors.append(Anchor.parse("kept head", kept))
    for anchor in anchors:
        index.hold(anchor.checkpoint, anchor.name)
        key = index.key_at(anchor.checkpoint.size or 1, anchor.signed_by)  # the first key signs for the empty tree
        if not anchor.signed_by(key):
            raise LedgerBroken(f"expected a signature by {key} in the {anchor.name}, got none that verifies")
    newest = max(anchors, key=lambda anchor: anchor.checkpoint.size, default=None)
    if newest is None or not newest.checkpoint.size:
        raise LedgerError(f"expected a signed head of {index.path}, got none", hint="the end of a run signs one")
    if kept is not None:
        _refuse_unknown(index, anchors[-1].checkpoint.size, newest)
    return newest


def _refuse_unknown(index: Index, kept: int, newest: Anchor) -> None:
    """What an adopted key signs of which the kept head does not know is unsealed ("Checkpoints, keys, state")."""
    if unknown := index.adoptions(kept, newest.checkpoint.size):
        raise LedgerBroken(
            f"expected a {newest.name} that continues the kept head of {kept} entries, got one of "
            f"{newest.checkpoint.size} by a key that somebody adopted in line {unknown[0] + 1}: {index.path}",
            hint="`harvest verify` says what is sealed",
        )
