"""Identifiers of papers and trials in addresses and texts, in their normal form."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from harvest.errors import ParseError
from harvest.identity import normal_key
from harvest.model import Key

_DOI: Final = r"10\.\d{4,9}(?:\.\d{1,9}){0,3}/(?:\([^\s()\"'<>]{1,60}\)|[^\s()\"'<>\u201d\u00bb\]}|,;]){1,200}"
_IN_TEXT: Final = re.compile(
    rf"(?P<doi>\b{_DOI})|\bPMID:?\s{{0,3}}(?P<pmid>\d{{4,8}})\b|\b(?P<pmcid>PMC\d{{4,8}})\b|\b(?P<nct>NCT\d{{8}})\b"
    r"|pubmed\.ncbi\.nlm\.nih\.gov/(?P<pubmed>\d{4,8})\b|ncbi\.nlm\.nih\.gov/pubmed/(?P<older>\d{4,8})\b",
    re.IGNORECASE,
)
_SCHEMES: Final = {"pubmed": "pmid", "older": "pmid"}
_HOSTS: Final = (
    (re.compile(r"(?:^|\.)pubmed\.ncbi\.nlm\.nih\.gov$|^pubmed\.gov$"), re.compile(r"^/(?P<pmid>\d{4,8})/?$")),
    (re.compile(r"(?:^|\.)ncbi\.nlm\.nih\.gov$"), re.compile(r"/(?:m/)?pubmed/(?P<pmid>\d{4,8})/?$")),
    (re.compile(r"(?:^|\.)ncbi\.nlm\.nih\.gov$"), re.compile(r"/articles/(?P<pmcid>PMC\d{3,8})(?:/|$)", re.IGNORECASE)),
    (re.compile(r"(?:^|\.)europepmc\.org$"), re.compile(r"/(?:abstract|article)/med/(?P<pmid>\d{4,8})", re.IGNORECASE)),
    (
        re.compile(r"(?:^|\.)europepmc\.org$"),
        re.compile(r"/(?:articles?)/(?:pmc/)?(?P<pmcid>PMC\d{3,8})", re.IGNORECASE),
    ),
    (re.compile(r"(?:^|\.)clinicaltrials\.gov$"), re.compile(r"/(?P<nct>NCT\d{8})", re.IGNORECASE)),
    (re.compile(r"(?:^|\.)qxmd\.com$"), re.compile(r"^/read/(?P<pmid>\d{4,8})(?:/|$)")),
)
_IN_PATH: Final = re.compile(_DOI)
_SUFFIX: Final = re.compile(
    r"/(?:full|abstract|pdf|html|epub|meta|fulltext|summary|references|figures)$|\.(?:pdf|html?|full|abstract)$"
)
_WORKS: Final = re.compile(
    r"(?:^|\.)(?:researchgate\.net|sciencedirect\.com|springer\.com|wiley\.com|nature\.com|tandfonline\.com|mdpi\.com"
    r"|frontiersin\.org|plos\.org|semanticscholar\.org|cyberleninka\.ru|elibrary\.ru|jstor\.org|karger\.com|oup\.com"
    r"|sagepub\.com|biorxiv\.org|medrxiv\.org|arxiv\.org|ncbi\.nlm\.nih\.gov|europepmc\.org|ecnp\.eu|bmj\.com"
    r"|cell\.com|psycnet\.apa\.org)$"
)
_RANK: Final = ("pmid", "doi", "pmcid", "nct")
"""Which of several identifiers of one document is its key (external APIs section 17)."""


class Place(NamedTuple):
    """An identifier and where it stands."""

    start: int
    end: int
    key: Key


def key_of_address(url: str) -> Key:
    """What an address is that of: `https://pubmed.ncbi.nlm.nih.gov/16996037/` is `pmid:16996037`; empty if unknown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host, path = (parts.hostname or "").lower(), unquote(parts.path)
    for known, form in _HOSTS:
        if known.search(host) and (found := form.search(path)):
            scheme, value = next(iter(found.groupdict().items()))
            return _normal(value, scheme)
    found = _IN_PATH.search(path)
    return _normal(_SUFFIX.sub("", found.group()), "doi") if found else ""


def foremost(keys: Iterable[Key]) -> Key:
    """The one of a document's identifiers by which it is known; empty where there is none."""
    return min(filter(None, keys), key=lambda key: _RANK.index(key.partition(":")[0]), default="")


def is_of_a_work(url: str) -> bool:
    """Does it lead to where papers are kept, even if it does not say to which?"""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return bool(_WORKS.search(host))


def places(text: str) -> Iterator[Place]:
    """The identifiers that stand in a text."""
    for found in _IN_TEXT.finditer(text):
        scheme = found.lastgroup or ""
        value = found[scheme]
        bare = _SUFFIX.sub("", value.rstrip(".,;:")) if scheme == "doi" else value
        if key := _normal(bare, _SCHEMES.get(scheme, scheme)):
            yield Place(found.start(), found.start() + len(found.group()) - (len(value) - len(bare)), key)


def _normal(value: str, scheme: str) -> Key:
    try:
        return normal_key(value, scheme=scheme)
    except ParseError:
        return ""
