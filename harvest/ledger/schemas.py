"""What the body of each type of entry must hold, as far as a reader relies on it (format 1, "Entries").

Fields that are not named here may stand in a body and may be anything: the format lets them be added.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from harvest.model import Direction, EvidenceKind, Harms, Relevance

_SID: Final = re.compile(r"s[1-9][0-9]{0,14}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
Check = Callable[[Any], object]
"""Of a value: is it as it should be?"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field may be.

    Attributes:
        words: for a person.
        types: exact types of its value.
        holds: what must be true of the value beyond its type; None if nothing.
    """

    words: str
    types: Collection[type]
    holds: Check | None = None


def _one_of(values: type[StrEnum]) -> Kind:
    names = frozenset(map(str, values))
    return Kind(f"one of {', '.join(values)}", {str}, names.__contains__)


TEXT: Final = Kind("text", {str})
NAME: Final = Kind("text that is not empty", {str}, bool)
COUNT: Final = Kind("a count", {int}, (0).__le__)
TOTAL: Final = Kind("a count or null", {int, type(None)}, lambda value: value is None or value >= 0)
TRUTH: Final = Kind("true or false", {bool})
LIST: Final = Kind("a list", {list})
OBJECT: Final = Kind("an object", {dict})
DIGEST: Final = Kind("a SHA-256 in hex", {str}, _SHA256.fullmatch)
SID: Final = Kind("s1, s2, …", {str}, _SID.fullmatch)
TIER: Final = Kind("1 to 8", {int}, range(1, 9).__contains__)
MILLIONTHS: Final = Kind("millionths", {int}, range(1_000_001).__contains__)

_RECORD: Final = {"key": NAME, "keys": LIST, "provider": NAME, "title": TEXT, "query": COUNT, "snapshot": OBJECT}
_JUDGED: Final = {
    "screening": _one_of(Relevance), "evidence": _one_of(EvidenceKind), "design": NAME, "tier": TIER,
    "probability": MILLIONTHS, "needs_review": TRUTH, "outcome": _one_of(Direction), "harms": _one_of(Harms),
    "basis": NAME, "parts": LIST, "claims": LIST, "reasons": LIST, "flags": LIST,
}  # fmt: skip
_DESCRIBED: Final = {
    "abstract": TEXT, "authors": LIST, "authors_total": COUNT, "date": OBJECT, "journal": TEXT, "language": LIST,
    "types": LIST, "mesh": LIST, "links": LIST, "url": TEXT, "content": OBJECT,
}  # fmt: skip

FIELDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "ledger": {"origin": NAME, "topic": NAME, "vkey": NAME, "nonce": DIGEST, "created_by": NAME, "synthetic": TRUTH},
    "run-started": {"spider": NAME, "topic": NAME, "topic_sha256": DIGEST, "versions": OBJECT, "settings": OBJECT},
    "search": {"provider": NAME, "query": TEXT, "outcome": NAME, "window": OBJECT, "warnings": OBJECT,
               "stated_total": TOTAL, "returned": COUNT, "requests": COUNT, "snapshots": LIST},
    "source": {"sid": SID, **_RECORD, **_DESCRIBED, **_JUDGED},
    "excluded": {**_RECORD, "stage": NAME, "reason": NAME, **_JUDGED},
    "duplicate": {**_RECORD, "of": SID, "rule": NAME, "agreed": LIST},
    "merged": {"sids": LIST, "kept": SID},
    "unmerged": {"sids": LIST, "kept": SID},
    "linked": {"one": NAME, "other": NAME, "relation": NAME},
    "changed": {"key": NAME, "provider": NAME, "what": LIST, "old": OBJECT, "new": OBJECT, "sid": SID},
    "reclassified": {"key": NAME, "old": OBJECT, "new": OBJECT, "why": TEXT, "model": NAME, "sid": SID},
    "review": {"sid": SID, "reviewer": NAME, "decision": NAME},
    "failed": {"provider": NAME, "keys": LIST, "reason": NAME},
    "rechecked": {"provider": NAME, "key": NAME, "snapshot": OBJECT},
    "redaction": {"seq": COUNT, "reason": NAME},
    "recovered": {"file": NAME, "length": COUNT, "reason": TEXT, "sha256": DIGEST},
    "adopted": {"vkey": NAME, "reason": TEXT, "size": COUNT, "root": NAME},
    "key-rotated": {"vkey": NAME, "note": NAME},
    "clock-regressed": {"clock": NAME, "kept": NAME},
    "run-finished": {"providers": OBJECT, "acknowledged": COUNT, "journal_sha256": DIGEST},
}  # fmt: skip
"""By type, the fields that are known and what each may be."""

NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "ledger": frozenset({"origin", "vkey", "nonce"}),
    "run-started": frozenset({"spider", "topic_sha256"}),
    "search": frozenset({"provider", "query", "outcome"}),
    "source": frozenset({"sid", "key", "keys", "provider", "screening", "evidence"}),
    "excluded": frozenset({"key", "keys", "provider", "stage", "reason"}),
    "duplicate": frozenset({"key", "keys", "provider", "of", "rule"}),
    "merged": frozenset({"sids", "kept"}),
    "unmerged": frozenset({"sids", "kept"}),
    "linked": frozenset({"one", "other", "relation"}),
    "changed": frozenset({"key", "new"}),
    "reclassified": frozenset({"key", "new"}),
    "review": frozenset({"sid", "reviewer", "decision"}),
    "failed": frozenset({"provider", "keys"}),
    "rechecked": frozenset({"provider"}),
    "redaction": frozenset({"seq", "reason"}),
    "recovered": frozenset({"length", "sha256"}),
    "adopted": frozenset({"vkey"}),
    "key-rotated": frozenset({"vkey", "note"}),
    "run-finished": frozenset({"providers"}),
}
"""By type, the fields without which an entry says nothing."""


def fault(type_: str, body: Mapping[str, Any]) -> tuple[str, str] | None:
    """What was expected of the first field that is not as it should be, and what was found; None if all are."""
    if lacking := sorted(NEEDED.get(type_, frozenset()) - body.keys()):
        return f"{lacking[0]} in {type_}", f"{', '.join(body) or 'nothing'}"[:80]
    known = {name: kind for name, kind in FIELDS.get(type_, {}).items() if name in body}
    mistyped = (name for name, kind in known.items() if type(body[name]) not in kind.types)
    wrong = (name for name, kind in known.items() if kind.holds and not kind.holds(body[name]))
    name = next(mistyped, None) or next(wrong, None)
    return (f"{known[name].words} as {name} of {type_}", repr(body[name])[:80]) if name else None


def held(type_: str, body: Collection[str]) -> dict[str, Check]:
    """What must be true of which fields of a body beyond their types."""
    return {name: kind.holds for name, kind in FIELDS.get(type_, {}).items() if kind.holds and name in body}
