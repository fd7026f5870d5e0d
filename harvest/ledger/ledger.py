"""A topic's ledger, open for writing: it continues what is there, appends in batches, and signs what it re-read."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from harvest.errors import LedgerBroken, LedgerMissing
from harvest.ledger.anchor import Anchor, Anchors
from harvest.ledger.batch import Batch, Clock, Fold, Timekeeper
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.checkpoint import Checkpoint
from harvest.ledger.content import ContentStore
from harvest.ledger.entry import Json
from harvest.ledger.erasure import Erasure, intention_of
from harvest.ledger.keys import StateFolder
from harvest.ledger.line import lines
from harvest.ledger.recovery import quarantined, untold
from harvest.ledger.seal import Seal
from harvest.ledger.store import Store


class Ledger:
    """One writer's view of a ledger; several processes may hold one each on the same file.

    Use `Ledger.open`; close it, or use it as a context manager.
    """

    def __init__(
        self, store: Store, *, keys: StateFolder, origin: str, topic: str, clock: Clock, run: str, fold: Fold
    ) -> None:
        self.path = store.path
        self._store = store
        self._origin = origin
        self._topic = topic
        self._run = run
        self._erasure = Erasure(ContentStore.beside(store.path), intention_of(keys, origin))
        self._fold = self._erasure.before(fold)
        self._times = Timekeeper(clock)
        self._recovered: set[object] = set()
        self._chain = Chain()
        self._seal = Seal(store, self._chain, keys=keys, origin=origin, topic=topic, clock=clock)

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

    @classmethod
    def adopt(
        cls, path: Path, *, keys: StateFolder, origin: str, topic: str, clock: Clock, run: str, reason: str
    ) -> Checkpoint:
        """Takes over a ledger whose key or kept head is gone ("Checkpoints, keys, state").

        Appends `adopted`, with the key that signs from there on, and keeps a new head. What was cut off or
        exchanged before cannot be seen any more, and the entry says since when.

        Raises:
            LedgerBroken: the ledger contradicts itself, its checkpoint or a head that is still kept; or nothing is
                gone and there is nothing to adopt.
            LedgerMissing: there is no ledger.
        """
        if not path.exists():
            raise LedgerMissing(f"expected a ledger at {path}, got no file")
        ledger = cls(Store(path), keys=keys, origin=origin, topic=topic, clock=clock, run=run, fold=lambda _: None)
        try:
            with ledger._locked():
                return ledger._take_over(reason)
        finally:
            ledger.close()

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
            if self._seal.is_due():
                self._seal.sign()

    def seal(self) -> Checkpoint:
        """Signs the head over all entries, after reading the new ones back through a fresh descriptor.

        Raises:
            LedgerBroken: what is stored is not what was written, or contradicts the kept head; nothing is signed.
            HeadMissing: the kept head is gone.
            WriteFailed: the checkpoint or the head could not be stored.
        """
        with self._locked():
            self._continue(Anchors([]))
            return self._seal.sign()

    def rotate(self) -> Checkpoint:
        """Changes to a new key that the old one vouches for, and signs the head with it ("Rotation").

        The old seed is overwritten and removed; a disk that writes copies may still hold it.
        """
        with self._locked():
            batch = self._continue(Anchors([]))
            batch.settle_time()
            batch.write()
            batch.append("key-rotated", self._seal.rotation())
            batch.write()
            return self._seal.sign()

    def redact(self, seqs: Iterable[int], reason: str) -> tuple[int, ...]:
        """Erases the content of lines for good, says so in `redaction` entries, and signs the head over them.

        Those redacted before may be among `seqs`; `reason` is a code of `REASONS`. Returns the lines redacted now.

        Raises:
            UsageError: no such reason, or a line without content; nothing was erased.
            WriteFailed: what was begun is ended by the next opening or redaction.
        """
        with self._locked():
            batch = self._continue(Anchors([]))
            self._erased(sign=self._erasure.resume(batch))
            redacted = self._erasure.redact(batch, seqs, reason)
            self._erased(sign=bool(redacted))
            return redacted

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
            self._seal.begin()
            anchors = Anchors(self._seal.anchors())
            batch = self._continue(anchors, genesis)
            anchors.finish(self._chain)
            self._seal.settle()
            for owed in untold(self._store, self._recovered):
                batch.append("recovered", owed)
            batch.write()
            self._erased(sign=self._erasure.resume(batch) or anchors.sealed == 0)

    def _erased(self, *, sign: bool) -> None:
        """Ends an erasure once its redactions stand under a signed head."""
        if sign:
            self._seal.sign()
        self._erasure.done()

    def _take_over(self, reason: str) -> Checkpoint:
        """What `adopt` does under the append lock: key, `adopted`, head, in this order."""
        anchors = Anchors(self._seal.anchors())
        batch = self._continue(anchors)
        anchors.finish(self._chain)
        batch.settle_time()
        batch.append("adopted", self._seal.adoption(reason))
        batch.write()
        return self._seal.adopt()

    def _continue(self, anchors: Anchors, genesis: Mapping[str, Any] | None = None) -> Batch:
        """Takes in what the file holds beyond the newest known line; a batch to go on with."""
        recovered = self._catch_up(anchors)
        batch = Batch(
            self._chain, self._store, self._erasure.content, run=self._run, times=self._times, fold=self._fold
        )
        if genesis is not None and self._chain.tree.size == 0:
            batch.append("ledger", self._genesis(genesis))
            anchors.hold(self._chain)
        if recovered:
            batch.append("recovered", recovered)
            batch.write()
            self._recovered.add(recovered["file"])
        return batch

    def _catch_up(self, anchors: Anchors) -> dict[str, Any] | None:
        """Folds the lines that are new to us; what was recovered, if the tail had to be moved away."""
        if self._store.ends_at(self._chain.offset):
            return None
        if self._store.size() < self._chain.offset:
            raise self._chain.diverges("what was written before", f"a file of {self._store.size()} bytes")
        with self._store.reader(self._chain.offset) as stream:
            for raw in lines(stream):
                try:
                    entry = self._chain.extend(raw)
                except Diverges as fault:
                    if self._chain.tree.size < self._seal.signed_size():
                        raise
                    return quarantined(self._store, self._chain, fault, raw, moment=self._times.now())
                anchors.hold(self._chain)
                self._fold(entry)
                if entry.type == "recovered":
                    self._recovered.add(entry.body.get("file"))
        if self._store.size() != self._chain.offset:
            raise self._chain.diverges(f"{self._store.size()} bytes", "an end before them")
        return None

    def _genesis(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the first entry ("Entries", `ledger`)."""
        return {
            **fields,
            "nonce": secrets.token_hex(32),
            "origin": self._origin,
            "topic": self._topic,
            "vkey": str(self._seal.signer.verifier),
        }


def _refuse_missing(path: Path, head: bytes | None) -> None:
    """A ledger that a head was signed for must be there ("Ledger missing while a head exists: refuse")."""
    if head is None or path.exists():
        return
    kept = Anchor.parse("kept head", head).checkpoint
    if kept.size:
        raise LedgerMissing(
            f"expected {path} with {kept.size} entries as in the kept head of {kept.origin}, got no file",
            hint="put it back; or, if another checkout has that ledger, set a HARVEST_ORIGIN of this one's own",
        )
