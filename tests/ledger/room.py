"""A ledger in a temporary folder, with a clock that ticks a millisecond at each look."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harvest.ledger import Checkpoint, Entry, Ledger, Report, StateFolder, verify

ORIGIN = "example.org/evidence/semax-ssri"
FIRST_RUN = "01J00000000000000000000001"
SECOND_RUN = "01J00000000000000000000002"
START = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)


def ticking(start: datetime = START) -> Callable[[], datetime]:
    """A clock that goes on by a millisecond whenever it is read."""
    ticks = itertools.count()
    return lambda: start + timedelta(milliseconds=next(ticks))


@dataclass
class Room:
    """Where one ledger and its state live, and what was folded."""

    folder: Path
    clock: Callable[[], datetime] = field(default_factory=ticking)
    folded: list[Entry] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "ledgers" / "semax-ssri.jsonl"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def keys(self) -> StateFolder:
        return StateFolder(self.state)

    @property
    def head(self) -> Path:
        (head,) = self.state.glob("*/head")
        return head

    @property
    def key(self) -> Path:
        (key,) = self.state.glob("*/key")
        return key

    def beside(self, suffix: str) -> Path:
        return self.path.with_suffix(f".{suffix}")

    def quarantines(self) -> list[Path]:
        return sorted(self.path.parent.glob("semax-ssri.quarantine-*"))

    def open(self, run: str = FIRST_RUN, *, origin: str = ORIGIN, topic: str = "semax-ssri") -> Ledger:
        self.folded = []
        return Ledger.open(
            self.path,
            keys=self.keys,
            origin=origin,
            topic=topic,
            clock=self._now,
            run=run,
            created_by="harvest 0.1.0",
            genesis={},
            fold=self.folded.append,
        )

    def adopt(self, *, origin: str = ORIGIN, reason: str = "moved") -> Checkpoint:
        return Ledger.adopt(
            self.path,
            keys=self.keys,
            origin=origin,
            topic="semax-ssri",
            clock=self.clock,
            run=SECOND_RUN,
            reason=reason,
        )

    def _now(self) -> datetime:
        return self.clock()

    def verify(self, **options: Path | str) -> Report:
        return verify(self.path, state=self.state, **options)  # type: ignore[arg-type] # tests pass what fits

    def stored(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True)

    def put(self, lines: list[bytes]) -> None:
        self.path.write_bytes(b"".join(lines))

    def crawl(self, run: str = FIRST_RUN, *, sources: int = 3, seal: bool = True) -> None:
        """One finished run."""
        with self.open(run) as ledger:
            with ledger.batch() as batch:
                batch.append("run-started", {"spider": "pubmed"})
            with ledger.batch() as batch:
                for number in range(sources):
                    batch.append("source", {"sid": f"s{number + 1}", "key": f"pmid:{number}", "title": "Семакс ≥ β"})
            with ledger.batch() as batch:
                account = {"outcome": "complete", "found": sources, "included": sources}
                batch.append("run-finished", {"providers": {"pubmed": account}})
            if seal:
                ledger.seal()
