"""Entries that become durable together ("Writing")."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from harvest.ledger.chain import Chain
from harvest.ledger.content import ContentStore
from harvest.ledger.entry import Entry, Json, stamp
from harvest.ledger.line import encoded
from harvest.ledger.store import Store

Clock = Callable[[], datetime]
"""The time now, aware; injected, never asked of the system here."""
Fold = Callable[[Entry], None]
"""Takes each entry once, in order: the state of a reader is a fold over entries."""

MAX_ENTRIES: Final = 1_000
"""Entries of one write, at most."""


class Timekeeper:
    """Times that never go back ("Lines", `time`).

    Attributes:
        regressed: the clock stands before the newest line, and an entry says so already.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.regressed = False

    def now(self) -> str:
        """The clock's reading, as the envelope spells it."""
        return stamp(self.clock())


class Batch:
    """What one holder of the append lock adds; made by `Ledger.batch`, used inside its block only."""

    def __init__(
        self, chain: Chain, store: Store, content: ContentStore, *, run: str, times: Timekeeper, fold: Fold
    ) -> None:
        self._chain = chain
        self._store = store
        self._content = content
        self._run = run
        self._times = times
        self._fold = fold
        self._lines: list[bytes] = []
        self._time = ""

    @property
    def next_seq(self) -> int:
        """`seq` that the next `append` will give; fixes that entry's time, so that no clock entry comes between."""
        self.settle_time()
        return self._chain.tree.size

    def acknowledged(self) -> int:
        """How many entries of this run are durable, all that were added so far; the next `append` comes right after."""
        self.settle_time()
        self.write()
        return self._store.acknowledged

    def append(
        self,
        type: str,  # noqa: A002 - the envelope's own word
        body: Mapping[str, Json],
        *,
        content: Mapping[str, Json] | None = None,
    ) -> int:
        """Adds one entry and folds it; it is durable once the batch's block has ended.

        Args:
            type: what happened.
            body: the event; what was handed over is not to be changed any more.
            content: what of it may have to be erased: the line only commits to it, the fields lie beside the ledger.

        Returns:
            The entry's `seq`.

        Raises:
            LineRefused: if the body cannot stand in a line, or the content in its file; nothing is added then.
            WriteFailed: if the content, or a batch beyond `MAX_ENTRIES`, could not be written.
        """
        self.settle_time()
        if content is None:
            seq = self._add(type, body)
        else:
            with self._content.putting(content) as reference:
                seq = self._add(type, {**body, "content": reference})
        self._time = ""
        return seq

    def write(self) -> None:
        """Hands what was added to the disk and returns when it is acknowledged."""
        if self._lines:
            block, self._lines = b"".join(self._lines), []
            self._store.append(block, at=self._chain.offset - len(block))

    def settle_time(self) -> None:
        """Fixes the next entry's time; if the clock went back, the newest line's, after an entry that says so.

        To be called before a body is made that speaks of the entries before it.
        """
        if self._time:
            return
        now, last = self._times.now(), self._chain.last
        if last is None or now >= last.time:
            self._time, self._times.regressed = now, False
            return
        self._time = last.time
        if not self._times.regressed:
            self._times.regressed = True
            self._add("clock-regressed", {"clock": now, "kept": last.time})

    def _add(self, type_: str, body: Mapping[str, Json]) -> int:
        seq = self._chain.tree.size
        raw, entry = encoded(Entry(1, seq, self._time, self._run, type_, self._chain.prev, dict(body)))
        self._chain.follow(raw, entry)
        self._lines.append(raw)
        if len(self._lines) == MAX_ENTRIES:
            self.write()
        self._fold(entry)
        return seq
