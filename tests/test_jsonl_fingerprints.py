import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest import jsonl_fingerprints, jsonl_records
from harvest.errors import ParseError
from harvest.identity import Fingerprint
from tests.test_jsonl_records import ANY_JSON, tried

FIELDS = ("id", "title", "authors", "year", "journal", "doi", "pages", "volume", "pmid", "keys", "vernacular_title")


def read(**fields: Any) -> Fingerprint:
    line = json.dumps({"id": "a", **fields}).encode()
    return jsonl_fingerprints.read(jsonl_records.fields(line))[1]


@pytest.mark.parametrize(
    "authors",
    [
        "Dolotov OV, Karpenko EA, Inozemtseva LS",
        "Dolotov, O. V.; Karpenko, E. A.",
        "Dolotov, O. V. and Karpenko, E. A.",
        "O. V. Dolotov & E. A. Karpenko",
        "DOLOTOV, O.V. | KARPENKO, E.A.",
        "Dolotov OV et al.",
        ["Dolotov OV", "Karpenko EA"],
        [None, {"family": "Dolotov", "given": "Oleg"}],
        [{"name": "Dolotov OV"}],
    ],
)
def test_the_first_author_is_found_however_the_names_are_listed(authors: object) -> None:
    assert read(authors=authors).family == "dolotov"


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2006, 2006), ("2006", 2006), ("2006 Oct 30", 2006), (2006.0, 2006), ("n.d.", None), ("", None)],
)
def test_the_year_is_taken_from_a_number_or_a_text(year: object, expected: int | None) -> None:
    assert read(year=year).year == expected


def test_identifiers_come_from_their_fields_and_from_keys_and_what_is_none_is_passed_over() -> None:
    found = read(
        doi="https://doi.org/10.1016/J.X", pmid=16996037, pmcid="n/a",
        keys=["PMC8650205", "url:https://Example.org/a?utm_source=x", "ISBN 1"],
    )  # fmt: skip
    assert found.keys == ("doi:10.1016/j.x", "pmid:16996037", "pmcid:PMC8650205", "url:https://example.org/a")


def test_volume_and_pages_may_be_numbers() -> None:
    found = read(volume=1117, pages=54)
    assert (found.volume_number, found.first_page) == ("1117", "54")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"authors": 3}, "expected a list or a text as authors, got 3"),
        ({"authors": [3]}, "expected text as authors, got 3"),
        ({"year": [2006]}, "expected text as year, got"),
        ({"keys": "doi:10.1016/j.x"}, "expected a list of texts as keys, got"),
        ({"pages": True}, "expected text as pages, got True"),
    ],
)
def test_a_field_of_another_kind_is_an_error(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ParseError, match=complaint.replace("[", r"\[")):
        read(**fields)


@given(st.dictionaries(st.sampled_from(FIELDS), ANY_JSON, max_size=8))
def test_any_object_tells_a_document_or_is_a_parse_error(fields: dict[str, Any]) -> None:
    said = tried(jsonl_fingerprints.read, fields)

    assert said.startswith("expected ") if isinstance(said, str) else said[1].folded_titles is not None
