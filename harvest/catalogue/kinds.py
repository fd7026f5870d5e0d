"""Types of entries as the fold takes them, and runs that ask no provider for records."""

from typing import Final

REJUDGING: Final = "reclassify"
"""`spider` of a run that judged records again and asked no provider."""

ENRICHING: Final = "enrich"
"""`spider` of a run that asked services what they know of the sources; it searches nothing and fetches no record."""

FOLDED: Final = frozenset(
    {
        "ledger", "run-started", "run-finished", "search", "source", "excluded", "duplicate", "failed", "changed",
        "rechecked", "redaction", "reclassified", "linked", "merged", "unmerged", "review",
    }
)  # fmt: skip
"""Entry types that change the state; `Catalogue` has one method for each."""

PASSED_OVER: Final = frozenset({"refused", "recovered", "adopted", "key-rotated", "clock-regressed"})
"""Entry types that say something of the ledger or of a request and nothing of a document."""
