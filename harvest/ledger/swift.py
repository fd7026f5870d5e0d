"""The swift way through a ledger: stretches are scanned by several processes and joined where they meet.

It goes as far as a signed head does: there every byte is one that was signed for, if chain, tree and signature hold.
Where anything does not, it gives up, and the inspection is made anew, line by line.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from math import ceil
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Final

from harvest.errors import LedgerError
from harvest.ledger.chain import KEY_TYPES, LastLine
from harvest.ledger.inspection import Inspection, Progress
from harvest.ledger.line import MAX_LINE, decode
from harvest.ledger.scan import Mark, Notable, Stretch, scan
from harvest.ledger.span import Span

WORTH_A_PROCESS: Final = 1 << 23
"""Bytes; less than that is scanned sooner than another process starts."""
PIECE: Final = 1 << 26
"""Bytes of one stretch, at most; progress is told after each."""


def swiftly(
    inspection: Inspection,
    size: int,
    *,
    processes: int,
    progress: Progress | None,
    read: Callable[[bytes], object] | None = None,
) -> bool:
    """Takes an inspection as far as the newest head that must agree.

    Args:
        inspection: at its beginning, or where an earlier one stood; left in pieces if the answer is no.
        size: bytes of the ledger to look at.
        processes: how many may scan at once.
        progress: told after each stretch how far it goes, or where the newest head is if that comes before.
        read: told of the bytes that were looked at, in order, which takes one process.

    Returns:
        Whether all of it is as it should be. If not, or if there is no head to go by, nothing is said of why.
    """
    sizes = inspection.anchors.sizes()
    pieces = list(_pieces(inspection.path, inspection.chain.offset, size, processes)) if sizes else []
    joint = _Joint(inspection, max(sizes, default=None))
    try:
        for number, stretch in enumerate(_scanned(inspection, pieces, sizes, 1 if read else processes, read)):
            if stretch is None or not joint.take(stretch):
                return False
            if progress:
                _, end = pieces[number]
                progress(inspection.chain.offset if joint.is_sealed() else end, size)
        return joint.is_sealed()
    except LedgerError:
        return False


class _Joint:
    """Where stretches meet: the state of the inspection after those that were joined."""

    def __init__(self, inspection: Inspection, newest: int | None) -> None:
        """From where the inspection stands to a head of that size, or to no other place."""
        chain = inspection.chain
        self._newest = chain.tree.size if newest is None else newest
        self._inspection = inspection
        self._span = Span.of(chain.tree)
        self._leaf = chain.prev.encode()
        self._time = chain.last.time.encode() if chain.last else b""

    def take(self, stretch: Stretch) -> bool:
        """Joins the next stretch; False if it does not go on where the one before ended.

        One without lines can only stand behind the newest head: before it, nothing may be passed over.
        """
        if stretch.begin == stretch.end:
            return self._span.end == self._newest
        if (stretch.begin, stretch.prev) != (self._span.end, self._leaf) or stretch.times[0] < self._time:
            return False
        notables = {notable.seq: notable for notable in stretch.notables}
        for mark in stretch.marks:
            self._stand(mark, notables.get(mark.size - 1))
        for notable in stretch.notables:
            self._take_run(notable)
        self._span.join(stretch.subtrees)
        self._leaf, self._time = stretch.leaf, stretch.times[1]
        if self._inspection.deep and stretch.examiner:
            self._inspection.deep.take(stretch.examiner)
        return self._book(stretch)

    def is_sealed(self) -> bool:
        """Is the inspection where the newest head is, and does that head agree?"""
        size, sealed = self._inspection.chain.tree.size, self._inspection.anchors.sealed
        return size > 0 and size == self._span.end == self._newest and sealed >= size

    def _stand(self, mark: Mark, newest: Notable | None) -> None:
        """Puts the inspection after the marked line and holds it against heads and, for a line that names one, key."""
        chain = self._inspection.chain
        before = chain.verifier
        entry = decode(newest.raw) if newest else None
        if entry and entry.type in KEY_TYPES:
            if chain.tree.size != entry.seq:
                chain.tree = Span(0, self._span.subtrees).frontier()
            chain.follow_keys(entry)
        tree = Span(0, self._span.subtrees).join(mark.subtrees).frontier()
        chain.stand(tree, LastLine(mark.leaf, mark.time.decode(), mark.last), mark.offset)
        self._inspection.follow(entry, before)

    def _take_run(self, notable: Notable) -> None:
        entry = decode(notable.raw)
        if entry.type not in KEY_TYPES:
            self._inspection.take_run(entry, notable.offset)

    def _book(self, stretch: Stretch) -> bool:
        """Counts lines by run and type; False if a run goes on after its end."""
        runs = self._inspection.runs
        for (run, type_), count in stretch.kinds.items():
            self._inspection.types[type_.decode()] += count
            runs.count(run.decode(), type_.decode(), count)
        return all(runs.ended(run.decode()) in {None, newest} for run, newest in stretch.runs.items())


def _pieces(path: Path, begin: int, size: int, processes: int) -> Iterator[tuple[int, int]]:
    """Stretches of whole lines, about equally long: as many for each process, none longer than `PIECE` by a line."""
    left = size - begin
    rounds = max(1, ceil(left / (PIECE * processes)))
    share = min(PIECE, max(WORTH_A_PROCESS, ceil(left / (rounds * processes))))
    with path.open("rb") as stream:
        while begin < size:
            end = min(begin + share, size)
            if end < size:
                stream.seek(end - 1)
                end = min(end - 1 + len(stream.readline(MAX_LINE + 1)), size)
            yield begin, end
            begin = end


def _scanned(
    inspection: Inspection,
    pieces: Sequence[tuple[int, int]],
    sizes: Sequence[int],
    processes: int,
    read: Callable[[bytes], object] | None,
) -> Iterator[Stretch | None]:
    """What each stretch comes to, in order; this process goes on alone where others die or cannot be started."""
    path, examine = inspection.path, inspection.deep is not None
    processes = min(processes, len(pieces))
    done = 0
    if processes >= 2:  # noqa: PLR2004 - one process is this one
        # a process with several threads is not to be forked
        context = get_context("fork" if threading.active_count() == 1 else "spawn")
        begins, ends = zip(*pieces, strict=True)
        others = frozenset(active_children())
        try:
            with ProcessPoolExecutor(processes, mp_context=context) as pool:
                for stretch in pool.map(scan, repeat(path), begins, ends, repeat(sizes), repeat(examine)):
                    done += 1
                    yield stretch
        except (OSError, RuntimeError):  # of which a broken pool is one, as a thread that does not start
            for child in frozenset(active_children()) - others:
                child.kill()
                child.join()
    yield from (scan(path, begin, end, sizes, examine, read=read) for begin, end in pieces[done:])


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
