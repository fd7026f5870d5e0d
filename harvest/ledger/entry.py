"""One event of a ledger, as a value."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What may stand in a body: no floats (scores are integers in millionths)."""

KNOWN_TYPES = frozenset(
    {
        "ledger",
        "run-started",
        "search",
        "source",
        "excluded",
        "duplicate",
        "merged",
        "unmerged",
        "linked",
        "changed",
        "reclassified",
        "review",
        "failed",
        "refused",
        "rechecked",
        "redaction",
        "question",
        "answer",
        "pasted",
        "recovered",
        "adopted",
        "key-rotated",
        "clock-regressed",
        "run-finished",
    }
)
"""The entry types of format 1 ("Entries"); a reader that counts must stop at one it does not know."""


class Entry(NamedTuple):
    """The envelope of format 1 ("Lines"), decoded."""

    v: int
    """Envelope version, 1."""
    seq: int
    """0, 1, 2, ... without gaps."""
    time: str
    """UTC with microseconds, `2026-11-21T19:06:00.123456Z`; never earlier than the line before."""
    run: str
    """ULID of the run or command that wrote it."""
    type: str
    """What happened; usually one of `KNOWN_TYPES`."""
    prev: str
    """Leaf of the line before in lower-case hex; 64 zeros at `seq` 0."""
    body: dict[str, Any]
    """The event."""


def stamp(moment: datetime) -> str:
    """The envelope's `time` for an aware moment ("Lines": UTC, microseconds)."""
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError(f"expected a time with its zone, got {moment!r}")
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"
