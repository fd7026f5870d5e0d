"""The newest signed head of a ledger: the one that proofs are made under."""

from contextlib import suppress

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger.anchor import Anchor
from harvest.ledger.index import Index
from harvest.ledger.keys import StateFolder


def newest_head(index: Index, state: StateFolder | None) -> Anchor:
    """The head over the most lines, of the checkpoint beside the ledger and the kept head.

    Both must be heads of this ledger, signed by the key that its lines name for that size.

    Raises:
        LedgerBroken: one of them is not.
        LedgerError: no head is signed yet.
    """
    anchors = []
    with suppress(FileNotFoundError):
        anchors.append(Anchor.parse("checkpoint", index.path.with_suffix(".checkpoint").read_bytes()))
    origin = index.at(0).entry.body.get("origin") if index.size else None
    kept = state.head(origin) if state and isinstance(origin, str) else None
    if kept is not None:
        anchors.append(Anchor.parse("kept head", kept))
    signed = [anchor for anchor in anchors if anchor.checkpoint.size]
    for anchor in signed:
        index.hold(anchor.checkpoint, anchor.name)
        key = index.key_at(anchor.checkpoint.size, anchor.signed_by)
        if not anchor.signed_by(key):
            raise LedgerBroken(f"expected a signature by {key} in the {anchor.name}, got none that verifies")
    if not signed:
        raise LedgerError(f"expected a signed head of {index.path}, got none", hint="the end of a run signs one")
    return max(signed, key=lambda anchor: anchor.checkpoint.size)
