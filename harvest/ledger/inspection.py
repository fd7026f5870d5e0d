"""One look at a ledger: what its lines come to, from the genesis on; whatever is wrong stops it and says where."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from harvest.errors import LedgerError
from harvest.ledger.anchor import Anchor, Anchors
from harvest.ledger.chain import Chain, Divergence, Diverges
from harvest.ledger.deep import Deep
from harvest.ledger.entry import KNOWN_TYPES, Entry
from harvest.ledger.examiner import Examiner
from harvest.ledger.leaf import leaf
from harvest.ledger.line import LineRefused, decode, lines
from harvest.ledger.merkle import tree_root
from harvest.ledger.note import Verifier, encode_base64
from harvest.ledger.report import Report
from harvest.ledger.runs import RunDisagrees, Runs

Progress = Callable[[int, int], None]
"""Told now and then how many bytes of how many are read."""
_TELL_EVERY: Final = 1 << 20


class Inspection:
    """What was found so far.

    Args:
        path: the ledger.
        origin: the origin that it must have.
        heads: all signed heads to hold it against.
        kept: entries that the kept head covers, None without one.
        deep: look also at what lines say of one another and of files beside the ledger.

    Attributes:
        chain: the state after the newest line looked at.
        types: entries by type.
    """

    def __init__(
        self, path: Path, *, origin: str, heads: Sequence[Anchor], kept: int | None, deep: bool = False
    ) -> None:
        self.path = path
        self.chain = Chain()
        self.runs = Runs()
        self.types: Counter[str] = Counter()
        self.anchors = Anchors(heads)
        self.deep = Deep(path) if deep else None
        self._examiner = Examiner()
        self._origin = origin
        self._kept = kept
        self._notices: list[str] = []
        self._ended = False

    def read(self, stream: BinaryIO, size: int, progress: Progress | None) -> None:
        """Takes the lines up to byte `size`, each by every rule of the format.

        Args:
            stream: the ledger, from the byte at which the chain ends.
            size: what is appended beyond it is not looked at.
            progress: told about once a megabyte.

        Raises:
            Diverges: at the first line that is not as it should be.
            LedgerError: the stream ends before that size.
        """
        upcoming = _up_to(stream, size - self.chain.offset)
        told = self.chain.offset
        for raw in upcoming:
            offset, before = self.chain.offset, self.chain.verifier
            try:
                entry = self.chain.extend(raw)
            except Diverges as fault:
                raise self._blame(fault, raw, next(upcoming, b"")) from None
            self.follow(entry, before)
            self._take(entry, offset)
            if progress and self.chain.offset - told >= _TELL_EVERY:
                told = self.chain.offset
                progress(told, size)
        if self.chain.offset < size:
            raise LedgerError(f"expected {size} readable bytes, got an end after {self.chain.offset}")
        if not self.chain.last:
            raise self.chain.diverges("a genesis of type ledger", "an empty file")
        self.anchors.finish(self.chain)
        self._ended = True

    def follow(self, entry: Entry | None, before: Verifier | None) -> None:
        """Holds the chain against origin and heads.

        Args:
            entry: its newest line, if that had to be read.
            before: the key before that line.

        Raises:
            Diverges: if one of them is another.
        """
        if self.chain.origin != self._origin:
            raise Diverges(Divergence(1, 0, f"origin {self._origin}", f"origin {self.chain.origin}"))
        if entry and entry.type == "adopted":
            self._adopt(entry, before)
        self.anchors.hold(self.chain)

    def take_run(self, entry: Entry, offset: int) -> None:
        """Holds the entry against its run.

        Raises:
            Diverges: if the run was over, or its counts do not add up.
        """
        try:
            self.runs.take(entry)
        except RunDisagrees as fault:
            raise Diverges(Divergence(entry.seq + 1, offset, fault.expected, fault.found)) from None

    def report(self, divergence: Divergence | None) -> Report:
        """What was found, in one value; of runs nothing where a divergence kept their ends from being seen."""
        chain, types = self.chain, self.types
        return Report(
            self.path,
            entries=chain.tree.size,
            sealed=self.anchors.sealed,
            root=encode_base64(chain.tree.root()),
            origin=chain.origin,
            vkey=str(chain.verifier or ""),
            heads=self.anchors.agreeing(),
            kept_head=self._kept is not None,
            first_divergence=divergence,
            interrupted=() if divergence and not self._ended else self.runs.interrupted(),
            types={name: count for name, count in types.items() if name in KNOWN_TYPES},
            unknown_types={name: count for name, count in types.items() if name not in KNOWN_TYPES},
            contradictions=self.deep.contradictions() if self.deep else (),
            notices=(*self._notices, *self.anchors.said(), *(self.deep.notices() if self.deep else ())),
        )

    def _take(self, entry: Entry, offset: int) -> None:
        if self.deep:
            self._examiner.take(entry, offset)
            self.deep.take(self._examiner)
            self._examiner = Examiner()
        self.types[entry.type] += 1
        self.runs.count(entry.run, entry.type)
        self.take_run(entry, offset)

    def _blame(self, fault: Diverges, raw: bytes, following: bytes) -> Diverges:
        """A broken link shows in the second of two lines; the one whose bytes changed is the one to name.

        The first line is as it was written if a signed head over it agreed; the second if the line after it, or a
        signed head over both, takes it as it is.
        """
        last = self.chain.last
        if not fault.breaks_link or not last or self.anchors.sealed == self.chain.tree.size:
            return fault
        claimed = decode(raw).prev
        heads = self.anchors.at(self.chain.tree.size + 1)
        if following:
            intact = _prev(following) == leaf(raw).hex()
        else:
            intact = not heads or self._root_with(claimed, raw) in {head.checkpoint.root for head in heads}
        if not intact:
            return fault
        named = f"leaf {claimed} as line {self.chain.tree.size + 1} names it"
        return Diverges(Divergence(self.chain.tree.size, last.offset, named, f"leaf {last.leaf.hex()}"))

    def _root_with(self, claimed: str, raw: bytes) -> bytes:
        """The root over all lines, if the newest line of the chain had the leaf that `raw` claims."""
        with self.path.open("rb") as stream:
            leaves = [leaf(line) for line, _ in zip(lines(stream), range(self.chain.tree.size - 1), strict=False)]
        return tree_root([*leaves, bytes.fromhex(claimed), leaf(raw)])

    def _adopt(self, entry: Entry, before: Verifier | None) -> None:
        """Nobody vouches for an adopted key; a kept head that does not cover the adoption speaks against it."""
        self._notices.append(
            f"line {entry.seq + 1}: adopted, its key or kept head was gone ({entry.body.get('reason')}): "
            "a cut or an exchange before it would not be seen without a checkpoint that somebody kept"
        )
        if self._kept is not None and self._kept <= entry.seq and self.chain.verifier != before:
            self.anchors.distrust(before)
            self._notices.append(
                f"line {entry.seq + 1}: the kept head of {self._kept} entries does not know of this adoption: "
                "what the adopted key signed counts as unsealed"
            )


def _up_to(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Stored lines up to that size; what is appended later is not looked at."""
    rest = size
    for raw in lines(stream):
        if rest <= 0:
            return
        yield raw[:rest]
        rest -= len(raw)


def _prev(raw: bytes) -> str:
    with suppress(LineRefused):
        return decode(raw).prev
    return ""
