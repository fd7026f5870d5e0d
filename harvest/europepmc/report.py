"""What the pages of a search say of the search itself, for its entry in the ledger."""

from harvest.europepmc.answers import Page
from harvest.searching import SearchEntry


def take(entry: SearchEntry, page: Page) -> None:
    """Work one page in: totals, the query as it was understood, results that name no record."""
    if entry.stated_total is None:
        entry.stated_total = page.total
        entry.translation = page.asked
        if page.asked and page.asked.split() != entry.query.split():
            entry.problems.append(f"Europe PMC searched for something else: {page.asked[:200]!r}")
    entry.recounted_total = page.total
    if page.nameless:
        entry.problems.append(f"{page.nameless} of Europe PMC's results have no source and id")


def close(entry: SearchEntry, came: int) -> None:
    """Compare what came with what was stated: totals drift while one pages, fewer than ever stated are a loss."""
    stated = min(entry.stated_total or 0, entry.recounted_total or 0)
    if came < stated:
        entry.problems.append(f"Europe PMC states {stated} records, its pages hold {came}")
