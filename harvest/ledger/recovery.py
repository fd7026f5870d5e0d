"""A tail that no writer was told of, moved out of the way ("Writing", on opening)."""

import hashlib
import os
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from harvest.errors import LedgerError
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.durable import create_from
from harvest.ledger.leaf import leaf
from harvest.ledger.reader import opened
from harvest.ledger.store import Store

_UNTOLD: Final = "made by a writer that was killed before it wrote this entry"
_PIECE: Final = 1 << 24
"""Bytes that are moved at once: a tail may be longer than memory."""


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
    start, digest = good.last.offset if good.last else 0, hashlib.sha256()
    with store.reader(start) as stream:
        before = stream.read(good.offset - start)
        stands = not good.last or leaf(before) == good.last.leaf
        if not stands or stream.read(len(raw)) != raw:
            raise fault
        quarantine = _free(store, moment)
        pieces = chain([raw + stream.read(_PIECE)], iter(partial(stream.read, _PIECE), b""))
        create_from(quarantine, _digested(pieces, digest))
    length = quarantine.stat().st_size
    if length != store.size() - good.offset:
        quarantine.unlink()
        raise fault
    store.cut(good.offset)
    return _recovered(quarantine, length, digest, str(fault)[:500])


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
            with suppress(LedgerError, OSError), opened(path) as stream:
                digest = hashlib.file_digest(stream, "sha256")
                if length := os.fstat(stream.fileno()).st_size:
                    yield _recovered(path, length, digest, _UNTOLD)


def _digested(pieces: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _recovered(quarantine: Path, length: int, digest: "hashlib._Hash", reason: str) -> dict[str, Any]:
    return {"file": quarantine.name, "length": length, "reason": reason, "sha256": digest.hexdigest()}


def _free(store: Store, moment: str) -> Path:
    """`<topic>.quarantine-<time>`, with a number behind it if the clock stands still."""
    spelt = moment.replace(":", "").replace("-", "")
    names = chain([""], (f"-{number}" for number in count(2)))
    paths = (store.beside(f"quarantine-{spelt}{name}") for name in names)
    return next(path for path in paths if not os.path.lexists(path))
