"""Text on doses, schedules, routes and how to take: recognised, so that it goes no further (design section 8)."""

from typing import Final

from harvest.pages.words import words

_SORTS: Final = ("amount", "dose", "schedule", "route", "instruction")


def dosing(sentence: str) -> str:
    """What sort of such text a sentence is, `amount`, `dose`, `schedule`, `route` or `instruction`; empty if none."""
    return next((sort for sort in _SORTS if words("dosing", sort).search(sentence)), "")
