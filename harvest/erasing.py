"""Erasing what was asked for by name: a source, a record, or one line."""

import re
from collections.abc import Sequence
from typing import Final

from harvest.catalogue import Catalogue
from harvest.errors import UsageError
from harvest.ledger import Ledger
from harvest.model import Key

_SEQ: Final = re.compile(r"[0-9]{1,15}")


def erase(wanted: Sequence[str], reason: str, ledger: Ledger, catalogue: Catalogue) -> dict[str, tuple[int, ...]]:
    """Redacts the content of everything that is named, and signs the head.

    A source takes its further records with it: they hold the same document's text. What was erased before is left out.

    Args:
        wanted: `sN`, the key of a record, or the `seq` of a line.
        reason: a code of `harvest.ledger.REASONS`.
        ledger: open, with `catalogue` as its fold.
        catalogue: what the ledger says.

    Returns:
        Each name with the lines redacted for it now.

    Raises:
        UsageError: no such name or reason, or one that has no erasable content; nothing was erased then.
        LedgerError: the ledger cannot be continued; the next command ends what was begun.
    """
    found: dict[str, tuple[int, ...]] = dict.fromkeys(wanted, ())
    while True:
        lines = {name: _lines(name, catalogue) for name in found}
        redacted = ledger.redact({seq for one in lines.values() for seq in one}, reason)
        for name, one in lines.items():
            found[name] += tuple(seq for seq in one if seq in redacted)
        if not redacted:
            return found


def _lines(name: str, catalogue: Catalogue) -> tuple[int, ...]:
    """The lines whose content is to go; a crawl that goes on may add to them, so this is asked until none is left."""
    if _SEQ.fullmatch(name):
        return (int(name),)
    named = {key: one for key, one in catalogue.settled.items() if name in _names(key, one.sid, catalogue)}
    if not named:
        raise UsageError(f"expected a source (s1), the key of a record or the seq of a line, got {name!r}")
    if not any("content" in one.body for one in named.values()):
        raise UsageError(
            f"expected a record with erasable content, got {name}, which has none",
            hint="its text stands in lines, which nothing edits",
        )
    return tuple(held.seq for key in named for held in catalogue.holdings.of(key))


def _names(key: Key, sid: str, catalogue: Catalogue) -> set[str]:
    """What names a record: its key, its source, and the source into which that one was merged."""
    return {key, sid, catalogue.merges.kept(sid)} if sid else {key}
