"""Signing a head: with which key, against which heads, over what was read back ("Checkpoints, keys, state")."""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from harvest.errors import HeadMissing, LedgerBroken, LedgerError
from harvest.ledger.anchor import Anchor
from harvest.ledger.batch import Clock
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.checkpoint import MOST_OF_A_HISTORY, MOST_OF_A_NOTE, Checkpoint, split_notes
from harvest.ledger.durable import append, read_file, replace
from harvest.ledger.growth import Growth
from harvest.ledger.keys import StateFolder
from harvest.ledger.line import decode, lines
from harvest.ledger.merkle import EMPTY_ROOT, Frontier
from harvest.ledger.note import Note, Signer, Verifier, encode_base64
from harvest.ledger.store import Store
from harvest.ledger.stored import leaves

SEAL_ENTRIES: Final = 1_000
SEAL_AFTER: Final = timedelta(seconds=60)
"""During a run the head is signed at least this often."""


class Seal:
    """The signer of one open ledger; every method wants the append lock held.

    Attributes:
        signer: the key in use, once `begin` or `take_over` has found it.
    """

    signer: Signer

    def __init__(self, store: Store, chain: Chain, *, keys: StateFolder, origin: str, topic: str, clock: Clock) -> None:
        self._store = store
        self._chain = chain
        self._keys = keys
        self._origin = origin
        self._topic = topic
        self._clock = clock
        self._tree = Frontier()
        self._offset = 0
        self._signed_at = clock()
        self._noted = (b"", -1)
        """The newest note in the history of checkpoints, and how long the history is, as far as we wrote it."""

    def begin(self) -> None:
        """Finds the kept key; makes one, and the head of an empty tree, where neither ledger nor head exists.

        The empty head comes first of all, so that a crash at any later point leaves a ledger with its head.

        Raises:
            HeadMissing: a ledger is there, its key or kept head is gone.
        """
        signer, head = self._keys.in_use(self._origin), self._keys.head(self._origin)
        if signer:
            self._keys.sync(self._origin)
        if signer and head is not None:
            self.signer = signer
            return
        if head is not None or self._store.size():
            raise self._missing("key" if head is not None else "kept head")
        self.signer = signer or self._keys.create_signer(self._origin)
        self._keys.keep(self._origin, Checkpoint(self._origin, 0, EMPTY_ROOT).sign(self.signer))

    def anchors(self) -> list[Anchor]:
        """The kept head, and the checkpoint beside the ledger, which binds where the ledger's key signed it."""
        anchors = []
        if (head := self._keys.head(self._origin)) is not None:
            anchors.append(self._parsed(head))
        if (beside := read_file(self._store.beside("checkpoint"), MOST_OF_A_NOTE)) is not None:
            with suppress(Diverges):
                anchors.append(Anchor.parse("checkpoint", beside, must_be_signed=False))
        return anchors

    def signed_size(self) -> int:
        """Entries that a signed head covers; where none is at hand, at least the genesis is not ours to move.

        Asked where a line does not stand. The checkpoint may be by a key that is named only behind that line, and then
        no less says that the line was sealed. So may those in the history, where the others are gone. Of another
        origin's lines none is ours to move: its kept head was not asked.
        """
        if self._chain.tree.size and self._chain.origin != self._origin:
            return self._chain.tree.size + 1
        anchors, keys = self.anchors(), self._keys_from_here()
        for note in split_notes(read_file(self._store.beside("checkpoints"), MOST_OF_A_HISTORY) or b"")[0]:
            with suppress(Diverges):
                anchors.append(Anchor.parse("history", note, must_be_signed=False))
        signed = (a for a in anchors if a.must_be_signed or any(map(a.signed_by, keys)))
        return max((anchor.checkpoint.size for anchor in signed), default=1)

    def _keys_from_here(self) -> set[Verifier]:
        """The key of the lines so far, those in the state folder, and any that the rest of the file rotates to."""
        ours = (self._keys.signer(self._origin), self._keys.next_signer(self._origin))
        known = (self._chain.verifier, *(signer.verifier for signer in ours if signer))
        keys = {verifier for verifier in known if verifier}
        with self._store.reader(self._chain.offset) as stream:
            for raw in lines(stream):
                with suppress(LedgerError):
                    entry = decode(raw)
                    named = Verifier.parse(str(entry.body.get("vkey")))
                    note = Note.parse(str(entry.body.get("note")).encode())
                    if note.text.endswith(f"\n{named}\n") and any(key.signed(note) for key in keys):
                        keys.add(named)
        return keys

    def settle(self) -> None:
        """Makes sure that our key is the one the ledger names; ends a rotation that was begun and not ended.

        Raises:
            LedgerBroken: the ledger is of another origin, or names a key that we do not have.
        """
        self._refuse_foreign()
        if self._end_rotation() or self._chain.verifier == self.signer.verifier:
            return
        kept = self._keys.signer(self._origin)
        if not kept or kept.verifier != self._chain.verifier:
            raise LedgerBroken(
                f"expected the key {self._chain.verifier} for {self._store.path}, got {self.signer.verifier}",
                hint=f"put back the key that the ledger names, or run `harvest adopt {self._topic}`",
            )
        self.signer = kept

    def _end_rotation(self) -> bool:
        """Puts the prepared key in place, if it is the one that the ledger names.

        The sync is for a `key-rotated` of a writer that was killed before its own: the old key goes for good.
        """
        prepared = self._keys.next_signer(self._origin)
        if not prepared or prepared.verifier != self._chain.verifier:
            return False
        self._store.sync()
        self._keys.promote_signer(self._origin)
        self.signer = prepared
        return True

    def is_due(self) -> bool:
        """Is it time to sign again during a run?"""
        fresh = self._chain.tree.size - self._tree.size
        in_time = timedelta() <= self._clock() - self._signed_at < SEAL_AFTER  # a clock set back tells nothing
        return fresh >= SEAL_ENTRIES or (fresh > 0 and not in_time)

    def sign(self) -> Checkpoint:
        """Syncs, re-reads, compares with the kept head, signs, stores: checkpoint, history, head, in this order.

        The sync is for lines of a writer that was killed before its own.
        """
        return self._sign(self._kept_head())

    def _sign(self, kept: Checkpoint) -> Checkpoint:
        self.settle()
        self._store.sync_rest()
        growth = self._reread(kept)
        tree, offset = growth.tree, growth.offset
        head = Checkpoint(self._origin, tree.size, tree.root())
        note = head.sign(self.signer)
        noted = self._newest_noted()
        replace(self._store.beside("checkpoint"), note)
        self._extend_history(note, *noted)
        self._keys.keep(self._origin, note)
        self._tree, self._offset, self._signed_at = tree, offset, self._clock()
        growth.keep()
        return head

    def rotation(self) -> dict[str, str]:
        """Prepares a new key; the body of `key-rotated`, in which the old key vouches for it.

        The sync is for a `key-rotated` that was taken back: on the disk it may still name the key prepared before,
        which goes for good.
        """
        self.settle()
        if self._keys.next_signer(self._origin):
            self._store.sync()
        self._reread(self._kept_head())
        verifier = self._keys.prepare_signer(self._origin).verifier
        note = self.signer.sign(self._chain.rotation(verifier))
        return {"note": bytes(note).decode(), "vkey": str(verifier)}

    def adoption(self, reason: str) -> dict[str, str | int]:
        """Finds or makes the key that signs from here on; the body of `adopted`. First ends a rotation that was begun.

        Raises:
            LedgerBroken: the ledger is of another origin, or its key and kept head are both there.
        """
        self._refuse_foreign()
        ended = self._end_rotation()
        signer = self._keys.signer(self._origin)
        if signer and signer.verifier == self._chain.verifier and self._keys.head(self._origin) is not None:
            raise LedgerBroken(
                f"expected that the key or the kept head of {self._store.path} is gone, got both",
                hint="a rotation that was begun is ended now, and the ledger can be written again" if ended else "",
            )
        self.signer = signer or self._keys.create_signer(self._origin)
        tree = self._chain.tree
        root = encode_base64(tree.root())
        return {"reason": reason, "root": root, "size": tree.size, "vkey": str(self.signer.verifier)}

    def adopt(self) -> Checkpoint:
        """Signs the head, once `adopted` is stored, whether or not one is kept.

        No empty head is kept before: the key that the genesis names may be gone, and no other can sign it.
        """
        kept = self._keys.head(self._origin) is not None
        return self._sign(self._kept_head() if kept else Checkpoint(self._origin, 0, EMPTY_ROOT))

    def _refuse_foreign(self) -> None:
        if self._chain.origin != self._origin:
            raise LedgerBroken(f"expected a ledger of origin {self._origin}, got one of {self._chain.origin}")

    def _missing(self, what: str) -> HeadMissing:
        return HeadMissing(
            f"expected a {what} for {self._store.path}, got none in {self._keys.path}",
            hint=f"put the state folder back, or run `harvest adopt {self._topic}`",
        )

    def _kept_head(self) -> Checkpoint:
        head = self._keys.head(self._origin)
        if head is None:
            raise self._missing("kept head")
        return self._parsed(head).checkpoint

    def _parsed(self, head: bytes) -> Anchor:
        try:
            return Anchor.parse("kept head", head)
        except Diverges as fault:
            raise LedgerBroken(
                f"{self._store.path}: {fault}",
                hint=f"put the state folder back; or, where nobody has it, remove the head in {self._keys.path} and "
                f"run `harvest adopt {self._topic}`",
            ) from fault

    def _reread(self, head: Checkpoint) -> Growth:
        """The tree over what the disk gives back, from the kept head on where its tree is at hand.

        Raises:
            Diverges: if it is not the tree over what was written, or does not continue the kept head's.
        """
        chain = self._chain
        indexed = self._indexed(head)
        if indexed and self._continues(indexed, head):
            return indexed
        known = head.size >= self._tree.size
        growth = Growth(self._store.path, *((self._tree.copy(), self._offset) if known else (Frontier(), 0)))
        if not self._continues(growth, head):
            expected = f"root {encode_base64(chain.tree.root())} over {chain.tree.size} entries"
            raise chain.diverges(f"{expected}, continuing {head.size}", f"root {encode_base64(growth.tree.root())}")
        return growth

    def _indexed(self, head: Checkpoint) -> Growth | None:
        """The tree of a head that we did not sign ourselves, if the index has it."""
        if head.size in {0, self._tree.size}:
            return None
        with self._store.reader(0) as stream:
            return Growth.from_index(self._store.path, stream.fileno(), head)

    def _continues(self, growth: Growth, head: Checkpoint) -> bool:
        """Grows the tree over the rest of the file: is it the head's at that size, and in the end what was written?"""
        root_at_head = growth.tree.root()
        with self._store.reader(growth.offset) as stream:
            for hashed, ends in leaves(stream, growth.offset):
                rest = max(head.size - growth.tree.size, 0)
                growth.extend(hashed[:rest], ends[:rest])
                if rest:
                    root_at_head = growth.tree.root()
                growth.extend(hashed[rest:], ends[rest:])
        whole = growth.tree.size >= head.size and growth.offset == self._store.size()
        return whole and root_at_head == head.root and growth.tree.root() == self._chain.tree.root()

    def _newest_noted(self) -> tuple[bytes, int]:
        """The newest note in the history and the byte at which it ends; refused before anything is replaced."""
        history = self._store.beside("checkpoints")
        newest, filled = self._noted
        if filled != self._length(history):
            notes, filled = split_notes(read_file(history, MOST_OF_A_HISTORY) or b"")
            newest = notes[-1] if notes else b""
        return newest, filled

    def _extend_history(self, note: bytes, newest: bytes, filled: int) -> None:
        """Appends to `<topic>.checkpoints`, over whatever a crash left there; its folder is synced already."""
        history = self._store.beside("checkpoints")
        if newest != note or filled != self._length(history):
            append(history, note, at=filled)
            filled += len(note)
        self._noted = (note, filled)

    @staticmethod
    def _length(history: Path) -> int:
        return history.stat(follow_symlinks=False).st_size if os.path.lexists(history) else 0
