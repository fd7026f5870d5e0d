"""Writers that break the rules of "Writing", each in one way: the suite must catch them."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from harvest.ledger import durable, keys, ledger, recovery, seal
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.store import Store


def _ignore_errors() -> None:
    """Takes no notice of what write and fsync say."""

    def write(self: Store, block: bytes) -> None:
        _quietly(os.write, self._descriptor, block)

    def sync(self: Store, *, cut_to: int | None = None) -> None:
        _quietly(os.fsync, self._descriptor)

    _replace(Store, "_write", write)
    _replace(Store, "sync", sync)
    _trust_writes()


def _trust_writes() -> None:
    """Acknowledges without reading back."""

    def compare(self: Store, block: bytes, start: int) -> None:
        """Does not look at what the disk holds."""

    _replace(Store, "_compare", compare)


def _write_in_place() -> None:
    """Writes checkpoint and head over what they were."""

    def replace(path: Path, content: bytes) -> None:
        durable.write_file(path, content)

    _replace(seal, "replace", replace)
    _replace(keys, "replace", replace)


def _move_at_first_sight() -> None:
    """Moves a line that was misread, and all after it, without a second look."""

    def moved(store: Store, good: Chain, _fault: Diverges, _raw: bytes, *, moment: str) -> dict[str, Any]:
        with store.reader(good.offset) as stream:
            tail = stream.read()
        quarantine = recovery._free(store, moment)
        durable.create(quarantine, tail)
        store.cut(good.offset)
        digest = sha256(tail).hexdigest()
        return {"file": quarantine.name, "length": len(tail), "reason": "misread", "sha256": digest}

    _replace(ledger, "quarantined", moved)


CARELESS: Final[dict[str, Callable[[], None]]] = {
    "ignores-errors": _ignore_errors,
    "trusts-writes": _trust_writes,
    "writes-in-place": _write_in_place,
    "moves-at-first-sight": _move_at_first_sight,
}
"""By name; each changes its process for good."""


def _quietly(call: Callable[..., Any], *arguments: Any) -> None:
    try:
        call(*arguments)
    except OSError:
        return


def _replace(where: Any, name: str, by: Callable[..., Any]) -> None:
    """Puts a function in the place of one that is there."""
    if not hasattr(where, name):
        raise AttributeError(f"expected {name} in {where}, got none: this control is out of date")
    setattr(where, name, by)
