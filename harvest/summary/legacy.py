"""The older ledger's index over this ledger, for comparison only: no reader of a profile is shown it."""

from collections.abc import Mapping


def legacy_index(evidence: Mapping[str, int]) -> float:
    """The older ledger's index: every source raises it, whatever it says (design section 6).

    Args:
        evidence: sources by kind; all but anecdotes count as its "studies".
    """
    studies = sum(count for kind, count in evidence.items() if kind != "anecdotal")
    weighed = 0.12 * evidence.get("human", 0) + 0.04 * evidence.get("preclinical", 0)
    return round(min(0.95, weighed + 0.015 * evidence.get("anecdotal", 0) + min(0.025 * studies, 0.25)), 3)
