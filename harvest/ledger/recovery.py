"""A tail that no writer was told of, moved out of the way ("Writing", on opening)."""

import hashlib
import os
import re
from collections.abc import Container, Iterator
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from harvest.errors import LedgerError
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.durable import create, read_file
from harvest.ledger.leaf import leaf
from harvest.ledger.store import Store

_UNTOLD: Final = "made by a writer that was killed before it wrote this entry"
_ANY: Final = 1 << 62


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
    return _recovered(quarantine.name, tail, str(fault)[:500])


def untold(store: Store, told: Container[object]) -> Iterator[dict[str, Any]]:
    """The bodies of `recovered` that killed writers owe; wants the append lock held.

    What they had not finished goes: all of it still stands in the ledger.

    Args:
        store: the ledger.
        told: names of the files that lines tell of.
    """
    names = re.compile(rf"{re.escape(store.path.stem)}\.quarantine-[0-9T]{{15}}\.[0-9]{{6}}Z(?:-[0-9]+)?(\.tmp)?")
    for path in sorted(store.path.parent.iterdir()):
        matched = names.fullmatch(path.name)
        if matched and matched[1]:
            with suppress(OSError):
                path.unlink()
        elif matched and path.name not in told:
            with suppress(LedgerError):
                if tail := read_file(path, _ANY):
                    yield _recovered(path.name, tail, _UNTOLD)


def _recovered(name: str, tail: bytes, reason: str) -> dict[str, Any]:
    return {"file": name, "length": len(tail), "reason": reason, "sha256": hashlib.sha256(tail).hexdigest()}


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
