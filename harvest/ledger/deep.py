"""What only a deep look finds: bodies that say nothing, lines at odds with each other or with files beside them."""

from collections.abc import Iterable
from pathlib import Path

from harvest.ledger.chain import Divergence
from harvest.ledger.content import ContentCheck
from harvest.ledger.examiner import FAULTS_KEPT, Examiner
from harvest.ledger.references import Event, References
from harvest.ledger.snapshots import Snapshots


class Deep:
    """A fold over all that examiners found, in the order of the lines.

    Args:
        path: the ledger; content and archive lie beside its folder.
    """

    def __init__(self, path: Path) -> None:
        beside = path.parent.parent
        self._references = References()
        self._snapshots = Snapshots(beside / "archive")
        self._content = ContentCheck(beside / "content" / path.stem)
        self._faults: list[Divergence] = []
        self._more = 0

    def take(self, examiner: Examiner) -> None:
        """Takes what was found in the next stretch."""
        self._keep(examiner.faults)
        self._more += examiner.more
        for event in examiner.events:
            self._take_event(event)

    def fault(self) -> Divergence | None:
        """The first line whose erasable content is lost, altered or not erased: that breaks the format's own rules."""
        return self._content.fault()

    def contradictions(self) -> tuple[Divergence, ...]:
        """Whatever else does not fit together, the first places of it in the order of the lines."""
        self._keep(self._snapshots.faults())
        return tuple(sorted(self._faults, key=lambda fault: fault.line))

    def notices(self) -> tuple[str, ...]:
        """What could not be looked at, and how much more was found than is told."""
        more = (f"{self._more} further contradictions are not told one by one",) if self._more else ()
        return (*more, *self._snapshots.notices())

    def _take_event(self, event: Event) -> None:
        if "content" in event.body or event.type == "redaction":
            self._content.take(event)
        if wrong := self._references.take(event) + self._snapshots.take(event):
            self._keep(Divergence(event.seq + 1, event.offset, *pair) for pair in wrong)

    def _keep(self, faults: Iterable[Divergence]) -> None:
        for fault in faults:
            if len(self._faults) < FAULTS_KEPT:
                self._faults.append(fault)
            else:
                self._more += 1
