"""What verification found, for people and for programs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from harvest.ledger.chain import Divergence
from harvest.ledger.runs import Interrupted


class Verdict(IntEnum):
    """How verification ended; the value is the exit code."""

    VALID = 0
    BROKEN = 1
    UNFINISHED = 2
    """Valid, but with unsealed entries or an interrupted run."""
    UNREADABLE = 3
    """Not there, not readable, or refused."""


_SAID: Final = {
    Verdict.VALID: "valid",
    Verdict.BROKEN: "BROKEN",
    Verdict.UNFINISHED: "valid, not finished",
    Verdict.UNREADABLE: "UNREADABLE",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of `verify`; counts are of what was read before the first divergence."""

    path: Path
    entries: int = 0
    sealed: int = 0
    """Entries covered by the newest signed head that agrees."""
    root: str = ""
    """Base64 root over all entries read."""
    origin: str = ""
    vkey: str = ""
    """The verification key that signs now."""
    heads: tuple[str, ...] = ()
    """Signed heads that agree, by name and size."""
    kept_head: bool = False
    """A kept head was there to compare with."""
    first_divergence: Divergence | None = None
    contradictions: tuple[Divergence, ...] = ()
    """What a deep look found beyond the format's own rules: entries that say nothing or contradict each other, answers
    in the archive that are not the cited ones."""
    unreadable: str = ""
    interrupted: tuple[Interrupted, ...] = ()
    """Runs without an end; none where reading stopped at a divergence, for their ends may lie beyond it."""
    types: Mapping[str, int] = field(default_factory=dict)
    """Entries by known type."""
    unknown_types: Mapping[str, int] = field(default_factory=dict)
    """Entries of types that this version does not know; their chain was checked, their meaning was not."""
    notices: tuple[str, ...] = ()
    """What a person should know that does not change the verdict."""

    @property
    def unsealed(self) -> int:
        """Entries that no agreeing head covers."""
        return self.entries - self.sealed

    @property
    def verdict(self) -> Verdict:
        """The outcome ("What verification finds, and what it cannot")."""
        if self.unreadable:
            return Verdict.UNREADABLE
        if self.first_divergence or self.contradictions:
            return Verdict.BROKEN
        return Verdict.UNFINISHED if self.unsealed or self.interrupted else Verdict.VALID

    @property
    def exit_code(self) -> int:
        """0 valid, 1 broken, 2 valid but with unsealed entries or an interrupted run, 3 unreadable or refused."""
        return int(self.verdict)

    def lines(self) -> list[str]:
        """The report for people, the verdict first."""
        if self.unreadable:
            return [f"{self.path}: {_SAID[self.verdict]}: {self.unreadable}"]
        said = [f"{self.path}: {_SAID[self.verdict]}, {_count(self.entries, 'entry', 'entries')} read"]
        if self.first_divergence:
            said.append(f"first divergence: {self.first_divergence}")
            if self.first_divergence.line > self.sealed > 0:
                said.append(f"sealed and whole: the first {_count(self.sealed, 'entry', 'entries')}")
        said += [f"contradiction: {contradiction}" for contradiction in self.contradictions]
        said += [f"agrees with the {head}" for head in self.heads]
        if not self.kept_head:
            said.append("no kept head: a cut tail or an older copy would not be seen here")
        if self.unsealed and not self.first_divergence:
            said.append(f"unsealed: {_count(self.unsealed, 'entry', 'entries')} above the newest signed head")
        for run in self.interrupted:
            counts = ", ".join(f"{count} {name}" for name, count in sorted(run.counts.items())) or "no entries"
            said.append(f"interrupted: run {run.run}, begun in line {run.line}, has no run-finished ({counts})")
        for name, count in sorted(self.unknown_types.items()):
            said.append(f"unknown type {name}: {_count(count, 'entry', 'entries')}, chain checked, meaning not")
        return said + list(self.notices)

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        at = self.first_divergence
        return {
            "path": str(self.path),
            "verdict": self.verdict.name.lower(),
            "exit_code": self.exit_code,
            "entries": self.entries,
            "sealed": self.sealed,
            "unsealed": self.unsealed,
            "root": self.root,
            "origin": self.origin,
            "vkey": self.vkey,
            "heads": list(self.heads),
            "kept_head": self.kept_head,
            "first_divergence": at and asdict(at),
            "contradictions": [asdict(contradiction) for contradiction in self.contradictions],
            "unreadable": self.unreadable,
            "interrupted": [{"run": run.run, "line": run.line, "counts": dict(run.counts)} for run in self.interrupted],
            "types": dict(self.types),
            "unknown_types": dict(self.unknown_types),
            "notices": list(self.notices),
        }


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
