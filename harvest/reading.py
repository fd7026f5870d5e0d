"""Reading a ledger without writing to it: its catalogue, and when what in it was written."""

import base64
import fcntl
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harvest.catalogue import Catalogue
from harvest.errors import LedgerBroken, LedgerMissing, UsageError
from harvest.ledger import Entry, entries
from harvest.ledger.chain import Chain

_COMMITMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""What may name a content file: 43 base64url digits, and no path."""


@dataclass(slots=True)
class Reading:
    """The state that a ledger's entries add up to."""

    path: Path
    catalogue: Catalogue = field(default_factory=Catalogue)
    entries: int = 0
    root: str = ""
    """Of the Merkle tree over all entries, in base64 as in checkpoints."""
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

    def erasable(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a line that lie beside the ledger ("Erasable content"); empty where none do or they are gone.

        Raises:
            LedgerBroken: what lies there is no content.
        """
        commitment = str(body.get("content", {}).get("commitment", ""))
        if not _COMMITMENT.fullmatch(commitment):
            return {}
        path = self.path.parents[1] / "content" / self.path.stem / f"{commitment}.json"
        try:
            _, fields = json.loads(path.read_bytes())
            return dict(fields)
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError) as error:
            raise LedgerBroken(f"expected [salt, fields] in {path}, got neither", hint="harvest verify") from error

    def find(self, wanted: str) -> dict[str, Any]:
        """A source by its `sid`, or whatever was settled under a key, with how (`settled`) and under which `sid`.

        Raises:
            UsageError: nothing was.
        """
        sources, settled = self.catalogue.numbered, self.catalogue.settled
        if wanted in sources:
            return sources[wanted]
        if wanted in settled:
            found = settled[wanted]
            return found.body | {"settled": found.kind, "sid": found.sid}
        last = f"s1 to s{len(sources)}" if sources else "no source"
        raise UsageError(f"expected a source ({last}) or the key of a record, got {wanted!r}")


def read(path: Path, *, told: Callable[[Entry], object] = lambda _: None) -> Reading:
    """Fold a whole ledger; `told` gets every entry, too.

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
        chain = Chain()
        for entry in entries(path, chain=chain):
            reading.catalogue.apply(entry)
            told(entry)
            reading.entries, reading.as_of = entry.seq + 1, entry.time
            if entry.type == "search":
                reading.times[entry.seq] = entry.time
            if entry.type == "run-started":
                reading.begun[entry.run] = entry.time
        reading.root = base64.b64encode(chain.tree.root()).decode()
    return reading
