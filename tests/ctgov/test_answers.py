"""Pages of studies, one study, the state of the register, and what pages say of a search."""

import json
from typing import Any

import pytest

from harvest.ctgov import report
from harvest.ctgov.answers import Version, page, studies, study, version
from harvest.ctgov.windows import Window
from harvest.errors import ParseError


def one(number: str) -> dict[str, Any]:
    return {"protocolSection": {"identificationModule": {"nctId": number}}}


def body(*numbers: str, **more: Any) -> bytes:
    return json.dumps({"studies": [one(number) for number in numbers], **more}).encode()


def test_a_page_may_be_empty_and_still_not_be_the_last() -> None:
    read = page(body(nextPageToken="t", totalCount=3))
    assert (read.studies, read.total, read.next) == ((), 3, "t")
    assert page(body("NCT00000001")).next == ""


def test_a_total_stands_on_the_first_page_only() -> None:
    assert page(body("NCT00000001")).total is None


def test_a_study_without_a_number_is_counted_and_the_others_are_read() -> None:
    read = page(body("NCT00000001", "", "NCT1"))
    assert (len(read.studies), read.nameless) == (1, 2)


def test_an_answer_with_one_study_is_an_answer_with_studies() -> None:
    assert studies(json.dumps(one("NCT00000001")).encode()) == (one("NCT00000001"),)
    assert len(studies(body("NCT00000001", "NCT00000002"))) == 2


def test_the_state_of_the_register_is_the_day_of_its_last_refresh() -> None:
    read = version(b'{"apiVersion":"2.0.5","dataTimestamp":"2026-11-20T09:00:05"}')
    assert (read.api, str(read.day)) == ("2.0.5", "2026-11-20")
    assert version(b"{}").day is None


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"no", b'{"studies":3}'])
def test_what_is_no_page_is_said_to_be_none(answer: bytes) -> None:
    with pytest.raises(ParseError, match="expected"):
        page(answer)


def test_what_is_no_study_is_said_to_be_none() -> None:
    with pytest.raises(ParseError, match="expected a study, got one without a number"):
        study(b"{}")


def test_fewer_studies_than_stated_are_a_loss_and_a_search_without_a_total_is_none() -> None:
    entry = report.opened("trials", Window("all", {"query.term": "x"}), today="2026-11-22", now=Version("2", "t"))
    report.close(entry, 0)
    assert entry.problems == []
    report.take(entry, page(body("NCT00000001", "", totalCount=3)))
    report.close(entry, 1)
    assert entry.problems == [
        "1 studies of ClinicalTrials.gov have no number",
        "ClinicalTrials.gov states 3 studies, its pages hold 1",
    ]
    assert (entry.first, entry.last, entry.query) == ("", "", "query.term=x")
