"""What a person may decide of a source."""

from typing import Final

DECISIONS: Final = frozenset({"confirmed", "changed", "distinct"})
"""What a person may decide of a source: its labels stand; others do (`new`); it is not the one that it may double."""

REVIEWED: Final = ("screening", "evidence", "design", "tier", "outcome", "harms", "parts")
"""The labels that a person answers for; no machine changes them after a review."""
