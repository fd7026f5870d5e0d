"""A work of OpenAlex is read as far as it goes, or refused; its budget is what the headers say."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.errors import ParseError
from harvest.identity import Fingerprint
from harvest.openalex import answers, telling
from harvest.openalex.budget import Budget
from harvest.openalex.work import read_work
from tests.crossref.test_work import JSON
from tests.servers.openalex import open_copy, work

FIELDS = ("id", "doi", "ids", "title", "publication_year", "is_retracted", "open_access", "best_oa_location")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_comes_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        read = read_work({**work(1), **fields})
    except ParseError:
        return
    said = telling.told(Fingerprint(keys=read.keys, title="A made-up paper"), [read]).body()
    assert all(isinstance(text, str) for text in said.get("open_access", {}).values())


@pytest.mark.parametrize("stated", [None, "yes", 1])
def test_what_is_not_true_or_false_says_nothing(stated: object) -> None:
    assert read_work(work(1, is_retracted=stated)).retracted is None


def test_ids_are_urls_and_may_be_null() -> None:
    ids = {
        "openalex": "https://openalex.org/W1",
        "pmid": None,
        "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/4234579",
    }

    assert read_work(work(1, doi="10.5555/A", ids=ids)).keys == (
        "openalex:W9000000001",
        "doi:10.5555/a",
        "pmcid:PMC4234579",
    )


def test_an_open_copy_that_is_not_open_is_none() -> None:
    fields = open_copy("https://x.example/") | {"open_access": {"is_oa": False, "oa_url": "https://x.example/"}}

    assert read_work(work(1, **fields)).open_access == {}


def test_the_address_of_an_open_copy_may_stand_in_one_place_only() -> None:
    fields = open_copy("https://x.example/") | {"best_oa_location": None}

    assert read_work(work(1, **fields)).open_access == {"url": "https://x.example/", "kind": "green"}


@pytest.mark.parametrize(
    ("limit", "remaining", "spent"),
    [
        ("1", "0.21", False),
        ("1", "0.2", True),
        ("100000", "20001", False),
        ("100000", "20000", True),
        ("", "5", False),
        ("100", "", False),
        ("0", "0", False),
        ("many", "few", False),
    ],
)
def test_four_fifths_of_a_budget_are_enough(limit: str, remaining: str, spent: bool) -> None:  # noqa: FBT001  # a table
    assert Budget.of({"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining}).spent is spent


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, b'{"results":[]}', None),
        (200, {}, b'{"id":"https://openalex.org/W1"}', None),
        (404, {}, b"<title>404 Not Found</title>", None),
        (404, {}, b'{"error":"not found"}', None),
        (404, {}, b"", "status-404"),
        (403, {}, b'{"message":"API key missing or invalid"}', "key-refused"),
        (401, {}, b'{"message":"bad key"}', "key-refused"),
        (403, {}, b'{"message":"too many requests per second"}', "rate-limited"),
        (429, {}, b"", "rate-limited"),
        (429, {"x-ratelimit-remaining": "0"}, b"{}", "budget-spent"),
        (400, {}, b'{"message":"x is not a valid field"}', "query-refused"),
        (200, {}, b"<html></html>", "not-json"),
        (503, {}, b"", "status-503"),
    ],
)
def test_each_answer_is_known_for_what_it_is(
    status: int, headers: dict[str, str], body: bytes, kind: str | None
) -> None:
    fault = answers.fault(status, headers, body)

    assert (fault.kind if fault else None) == kind
