"""Erasing what lines commit to, in an order that no crash can leave half done ("Erasable content").

Whoever erases first keeps an intention in the state folder, where nobody who can only write to the data could forge
one: what they delete stays a loss, unless they forge an unsealed `redaction` as well. Then the files go, `redaction`
entries are appended and signed, and the intention is removed. What a crash interrupted is ended by the next opening
for writing, or the next redaction.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harvest.errors import LedgerError, UsageError
from harvest.ledger.batch import Batch, Fold
from harvest.ledger.content import ContentStore
from harvest.ledger.durable import read_file, replace, sync_folder, write_failed
from harvest.ledger.entry import Entry
from harvest.ledger.keys import StateFolder

REASONS: Final = (
    "deleted-by-author",
    "removed-by-provider",
    "gone-at-provider",
    "person-asked",
    "legal",
    "mistake",
)
"""Why content may be erased (docs/how-to/erase.md says what each means); a ledger names no other reason."""


MOST_OF_AN_INTENTION: Final = 1 << 28
"""Bytes that an intention may have: lines enough for any ledger."""
UNENDED: Final = "an erasure was begun and not ended: the next command that writes to this ledger ends it"
"""What who only reads says of an intention that lies there; content may seem lost until then."""


def intention_of(keys: StateFolder, origin: str) -> Path:
    """Where the intention to erase content of a ledger lies while there is one."""
    return keys.seed(origin).parent / "redacting"


@dataclass(frozen=True, slots=True)
class Intention:
    """An erasure that has been decided: `seq` to commitment of each line, and the reason code."""

    lines: Mapping[int, str]
    reason: str

    def __bytes__(self) -> bytes:
        lines = [{"commitment": commitment, "seq": seq} for seq, commitment in self.lines.items()]
        return json.dumps({"lines": lines, "reason": self.reason}).encode() + b"\n"

    @classmethod
    def parse(cls, raw: bytes) -> "Intention":
        """The intention that was kept.

        Raises:
            ValueError, LookupError, TypeError: these bytes are none.
        """
        kept = json.loads(raw)
        return cls({int(line["seq"]): str(line["commitment"]) for line in kept["lines"]}, str(kept["reason"]))


class Erasure:
    """The content of one open ledger and what has been erased of it; every method wants the append lock held.

    Args:
        content: where the files lie.
        intention: where an intention is kept while it is carried out.
    """

    def __init__(self, content: ContentStore, intention: Path) -> None:
        self.content = content
        self._intention = intention
        self._begun = False
        self._committed: dict[int, str] = {}
        self._redacted: set[int] = set()

    def before(self, fold: Fold) -> Fold:
        """A fold that takes in each entry here first."""

        def both(entry: Entry) -> None:
            if "content" in entry.body or entry.type == "redaction":
                self._take(entry)
            fold(entry)

        return both

    def resume(self, batch: Batch) -> bool:
        """Ends an erasure that a crash interrupted, and removes what no line commits to.

        Returns:
            Whether there was an intention; then the head is to be signed before `done`.

        Raises:
            WriteFailed: the next opening tries again.
        """
        intention = self._kept()
        if intention:
            self._begun = True
            self._sync()
            open_ = {seq: of for seq, of in intention.lines.items() if self._committed.get(seq) == of}
            self._carry_out(Intention(open_, intention.reason), batch)
        self.content.keep_only({of for seq, of in self._committed.items() if seq not in self._redacted})
        return intention is not None

    def redact(self, batch: Batch, seqs: Iterable[int], reason: str) -> tuple[int, ...]:
        """Erases the content of these lines and appends a `redaction` for each that has none.

        Returns:
            The lines redacted now; if there are any the head is to be signed before `done`.

        Raises:
            UsageError: the reason is none of `REASONS`, or a line has no content; nothing was erased.
            WriteFailed: what was begun is ended by the next opening or redaction.
        """
        if reason not in REASONS:
            raise UsageError(f"expected a reason ({', '.join(REASONS)}), got {reason!r}")
        wanted = sorted(set(seqs))
        if bare := [seq for seq in wanted if seq not in self._committed]:
            raise UsageError(f"expected lines with erasable content, got seq {bare[0]}, which has none")
        new = {seq: self._committed[seq] for seq in wanted if seq not in self._redacted}
        if new:
            self._begun = True
            replace(self._intention, bytes(Intention(new, reason)))
        self._carry_out(Intention({seq: self._committed[seq] for seq in wanted}, reason), batch)
        return tuple(new)

    def done(self) -> None:
        """Forgets the intention: the redactions stand under a signed head, so that no recovery moves them away."""
        if not self._begun:
            return
        try:
            self._intention.unlink(missing_ok=True)
        except OSError as error:
            raise write_failed(error, f"removing {self._intention}") from error
        self._sync()

    def _carry_out(self, intention: Intention, batch: Batch) -> None:
        """Files, folder, lines: in this order, so that a `redaction` is never a promise."""
        self.content.erase(set(intention.lines.values()))
        for seq in intention.lines:
            if seq not in self._redacted:
                batch.append("redaction", {"reason": intention.reason, "seq": seq})
        batch.write()

    def _kept(self) -> Intention | None:
        try:
            kept = read_file(self._intention, MOST_OF_AN_INTENTION)
            return None if kept is None else Intention.parse(kept)
        except (LedgerError, ValueError, LookupError, TypeError) as error:
            raise LedgerError(
                f"expected an erasure that was begun in {self._intention}, got {error!r}",
                hint="`harvest verify --deep` names the content that is lost; remove the file, then redact that line",
            ) from error

    def _sync(self) -> None:
        """Makes the intention's name, or that it is gone, durable: whoever was killed may not have come to that."""
        try:
            sync_folder(self._intention.parent)
        except OSError as error:
            raise write_failed(error, f"syncing {self._intention.parent}") from error

    def _take(self, entry: Entry) -> None:
        content, seq = entry.body.get("content"), entry.body.get("seq")
        if isinstance(content, dict):
            self._committed[entry.seq] = str(content.get("commitment"))
        if entry.type == "redaction" and isinstance(seq, int):
            self._redacted.add(seq)
