"""Erasable content beside a ledger: is it there, is it what its line commits to ("Erasable content")."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from harvest.ledger.chain import Divergence
from harvest.ledger.entry import Entry

_COMMITMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class ContentCheck:
    """A fold over entries: which content files must be there, and which must not.

    Args:
        folder: `content/<topic>`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._committed: dict[int, tuple[int, str]] = {}
        self._redacted: set[int] = set()

    def take(self, entry: Entry, offset: int) -> None:
        """Takes the next entry, whose line begins at `offset`."""
        content = entry.body.get("content")
        if isinstance(content, dict):
            self._committed[entry.seq] = (offset, str(content.get("commitment")))
        if entry.type == "redaction" and isinstance(entry.body.get("seq"), int):
            self._redacted.add(entry.body["seq"])

    def fault(self) -> Divergence | None:
        """The first line whose content is lost, altered or not erased; None if all is as the lines say."""
        for seq, (offset, commitment) in self._committed.items():
            expected, found = self._compare(seq, commitment)
            if found:
                return Divergence(seq + 1, offset, expected, found)
        return None

    def _compare(self, seq: int, commitment: str) -> tuple[str, str]:
        """What was expected of one line's content, and what else was found; nothing where it is as expected."""
        if not _COMMITMENT.fullmatch(commitment):
            return "a commitment of 43 base64url digits", repr(commitment)[:80]
        try:
            stored = (self._folder / f"{commitment}.json").read_bytes()
        except FileNotFoundError:
            return f"content {commitment}", "" if seq in self._redacted else "it lost: absent without redaction"
        if seq in self._redacted:
            return f"content {commitment} to be erased", "it not erased: present after redaction"
        digest = base64.urlsafe_b64encode(hashlib.sha256(stored).digest()).decode().rstrip("=")
        return f"content {commitment}", "" if digest == commitment else f"it altered: {digest}"
