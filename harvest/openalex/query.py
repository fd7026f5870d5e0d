"""What to ask OpenAlex for: a hundred works by DOI or PMID in one list, or one by itself, which costs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final
from urllib.parse import quote

AT_ONCE: Final = 50
"""Values of one filter; a hundred are allowed, fifty DOIs make an address that every proxy takes."""
FIELDS: Final = "id,doi,ids,title,publication_year,is_retracted,open_access,best_oa_location,updated_date"


def path(scheme: str, value: str) -> str:
    """Where one work is, by `doi` or `pmid`."""
    return f"works/{scheme}:{quote(value, safe='')}"


def listable(value: str) -> bool:
    """A filter may name it: a comma ends a value, a bar begins another."""
    return not {",", "|"} & set(value)


def batches(values: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Values that one filter may name together, in order."""
    remaining = iter(values)
    while batch := tuple(islice(remaining, AT_ONCE)):
        yield batch


def works(scheme: str, values: Iterable[str]) -> dict[str, str]:
    """Parameters of a list query for the works with one of these DOIs or PMIDs; two works may have one of them."""
    return {"filter": f"{scheme}:{'|'.join(values)}", "select": FIELDS, "per_page": "100"}


def single() -> dict[str, str]:
    """Parameters of a look-up of one work."""
    return {"select": FIELDS}
