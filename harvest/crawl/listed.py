"""The pages that a feed or sitemap names, an index of sitemaps one step deep."""

from dataclasses import dataclass, field
from typing import Final

from harvest.crawl.reader import Reader
from harvest.crawl.visits import LISTINGS, NotVisited, Visits
from harvest.errors import ParseError
from harvest.searching import SearchEntry
from harvest.visiting import Listing

SITEMAPS: Final = 50
"""Sitemaps that are read of one index."""


@dataclass(slots=True)
class Listed:
    """Pages in the order named; `stated` counts them before those that may not be asked for are left out."""

    pages: list[str] = field(default_factory=list)
    stated: int = 0

    def take(self, listing: Listing) -> None:
        """Add the pages of one file."""
        self.pages += listing.addresses
        self.stated += len(listing.addresses) + listing.unfit


async def listed(url: str, tool: str, visits: Visits, reader: Reader, entry: SearchEntry) -> Listed:
    """Read a feed or sitemap; what is not as it should be goes into the entry.

    Raises:
        NotVisited, ParseError: nothing came that could be read. Interrupted: the run is being stopped.
    """
    found = Listed()
    first = await _one(url, tool, visits, reader, entry)
    if first.kind != "index":
        found.take(first)
        return found
    if len(first.addresses) > SITEMAPS:
        entry.problems.append(f"the index names {len(first.addresses)} sitemaps, {SITEMAPS} are read")
    for address in first.addresses[:SITEMAPS]:
        try:
            one = await _one(address, tool, visits, reader, entry)
        except (NotVisited, ParseError) as error:
            entry.problems.append(f"expected sitemap {address[:100]}, got: {error}")
            continue
        if one.kind == "index":
            entry.problems.append(f"expected sitemap {address[:100]}, got one more index")
        else:
            found.take(one)
    return found


async def _one(url: str, tool: str, visits: Visits, reader: Reader, entry: SearchEntry) -> Listing:
    visited = await visits.visit(url, tool=tool, accepted=LISTINGS)
    entry.take(visited.kept)
    listing = await reader.listing(visited.body, url=visited.url)
    if listing.unfit or listing.cut:
        seen = {"unfit": listing.unfit} | ({"cut": len(listing.addresses)} if listing.cut else {})
        entry.warnings = {**entry.warnings, **seen}
    return listing
