"""What the ledger and the archive know of pages that were read before: their names, validators, bytes, and links."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from harvest.archive import Exchange, read_snapshots
from harvest.catalogue import Catalogue
from harvest.errors import HarvestError, ParseError
from harvest.model import Key, Related
from harvest.pages import Document, Page, Titles
from harvest.pages.identifiers import key_of_address
from harvest.visiting import key_of, same_site

_FRONT: Final = 3
"""Slashes in the address of a front page."""
LEADS_TO: Final = "links-to"
LEADS: Final = 40
"""Links that a line names at most."""
_LONGEST: Final = 300
"""Characters of an address in a line."""
_ELSEWHERE: Final = (
    "doi.org", "ncbi.nlm.nih.gov", "europepmc.org", "clinicaltrials.gov", "crossref.org", "openalex.org", "reddit.com",
    "redd.it", "x.com", "twitter.com", "t.co", "youtube.com", "youtu.be", "instagram.com", "facebook.com",
)  # fmt: skip
"""Hosts of documents that other providers bring, or that want a login."""


def names_of(catalogue: Catalogue) -> Mapping[Key, Key]:
    """Every address by which a page of the ledger is known, to its key."""
    return {
        name: key
        for key, settled in catalogue.settled.items()
        if key.startswith("url:")
        for name in (key, *settled.body["keys"])
    }


def key_of_page(page: Page, url: str) -> Key:
    """What a page is known by: the address that it calls its own, where it may.

    That is one on the same site, and not its front page: whole sites call every page that by mistake.
    """
    here = key_of(url)
    try:
        own = key_of(page.url)
    except ParseError:
        return here
    fronts = [key.endswith("/") and key.count("/") == _FRONT for key in (own, here)]
    return own if same_site(page.url, url) and fronts != [True, False] else here


def titles_of(catalogue: Catalogue) -> Titles:
    """The titles of all sources whose titles the ledger holds, to tell citations by."""
    titled = (body for body in catalogue.sources.values() if body.get("title"))
    return Titles(Document(body["key"], body["title"], body.get("year")) for body in titled)


def pages_of(catalogue: Catalogue) -> tuple[Key, ...]:
    """All pages that the ledger has settled and judged, in ledger order."""
    return tuple(
        key for key, settled in catalogue.settled.items() if key.startswith("url:") and "screening" in settled.body
    )


def links_of(catalogue: Catalogue, most: int) -> tuple[Key, ...]:
    """The first `most` pages that sources link to and that the ledger has not settled, in ledger order."""
    known = names_of(catalogue)
    found: dict[Key, None] = {}
    for body in catalogue.sources.values():
        for link in body.get("links", []):
            if link["key"].startswith("url:") and len(found) < most:
                with suppress(ParseError):
                    key = key_of(link["key"].removeprefix("url:"))
                    if key not in known and not _is_elsewhere(key):
                        found[key] = None
    return tuple(found)


def leads_of(page: Page) -> tuple[Related, ...]:
    """Where a page leads to, outside its site, and not to a document that has an identifier: that is a citation."""
    found: dict[Key, None] = {}
    for url in page.links:
        if len(found) < LEADS and len(url) <= _LONGEST and not key_of_address(url):
            with suppress(ParseError):
                found[key_of(url)] = None
    return tuple(Related(LEADS_TO, key) for key in found)


def kept_pages(keys: Sequence[Key], catalogue: Catalogue, archive: Path) -> Iterator[tuple[Key, Exchange]]:
    """The answers from which pages were read last, as far as the archive has them; each WARC file is read once."""
    cited: defaultdict[str, dict[str, str]] = defaultdict(dict)
    wanted: dict[str, Key] = {}
    for key in keys:
        if where := catalogue.settled[key].body.get("snapshot"):
            cited[where["file"]][where["record"]] = where["sha256"]
            wanted[where["record"]] = key
    for file, records in cited.items():
        with suppress(HarvestError):
            for name, exchange in read_snapshots(archive, file, records):
                yield wanted[name], exchange


def conditions(keys: Sequence[Key], catalogue: Catalogue, archive: Path) -> Mapping[Key, Mapping[str, str]]:
    """The headers that ask a server for a page only if it is not the one that was read last (RFC 9110 section 13.1)."""
    asked: dict[Key, dict[str, str]] = {}
    for key, exchange in kept_pages(keys, catalogue, archive):
        said = {"If-None-Match": exchange.header("ETag"), "If-Modified-Since": exchange.header("Last-Modified")}
        asked[key] = {name: value for name, value in said.items() if value}
    return asked


def _is_elsewhere(key: Key) -> bool:
    host = urlsplit(key.removeprefix("url:")).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in _ELSEWHERE)
