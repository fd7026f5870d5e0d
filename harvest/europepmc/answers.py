"""One page of a search, as far as paging and the search entry need it (external contract 5.2 and 5.3)."""

import json
from dataclasses import dataclass

from harvest.errors import ParseError
from harvest.europepmc.lists import Json
from harvest.model import Key

BEGINNING = "*"
"""The cursor of a first page."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results.

    Attributes:
        total: how many records the service states; it drifts from page to page.
        asked: the query as the service understood it.
        next: the cursor of the next page; empty where the service names none.
        results: one object per record that has an identity.
        nameless: how many results have none.
        version: of the service.
    """

    total: int
    asked: str
    next: str
    results: tuple[Json, ...]
    nameless: int = 0
    version: str = ""

    def is_last(self, mark: str) -> bool:
        """Nothing follows the page that was asked for with the cursor `mark`: the last cursor is echoed."""
        return not self.results or not self.next or self.next == mark

    @property
    def keys(self) -> tuple[Key, ...]:
        """The records' identities, in order."""
        return tuple(key(one) for one in self.results)


def page(body: bytes) -> Page:
    """Read the answer to a search.

    Raises:
        ParseError: it is none.
    """
    try:
        answer = json.loads(body)
        request = answer.get("request") or {}
        listed = answer["resultList"]["result"]
        results = tuple(one for one in listed if one.get("source") and one.get("id"))
        return Page(
            total=answer["hitCount"],
            asked=str(request.get("queryString", "")),
            next=str(answer.get("nextCursorMark") or ""),
            results=results,
            nameless=len(listed) - len(results),
            version=str(answer.get("version", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParseError(f"expected a page of Europe PMC's results, got one without {error}") from None


def key(result: Json) -> Key:
    """A record's identity: the pair of source and id, for ids alone are not unique."""
    return f"epmc:{result['source']}/{result['id']}"
