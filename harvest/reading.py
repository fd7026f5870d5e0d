"""Reading a ledger without writing to it: its catalogue, and when what in it was written."""

import fcntl
from dataclasses import dataclass, field
from pathlib import Path

from harvest.catalogue import Catalogue
from harvest.errors import LedgerMissing
from harvest.ledger import entries


@dataclass(slots=True)
class Reading:
    """The state that a ledger's entries add up to."""

    path: Path
    catalogue: Catalogue = field(default_factory=Catalogue)
    entries: int = 0
    as_of: str = ""
    """Time of the last entry, `2026-11-21T19:06:00.123456Z`."""
    times: dict[int, str] = field(default_factory=dict)
    """When each `search` was written, by its `seq`."""
    begun: dict[str, str] = field(default_factory=dict)
    """When each run began, by its id, in order."""

    @property
    def synthetic(self) -> bool:
        """It was made against an emulator or a reconstructed recording."""
        return bool(self.catalogue.genesis.get("synthetic"))


def read(path: Path) -> Reading:
    """Fold a whole ledger.

    Chain and line rules are checked on the way; the signed heads are `harvest verify`'s matter. A shared lock keeps a
    batch that is being appended from being seen by half.

    Raises:
        LedgerMissing: there is none. LedgerBroken: at the first line that breaks a rule.
        LedgerError: it holds an entry type that this version cannot count.
    """
    reading = Reading(path)
    try:
        held = path.open("rb")
    except FileNotFoundError:
        raise LedgerMissing(f"expected a ledger at {path}, got none", hint=f"harvest crawl {path.stem}") from None
    with held:
        fcntl.flock(held, fcntl.LOCK_SH)
        for entry in entries(path):
            reading.catalogue.apply(entry)
            reading.entries, reading.as_of = entry.seq + 1, entry.time
            if entry.type == "search":
                reading.times[entry.seq] = entry.time
            if entry.type == "run-started":
                reading.begun[entry.run] = entry.time
    return reading
