"""What must hold once somebody recovered what a loss of power left."""

from collections.abc import Callable, Iterator

from harvest.errors import LedgerError
from harvest.ledger import Depth
from tests.ledger.room import Room
from tests.torture.crash_states.calls import Promise


def faults(room: Room, promised: Promise, recover: Callable[[], None], *, again: bool) -> Iterator[str]:
    """Recovers, and tells what is wrong after it, the first fault first.

    Args:
        room: as the loss of power left it.
        promised: what was acknowledged before.
        recover: what the next run does first.
        again: whether to recover twice: the second time must find nothing to do.
    """
    names = room.folder.rglob("*.json*") if promised.erased else ()
    if back := [path for path in names if path.name[:43] in promised.erased]:
        yield f"erased content is there: {back}"
    try:
        recover()
    except LedgerError as refused:
        yield f"refused: {refused}"
        return
    stored = room.path.read_bytes()
    report = room.verify(depth=Depth.DEEP if (room.folder / "content").exists() else Depth.FAST)
    if not stored.startswith(promised.lines):
        yield f"acknowledged entries are gone, and verification says {report.verdict.name}"
    if report.unreadable or report.first_divergence:
        yield f"after recovery verification says {report.lines()}"
    told = {entry.body.get("file") for entry in room.folded if entry.type == "recovered"}
    if untold := [path.name for path in room.quarantines() if path.name not in told]:
        yield f"no line tells of {untold}"
    if report.sealed < promised.sealed:
        yield f"expected {promised.sealed} entries under a signed head, got {report.sealed}"
    if again:
        recover()
        if room.path.read_bytes() != stored:
            yield "a second recovery found something to do"
