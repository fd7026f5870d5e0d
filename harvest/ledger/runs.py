"""What the runs in a ledger say of themselves: finished or interrupted, and do their counts add up ("Entries")."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from harvest.errors import LedgerBroken
from harvest.ledger.entry import Entry

SETTLED: Final = ("included", "excluded", "duplicate", "known", "failed")
"""The fates that `found` is the sum of."""


class RunDisagrees(LedgerBroken):
    """An entry contradicts the accounting of its run.

    Attributes:
        expected: what the format asks for.
        found: what the entry says.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A `run-started` without `run-finished`; `counts` is what its other entries add up to, by type."""

    run: str
    line: int
    counts: Mapping[str, int] = field(default_factory=dict)


class Runs:
    """A fold over entries: which runs are open, what they wrote, which are over."""

    def __init__(self) -> None:
        self._open: dict[str, int] = {}
        self._ended: dict[str, int] = {}
        self._counts: dict[str, Counter[str]] = {}

    def take(self, entry: Entry) -> None:
        """Takes the next entry that begins or ends a run; of any other only that its run is not over.

        Raises:
            RunDisagrees: if the run was over, or the counts of its end do not add up.
        """
        if entry.run in self._ended:
            raise RunDisagrees(f"no entry of run {entry.run} after its run-finished", f"one of type {entry.type}")
        if entry.type == "run-started":
            self._open.setdefault(entry.run, entry.seq + 1)
        elif entry.type == "run-finished":
            _check_accounts(entry)
            self._ended[entry.run] = entry.seq
            self._open.pop(entry.run, None)

    def count(self, run: str, type_: str, entries: int = 1) -> None:
        """Books entries of a run."""
        self._counts.setdefault(run, Counter())[type_] += entries

    def ended(self, run: str) -> int | None:
        """`seq` of the run's end, None while it goes on."""
        return self._ended.get(run)

    def interrupted(self) -> tuple[Interrupted, ...]:
        """Runs that began and have not ended, in order; what was restored may have another."""
        begun = sorted(self._open.items(), key=itemgetter(1))
        return tuple(Interrupted(run, line, self._written(run)) for run, line in begun)

    def state(self) -> dict[str, Any]:
        """As plain values."""
        return {"open": self._open, "ended": self._ended, "counts": {run: dict(of) for run, of in self._counts.items()}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self._open, self._ended = dict(state["open"]), dict(state["ended"])
        self._counts = {run: Counter(of) for run, of in state["counts"].items()}

    def _written(self, run: str) -> dict[str, int]:
        return {type_: count for type_, count in self._counts.get(run, {}).items() if type_ != "run-started"}


def _check_accounts(entry: Entry) -> None:
    """`found = included + excluded + duplicate + known + failed`, for each provider; a counter left out is zero."""
    providers = entry.body.get("providers")
    if not isinstance(providers, dict):
        raise RunDisagrees("an object of providers in run-finished", repr(providers)[:80])
    for name, account in providers.items():
        if not isinstance(account, dict):
            raise RunDisagrees(f"an account of {name} in run-finished", repr(account)[:80])
        counts = {counter: account.get(counter, 0) for counter in ("found", *SETTLED)}
        for counter, count in counts.items():
            if type(count) is not int or count < 0:
                raise RunDisagrees(f"a count of {counter} for {name}", repr(count)[:80])
        settled = sum(counts[fate] for fate in SETTLED)
        if counts["found"] != settled:
            spelt = " + ".join(f"{counts[fate]} {fate}" for fate in SETTLED)
            raise RunDisagrees(f"{counts['found']} found for {name} to be {spelt}", f"{settled}")
