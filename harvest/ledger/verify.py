"""Verification: reads a ledger once, line by line, trusts nothing but the bytes and the signed heads."""

import fcntl
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from harvest.errors import LedgerError
from harvest.ledger.anchor import Anchor, Anchors
from harvest.ledger.chain import Chain, Divergence, Diverges
from harvest.ledger.checkpoint import split_notes
from harvest.ledger.content import ContentCheck
from harvest.ledger.entry import KNOWN_TYPES, Entry
from harvest.ledger.keys import StateFolder
from harvest.ledger.line import LineRefused, decode, leaf, lines
from harvest.ledger.note import encode_base64
from harvest.ledger.report import Report
from harvest.ledger.runs import RunDisagrees, Runs

Progress = Callable[[int, int], None]
"""Told now and then how many bytes of how many are read."""
_TELL_EVERY: Final = 1 << 20


def verify(
    path: Path,
    *,
    state: Path | None,
    against: Path | None = None,
    origin: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Checks a whole ledger and says where it first goes wrong ("What verification finds, and what it cannot").

    Never raises for what it finds: the report has the verdict and its exit code.

    Args:
        path: `ledgers/<topic>.jsonl`.
        state: the state folder with the kept head, or None where none is at hand.
        against: a checkpoint that somebody kept.
        origin: the origin that this ledger must have, if the caller knows it; found in the genesis otherwise.
        progress: told about bytes read, about once a megabyte.
    """
    try:
        return _Verification(path, origin=origin or _claimed_origin(path)).run(state, against, progress)
    except LedgerError as error:
        return Report(path, unreadable=error.message)
    except OSError as error:
        return Report(path, unreadable=f"expected a readable file, got {(error.strerror or str(error)).lower()}")


class _Verification:
    """One pass over one ledger."""

    def __init__(self, path: Path, *, origin: str) -> None:
        self._path = path
        self._origin = origin
        self._chain = Chain()
        self._runs = Runs()
        self._content = ContentCheck(path.parent.parent / "content" / path.stem)
        self._types: Counter[str] = Counter()
        self._notices: list[str] = []
        self._anchors = Anchors([])
        self._kept: int | None = None

    def run(self, state: Path | None, against: Path | None, progress: Progress | None) -> Report:
        """Heads first, then the file: a writer that goes on meanwhile can only add to what the heads ask for."""
        divergence = None
        try:
            self._anchors = Anchors(self._heads(state, against))
            with _opened(self._path) as stream:
                self._read(stream, _settled_size(stream), progress)
            self._anchors.finish(self._chain)
            divergence = self._content.fault()
        except Diverges as fault:
            divergence = fault.at
        return self._report(divergence)

    def _heads(self, state: Path | None, against: Path | None) -> Iterator[Anchor]:
        """All signed heads at hand ("What verification finds": kept head, any checkpoint that someone kept)."""
        kept = StateFolder(state).head(self._origin) if state else None
        if kept is not None:
            anchor = Anchor.parse("kept head", kept)
            self._kept = anchor.checkpoint.size
            yield anchor
        beside = self._path.with_suffix(".checkpoint")
        if beside.exists():
            yield Anchor.parse("checkpoint", beside.read_bytes())
        if against is not None:
            yield Anchor.parse(f"checkpoint {against}", against.read_bytes())
        history = self._path.with_suffix(".checkpoints")
        if history.exists():
            notes, _ = split_notes(history.read_bytes())
            for note in notes:
                with suppress(Diverges):
                    yield Anchor.parse("history of checkpoints", note, must_be_signed=False)

    def _read(self, stream: BinaryIO, size: int, progress: Progress | None) -> None:
        upcoming = _up_to(stream, size)
        told = 0
        for raw in upcoming:
            offset = self._chain.offset
            try:
                entry = self._chain.extend(raw)
            except Diverges as fault:
                raise self._blame(fault, raw, next(upcoming, b"")) from None
            self._check_origin()
            if entry.type == "adopted":
                self._adopt(entry)
            self._anchors.hold(self._chain)
            self._take(entry, offset)
            if progress and self._chain.offset - told >= _TELL_EVERY:
                told = self._chain.offset
                progress(told, size)
        if not self._chain.last:
            raise self._chain.diverges("a genesis of type ledger", "an empty file")

    def _blame(self, fault: Diverges, raw: bytes, following: bytes) -> Diverges:
        """A broken link shows in the second of two lines; the one whose bytes changed is the one to name.

        The second line is as it was written if the line after it, or a signed head over both, takes it as it is.
        """
        last = self._chain.last
        if not fault.breaks_link or not last:
            return fault
        claimed = decode(raw).prev
        tree = last.tree_before.copy()
        tree.append(bytes.fromhex(claimed))
        tree.append(leaf(raw))
        heads = self._anchors.at(tree.size)
        if following:
            intact = _prev(following) == leaf(raw).hex()
        else:
            intact = not heads or any(head.checkpoint.root == tree.root() for head in heads)
        if not intact:
            return fault
        named = f"leaf {claimed} as line {self._chain.tree.size + 1} names it"
        return Diverges(Divergence(self._chain.tree.size, last.offset, named, f"leaf {last.leaf.hex()}"))

    def _check_origin(self) -> None:
        if self._chain.origin != self._origin:
            raise Diverges(Divergence(1, 0, f"origin {self._origin}", f"origin {self._chain.origin}"))

    def _take(self, entry: Entry, offset: int) -> None:
        """Counts the entry and holds it against its run and its content."""
        self._types[entry.type] += 1
        try:
            self._runs.take(entry)
        except RunDisagrees as fault:
            raise Diverges(Divergence(entry.seq + 1, offset, fault.expected, fault.found)) from None
        self._content.take(entry, offset)

    def _adopt(self, entry: Entry) -> None:
        """Nobody vouches for an adopted key; a kept head that does not cover the adoption speaks against it."""
        self._notices.append(
            f"line {entry.seq + 1}: adopted, its key or kept head was gone ({entry.body.get('reason')}): "
            "a cut or an exchange before it would not be seen without a checkpoint that somebody kept"
        )
        if self._kept is not None and self._kept <= entry.seq:
            self._anchors.distrust()
            self._notices.append(
                f"line {entry.seq + 1}: the kept head of {self._kept} entries does not know of this adoption: "
                "what the adopted key signed counts as unsealed"
            )

    def _report(self, divergence: Divergence | None) -> Report:
        chain, types = self._chain, self._types
        return Report(
            self._path,
            entries=chain.tree.size,
            sealed=self._anchors.sealed,
            root=encode_base64(chain.tree.root()),
            origin=chain.origin,
            vkey=str(chain.verifier or ""),
            heads=self._anchors.agreeing(),
            kept_head=self._kept is not None,
            first_divergence=divergence,
            interrupted=self._runs.interrupted(),
            types={name: count for name, count in types.items() if name in KNOWN_TYPES},
            unknown_types={name: count for name, count in types.items() if name not in KNOWN_TYPES},
            notices=tuple(self._notices),
        )


def _opened(path: Path) -> BinaryIO:
    """The ledger for reading; anything but a file is refused, and a pipe is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LedgerError("expected a readable file, got something else")
    return os.fdopen(descriptor, "rb", buffering=1 << 18)


def _settled_size(stream: BinaryIO) -> int:
    """The file's size at a moment when no batch is half written, where the file system can lock."""
    with suppress(OSError):
        fcntl.flock(stream, fcntl.LOCK_SH)
    size = os.fstat(stream.fileno()).st_size
    with suppress(OSError):
        fcntl.flock(stream, fcntl.LOCK_UN)
    return size


def _up_to(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Stored lines up to that size; what is appended later is not looked at."""
    rest = size
    for raw in lines(stream):
        if rest <= 0:
            return
        yield raw[:rest]
        rest -= len(raw)


def _claimed_origin(path: Path) -> str:
    """The origin that the first line names, or nothing if it cannot be read: the pass itself will say why."""
    with _opened(path) as stream:
        try:
            return str(decode(next(lines(stream), b"")).body.get("origin"))
        except LineRefused:
            return ""


def _prev(raw: bytes) -> str:
    try:
        return decode(raw).prev
    except LineRefused:
        return ""
