"""Heads that were handed out, and what came back for them, beside the ledger.

`<topic>.anchors/<size>.checkpoint` is the note that the others of its size are over: `<size>.tsq` the RFC 3161 request
with its nonce, `<size>.tsr` the answer, `<size>.ots` the OpenTimestamps proof.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger.chain import Divergence, Diverges
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.durable import make_folder, replace
from harvest.ledger.keys import StateFolder
from harvest.ledger.locks import folder_lock

MAX_BYTES: Final = 1 << 18
"""Of one note, request, token or proof."""
Kind: TypeAlias = Literal["checkpoint", "ots", "tsq", "tsr"]
_NAME: Final = re.compile(r"(?P<size>[1-9][0-9]{0,15})\.(?:checkpoint|ots|tsq|tsr)")


@dataclass(frozen=True, slots=True)
class KeptHead:
    """One head that was handed out, and where what belongs to it lies."""

    folder: Path
    size: int
    note: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the note: what time-stamps are over."""
        return hashlib.sha256(self.note).digest()

    def path(self, kind: Kind) -> Path:
        """Where one kind of what belongs to this head lies, or would."""
        return self.folder / f"{self.size}.{kind}"

    def read(self, kind: Kind) -> bytes | None:
        """What lies there, or None.

        Raises:
            Diverges: it is no file, or larger than any such thing is.
        """
        return _read(self.path(kind))

    def lay(self, kind: Kind, content: bytes) -> None:
        """Puts it there at once, in place of what lay there."""
        with folder_lock(self.folder):
            replace(self.path(kind), content)

    def lay_first(self, kind: Kind, content: bytes) -> bytes:
        """Puts it there if nothing lies there; gives what lies there then: of several at once, the first one's.

        Raises:
            Diverges: as `read`.
        """
        with folder_lock(self.folder):
            before = self.read(kind)
            if before is None:
                replace(self.path(kind), content)
        return content if before is None else before


class Kept:
    """The heads of one ledger that were handed out.

    Args:
        ledger: `ledgers/<topic>.jsonl`.
    """

    def __init__(self, ledger: Path) -> None:
        self.folder = ledger.with_suffix(".anchors")

    def heads(self) -> list[KeptHead]:
        """All of them, smallest first.

        Raises:
            Diverges: a token stands there without the head that it is over.
        """
        names = [_NAME.fullmatch(path.name) for path in self.folder.iterdir()] if self.folder.is_dir() else []
        return [self._head(size) for size in sorted({int(name["size"]) for name in names if name})]

    def keep(self, note: bytes) -> KeptHead:
        """Lays a head there; one of the same text that lies there stays, since tokens may be over it.

        Raises:
            Diverges: another head of its size lies there.
        """
        head = KeptHead(self.folder, read_checkpoint(note)[0].size, note)
        make_folder(self.folder)
        kept = head.lay_first("checkpoint", note)
        if _text(kept) != _text(note):
            raise unfit(f"the head of {head.size} entries in {head.path('checkpoint')}", "another")
        return KeptHead(self.folder, head.size, kept)

    def over(self, digest: bytes, what: str) -> KeptHead:
        """The head that a token is over.

        Raises:
            LedgerError: none that was handed out has this digest.
        """
        for head in self.heads():
            if head.digest == digest:
                return head
        raise LedgerError(
            f"expected {what} over a head in {self.folder}, got one over SHA-256 {digest.hex()}",
            hint="tokens are taken for heads that `harvest anchor` handed out",
        )

    def _head(self, size: int) -> KeptHead:
        note = _read(self.folder / f"{size}.checkpoint")
        if note is None:
            raise unfit(f"a head {size}.checkpoint in {self.folder} beside what was made for it", "none")
        return KeptHead(self.folder, size, note)


def head_for_others(ledger: Path, keys: StateFolder, origin: str) -> bytes:
    """The head to hand out: the kept one; in the form beside the ledger where witnesses added their lines to that.

    Raises:
        LedgerError: nothing was signed yet.
    """
    kept, beside = keys.head(origin), _read(ledger.with_suffix(".checkpoint"))
    note = kept if kept is not None else beside
    if note is None or not read_checkpoint(note)[0].size:
        raise LedgerError(f"expected a signed head of {ledger}, got none", hint=f"harvest crawl {ledger.stem}")
    signer = keys.signer(origin)
    if beside and signer and _text(beside) == _text(note) and signer.verifier.signed(read_checkpoint(beside)[1]):
        return beside
    return note


def unfit(expected: str, found: str) -> Diverges:
    """Something outside the lines does not fit the ledger."""
    return Diverges(Divergence(0, 0, expected, found))


def _text(note: bytes) -> str:
    try:
        return read_checkpoint(note)[1].text
    except LedgerBroken as error:
        raise unfit("a checkpoint", error.message) from None


def _read(path: Path) -> bytes | None:
    if not path.exists():
        return None
    if not path.is_file():
        raise unfit(f"a file at {path}", "something else")
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise unfit(f"at most {MAX_BYTES} bytes in {path}", "more")
    return content
