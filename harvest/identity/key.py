"""Normal forms of the identifiers that a document carries itself (design section 2; external APIs section 17)."""

import re
from urllib.parse import unquote

from harvest.errors import ParseError
from harvest.model import Key

SCHEMES = ("pmid", "doi", "pmcid", "nct", "openalex", "reddit")

_WRAPPERS = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:"
    r"(?:dx\.)?doi\.org/|(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/|"
    r"(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc)/articles/|clinicaltrials\.gov/(?:ct2/show/|study/)|"
    r"(?:api\.)?openalex\.org/(?:works/)?)",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^(pmid|doi|pmcid|pmc|nct|openalex|reddit)(?:\s*:\s*|\s+)", re.IGNORECASE)
_FORMS = {
    "pmid": re.compile(r"0*([1-9]\d{0,8})(?:\.\d+)?"),
    "doi": re.compile(r"(10\.\d{4,9}(?:\.\d+)*/\S+)"),
    "pmcid": re.compile(r"(?:pmc)?0*([1-9]\d{0,8})(?:\.\d+)?", re.IGNORECASE),
    "nct": re.compile(r"nct\s*0*(\d{8})", re.IGNORECASE),
    "openalex": re.compile(r"w([1-9]\d{3,12})", re.IGNORECASE),
    "reddit": re.compile(r"(t[13]_[0-9a-z]{2,13})", re.IGNORECASE),
}
_EXAMPLES = {
    "pmid": "16996037", "doi": "10.1016/j.brainres.2006.07.108", "pmcid": "PMC8650205", "nct": "NCT04320615",
    "openalex": "W2741809807", "reddit": "t3_1abcde",
}  # fmt: skip
_REDDIT = re.compile(
    r"(?:https?://)?(?:(?:[a-z]{1,4}\.)?reddit\.com/(?:(?:r|u|user)/[\w-]+/)?comments/(?P<post>[0-9a-z]+)"
    r"(?:/[^/?#]*(?:/(?P<comment>[0-9a-z]+))?)?|redd\.it/(?P<short>[0-9a-z]+))/?(?:[?#].*)?",
    re.IGNORECASE,
)
"""Addresses of posts and comments."""
_VERSION = re.compile(r"[./]?v\d{1,2}$")
_LENGTH = 2000
_LEFT_BEHIND = ".,;:'\"*>]}/"
_PUBMED_HOST = re.compile(r"pubmed\.ncbi|ncbi\.nlm\.nih\.gov/pubmed", re.IGNORECASE)


def normal_key(text: str, *, scheme: str = "") -> Key:
    """The one form of an identifier, whatever its dress.

    Args:
        text: `10.1016/J.X`, `https://doi.org/10.1016/j.x`, `PMID: 16996037`, `pmid:16996037`, `PMC8650205`, ...
        scheme: one of `SCHEMES`, where the text is a bare value; without it the text must tell by itself.

    Raises:
        ParseError: the text is no identifier of that scheme, or of none.
    """
    bare = text.strip()
    if len(bare) > _LENGTH:
        raise ParseError(f"expected an identifier, got {len(bare)} characters")
    if scheme in {"", "reddit"} and (address := _REDDIT.fullmatch(bare)):
        bare = f"t1_{address['comment']}" if address["comment"] else f"t3_{address['post'] or address['short']}"
    named = _PREFIX.match(bare)
    scheme = scheme or (_scheme_of_prefix(named.group(1)) if named else _scheme_of(bare))
    form = _FORMS.get(scheme)
    if form is None:
        raise ParseError(f"expected an identifier such as pmid:16996037 or doi:10.1000/182, got {text!r}")
    bare = _WRAPPERS.sub("", bare[named.end() :] if named else bare)
    value = form.fullmatch(_plain_doi(bare) if scheme == "doi" else bare.rstrip("/. "))
    if value is None:
        raise ParseError(f"expected a {scheme.upper()} such as {_EXAMPLES[scheme]}, got {text!r}")
    return f"{scheme}:{_dressed(scheme, value.group(1))}"


def work_of(key: Key) -> Key:
    """The key without what only tells versions of a preprint apart: `doi:10.21203/rs.3.rs-1/v2`, `doi:10.1101/1v2`."""
    return _VERSION.sub("", key) if key.startswith("doi:") else key


def _dressed(scheme: str, value: str) -> str:
    if scheme == "reddit":
        return value.lower()
    return {"pmcid": "PMC", "nct": "NCT", "openalex": "W"}.get(scheme, "") + value


def _scheme_of_prefix(prefix: str) -> str:
    return "pmcid" if prefix.lower() == "pmc" else prefix.lower()


def _scheme_of(text: str) -> str:
    if _PUBMED_HOST.search(text):
        return "pmid"
    bare = _WRAPPERS.sub("", text).lower()
    starts = (("10.", "doi"), ("pmc", "pmcid"), ("nct", "nct"), ("t1_", "reddit"), ("t3_", "reddit"))
    return next((name for start, name in starts if bare.startswith(start)), "")


def _plain_doi(text: str) -> str:
    """Lower case, `%2F` undone, no punctuation that a sentence left behind; balanced brackets stay."""
    doi = unquote(text).strip().lower()
    while doi:
        if doi[-1] not in _LEFT_BEHIND and not (doi[-1] == ")" and doi.count(")") > doi.count("(")):
            break
        doi = doi[:-1]
    return doi
