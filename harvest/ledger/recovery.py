"""A tail that no writer was told of, moved out of the way ("Writing", on opening)."""

import hashlib
import os
from itertools import chain, count
from pathlib import Path
from typing import Any

from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.durable import create
from harvest.ledger.leaf import leaf
from harvest.ledger.store import Store


def quarantined(store: Store, good: Chain, fault: Diverges, raw: bytes, *, moment: str) -> dict[str, Any]:
    """Moves all that follows the last good line to `<topic>.quarantine-<time>`; wants the append lock held.

    Args:
        store: the ledger.
        good: its lines so far.
        fault: why the next line cannot stand.
        raw: that line, as it was read.
        moment: the time now, as the envelope spells it.

    Returns:
        The body of `recovered`.

    Raises:
        Diverges: the fault, if it does not show at a second look: then the disk is at fault, not the line.
        WriteFailed: the tail could not be moved.
    """
    tail = _tail(store, good)
    if not tail.startswith(raw):
        raise fault
    quarantine = _free(store, moment)
    create(quarantine, tail)
    store.cut(good.offset)
    digest = hashlib.sha256(tail).hexdigest()
    return {"file": quarantine.name, "length": len(tail), "reason": str(fault)[:500], "sha256": digest}


def _tail(store: Store, good: Chain) -> bytes:
    """All that follows the last good line; nothing if that line does not stand there or not all can be read."""
    start = good.last.offset if good.last else 0
    with store.reader(start) as stream:
        before, tail = stream.read(good.offset - start), stream.read()
    stands = not good.last or leaf(before) == good.last.leaf
    return tail if stands and len(tail) == store.size() - good.offset else b""


def _free(store: Store, moment: str) -> Path:
    """`<topic>.quarantine-<time>`, with a number behind it if the clock stands still."""
    spelt = moment.replace(":", "").replace("-", "")
    names = chain([""], (f"-{number}" for number in count(2)))
    paths = (store.beside(f"quarantine-{spelt}{name}") for name in names)
    return next(path for path in paths if not os.path.lexists(path))
