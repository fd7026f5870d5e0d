"""Reading a ledger without writing to it: its catalogue, and when what in it was written."""

import base64
import fcntl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from harvest.catalogue import Catalogue
from harvest.erasable import PERSON, joined
from harvest.errors import LedgerMissing, UsageError
from harvest.ledger import ContentStore, Entry, entries
from harvest.ledger.chain import Chain
from harvest.ledger.reader import opened

HIDDEN: Final = "(hidden until rechecked)"
"""Stands for a title whose provider has not said in time what of its content still exists."""
LOST: Final = "(lost: harvest verify --deep)"
"""Stands for a title whose content is neither there nor redacted."""


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
    now: datetime | None = None
    """The time of this look; where there is none, text under a deletion duty is hidden."""

    @property
    def synthetic(self) -> bool:
        """It was made against an emulator or a reconstructed recording."""
        return bool(self.catalogue.genesis.get("synthetic"))

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        """The sources that count, by `sid`, as they may be shown."""
        return {sid: self.seen(body) | self._one_with(sid) for sid, body in self.catalogue.sources.items()}

    @property
    def erased(self) -> list[dict[str, Any]]:
        """What is left to say of the sources whose text was erased."""
        return [self.seen(body) for body in self.catalogue.numbered.values() if "erased" in body]

    def persons(self) -> int:
        """How many persons wrote the sources whose content is still there; who cannot be told is not counted."""
        told = (self.erasable(body).get(PERSON) for body in self.catalogue.sources.values())
        return len({person for person in told if person})

    def erasable(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a line that lie beside the ledger ("Erasable content"); empty where none do or they are gone.

        For counting alone: `seen` says what may be shown.

        Raises:
            LedgerBroken: what lies there is not what the line commits to.
        """
        commitment = str(body.get("content", {}).get("commitment", ""))
        return ContentStore.beside(self.path).get(commitment) or {}

    def seen(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body of the catalogue as it may be shown: the one place where text that lies beside the ledger is joined.

        Of a record that was erased, only what it is called and `erased` are left; where text must be hidden until its
        provider is asked again, `hidden` says so.

        Raises:
            LedgerBroken: its content is not what the line commits to.
        """
        if "erased" in body:
            return {name: body[name] for name in ("sid", "key", "erased") if name in body}
        if "content" not in body:
            return dict(body)
        if self.catalogue.holdings.overdue(body["provider"], self.now):
            return joined(body, {}) | {"title": HIDDEN, "hidden": "until-rechecked"}
        content = self.erasable(body)
        return joined(body, content) | ({} if content else {"title": LOST})

    def find(self, wanted: str) -> dict[str, Any]:
        """What may be shown of a source (by its `sid`) or of whatever was settled under a key.

        The latter with how it was settled (`settled`) and under which `sid`.

        Raises:
            UsageError: nothing was.
        """
        sources, settled = self.catalogue.numbered, self.catalogue.settled
        if wanted in sources:
            return self.seen(sources[wanted]) | self._one_with(wanted)
        if wanted in settled:
            found = settled[wanted]
            return self.seen(found.body) | {"settled": found.kind, "sid": found.sid}
        last = f"s1 to s{len(sources)}" if sources else "no source"
        raise UsageError(f"expected a source ({last}) or the key of a record, got {wanted!r}")

    def _one_with(self, sid: str) -> dict[str, Any]:
        """Into which source it was merged (`merged_into`), or which were merged into it (`merged`)."""
        kept, *aliases = self.catalogue.merges.members(sid)
        if sid != kept:
            return {"merged_into": kept}
        return {"merged": aliases} if aliases else {}


def read(path: Path, *, told: Callable[[Entry], object] = lambda _: None, now: datetime | None = None) -> Reading:
    """Fold a whole ledger; `told` gets every entry, too; `now` is the time, for who shows what it says.

    Chain and line rules are checked on the way; the signed heads are `harvest verify`'s matter. A shared lock keeps a
    batch that is being appended from being seen by half.

    Raises:
        LedgerMissing: there is none. LedgerBroken: at the first line that breaks a rule.
        LedgerError: it cannot be read, or holds an entry type that this version cannot count.
    """
    reading = Reading(path, now=now)
    try:
        held = opened(path)
    except LedgerMissing:
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
