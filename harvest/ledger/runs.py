"""What the runs in a ledger say of themselves: finished or interrupted, and do their counts add up ("Entries")."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

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
    """A `run-started` without `run-finished`; `counts` is what its entries add up to, by type."""

    run: str
    line: int
    counts: Mapping[str, int] = field(default_factory=dict)


class Runs:
    """A fold over entries: which runs are open, what they wrote, which are over."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, Counter[str]]] = {}
        self._finished: set[str] = set()

    def take(self, entry: Entry) -> None:
        """Takes the next entry.

        Raises:
            RunDisagrees: if the run was over, or the counts of its end do not add up.
        """
        if entry.run in self._finished:
            raise RunDisagrees(f"no entry of run {entry.run} after its run-finished", f"one of type {entry.type}")
        if entry.type == "run-started":
            self._open.setdefault(entry.run, (entry.seq + 1, Counter()))
        elif entry.type == "run-finished":
            _check_accounts(entry)
            self._finished.add(entry.run)
            self._open.pop(entry.run, None)
        elif entry.run in self._open:
            self._open[entry.run][1][entry.type] += 1

    def interrupted(self) -> tuple[Interrupted, ...]:
        """Runs that began and have not ended, in order."""
        return tuple(Interrupted(run, line, dict(counts)) for run, (line, counts) in self._open.items())


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
