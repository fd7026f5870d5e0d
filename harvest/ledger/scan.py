"""Reading at speed: chain and tree over a stretch of a ledger, a block at a time, without reading its JSON.

A scan can only accept: it says what a whole stretch comes to, or nothing as soon as one byte is not as it should be.
Why not is for the slow reader to find out. It needs no line before its first, so that stretches can be scanned apart.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import le
from pathlib import Path
from re import compile as pattern
from typing import BinaryIO, Final

from harvest.ledger.chain import KEY_TYPES
from harvest.ledger.examiner import Columns, Examiner
from harvest.ledger.leaf import leaf_hashes
from harvest.ledger.line import MAX_LINE
from harvest.ledger.span import Span, Subtree

BLOCK: Final = 1 << 20
"""Bytes read at once; the lines of a block are handled together."""
KEY_LINES: Final = frozenset(name.encode() for name in KEY_TYPES)
NOTABLE_LINES: Final = KEY_LINES | {b"run-started", b"run-finished"}

_END: Final = b'"prev":"'
_ENDS: Final = pattern(
    rb'(?:"prev":"[^\n]{64}","run":"[0-9A-Z]{26}","seq":[0-9]{1,16}+,"time":"[0-9T:.Z-]{27}",'
    rb'"type":"[ -!#-\[\]-~]++","v":1\}\n)*+'
)
"""No escapes: what is compared here must be what the JSON says. Each `prev` is compared with a leaf, whatever it is."""
_PREV: Final = slice(8, 72)
_RUN: Final = slice(81, 107)
_SEQ: Final = 115
"""Where the parts of an envelope's end stand, from its `"prev"`; what follows `seq` moves with its digits."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The tree at a place: over `size` lines, of which the last begins at `last` and the next at `offset`."""

    size: int
    offset: int
    last: int
    leaf: bytes
    time: bytes
    subtrees: tuple[Subtree, ...]
    """From the first line of the stretch on."""


@dataclass(frozen=True, slots=True)
class Notable:
    """A line that somebody has to read: it names a key, or begins or ends a run."""

    seq: int
    offset: int
    raw: bytes


@dataclass(slots=True)
class Stretch:
    """What lines `begin` to `end` come to.

    Attributes:
        prev: what the first line has as `prev`, in hex.
        times: of the first and of the last line.
        kinds: lines by run and type.
        runs: the `seq` of the newest line of each run.
    """

    begin: int
    end: int
    prev: bytes = b""
    leaf: bytes = b""
    times: tuple[bytes, bytes] = (b"", b"")
    subtrees: tuple[Subtree, ...] = ()
    marks: list[Mark] = field(default_factory=list)
    notables: list[Notable] = field(default_factory=list)
    kinds: Counter[tuple[bytes, bytes]] = field(default_factory=Counter)
    runs: dict[bytes, int] = field(default_factory=dict)
    examiner: Examiner | None = None
    """What a deep look at the lines found."""


def scan(
    path: Path,
    begin: int,
    end: int,
    sizes: Sequence[int],
    examine: bool = False,  # noqa: FBT001, FBT002 - mapped over
    *,
    read: Callable[[bytes], object] | None = None,
) -> Stretch | None:
    """Scans the lines between two bytes, as far as the last of `sizes` goes.

    Args:
        path: the ledger.
        begin: where a line begins.
        end: where a line ends.
        sizes: rising numbers of lines at which the tree is wanted.
        examine: look at each line for itself, too.
        read: told of the bytes of the lines that were found right, in order.

    Returns:
        None if a line is not whole, not linked, not numbered or not timed as it should be.
    """
    with path.open("rb", buffering=0) as stream:
        stream.seek(begin)
        scanner: _Scanner | None = None
        for offset, lines in _blocks(stream, begin, end):
            ends = [line[line.rfind(_END) :] for line in lines]
            if not _ENDS.fullmatch(b"\n".join(ends) + b"\n"):
                return None
            scanner = scanner or _Scanner(ends[0], sizes, Examiner() if examine else None)
            wanted = scanner.wanted(len(lines))
            if not scanner.take(lines[:wanted], ends[:wanted], offset):
                return None
            if read:
                read(b"".join(line + b"\n" for line in lines[:wanted]))
            if wanted < len(lines):
                break
        return scanner.stretch() if scanner else None


def _blocks(stream: BinaryIO, begin: int, end: int) -> Iterator[tuple[int, list[bytes]]]:
    """Whole lines without their LF, about a block at a time, with the byte at which the first begins.

    A last line without LF comes with a piece that cannot be a line after it.
    """
    rest = b""
    while begin < end:
        block = stream.read(min(BLOCK, end - begin - len(rest)))
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if not block or len(rest) > MAX_LINE:
            yield begin, [b""]
            return
        if lines:
            yield begin, lines
            begin += sum(map(len, lines)) + len(lines)


class _Scanner:
    """The state of a scan between two blocks."""

    def __init__(self, first: bytes, sizes: Sequence[int], examiner: Examiner | None) -> None:
        begin = int(first[_SEQ : first.index(b",", _SEQ)])
        self._stretch = Stretch(begin, begin, prev=first[_PREV], examiner=examiner)
        self._sizes = sizes
        self._span = Span(begin)
        self._limit = sizes[-1] if sizes else 0
        self._leaf_hex = first[_PREV]
        self._time = b""
        self._newest = (0, b"", b"")

    def wanted(self, lines: int) -> int:
        """How many of the next lines are within what was asked."""
        return max(0, min(lines, self._limit - self._span.end))

    def take(self, lines: list[bytes], ends: list[bytes], offset: int) -> bool:
        """Takes the next lines; False if they do not follow."""
        if not lines:
            return True
        leaves = leaf_hashes(lines)
        columns = _columns(ends, self._span.end)
        if columns is None or max(map(len, lines)) >= MAX_LINE:
            return False
        _, _, runs, times, types = columns
        linked = self._leaf_hex + b"".join(leaves).hex().encode()
        if b"".join([end[_PREV] for end in ends]) != linked[: -2 * len(leaves[0])]:
            return False
        if self._time > times[0] or not all(map(le, times, times[1:])):
            return False
        examiner = self._stretch.examiner
        if examiner and not examiner.take_lines(lines, columns, offset):
            return False
        self._leaf_hex, self._time = linked[-2 * len(leaves[0]) :], times[-1]
        self._book(runs, types, times)
        self._grow(lines, leaves, times, types, offset)
        return True

    def stretch(self) -> Stretch:
        """What was scanned."""
        found = self._stretch
        found.end, found.leaf, found.subtrees = self._span.end, self._leaf_hex, self._span.subtrees
        found.times = (found.times[0], self._time)
        return found

    def _book(self, runs: list[bytes], types: list[bytes], times: list[bytes]) -> None:
        found, first = self._stretch, self._span.end
        if runs.count(runs[0]) == len(runs):
            found.kinds.update({(runs[0], type_): count for type_, count in Counter(types).items()})
            found.runs[runs[0]] = first + len(runs) - 1
        else:
            found.kinds.update(zip(runs, types, strict=True))
            found.runs.update(zip(runs, range(first, first + len(runs)), strict=True))
        found.times = (found.times[0] or times[0], b"")

    def _grow(
        self, lines: list[bytes], leaves: list[bytes], times: list[bytes], types: list[bytes], offset: int
    ) -> None:
        """Grows the tree, and halts wherever it is wanted."""
        first, sizes = self._span.end, self._sizes
        wanted = sizes[bisect_right(sizes, first) : bisect_right(sizes, first + len(lines))]
        cuts = {size - first for size in wanted}
        if not NOTABLE_LINES.isdisjoint(types):
            at = offset
            for place, (line, type_) in enumerate(zip(lines, types, strict=True)):
                if type_ in NOTABLE_LINES:
                    self._stretch.notables.append(Notable(first + place, at, line + b"\n"))
                if type_ in KEY_LINES:
                    cuts |= {place, place + 1}
                at += len(line) + 1
        if first == self._stretch.begin:
            cuts.discard(0)
        done = 0
        for cut in sorted(cuts):
            self._span.extend(leaves[done:cut])
            offset += sum(map(len, lines[done:cut])) + cut - done
            if cut:
                self._newest = (offset - len(lines[cut - 1]) - 1, leaves[cut - 1], times[cut - 1])
            self._stretch.marks.append(Mark(first + cut, offset, *self._newest, self._span.subtrees))
            done = cut
        if rest := lines[done:]:
            self._span.extend(leaves[done:])
            self._newest = (offset + sum(map(len, rest[:-1])) + len(rest) - 1, leaves[-1], times[-1])


def _columns(ends: list[bytes], first: int) -> Columns | None:
    """The columns of lines that are numbered from `first` on; None if they are not."""
    times: list[bytes] = []
    types: list[bytes] = []
    while len(times) < len(ends):
        seq = first + len(times)
        digits = len(str(seq))
        same = ends[len(times) : len(times) + 10**digits - seq]
        after = _SEQ + digits
        if [end[_SEQ : after + 1] for end in same] != [b"%d," % number for number in range(seq, seq + len(same))]:
            return None
        times += [end[after + 9 : after + 36] for end in same]
        types += [end[after + 46 : -8] for end in same]
    return Columns(first, ends, [end[_RUN] for end in ends], times, types)
