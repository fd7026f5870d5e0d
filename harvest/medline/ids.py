"""A record's own identifiers in their normal form; anything that does not hold to its form is left out."""

import re
from functools import lru_cache

from harvest.model import Key

_PMID = re.compile(r"0*([1-9]\d{0,8})")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d+(?:\.\d+)*/\S+)")
_PMCID = re.compile(r"(?:pmc)?(\d+)(?:\.\d+)?|pmc-id: *pmc(\d+)(?:\.\d+)?;.*")
_NCT = re.compile(r"nct\d{8}")


def pmid(text: str) -> Key:
    """`pmid:16996037`, or empty."""
    found = _PMID.fullmatch(text.strip())
    return f"pmid:{found[1]}" if found else ""


@lru_cache(maxsize=256)  # most records say it twice
def doi(text: str) -> Key:
    """`doi:10.1016/...` in lower case, or empty."""
    found = _DOI.fullmatch(text.strip().lower())
    return f"doi:{found[1]}" if found else ""


def pmcid(text: str) -> Key:
    """`pmcid:PMC123` without the version that follows a dot, or empty."""
    found = _PMCID.fullmatch(text.strip().lower())
    return f"pmcid:PMC{found[1] or found[2]}" if found else ""


def nct(text: str) -> Key:
    """`nct:NCT01234567`, or empty."""
    found = _NCT.fullmatch(text.strip().lower())
    return f"nct:{found[0].upper()}" if found else ""


def orcid(text: str) -> str:
    """`0000-0002-1825-0097` from any of the forms publishers send, or empty."""
    compact = text.strip().rpartition("/")[2].replace("-", "").replace(" ", "").upper()
    if not re.fullmatch(r"\d{15}[\dX]", compact):
        return ""
    return "-".join(compact[i : i + 4] for i in range(0, 16, 4))
