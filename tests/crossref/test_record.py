"""A work of Crossref as a record: title, abstract by its headings, first author, date as precise as it is given."""

import json
from typing import Any

import pytest

from harvest.crossref.record import record
from harvest.errors import ParseError
from harvest.model import Author, Record
from tests.servers.crossref_works import synthetic

ABSTRACT = (
    "<jats:title>Abstract</jats:title><jats:sec><jats:title>Methods</jats:title>"
    "<jats:p>Invented rats &amp; mice ran, <jats:italic>p</jats:italic>&lt;0.05.</jats:p></jats:sec>"
)


def read(title: str = "A <i>made-up</i> title &amp; more", **fields: Any) -> Record:
    work = synthetic("10.5555/X.1", title, **fields)
    return record(json.dumps({"status": "ok", "message": work}).encode())


def test_markup_is_taken_out_and_headings_become_labels() -> None:
    found = read(abstract=ABSTRACT)

    assert found.title == "A made-up title & more"
    assert found.abstract_text == "METHODS: Invented rats & mice ran, p <0.05."


def test_its_key_is_the_doi_in_lower_case_and_its_link_leads_there() -> None:
    found = read(volume="7", page="1-9", issue="2", author=[{"family": "Nemo", "given": "A"}, {"name": "A Group"}])

    assert (found.key, found.keys, found.url) == (
        "doi:10.5555/x.1", ("doi:10.5555/x.1",), "https://doi.org/10.5555/x.1",
    )  # fmt: skip
    assert found.authors == (Author("Nemo", "A"), Author(collective="A Group"))
    assert (found.journal.volume, found.journal.issue, found.journal.pages) == ("7", "2", "1-9")


@pytest.mark.parametrize(
    ("parts", "iso"),
    [([2024], "2024"), ([2024, 5], "2024-05"), ([2024, 5, 3], "2024-05-03"), ([None], "")],
)
def test_a_date_is_as_precise_as_it_is_given(parts: list[int | None], iso: str) -> None:
    assert read(issued={"date-parts": [parts]}).date.iso == iso


def test_posted_content_is_a_preprint() -> None:
    assert [kind.name for kind in read(type="posted-content").publication_types] == ["Preprint"]


@pytest.mark.parametrize("body", [b"Resource not found.", b"{}", b'{"status":"ok","message":{}}', b"<html>"])
def test_what_is_no_work_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        record(body)


def test_a_work_without_a_title_is_an_error() -> None:
    with pytest.raises(ParseError, match="expected a work with a title"):
        read("")
