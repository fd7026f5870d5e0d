"""What only a deep look finds: bodies that say nothing, lines at odds with each other or with files beside them."""

from collections.abc import Collection
from pathlib import Path

from harvest.ledger.chain import Divergence
from harvest.ledger.content import ContentCheck
from harvest.ledger.examiner import FAULTS_KEPT, Examiner
from harvest.ledger.references import References
from harvest.ledger.snapshots import Snapshots


class Deep:
    """A fold over all that examiners found, in the order of the lines.

    Args:
        path: the ledger; content and archive lie beside its folder.
    """

    def __init__(self, path: Path) -> None:
        beside = path.absolute().parent.parent
        self._references = References()
        self._snapshots = Snapshots(beside / "archive")
        self._content = ContentCheck(beside / "content" / path.stem)
        self._faults: list[Divergence] = []
        self._found = 0

    def take(self, examiner: Examiner) -> None:
        """Takes what was found in the next stretch."""
        found = examiner.faults.copy()
        self._found += examiner.more
        for event in examiner.events:
            if "content" in event.body or event.type == "redaction":
                self._content.take(event)
            wrong, cited = self._references.take(event), self._snapshots.take(event)
            if wrong or cited:
                found += [Divergence(event.seq + 1, event.offset, *pair) for pair in (*wrong, *cited)]
        if found:
            self._keep(found)

    def fault(self) -> Divergence | None:
        """The first line whose erasable content is lost, altered or not erased: that breaks the format's own rules."""
        return self._content.fault()

    def contradictions(self) -> tuple[Divergence, ...]:
        """Whatever else does not fit together, the first places of it in the order of the lines."""
        self._keep(list(self._snapshots.faults()))
        return tuple(self._faults)

    def notices(self) -> tuple[str, ...]:
        """What could not be looked at, and how much more was found than is told."""
        untold = self._found - len(self._faults)
        more = (f"{untold} further contradictions are not told one by one",) if untold else ()
        return (*more, *self._snapshots.notices())

    def _keep(self, faults: Collection[Divergence]) -> None:
        self._found += len(faults)
        self._faults = sorted([*self._faults, *faults], key=lambda fault: fault.line)[:FAULTS_KEPT]
