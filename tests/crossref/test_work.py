"""A work of Crossref is read as far as it goes, or refused; nothing in it makes the reader fall."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.crossref import answers, telling
from harvest.crossref.work import Update, read_work
from harvest.errors import ParseError
from harvest.model import Related
from harvest.standing import State
from tests.servers.crossref_works import synthetic, update

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("DOI", "title", "original-title", "author", "issued", "updated-by", "update-to", "relation", "type", "page")


def work(**fields: Any) -> dict[str, Any]:
    made = synthetic("10.5555/1", "A made-up paper on something quite specific")
    return made | {name.replace("_", "-"): value for name, value in fields.items()}


def told(**fields: Any) -> State:
    read = read_work(work(**fields))
    return telling.told(read.document, read).status.state


@pytest.mark.parametrize(
    "fields",
    [
        {"title": []},
        {"title": None},
        {"author": []},
        {"author": [{"name": "A group", "sequence": "first"}]},
        {"issued": {"date-parts": [[None]]}},
        {"issued": None},
        {"relation": None},
        {"updated_by": None},
        {"updated_by": [{"type": "retraction"}, {"DOI": "10.5555/2"}]},
        {"container_title": []},
    ],
)
def test_what_is_null_or_empty_is_absent(fields: dict[str, Any]) -> None:
    assert read_work(work(**fields)).doi == "10.5555/1"


@pytest.mark.parametrize("message", [{}, {"DOI": None}, {"DOI": "no doi"}, {"DOI": "10.5555/1", "author": [3]}])
def test_what_is_no_work_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        read_work(message)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_comes_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        read = read_work({**work(), **fields})
    except ParseError:
        return
    assert telling.told(read.document, read, [read]).status.state in State


def test_updates_are_read_with_their_day_and_source() -> None:
    read = read_work(work(updated_by=[update("10.5555/N", "expression_of_concern", day="2025-02-03")]))

    assert read.updated_by == (Update("10.5555/n", "expression_of_concern", "publisher", "2025-02-03"),)


def test_a_work_that_says_itself_that_it_was_retracted_is_retracted() -> None:
    read = read_work(work(update_to=[update("10.5555/1", "retraction")]))
    said = telling.told(read.document, read)

    assert (said.status.state, said.links) == (State.RETRACTED, ())


def test_a_notice_is_not_retracted_by_what_it_retracts() -> None:
    read = read_work(work(update_to=[update("10.5555/2", "retraction"), update("10.5555/3", "correction")]))
    said = telling.told(read.document, read)

    assert said.status.state is State.NOT_RETRACTED
    assert said.links == (Related("retraction-of", "doi:10.5555/2"), Related("erratum-for", "doi:10.5555/3"))


@pytest.mark.parametrize(
    "kind", ["correction", "erratum", "expression_of_concern", "new_version", "partial_retraction"]
)
def test_no_lesser_notice_is_called_a_retraction(kind: str) -> None:
    assert told(updated_by=[update("10.5555/n", kind)]) is State.NOT_RETRACTED


@pytest.mark.parametrize("kind", ["retraction", "Retraction", "withdrawal", "removal"])
def test_retractions_withdrawals_and_removals_retract(kind: str) -> None:
    assert told(updated_by=[update("10.5555/n", kind)]) is State.RETRACTED


def test_preprints_and_translations_are_related_and_other_relations_are_not() -> None:
    relation = {
        "is-preprint-of": [{"id-type": "doi", "id": "10.5555/ARTICLE", "asserted-by": "subject"}],
        "has-translation": [{"id-type": "uri", "id": "https://x.example/", "asserted-by": "subject"}],
        "is-cited-by": [{"id-type": "doi", "id": "10.5555/other", "asserted-by": "subject"}],
    }

    assert read_work(work(relation=relation)).related == (Related("preprint-of", "doi:10.5555/article"),)


@pytest.mark.parametrize("missing", ["indexed", "deposited", "created"])
def test_an_answer_without_what_is_always_there_says_nothing(missing: str) -> None:
    cut = work()
    del cut[missing]
    read = read_work(cut)

    assert telling.told(read.document, read).status.why == "not_said"


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b"<html>", b'{"status":"ok","message":[]}', b'{"message":{"items":{}}}']
)
def test_a_page_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        answers.page(body)


@pytest.mark.parametrize(
    ("status", "body", "kind", "retry"),
    [
        (200, b'{"status":"ok","message":{}}', None, False),
        (404, b"Resource not found.", None, False),
        (404, b"<html>Not Found</html>", "status-404", True),
        (200, b"<html></html>", "not-json", True),
        (200, b'{"status":"ok","mess', "not-json", True),
        (
            400,
            json.dumps({"status": "failed", "message": [{"message": "no such filter"}]}).encode(),
            "query-refused",
            False,
        ),
        (400, b"<html></html>", "status-400", False),
        (403, b"blocked", "status-403", False),
        (429, b"", "rate-limited", True),
        (500, b"<html></html>", "status-500", True),
        (503, b"", "status-503", True),
    ],
)
def test_each_answer_is_known_for_what_it_is(status: int, body: bytes, kind: str | None, retry: bool) -> None:  # noqa: FBT001  # a table
    fault = answers.fault(status, {}, body)

    assert (fault.kind if fault else None, fault.retry if fault else False) == (kind, retry)


def test_retry_after_is_taken_over() -> None:
    fault = answers.fault(429, {"retry-after": "7"}, b"")

    assert fault is not None
    assert fault.wait == 7
