"""Normal forms of the identifiers that a document carries itself (design section 2; external APIs section 17)."""

import re
from urllib.parse import unquote

from harvest.errors import ParseError
from harvest.model import Key

SCHEMES = ("pmid", "doi", "pmcid", "nct")

_WRAPPERS = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:"
    r"(?:dx\.)?doi\.org/|(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/|"
    r"(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc)/articles/|clinicaltrials\.gov/(?:ct2/show/|study/))",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^(pmid|doi|pmcid|pmc|nct)(?:\s*:\s*|\s+)", re.IGNORECASE)
_FORMS = {
    "pmid": re.compile(r"0*([1-9]\d{0,8})(?:\.\d+)?"),
    "doi": re.compile(r"(10\.\d{4,9}(?:\.\d+)*/\S+)"),
    "pmcid": re.compile(r"(?:pmc)?0*([1-9]\d{0,8})(?:\.\d+)?", re.IGNORECASE),
    "nct": re.compile(r"nct\s*0*(\d{8})", re.IGNORECASE),
}
_EXAMPLES = {"pmid": "16996037", "doi": "10.1016/j.brainres.2006.07.108", "pmcid": "PMC8650205", "nct": "NCT04320615"}
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


def _dressed(scheme: str, value: str) -> str:
    return {"pmcid": "PMC", "nct": "NCT"}.get(scheme, "") + value


def _scheme_of_prefix(prefix: str) -> str:
    return "pmcid" if prefix.lower() == "pmc" else prefix.lower()


def _scheme_of(text: str) -> str:
    if _PUBMED_HOST.search(text):
        return "pmid"
    bare = _WRAPPERS.sub("", text).lower()
    return next(
        (name for start, name in (("10.", "doi"), ("pmc", "pmcid"), ("nct", "nct")) if bare.startswith(start)), ""
    )


def _plain_doi(text: str) -> str:
    """Lower case, `%2F` undone, no punctuation that a sentence left behind; balanced brackets stay."""
    doi = unquote(text).strip().lower()
    while doi:
        if doi[-1] not in _LEFT_BEHIND and not (doi[-1] == ")" and doi.count(")") > doi.count("(")):
            break
        doi = doi[:-1]
    return doi
