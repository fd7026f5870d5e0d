"""Verification: trusts nothing but the bytes and the signed heads."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from harvest.errors import LedgerError
from harvest.ledger.anchor import Anchor
from harvest.ledger.chain import Divergence, Diverges
from harvest.ledger.checkpoint import MOST_OF_A_HISTORY, MOST_OF_A_NOTE, split_notes
from harvest.ledger.durable import read_file
from harvest.ledger.erasure import UNENDED, intention_of
from harvest.ledger.inspection import Inspection, Progress
from harvest.ledger.keys import StateFolder
from harvest.ledger.line import LineRefused, decode, lines
from harvest.ledger.outside import outside_anchors
from harvest.ledger.policy import Policy
from harvest.ledger.reader import raw
from harvest.ledger.report import Report
from harvest.ledger.standing import Prefix, Standing
from harvest.ledger.swift import cores, swiftly

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_NO_STANDING: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError, LedgerError)
"""What comes of a kept standing that is none, that cannot be read, or whose values are not what ours would be."""


class Depth(Enum):
    """How much of a ledger is looked at."""

    QUICK = auto()
    """As FAST, but for lines whose bytes are those that an earlier look of this kind found right."""
    FAST = auto()
    """Chain, tree and seal of every line; what no head signs by all rules."""
    DEEP = auto()
    """Every line by all rules, and what lines say of one another and of files beside the ledger."""


def verify(
    path: Path,
    *,
    state: Path | None,
    against: Path | None = None,
    origin: str | None = None,
    progress: Progress | None = None,
    depth: Depth = Depth.FAST,
    processes: int | None = None,
    policy: Policy | None = None,
    repositories: Sequence[Path] = (),
    roots: Sequence["Certificate"] = (),
) -> Report:
    """Checks a whole ledger and says where it first goes wrong ("What verification finds, and what it cannot").

    Never raises for what it finds: the report has the verdict and its exit code.

    Args:
        path: `ledgers/<topic>.jsonl`.
        state: the state folder with the kept head, or None where none is at hand.
        against: a checkpoint that somebody kept.
        origin: the origin that this ledger must have, if the caller knows it; found in the genesis otherwise.
        progress: told about bytes read, now and then.
        depth: how much is looked at.
        processes: how many may read at once; as many as there are cores if None.
        policy: whose signatures the newest head must have.
        repositories: git repositories in which heads were tagged, beside those that the state folder remembers.
        roots: certificates that the user trusts to issue time-stamping certificates.
    """
    try:
        claimed = origin or _claimed_origin(path)
        while True:
            verification = _Verification(path, origin=claimed, depth=depth)
            verification.ask(policy, repositories, roots)
            report = verification.run(state, against, progress, processes or cores())
            if claimed or not (claimed := _claimed_origin(path)):  # it may have been begun meanwhile
                return report
    except LedgerError as error:
        return Report(path, unreadable=error.message)
    except OSError as error:
        return Report(path, unreadable=f"expected a readable file, got {(error.strerror or str(error)).lower()}")


class _Verification:
    """One look at one ledger."""

    def __init__(self, path: Path, *, origin: str, depth: Depth) -> None:
        self._path = path
        self._origin = origin
        self._depth = depth
        self._heads: list[Anchor] = []
        self._kept: int | None = None
        self._policy: Policy | None = None
        self._repositories: Sequence[Path] = ()
        self._roots: Sequence[Certificate] = ()
        self._notices: list[str] = []

    def ask(self, policy: Policy | None, repositories: Sequence[Path], roots: Sequence["Certificate"]) -> None:
        """What is asked of heads beyond that they agree."""
        self._policy, self._repositories, self._roots = policy, repositories, roots

    def run(self, state: Path | None, against: Path | None, progress: Progress | None, processes: int) -> Report:
        """Heads first, then the file: a writer that goes on meanwhile can only add to what the heads ask for."""
        inspection = self._begin()
        try:
            self._heads.extend(self._found(state, against))
            with _opened(self._path) as stream:
                size = _settled_size(stream)
                quick = StateFolder(state) if state and self._depth is Depth.QUICK else None
                inspection = self._swiftly(size, processes, progress, quick)
                fault_beside = self._read_on(inspection, stream, size, progress)
            if self._policy:
                self._notices.append(self._policy.demand(inspection.anchors.newest()))
        except Diverges as fault:
            fault_beside = fault.at
        report = inspection.report(fault_beside)
        return replace(report, kept_head=self._kept is not None, notices=(*report.notices, *self._notices))

    def _read_on(
        self, inspection: Inspection, stream: BinaryIO, size: int, progress: Progress | None
    ) -> Divergence | None:
        """Reads the rest, and says what is wrong with content.

        Content may go while it is looked at; then lines that were written meanwhile say so, and are read as well.
        """
        while True:
            stream.seek(inspection.chain.offset)
            inspection.read(stream, size, progress)
            fault = inspection.deep.fault() if inspection.deep else None
            read, size = size, _settled_size(stream) if fault else size
            if size <= read:
                return fault

    def _swiftly(self, size: int, processes: int, progress: Progress | None, quick: StateFolder | None) -> Inspection:
        """An inspection that went as far as the swift way leads: from where an earlier one stood, or the beginning."""
        told = (lambda read: progress(read, size)) if progress else None
        for inspection, prefix in (*self._earlier(quick, told), (self._begin(), Prefix())):
            read = prefix.update if quick else None
            if swiftly(inspection, size, processes=processes, progress=progress, read=read):
                if quick:
                    self._keep_standing(quick, inspection, prefix)
                return inspection
        return self._begin()

    def _earlier(
        self, quick: StateFolder | None, told: Callable[[int], None] | None
    ) -> Iterator[tuple[Inspection, Prefix]]:
        """Where an earlier inspection stood, and what it had read; if one is kept and nothing is another since."""
        inspection, prefix = self._begin(), Prefix()
        with suppress(*_NO_STANDING):
            kept = quick.standing(self._origin) if quick else None
            if kept is not None and Standing.parse(kept).restore(inspection, prefix, told):
                yield inspection, prefix

    def _keep_standing(self, quick: StateFolder, inspection: Inspection, prefix: Prefix) -> None:
        """For the next quick look. That nothing can be kept is no fault of the ledger."""
        try:
            standing = Standing.of(inspection, prefix)
            if standing:
                quick.keep_standing(self._origin, bytes(standing))
        except LedgerError as error:
            self._notices.append(f"the next quick look begins where this one did: {error}")

    def _begin(self) -> Inspection:
        deep = self._depth is Depth.DEEP
        return Inspection(self._path, origin=self._origin, heads=self._heads, kept=self._kept, deep=deep)

    def _found(self, state: Path | None, against: Path | None) -> Iterator[Anchor]:
        """All signed heads at hand ("What verification finds": kept head, any checkpoint that someone kept)."""
        kept = StateFolder(state).head(self._origin) if state else None
        if kept is not None:
            anchor = Anchor.parse("kept head", kept)
            self._kept = anchor.checkpoint.size
            yield anchor
        if state and intention_of(StateFolder(state), self._origin).exists():
            self._notices.append(UNENDED)
        beside = self._path.with_suffix(".checkpoint")
        if (note := read_file(beside, MOST_OF_A_NOTE)) is not None:
            yield Anchor.parse("checkpoint", note)
        if against is not None:
            yield Anchor.parse(f"checkpoint {against}", against.read_bytes())
        history = self._path.with_suffix(".checkpoints")
        if (written := read_file(history, MOST_OF_A_HISTORY)) is not None:
            notes, _ = split_notes(written)
            for note in dict.fromkeys(notes):
                with suppress(Diverges):
                    yield Anchor.parse("history of checkpoints", note, must_be_signed=False)
        yield from self._outside(state)

    def _outside(self, state: Path | None) -> Iterator[Anchor]:
        """Heads that others keep, with what is known of them; what binds no head is a notice."""
        remembered = StateFolder(state).repositories(self._origin) if state else ()
        repositories = dict.fromkeys([*remembered, *(one.resolve() for one in self._repositories)])
        for outside in outside_anchors(self._path, origin=self._origin, repositories=repositories, roots=self._roots):
            if outside.note is None:
                self._notices.append(outside.said)
            else:
                yield Anchor.parse(outside.name, outside.note, said=outside.said)


def _opened(path: Path) -> BinaryIO:
    return BufferedReader(raw(path), 1 << 18)


def _settled_size(stream: BinaryIO) -> int:
    """The file's size at a moment when no batch is half written, where the file system can lock."""
    with suppress(OSError):
        fcntl.flock(stream, fcntl.LOCK_SH)
    size = os.fstat(stream.fileno()).st_size
    with suppress(OSError):
        fcntl.flock(stream, fcntl.LOCK_UN)
    return size


def _claimed_origin(path: Path) -> str:
    """The origin that the first line names, or nothing if it cannot be read: the pass itself will say why."""
    with _opened(path) as stream:
        _settled_size(stream)
        try:
            return str(decode(next(lines(stream), b"")).body.get("origin"))
        except LineRefused:
            return ""
