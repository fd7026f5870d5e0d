"""What to ask Crossref for: one work by its DOI, several by a filter, notices by what they update, works by title."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from harvest.identity import Fingerprint
from harvest.identity.title import is_specific

AT_ONCE: Final = 50
"""DOIs of one list query."""
LONGEST: Final = 3_000
"""Characters of one filter, percent-encoded: proxies refuse long addresses."""
NOTICES: Final = 200
"""Rows of one page of notices."""
CANDIDATES: Final = 5
"""Works that one look-up by title gives."""


def path(doi: str) -> str:
    """Where a work is; a DOI may hold `<>;()#/` and anything else."""
    return f"works/{quote(doi, safe='')}"


def listable(doi: str) -> bool:
    """A filter may name it: a comma would end the value."""
    return "," not in doi


def batches(dois: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """DOIs that one filter may name together, in order."""
    batch: list[str] = []
    length = 0
    for doi in dois:
        more = len(quote(f"updates:{doi},", safe=""))
        if batch and (len(batch) == AT_ONCE or length + more > LONGEST):
            yield tuple(batch)
            batch, length = [], 0
        batch.append(doi)
        length += more
    if batch:
        yield tuple(batch)


def works(dois: Iterable[str]) -> dict[str, str]:
    """Parameters of a list query for these works; a filter's name given again means "or".

    Nothing is selected: of an answer cut to some fields nobody can tell a retraction that is not there from one that
    was not asked for.
    """
    named = list(dois)
    return {"filter": ",".join(f"doi:{doi}" for doi in named), "rows": str(len(named))}


def notices(dois: Iterable[str], cursor: str = "*") -> dict[str, str]:
    """Parameters of a page of the works that say that they update one of these."""
    return {"filter": ",".join(f"updates:{doi}" for doi in dois), "rows": str(NOTICES), "cursor": cursor}


def tells(document: Fingerprint) -> bool:
    """Its title tells it from others, so that a look-up can find it: `[Not Available].` and `Editorial` do not."""
    return any(map(is_specific, document.folded_titles))


def by_title(document: Fingerprint) -> dict[str, str]:
    """Parameters of a look-up by title, first author and year."""
    title = document.title.strip().removeprefix("[").rstrip("].").rstrip()
    words = [title, document.first_author, str(document.year or "")]
    return {"query.bibliographic": " ".join(filter(None, words)), "rows": str(CANDIDATES)}
