"""What a run says while it goes on and when it ends: a live bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from harvest.accounting import Tally
from harvest.model import RunOutcome


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a provider's run ended, for screens and exit codes."""

    provider: str
    outcome: RunOutcome
    tally: Tally
    stated_total: int | None = None
    problems: tuple[str, ...] = ()
    failure: str = ""
    requests: Mapping[str, int] = field(default_factory=dict)
    expected_missing: tuple[str, ...] = ()
    evidence: Mapping[str, int] = field(default_factory=dict)
    """Sources of the ledger by evidence, after this run."""

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON object."""
        counts = {"requests": dict(self.requests), "evidence": dict(self.evidence)}  # asdict() breaks a Counter
        return asdict(replace(self, requests={}, evidence={})) | counts | {"outcome": str(self.outcome)}

    def lines(self) -> list[str]:
        """The same for people: the account first, then what is not as it should be."""
        t, stated = self.tally, "" if self.stated_total is None else f" (stated {self.stated_total})"
        settled = f"{t.included} included + {t.excluded} excluded + {t.duplicate} duplicate + {t.known} known"
        changed = f" ({t.changed} changed)" if t.changed else ""
        said = [f"{self.provider}: {self.outcome}. {t.found} found{stated} = {settled}{changed} + {t.failed} failed"]
        if not t.balanced:
            said[0] += f" + {t.open} not written"
        if self.requests:
            said.append(f"{self.provider}: requests " + ", ".join(f"{n} {tool}" for tool, n in self.requests.items()))
        said += [f"{self.provider}: {problem}" for problem in self.problems]
        if self.failure:
            said.append(f"{self.provider}: {self.failure}")
        if self.expected_missing and not self.failure:
            missing = ", ".join(self.expected_missing)
            said.append(f"{self.provider}: expected by the topic and not in the ledger: {missing}")
        return said


class Progress(Protocol):
    """Told of each step of a run."""

    def found(self, provider: str, tally: Tally, *, to_fetch: int) -> None:
        """The searches are done; so many records are to be fetched."""

    def settled(self) -> None:
        """One more record has found its place."""

    def finished(self, report: RunReport) -> None:
        """The books are closed."""


class Silent:
    """Says nothing: for `--json` and for programs."""

    def found(self, provider: str, tally: Tally, *, to_fetch: int) -> None:
        """Nothing."""

    def settled(self) -> None:
        """Nothing."""

    def finished(self, report: RunReport) -> None:
        """Nothing."""


class Lines(Silent):
    """Plain lines, one for each stage of a run."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def found(self, provider: str, tally: Tally, *, to_fetch: int) -> None:
        """The searches are done."""
        self._say(f"{provider}: {tally.found} found, {tally.known} known, {to_fetch} to fetch")

    def finished(self, report: RunReport) -> None:
        """The books are closed."""
        for line in report.lines():
            self._say(line)

    def _say(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


class Live(Lines):
    """A bar on a terminal, and the same closing lines."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._task: Any = None

    def found(self, provider: str, tally: Tally, *, to_fetch: int) -> None:
        """Begin the bar."""
        super().found(provider, tally, to_fetch=to_fetch)
        self._bar.start()
        self._task = self._bar.add_task(provider, total=to_fetch)

    def settled(self) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bar.advance(self._task)

    def finished(self, report: RunReport) -> None:
        """End the bar."""
        self._bar.stop()
        super().finished(report)


def fitting_progress(stream: TextIO | None = None) -> Progress:
    """The form that fits where the run is watched."""
    stream = stream or sys.stderr
    return Live() if stream.isatty() else Lines(stream)
