"""What the fold over a ledger refuses to count."""

from dataclasses import dataclass
from typing import Any

import pytest

from harvest.catalogue import Catalogue
from harvest.errors import LedgerError


@dataclass(frozen=True)
class Line:
    type: str
    body: dict[str, Any]
    seq: int = 6
    run: str = "01M8000000000000000000000A"
    time: str = "2026-11-21T00:00:00.000000Z"


@pytest.mark.parametrize("kind", ["merged", "unmerged", "linked", "review", "redaction", "invented-later"])
def test_an_entry_that_may_change_the_counts_in_an_unknown_way_stops_the_count(kind: str) -> None:
    with pytest.raises(LedgerError, match=f"this version can count, got type '{kind}' in line 7"):
        Catalogue().apply(Line(kind, {"sids": ["s1", "s2"]}))


@pytest.mark.parametrize("kind", ["refused", "recovered", "adopted", "key-rotated", "clock-regressed"])
def test_housekeeping_is_passed_over(kind: str) -> None:
    catalogue = Catalogue()
    catalogue.apply(Line(kind, {}))
    assert catalogue.types[kind] == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("source", {"sid": "s1", "key": "pmid:1"}),
        ("source", {"sid": "x", "key": "pmid:1", "keys": []}),
        ("reclassified", {"sid": "s9", "key": "pmid:1", "new": {}}),
        ("run-started", {"spider": "pubmed"}),
    ],
)
def test_an_entry_that_lacks_what_its_type_must_say_is_one_line_that_names_it(kind: str, body: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match=f"expected a whole {kind} entry in line 7"):
        Catalogue().apply(Line(kind, body))
