"""What lines say of one another: numbers given once and in order, documents settled once, nothing named that is not.

Beyond the chain, which shows what was written, this shows whether it makes sense (format 1, "Identity").
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from harvest.ledger.entry import Entry


class Event(NamedTuple):
    """As much of an entry as other entries may refer to."""

    seq: int
    offset: int
    type: str
    run: str
    body: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry, offset: int) -> "Event":
        """Of an entry whose line begins at `offset`."""
        body = entry.body
        return cls(entry.seq, offset, entry.type, entry.run, {name: body[name] for name in _NAMED & body.keys()})


_NAMED: Final = frozenset(
    {
        "sid", "key", "of", "kept", "sids", "one", "other", "query", "seq",
        "snapshot", "snapshots", "content", "topic", "acknowledged",
    }
)  # fmt: skip


class References:
    """A fold over entries."""

    def __init__(self) -> None:
        self._given = 0
        self._settled: dict[str, str] = {}
        self._searches: set[int] = set()
        self._content: set[int] = set()
        self._written: Counter[str] = Counter()
        self._topic: object = None

    def take(self, event: Event) -> Iterator[tuple[str, str]]:
        """Takes the next entry; yields what it should say and what it says, for each contradiction."""
        body = event.body
        check = _CHECKS.get(event.type)
        if check:
            yield from check(self, event)
        if isinstance(query := body.get("query"), int) and query not in self._searches:
            yield "query to be the seq of a search before", str(query)
        self._written[event.run] += 1
        if "content" in body:
            self._content.add(event.seq)

    def _ledger(self, event: Event) -> Iterator[tuple[str, str]]:
        self._topic = event.body.get("topic")
        yield from ()

    def _run_started(self, event: Event) -> Iterator[tuple[str, str]]:
        topic = event.body.get("topic", self._topic)
        if self._topic is not None and topic != self._topic:
            yield f"topic {self._topic} as in the first line", str(topic)[:80]

    def _run_finished(self, event: Event) -> Iterator[tuple[str, str]]:
        acknowledged, written = event.body.get("acknowledged"), self._written[event.run]
        if acknowledged is not None and acknowledged != written:
            yield f"{acknowledged} entries of run {event.run} before its end, as acknowledged", str(written)

    def _search(self, event: Event) -> Iterator[tuple[str, str]]:
        self._searches.add(event.seq)
        yield from ()

    def _source(self, event: Event) -> Iterator[tuple[str, str]]:
        yield from self._settle(event, "source", ("source", "duplicate"))
        if event.body.get("sid") != f"s{self._given + 1}":
            yield f"sid s{self._given + 1}", str(event.body.get("sid"))[:80]
        self._given += 1

    def _excluded(self, event: Event) -> Iterator[tuple[str, str]]:
        yield from self._settle(event, "excluded", ("source", "duplicate", "excluded"))

    def _duplicate(self, event: Event) -> Iterator[tuple[str, str]]:
        yield from self._settle(event, "duplicate", ("source", "duplicate"))
        yield from self._known("of", event.body.get("of"))

    def _settle(self, event: Event, kind: str, final: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """A document is settled once; only one that was left out may become something else."""
        key = str(event.body.get("key"))
        if (before := self._settled.get(key)) in final:
            yield f"{key} once", f"it settled as {before} before"
        self._settled[key] = kind

    def _merged(self, event: Event) -> Iterator[tuple[str, str]]:
        for sid in (*event.body.get("sids", ()), event.body.get("kept")):
            yield from self._known("a merged source", sid)

    def _linked(self, event: Event) -> Iterator[tuple[str, str]]:
        for end in ("one", "other"):
            if (name := str(event.body.get(end)))[:1] == "s" and name[1:].isdecimal():
                yield from self._known(end, name)

    def _sid(self, event: Event) -> Iterator[tuple[str, str]]:
        if "sid" in event.body:
            yield from self._known("sid", event.body["sid"])

    def _reclassified(self, event: Event) -> Iterator[tuple[str, str]]:
        yield from self._sid(event)
        if (key := str(event.body.get("key"))) not in self._settled:
            yield f"{key} to be settled before it is judged again", "no line of it"

    def _redaction(self, event: Event) -> Iterator[tuple[str, str]]:
        seq = event.body.get("seq")
        if seq not in self._content:
            yield "seq to be that of a line before with content, not redacted yet", str(seq)[:80]
        self._content.discard(seq)

    def _known(self, what: str, sid: object) -> Iterator[tuple[str, str]]:
        number = str(sid)[1:]
        if not (str(sid)[:1] == "s" and number.isdecimal() and 1 <= int(number) <= self._given):
            yield f"{what} to be a source before", str(sid)[:80]


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
