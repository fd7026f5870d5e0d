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
from harvest.model import Key
from harvest.visiting import key_of

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
