"""What one search entry says: the fields of PRISMA-S, the provider's own account, and whether it can be relied on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harvest.entries import snapshot
from harvest.eutils.answers import Index, Search
from harvest.eutils.slices import CEILING, Collected
from harvest.eutils.windows import Window
from harvest.model import Snapshot
from harvest.searching import SNAPSHOTS_LIMIT, fitted, query_digest

Body = dict[str, Any]


@dataclass(slots=True)
class SearchReport:
    """Collects the answers of one search while it goes on."""

    window: Window
    index: Index
    answers: list[Search] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    collected: Collected | None = None
    failure: str = ""
    suggestion: str = ""

    def take(self, answer: Search, kept: Snapshot) -> None:
        """Take in one esearch answer."""
        self.answers.append(answer)
        self.snapshots.append(kept)

    @property
    def whole(self) -> bool:
        """The search is done and gave as many ids as were stated."""
        return self.collected is not None and self.collected.whole

    def problems(self) -> tuple[str, ...]:
        """Why the result may not be what was asked; empty when it is."""
        if self.failure:
            return (self.failure,)
        # the sweep asks for either of two publication types; one that no record has is dropped and changes nothing
        altered = () if self.window.kind == "withdrawn" else self._altered()
        return (*altered, *self._incomplete())

    def body(self) -> Body:
        """The `search` entry."""
        first = self.answers[0] if self.answers else None
        collected = self.collected
        problems = list(self.problems())
        body: Body = {
            "provider": "pubmed",
            "window": {"kind": self.window.kind, "first": self.window.first, "last": self.window.last},
            "query": self.window.term,
            "query_digest": query_digest(self.window.term),
            "translation": first.translation if first else "",
            "translations": [list(pair) for pair in first.translations] if first else [],
            "warnings": self._warnings(),
            "stated_total": collected.stated if collected else None,
            "recounted_total": collected.recounted if collected else None,
            "returned": len(collected.ids) if collected else 0,
            "requests": len(self.answers),
            "unreachable": [
                {"query": part.term, "stated": part.stated, "shown": part.shown}
                for part in (collected.unreachable if collected else ())
            ],
            "index": {"build": self.index.build, "last_update": self.index.last_update, "count": self.index.count},
            "suggestion": self.suggestion,
            "outcome": "failed" if self.failure else "partial" if problems else "complete",
            "problems": problems,
            "snapshots": [snapshot(kept) for kept in self.snapshots[:SNAPSHOTS_LIMIT]],
        }
        # a long query is repeated in each unreachable part
        return fitted(body, ("snapshots", "unreachable", "translations", "problems"))

    def _warnings(self) -> Body:
        return {
            "phrases_not_found": _distinct(answer.phrases_not_found for answer in self.answers),
            "fields_not_found": _distinct(answer.fields_not_found for answer in self.answers),
            "phrases_ignored": _distinct(answer.phrases_ignored for answer in self.answers),
            "quoted_phrases_not_found": _distinct(answer.quoted_phrases_not_found for answer in self.answers),
            "messages": _distinct(answer.messages for answer in self.answers),
        }

    def _altered(self) -> Iterable[str]:
        said = {
            "phrases_not_found": "PubMed dropped",
            "fields_not_found": "PubMed dropped the field",
            "phrases_ignored": "PubMed ignored",
            "quoted_phrases_not_found": "PubMed searched word by word for",
        }
        for name, words in said.items():
            phrases = ", ".join(repr(phrase) for phrase in self._warnings()[name])
            if phrases:
                yield f"{words} {phrases}; names listed in providers.pubmed.omit are not asked for"

    def _incomplete(self) -> Iterable[str]:
        collected = self.collected
        if collected is None or collected.whole:
            return
        for part in collected.unreachable:
            yield f"{part.stated} records share one day and all properties, PubMed shows {CEILING} of them: {part.term}"
        total = collected.stated if collected.recounted is None else collected.recounted
        yield f"PubMed states {total} records, its pages hold {len(collected.ids)}"


def _distinct(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(phrase for phrases in lists for phrase in phrases))
