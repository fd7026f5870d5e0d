"""What a proof shows to somebody who does not have the ledger, and no more than that."""

from dataclasses import dataclass
from enum import IntEnum

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint
from harvest.ledger.consistency import Consistency
from harvest.ledger.entry import Entry
from harvest.ledger.line import decode
from harvest.ledger.note import Note, Verifier
from harvest.ledger.proof import Proof


class Standing(IntEnum):
    """How a proof stands; the value is the exit code."""

    HOLDS = 0
    BROKEN = 1
    UNVOUCHED = 2
    """The path holds, but no trusted key was given: anybody can sign a head of their own."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a proof stands, and what that means, in sentences."""

    standing: Standing
    said: tuple[str, ...]


def line_shown(raw: bytes, line: bytes, trusted: Verifier | None) -> Shown:
    """Does a line stand where a proof says?

    Args:
        raw: the proof's file.
        line: the line, with or without its LF.
        trusted: the key that the reader believes in, had by another way than the proof.

    Raises:
        LedgerBroken: if that is no proof of a line.
    """
    proof = Proof.parse(raw)
    try:
        head, entry = proof.lead(line), decode(line.removesuffix(b"\n") + b"\n")
        if entry.seq != proof.index:
            raise LedgerBroken(f"expected a line of seq {proof.index}, got one of seq {entry.seq}")
    except LedgerError as error:
        return Shown(Standing.BROKEN, (error.message,))
    _, note = proof.head()
    place = f"seq {entry.seq} ({entry.type}, {entry.time}) stands under a head of {head.size} entries of {head.origin}"
    limits = "this shows neither that other lines are whole nor that what the line says is true"
    return _vouched(head, note, trusted, (place, limits), _first_key(entry))


def continuation_shown(raw: bytes, older: bytes, trusted: Verifier | None) -> Shown:
    """Does a newer head continue an older checkpoint that somebody kept?

    Args:
        raw: the proof's file.
        older: the checkpoint that was kept; it is taken as it is, whoever signed it.
        trusted: the key that the reader believes in.

    Raises:
        LedgerBroken: if the one is no proof of consistency, or the other no checkpoint.
    """
    proof = Consistency.parse(raw)
    old, old_note = read_checkpoint(older)
    try:
        head = proof.lead(old)
    except LedgerBroken as error:
        return Shown(Standing.BROKEN, (error.message,))
    _, note = proof.head()
    place = f"a head of {head.size} entries of {head.origin} continues the one of {old.size}: none of its lines changed"
    signers = _signers(old_note)
    kept = (
        "" if trusted is None or trusted.signed(old_note) else f"the older one, by {signers}, was taken as it was kept"
    )
    return _vouched(head, note, trusted, (place, kept), None)


def _vouched(
    head: Checkpoint, note: Note, trusted: Verifier | None, said: tuple[str, str], named: Verifier | None
) -> Shown:
    """A path that holds is worth what the signature over its head is worth."""
    place, remark = said
    if trusted is None:
        signed = named is not None and head.origin == named.name and named.signed(note)
        who = (
            f"signed by {named}, which the line itself names" if signed else f"signed, as it says, by {_signers(note)}"
        )
        asked = "whose key that is cannot be read from a proof: ask by another way, and give the key with --vkey"
        return Shown(Standing.UNVOUCHED, (f"{place}, {who}", asked))
    if head.origin != trusted.name or not trusted.signed(note):
        return Shown(Standing.BROKEN, (f"expected a head signed by {trusted}, got one by {_signers(note)}",))
    return Shown(Standing.HOLDS, tuple(filter(None, (f"{place}, signed by {trusted}", remark))))


def _first_key(entry: Entry) -> Verifier | None:
    """The key that a first line names; it signs nothing but its own word."""
    try:
        return Verifier.parse(str(entry.body.get("vkey"))) if entry.type == "ledger" else None
    except LedgerBroken:
        return None


def _signers(note: Note) -> str:
    """Names and ids of the keys that a note says it is signed by."""
    return ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in note.signatures)
