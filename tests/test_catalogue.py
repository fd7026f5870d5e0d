"""What the fold over a ledger refuses to count."""

from dataclasses import dataclass
from typing import Any

import pytest

from harvest.catalogue import Catalogue
from harvest.errors import LedgerError
from tests.cli import ledgers


@dataclass(frozen=True)
class Line:
    type: str
    body: dict[str, Any]
    seq: int = 6
    run: str = "01M8000000000000000000000A"
    time: str = "2026-11-21T00:00:00.000000Z"


@pytest.mark.parametrize("kind", ["question", "invented-later"])
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
        ("linked", {"one": "s1", "other": "s2"}),
        ("linked", {"one": "s1", "other": "s2", "relation": "invented-later"}),
        ("review", {"sid": "s1", "decision": "confirmed"}),
        ("review", {"sid": "s1", "decision": "invented-later"}),
    ],
)
def test_an_entry_that_lacks_what_its_type_must_say_is_one_line_that_names_it(kind: str, body: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match=f"expected a whole {kind} entry in line 7"):
        Catalogue().apply(Line(kind, body))


def test_a_review_stands_against_later_judgements_of_the_machine() -> None:
    catalogue = _with_a_source()
    catalogue.apply(Line("review", {"sid": "s1", "reviewer": "A", "decision": "changed", "new": {"evidence": "none"}}))
    catalogue.apply(
        Line("reclassified", {"sid": "s1", "key": "pmid:1", "new": {"evidence": "human", "probability": 1}})
    )

    assert (catalogue.numbered["s1"]["evidence"], catalogue.numbered["s1"]["probability"]) == ("none", 1)
    assert catalogue.settled["pmid:1"].body["evidence"] == "human"


def test_a_review_stands_when_the_provider_changes_the_record() -> None:
    catalogue = _with_a_source()
    catalogue.apply(Line("review", {"sid": "s1", "reviewer": "A", "decision": "confirmed"}))
    catalogue.apply(Line("changed", {"key": "pmid:1", "new": {"title": "Another", "evidence": "human"}}))

    assert (catalogue.numbered["s1"]["evidence"], catalogue.numbered["s1"]["title"]) == ("preclinical", "Another")


def test_what_is_distinct_is_no_review_of_its_labels() -> None:
    catalogue = _with_a_source()
    catalogue.apply(Line("review", {"sid": "s1", "decision": "distinct"}))

    assert (catalogue.distinct, catalogue.reviewed) == ({"s1"}, {})


def test_a_review_that_changes_labels_must_say_which() -> None:
    with pytest.raises(LedgerError, match="expected a whole review entry"):
        _with_a_source().apply(Line("review", {"sid": "s1", "decision": "changed"}))


def _with_a_source() -> Catalogue:
    catalogue = Catalogue()
    catalogue.apply(Line("source", ledgers.source("s1", "1", "Semax in rats")))
    return catalogue
