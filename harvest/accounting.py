"""Where every record of a run went: `found = included + excluded + duplicate + known + failed` (design section 4)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from harvest.model import Key, Outcome, RunOutcome


@dataclass(frozen=True, slots=True)
class Tally:
    """The counters of one provider in one run; `changed` is part of `known`, `refused` of `failed`."""

    found: int = 0
    included: int = 0
    excluded: int = 0
    duplicate: int = 0
    known: int = 0
    changed: int = 0
    failed: int = 0
    refused: int = 0

    @property
    def open(self) -> int:
        """Records found that have not ended anywhere: while a run goes on, or when the ledger could not be written."""
        return self.found - self.included - self.excluded - self.duplicate - self.known - self.failed

    @property
    def balanced(self) -> bool:
        """Every record found ended in exactly one place."""
        return self.open == 0


@dataclass(slots=True)
class Account:
    """The books of one provider's run: which ids were found, and how each was settled.

    A key is settled once; settling it a second time, or without having been found, is a fault of the program.
    """

    found: dict[Key, Outcome | None] = field(default_factory=dict)
    changed: set[Key] = field(default_factory=set)
    refused: set[Key] = field(default_factory=set)
    stated_total: int | None = None
    problems: list[str] = field(default_factory=list)
    """Why the run is not complete, in the order noticed; empty when it is."""
    failure: str = ""
    """Why nothing of the run can be trusted; empty when something can."""

    def find(self, keys: Iterable[Key]) -> None:
        """Count keys as found; a key found twice is one."""
        for key in keys:
            self.found.setdefault(key, None)

    def settle(self, key: Key, outcome: Outcome, *, changed: bool = False) -> None:
        """Book the end of one found key.

        Raises:
            ValueError: the key was never found, or is settled already.
        """
        if self.found.get(key, outcome) is not None:
            raise ValueError(f"expected {key} found and open, got {self.found.get(key)}")
        self.found[key] = outcome
        if changed:
            self.changed.add(key)

    def rename(self, key: Key, other: Key) -> None:
        """A found key turns out to be another name of `other`: both are counted as one.

        Raises:
            ValueError: the key was never found, or is settled already.
        """
        if self.found.get(key, Outcome.KNOWN) is not None:
            raise ValueError(f"expected {key} found and open, got {self.found.get(key)}")
        del self.found[key]
        self.found.setdefault(other, None)

    def unsettled(self) -> tuple[Key, ...]:
        """Keys found and not yet settled, in the order found."""
        return tuple(key for key, outcome in self.found.items() if outcome is None)

    def tally(self) -> Tally:
        """The counters as they stand."""
        counts = Counter(self.found.values())
        settled = {outcome.value: counts[outcome] for outcome in Outcome}
        return Tally(found=len(self.found), changed=len(self.changed), refused=len(self.refused), **settled)

    def outcome(self) -> RunOutcome:
        """How the run ended, from what was noticed and what failed."""
        if self.failure:
            return RunOutcome.FAILED
        counts = self.tally()
        if self.problems or counts.failed or not counts.balanced:
            return RunOutcome.PARTIAL
        return RunOutcome.COMPLETE
