"""Registrations that texts and other sources name."""

from typing import Any

import pytest

from harvest.ctgov.numbers import registrations_in, registrations_of


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ClinicalTrials.gov: NCT01234567.", ("nct:NCT01234567",)),
        ("nct 01234567, NCT-01234567 and NCT#01234568", ("nct:NCT01234567", "nct:NCT01234568")),
        ("(NCT\u201101234567)", ("nct:NCT01234567",)),
        ("NCT0123456 and NCT012345678 and ISRCTN01234567 and xNCT01234567", ()),
        ("", ()),
    ],
)
def test_numbers_are_found_however_they_are_written_and_others_are_not(text: str, named: tuple[str, ...]) -> None:
    assert registrations_in(text) == named


def test_a_source_names_registrations_by_its_data_bank_or_in_its_abstract() -> None:
    sources: list[dict[str, Any]] = [
        {"keys": ["pmid:1", "nct:NCT00000002"], "abstract": "Registered as NCT00000001."},
        {"keys": ["pmid:2"], "abstract": "Also NCT00000001."},
        {"keys": ["reddit:t3_x"]},
    ]
    assert registrations_of(sources) == ("nct:NCT00000002", "nct:NCT00000001")
