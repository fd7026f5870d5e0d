"""The `search` entry of a provider: the fields of PRISMA-S, and whether what came is what was asked for."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harvest.entries import fits, snapshot
from harvest.model import Snapshot

Body = dict[str, Any]

SNAPSHOTS_LIMIT: Final = 200
"""Answers a line cites at most; all of them are in the WARC file."""


def query_digest(query: str) -> str:
    """SHA-256 of what was asked, lower-case hex: what a watermark is bound to."""
    return hashlib.sha256(query.encode()).hexdigest()


@dataclass(slots=True)
class SearchEntry:
    """Collects what one search came to while it goes on.

    Attributes:
        provider: its name.
        query: exactly as asked.
        kind: `all`, `new` or `revised`: which part of the provider's holdings the window covers.
        first: the window's first day, `2026-11-21`; empty where it has none.
        last: its last day.
        translation: how the provider understood the query; empty where it does not say.
        warnings: what the provider itself said of the query, by kind.
        stated_total: how many records the provider says it has; None where it does not say.
        recounted_total: the same, asked again at the end: totals drift.
        returned: distinct ids that came.
        requests: requests made.
        problems: why the result may not be what was asked; empty when it is.
        failure: why the search came to nothing.
        extra: fields that only this provider's searches have.
    """

    provider: str
    query: str
    kind: str = "all"
    first: str = ""
    last: str = ""
    translation: str = ""
    warnings: Mapping[str, Any] = field(default_factory=dict)
    stated_total: int | None = None
    recounted_total: int | None = None
    returned: int = 0
    requests: int = 0
    problems: list[str] = field(default_factory=list)
    failure: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    snapshots: list[Snapshot] = field(default_factory=list)

    def take(self, kept: Snapshot) -> None:
        """Count one answer and cite it, where it is kept."""
        self.requests += 1
        if kept.record:
            self.snapshots.append(kept)

    @property
    def whole(self) -> bool:
        """What was asked for came."""
        return not self.failure and not self.problems

    def body(self) -> Body:
        """The `search` entry."""
        problems = [self.failure] if self.failure else list(self.problems)
        body: Body = {
            "provider": self.provider,
            "window": {"kind": self.kind, "first": self.first, "last": self.last},
            "query": self.query,
            "query_digest": query_digest(self.query),
            "translation": self.translation,
            "warnings": dict(self.warnings),
            "stated_total": self.stated_total,
            "recounted_total": self.recounted_total,
            "returned": self.returned,
            "requests": self.requests,
            "outcome": "failed" if self.failure else "partial" if problems else "complete",
            "problems": problems,
            "snapshots": [snapshot(kept) for kept in self.snapshots[:SNAPSHOTS_LIMIT]],
            **self.extra,
        }
        return fitted(body, ("snapshots", "problems"))


def fitted(body: Body, lists: Iterable[str]) -> Body:
    """`body`, the lists of these names cut from the end, in turn, until a line holds it."""
    for name in lists:
        while not fits(body) and body[name]:
            body = body | {name: body[name][: len(body[name]) // 2]}
    return body
