"""Pages of a search, and what they say of it."""

import json
from typing import Any

import pytest

from harvest.errors import ParseError
from harvest.europepmc import report
from harvest.europepmc.answers import page
from harvest.searching import SearchEntry


def body(*ids: str, **more: Any) -> bytes:
    results = [{"id": one, "source": "MED"} for one in ids]
    return json.dumps({"hitCount": 2, "resultList": {"result": results}, **more}).encode()


def test_a_page_is_the_last_if_it_is_empty_names_no_cursor_or_echoes_the_one_that_was_sent() -> None:
    assert page(body(nextCursorMark="b")).is_last("a")
    assert page(body("1")).is_last("a")
    assert page(body("1", nextCursorMark="a")).is_last("a")
    assert not page(body("1", nextCursorMark="b")).is_last("a")


def test_two_records_with_one_id_in_two_collections_are_two() -> None:
    both = [{"id": "1", "source": "MED"}, {"id": "1", "source": "CTX"}]
    assert page(json.dumps({"hitCount": 2, "resultList": {"result": both}}).encode()).keys == (
        "epmc:MED/1",
        "epmc:CTX/1",
    )


def test_a_result_without_identity_is_counted_and_the_others_are_read() -> None:
    read = page(
        json.dumps({"hitCount": 2, "resultList": {"result": [{"id": "1"}, {"id": "2", "source": "MED"}]}}).encode()
    )
    assert (read.keys, read.nameless) == (("epmc:MED/2",), 1)


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"no", b'{"hitCount":1,"resultList":{"result":[3]}}'])
def test_what_is_no_page_is_said_to_be_none(answer: bytes) -> None:
    with pytest.raises(ParseError, match="expected a page of Europe PMC's results"):
        page(answer)


def test_a_total_that_drifts_is_no_loss_but_fewer_records_than_were_ever_stated_are() -> None:
    entry = SearchEntry("europepmc", "q")
    report.take(entry, page(body("1", request={"queryString": "q"})))
    report.take(entry, page(body("2", hitCount=5)))
    report.close(entry, 2)
    assert (entry.stated_total, entry.recounted_total, entry.problems) == (2, 5, [])
    report.close(entry, 1)
    assert entry.problems == ["Europe PMC states 2 records, its pages hold 1"]


def test_a_search_for_something_else_is_no_search_for_this() -> None:
    entry = SearchEntry("europepmc", 'TITLE_ABS:"a"  OR x')
    report.take(entry, page(body(request={"queryString": ' TITLE_ABS:"a" OR x'})))
    assert entry.problems == []
    entry = SearchEntry("europepmc", "a")
    report.take(entry, page(body(request={"queryString": "b"})))
    assert entry.translation == "b"
    assert entry.problems == ["Europe PMC searched for something else: 'b'"]
