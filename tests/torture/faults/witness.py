"""What a writer says it was told: entries acknowledged, heads signed, content erased; kept outside of its reach."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Testimony:
    """All that a process said before it ended.

    Attributes:
        entries: acknowledged entries, `seq` by the name that the writer gave them.
        sealed: size of the newest head that was acknowledged as signed.
        asked: `seq` of entries whose content was to be erased, whatever came of it.
        redacted: `seq` of entries whose content was acknowledged as erased.
        verdict: what verification ended with, where it was the process's task.
        failures: errors that the process ended or went on with, each with its class.
        crashed: an error that no caller can be expected to know.
        finished: the process came to its end.
    """

    entries: dict[str, int] = field(default_factory=dict)
    sealed: int = 0
    asked: list[int] = field(default_factory=list)
    redacted: list[int] = field(default_factory=list)
    verdict: int | None = None
    failures: list[str] = field(default_factory=list)
    crashed: str = ""
    finished: bool = False

    def take(self, said: Iterator[str]) -> "Testimony":
        """Adds what a process said, one JSON object a line."""
        for line in said:
            self._add(**json.loads(line))
        return self

    def _add(self, what: str, value: Any) -> None:
        if what == "entries":
            self.entries.update(value)
        elif what in {"asked", "failures", "redacted"}:
            getattr(self, what).append(value)
        else:
            setattr(self, what, value)


class Witness:
    """Takes down what happens, by a system call that a ledger never makes, so that no fault strikes it.

    Args:
        descriptor: a pipe's end for writing.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, what: str, value: Any) -> None:
        """One field of the testimony."""
        os.writev(self._descriptor, [json.dumps({"what": what, "value": value}).encode() + b"\n"])
