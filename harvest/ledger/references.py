"""What lines say of one another: numbers given once and in order, documents settled once, nothing named that is not.

Beyond the chain, which shows what was written, this shows whether it makes sense (format 1, "Identity").
"""

import re
from collections import Counter
from typing import Any, Final, NamedTuple

from harvest.ledger.entry import Entry


class Event(NamedTuple):
    """As much of an entry as other entries may refer to: of its body the fields that are `NAMED`."""

    seq: int
    offset: int
    type: str
    run: str
    body: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry, offset: int) -> "Event":
        """Of an entry whose line begins at `offset`."""
        body = entry.body
        return cls(entry.seq, offset, entry.type, entry.run, {name: body[name] for name in NAMED.intersection(body)})


NAMED: Final = frozenset(
    {
        "sid", "key", "of", "kept", "sids", "one", "other", "query", "seq",
        "snapshot", "snapshots", "content", "topic", "acknowledged",
    }
)  # fmt: skip
"""Fields of bodies by which entries refer to others."""


class References:
    """A fold over entries."""

    def __init__(self) -> None:
        self._given = 0
        self._settled: dict[str, str] = {}
        self._searches: set[int] = set()
        self._content: set[object] = set()
        self._written: Counter[str] = Counter()
        self._topic: object = None
        self._wrong: list[tuple[str, str]] = []

    def take(self, event: Event) -> list[tuple[str, str]]:
        """Takes the next entry; what it should say and what it says, for each contradiction."""
        self._wrong = []
        body = event.body
        if check := _CHECKS.get(event.type):
            check(self, event)
        if "query" in body and type(query := body["query"]) is int and query not in self._searches:
            self._say("query to be the seq of a search before", query)
        self._written[event.run] += 1
        if "content" in body:
            self._content.add(event.seq)
        return self._wrong

    def _ledger(self, event: Event) -> None:
        self._topic = event.body.get("topic")

    def _run_started(self, event: Event) -> None:
        topic = event.body.get("topic", self._topic)
        if self._topic is not None and topic != self._topic:
            self._say(f"topic {self._topic} as in the first line", topic)

    def _run_finished(self, event: Event) -> None:
        acknowledged, written = event.body.get("acknowledged"), self._written[event.run]
        if acknowledged is not None and acknowledged != written:
            self._say(f"{acknowledged} entries of run {event.run} before its end, as acknowledged", written)

    def _search(self, event: Event) -> None:
        self._searches.add(event.seq)

    def _source(self, event: Event) -> None:
        self._settle(event, "source", _COUNTED)
        self._given += 1
        if (sid := event.body.get("sid")) != f"s{self._given}":
            self._say(f"sid s{self._given}", sid)

    def _excluded(self, event: Event) -> None:
        self._settle(event, "excluded", _SETTLED)

    def _duplicate(self, event: Event) -> None:
        self._settle(event, "duplicate", _COUNTED)
        self._refer("of", event.body.get("of"))

    def _settle(self, event: Event, kind: str, final: frozenset[str]) -> None:
        """A document is settled once; only one that was left out may become something else."""
        key = event.body.get("key")
        if isinstance(key, str):
            if (before := self._settled.get(key)) in final:
                self._say(f"{key} once", f"it settled as {before} before")
            self._settled[key] = kind

    def _merged(self, event: Event) -> None:
        sids = event.body.get("sids")
        for sid in (*(sids if isinstance(sids, list) else ()), event.body.get("kept")):
            self._refer("a merged source", sid)

    def _linked(self, event: Event) -> None:
        for end in ("one", "other"):
            if _SID.fullmatch(name := str(event.body.get(end))):
                self._refer(end, name)

    def _sid(self, event: Event) -> None:
        if "sid" in event.body:
            self._refer("sid", event.body["sid"])

    def _reclassified(self, event: Event) -> None:
        self._sid(event)
        if str(key := event.body.get("key")) not in self._settled:
            self._say("a record that was settled before it is judged again", key)

    def _redaction(self, event: Event) -> None:
        seq = event.body.get("seq")
        if type(seq) is not int or seq not in self._content:
            self._say("seq to be that of a line before with content, not redacted yet", seq)
        else:
            self._content.remove(seq)

    def _refer(self, what: str, sid: object) -> None:
        if not (_SID.fullmatch(str(sid)) and int(str(sid)[1:]) <= self._given):
            self._say(f"{what} to be a source before", sid)

    def _say(self, expected: str, found: object) -> None:
        self._wrong.append((expected, str(found)[:80]))


_SID: Final = re.compile(r"s[1-9][0-9]{0,14}")
_COUNTED: Final = frozenset({"source", "duplicate"})
_SETTLED: Final = _COUNTED | {"excluded"}
_CHECKS: Final = {
    "ledger": References._ledger,  # noqa: SLF001 - the table of this class
    "run-started": References._run_started,  # noqa: SLF001
    "run-finished": References._run_finished,  # noqa: SLF001
    "search": References._search,  # noqa: SLF001
    "source": References._source,  # noqa: SLF001
    "excluded": References._excluded,  # noqa: SLF001
    "duplicate": References._duplicate,  # noqa: SLF001
    "merged": References._merged,  # noqa: SLF001
    "unmerged": References._merged,  # noqa: SLF001
    "linked": References._linked,  # noqa: SLF001
    "changed": References._sid,  # noqa: SLF001
    "review": References._sid,  # noqa: SLF001
    "reclassified": References._reclassified,  # noqa: SLF001
    "redaction": References._redaction,  # noqa: SLF001
}
