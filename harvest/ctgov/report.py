"""What the pages of a search say of the search itself, for its entry in the ledger."""

from harvest.ctgov.answers import Page, Version
from harvest.ctgov.query import shown
from harvest.ctgov.windows import Window
from harvest.searching import SearchEntry


def opened(provider: str, window: Window, *, today: str, now: Version) -> SearchEntry:
    """The entry of a search that is about to be made."""
    last = today if window.first else ""
    entry = SearchEntry(provider, shown(window.asked), kind=window.kind, first=window.first, last=last)
    entry.extra = {"index": {"api_version": now.api, "data_timestamp": now.timestamp}}
    return entry


def take(entry: SearchEntry, page: Page) -> None:
    """Work one page in: the total, which only the first one states, and studies without a number."""
    if entry.stated_total is None:
        entry.stated_total = page.total
    if page.nameless:
        entry.problems.append(f"{page.nameless} studies of ClinicalTrials.gov have no number")


def close(entry: SearchEntry, came: int) -> None:
    """Compare what came with what was stated."""
    if entry.stated_total is not None and came < entry.stated_total:
        entry.problems.append(f"ClinicalTrials.gov states {entry.stated_total} studies, its pages hold {came}")
