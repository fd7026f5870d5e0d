"""What a ledger says of erasable content: which lines hold some, of whom, what was erased, when it was last checked.

A fold over entries, a part of the catalogue's; it opens no content.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from harvest.model import Key, RunOutcome

Body = dict[str, Any]

RECHECK_WITHIN: Final = timedelta(hours=48)
"""A provider with a deletion duty must have said within this time what of its content still exists."""
CLOCKS_APART: Final = timedelta(minutes=5)
"""As far as a clock may be ahead of ours; what it dates later says nothing of now."""


class Line(Protocol):
    """What the fold needs of a ledger entry."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def time(self) -> str:
        """When it was written, `2026-11-21T19:06:00.123456Z`."""

    @property
    def run(self) -> str:
        """The run that wrote it."""

    @property
    def type(self) -> str:
        """What happened."""

    @property
    def body(self) -> Body:
        """The event."""


@dataclass(frozen=True, slots=True)
class Held:
    """Content of one line: `key` is empty where the line is about no record."""

    seq: int
    key: Key
    provider: str


@dataclass(slots=True)
class Holdings:
    """Content by line and by record."""

    held: dict[int, Held] = field(default_factory=dict)
    """The lines whose content must still be there, by `seq`."""
    duties: set[str] = field(default_factory=set)
    """Providers that want deleted what their users delete."""
    rechecked: dict[str, str] = field(default_factory=dict)
    """Provider to when its last successful recheck began."""
    _newest: dict[Key, int] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)

    def take(self, line: Line, provider: str) -> None:
        """Takes an entry with `content`; `provider` is who its record came from, where the body does not say."""
        held = Held(line.seq, str(line.body.get("key", "")), str(line.body.get("provider", provider)))
        self.held[line.seq] = held
        self._first.setdefault(held.provider, line.time)
        if held.key:
            self._newest[held.key] = line.seq

    def recheck(self, body: Body) -> None:
        """Takes what a provider said of its content; a check that left something open renews nothing."""
        self.duties.add(body["provider"])
        if body["outcome"] == RunOutcome.COMPLETE:
            self.rechecked[body["provider"]] = body["began"]

    def redact(self, seq: int) -> Key:
        """Takes a redaction; the key of the record that has no text any more, empty where it has a newer one."""
        held = self.held.pop(seq, None)
        return held.key if held and held.key and self._newest[held.key] == seq else ""

    def of(self, key: Key) -> Iterator[Held]:
        """What is held of a record, older versions of its text, too."""
        return (held for held in self.held.values() if held.key == key)

    def from_provider(self, provider: str) -> Mapping[Key, tuple[int, ...]]:
        """The records of a provider with content, in ledger order, each with its lines."""
        found: dict[Key, tuple[int, ...]] = {}
        for held in self.held.values():
            if held.provider == provider and held.key:
                found[held.key] = (*found.get(held.key, ()), held.seq)
        return found

    def overdue(self, provider: str, now: datetime | None) -> bool:
        """Is the provider's text to be hidden: a duty, and no successful recheck in time?

        Before the first recheck the time counts from the provider's first content. A time to come is none: the clock
        was wrong.

        Args:
            provider: its name.
            now: the time, aware; where nobody has a clock, text under a duty is hidden.
        """
        if provider not in self.duties:
            return False
        since = self.rechecked.get(provider) or self._first.get(provider)
        if since is None or now is None:
            return True
        return not -CLOCKS_APART <= now - datetime.fromisoformat(since) <= RECHECK_WITHIN
