"""A topic's ledger, open for writing: it continues what is there, appends in batches, and signs what it re-read."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from harvest.errors import HeadMissing, LedgerBroken, LedgerMissing
from harvest.ledger.anchor import Anchor, Anchors
from harvest.ledger.batch import Batch, Clock, Fold, Timekeeper
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.checkpoint import Checkpoint, split_notes
from harvest.ledger.durable import append, create, replace
from harvest.ledger.entry import Entry, Json, stamp
from harvest.ledger.keys import StateFolder
from harvest.ledger.line import leaf, lines
from harvest.ledger.merkle import EMPTY_ROOT, Frontier
from harvest.ledger.note import Signer, encode_base64
from harvest.ledger.store import Store

SEAL_ENTRIES: Final = 1_000
SEAL_AFTER: Final = timedelta(seconds=60)
"""During a run the head is signed at least this often ("Checkpoints, keys, state")."""


class Ledger:
    """The one writer's view of a ledger; several processes may hold one each on the same file.

    Use `Ledger.open`; close it, or use it as a context manager.
    """

    def __init__(
        self, store: Store, *, keys: StateFolder, origin: str, topic: str, clock: Clock, run: str, fold: Fold
    ) -> None:
        self.path = store.path
        self._store = store
        self._keys = keys
        self._origin = origin
        self._topic = topic
        self._run = run
        self._fold = fold
        self._times = Timekeeper(clock)
        self._chain = Chain()
        self._sealed = Frontier()
        self._sealed_offset = 0
        self._sealed_at: datetime = clock()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        keys: StateFolder,
        origin: str,
        topic: str,
        clock: Clock,
        run: str,
        created_by: str,
        genesis: Mapping[str, Json],
        fold: Fold,
    ) -> Self:
        """Opens a ledger, or begins one where neither the file nor a kept head exists.

        Each stored entry goes through `fold`, in order. A tail above the signed size that is torn or does not
        chain is moved to `<topic>.quarantine-<time>`, and a `recovered` entry says so.

        Args:
            path: `ledgers/<topic>.jsonl`.
            keys: where this ledger's key and head are kept.
            origin: the ledger's name for the world, no white space and no `+` (`HARVEST_ORIGIN`).
            topic: the topic's slug.
            clock: the time now, aware.
            run: ULID of this run or command.
            created_by: program and version, for the genesis.
            genesis: further fields of the genesis body.
            fold: takes each stored entry now and each appended entry later.

        Raises:
            LedgerBroken: what is stored contradicts itself or the kept head; nothing was repaired.
            LedgerMissing: a head is kept, the ledger is gone.
            HeadMissing: a ledger is there, its key or kept head is gone.
            WriteFailed: it cannot be opened for writing, or its beginning cannot be written.
        """
        _refuse_missing(path, keys.head(origin))
        ledger = cls(Store(path), keys=keys, origin=origin, topic=topic, clock=clock, run=run, fold=fold)
        try:
            ledger._load({**genesis, "created_by": created_by})
        except BaseException:
            ledger.close()
            raise
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Holds the append lock; what the block appends is durable when it has ended.

        First the entries that other processes appended go through `fold`. If the block raises, what it appended
        before is written all the same: it was folded, and an entry is true on its own.

        Raises:
            LedgerBroken: the file was cut, replaced or changed behind our back.
            WriteFailed: nothing of this batch is acknowledged, and this ledger takes no more.
        """
        with self._locked():
            batch = self._continue(Anchors([]))
            try:
                yield batch
            finally:
                batch.write()
            if self._seal_is_due():
                self._seal()

    def seal(self) -> Checkpoint:
        """Signs the head over all entries, after reading the new ones back through a fresh descriptor.

        Raises:
            LedgerBroken: what is stored is not what was written, or contradicts the kept head; nothing is signed.
            HeadMissing: the kept head is gone.
            WriteFailed: the checkpoint or the head could not be stored.
        """
        with self._locked():
            self._continue(Anchors([]))
            return self._seal()

    def close(self) -> None:
        """Lets go of the file; signs nothing."""
        self._store.close()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._store.locked():
            try:
                yield
            except Diverges as fault:
                raise LedgerBroken(
                    f"{self.path}: {fault}", hint="nothing was repaired; `harvest verify` says what still holds"
                ) from fault

    def _load(self, genesis: dict[str, Any]) -> None:
        """Reads all entries, holds them against the signed heads, and begins the ledger if it is new."""
        with self._locked():
            self._signer = self._find_signer()
            anchors = Anchors(self._anchors())
            batch = self._continue(anchors, genesis)
            anchors.finish(self._chain)
            self._refuse_foreign()
            batch.write()
            if anchors.sealed == 0:
                self._seal()

    def _find_signer(self) -> Signer:
        """The kept key; a new one, and the head of an empty tree, where neither ledger nor head exists.

        The empty head comes first of all, so that a crash at any later point leaves a ledger with its head.
        """
        signer, head = self._keys.signer(self._origin), self._keys.head(self._origin)
        if signer is None or head is None:
            if head is not None or self._store.size():
                gone = "key" if head is not None else "kept head"
                raise HeadMissing(
                    f"expected a {gone} for {self.path}, got none in {self._keys.path}",
                    hint=f"put the state folder back, or run `harvest adopt {self._topic}`",
                )
            signer = signer or self._keys.create_signer(self._origin)
            self._keys.keep(self._origin, Checkpoint(self._origin, 0, EMPTY_ROOT).sign(signer))
        return signer

    def _anchors(self) -> list[Anchor]:
        """The kept head, and the checkpoint beside the ledger if our key signed it."""
        anchors = [self._kept_head()]
        try:
            beside = Anchor.parse("checkpoint", self._beside("checkpoint").read_bytes())
        except (FileNotFoundError, Diverges):
            return anchors
        return [*anchors, beside] if beside.signed_by(self._signer.verifier) else anchors

    def _kept_head(self) -> Anchor:
        head = self._keys.head(self._origin)
        if head is None:
            raise HeadMissing(f"expected the kept head of {self.path}, got none in {self._keys.path}")
        return Anchor.parse("kept head", head)

    def _continue(self, anchors: Anchors, genesis: Mapping[str, Any] | None = None) -> Batch:
        """Takes in what the file holds beyond the newest known line; a batch to go on with."""
        recovered = self._catch_up(anchors)
        batch = Batch(self._chain, self._store, run=self._run, times=self._times, fold=self._fold)
        if genesis is not None and self._chain.tree.size == 0:
            batch.append("ledger", self._genesis(genesis))
            anchors.hold(self._chain)
        if recovered:
            batch.append("recovered", recovered)
            batch.write()
        return batch

    def _catch_up(self, anchors: Anchors) -> dict[str, Any] | None:
        """Folds the lines that are new to us; what was recovered, if the tail had to be moved away."""
        if self._store.size() < self._chain.offset:
            raise self._chain.diverges("what was written before", f"a file of {self._store.size()} bytes")
        with self._store.reader(self._chain.offset) as stream:
            for raw in lines(stream):
                try:
                    entry = self._chain.extend(raw)
                except Diverges as fault:
                    return self._recover(fault)
                anchors.hold(self._chain)
                self._fold(entry)
        return None

    def _recover(self, fault: Diverges) -> dict[str, Any]:
        """Moves a faulty tail above the signed size to quarantine ("Writing", on opening).

        Raises:
            Diverges: the fault itself, if a signed head covers the line.
        """
        if self._chain.tree.size < max(anchor.checkpoint.size for anchor in self._anchors()):
            raise fault
        with self._store.reader(self._chain.offset) as stream:
            tail = stream.read()
        moment = stamp(self._times.clock()).replace(":", "").replace("-", "")
        quarantine = self._beside(f"quarantine-{moment}")
        create(quarantine, tail)
        self._store.cut(self._chain.offset)
        return {
            "file": quarantine.name,
            "length": len(tail),
            "reason": str(fault)[:500],
            "sha256": hashlib.sha256(tail).hexdigest(),
        }

    def _genesis(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the first entry ("Entries", `ledger`)."""
        return {
            **fields,
            "nonce": secrets.token_hex(32),
            "origin": self._origin,
            "topic": self._topic,
            "vkey": str(self._signer.verifier),
        }

    def _refuse_foreign(self) -> None:
        """Our origin and our key must be the ones that the ledger names."""
        if self._chain.origin != self._origin:
            raise LedgerBroken(f"expected a ledger of origin {self._origin}, got one of {self._chain.origin}")
        if self._chain.verifier != self._signer.verifier:
            raise LedgerBroken(
                f"expected the key {self._signer.verifier} in {self.path}, got {self._chain.verifier}",
                hint=f"put back the key that the ledger names, or run `harvest adopt {self._topic}`",
            )

    def _seal_is_due(self) -> bool:
        fresh = self._chain.tree.size - self._sealed.size
        return fresh >= SEAL_ENTRIES or (fresh > 0 and self._times.clock() - self._sealed_at >= SEAL_AFTER)

    def _seal(self) -> Checkpoint:
        """Re-reads, compares with the kept head, signs, stores: checkpoint, history, head, in this order."""
        tree, offset = self._reread(self._kept_head())
        head = Checkpoint(self._origin, tree.size, tree.root())
        note = head.sign(self._signer)
        replace(self._beside("checkpoint"), note)
        self._extend_history(note)
        self._keys.keep(self._origin, note)
        self._sealed, self._sealed_offset, self._sealed_at = tree, offset, self._times.clock()
        return head

    def _reread(self, kept: Anchor) -> tuple[Frontier, int]:
        """The tree over what the disk gives back, from the last head that we signed ourselves, or from the start.

        Raises:
            Diverges: if it is not the tree over what was written, or not an extension of the kept head's.
        """
        head = kept.checkpoint
        behind = head.size < self._sealed.size
        tree, offset = (Frontier(), 0) if behind else (self._sealed.copy(), self._sealed_offset)
        root_at_head = tree.root()
        with self._store.reader(offset) as stream:
            for raw in lines(stream):
                tree.append(leaf(raw))
                offset += len(raw)
                if tree.size <= head.size:
                    root_at_head = tree.root()
        if tree.size < head.size or root_at_head != head.root or tree.root() != self._chain.tree.root():
            expected = f"root {encode_base64(self._chain.tree.root())} over {self._chain.tree.size} entries"
            raise self._chain.diverges(f"{expected}, continuing {head.size}", f"root {encode_base64(tree.root())}")
        return tree, offset

    def _extend_history(self, note: bytes) -> None:
        """Appends to `<topic>.checkpoints`, over whatever a crash left there of a note."""
        history = self._beside("checkpoints")
        stored = history.read_bytes() if history.exists() else b""
        notes, filled = split_notes(stored)
        if notes[-1:] != [note] or filled != len(stored):
            append(history, note, at=filled)

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(f"{self.path.stem}.{suffix}")


def _refuse_missing(path: Path, head: bytes | None) -> None:
    """A ledger that a head was signed for must be there ("Ledger missing while a head exists: refuse")."""
    if head is not None and not path.exists() and (size := Anchor.parse("kept head", head).checkpoint.size):
        raise LedgerMissing(
            f"expected {path} with {size} entries as in the kept head, got no file",
            hint="put it back; to begin anew, choose another HARVEST_ORIGIN",
        )


def entries(path: Path) -> Iterator[Entry]:
    """The entries of a ledger, each checked as it is read; holds no head against them (`verify` does).

    Raises:
        LedgerBroken: at the first line that breaks a rule, with its number and byte offset.
        LedgerMissing: if there is no such file.
    """
    chain = Chain()
    try:
        with path.open("rb") as stream:
            for raw in lines(stream):
                yield chain.extend(raw)
    except FileNotFoundError:
        raise LedgerMissing(f"expected a ledger at {path}, got no file") from None
    except Diverges as fault:
        raise LedgerBroken(f"{path}: {fault}", hint="`harvest verify` says what still holds") from fault
