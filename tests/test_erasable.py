"""What is parted from a line comes back in views, and none of it stays in the line."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvest.erasable import BLANK, joined, parted
from tests import posts

TEXTS = st.text(min_size=1, max_size=40)


def _words(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_a_line_keeps_ids_labels_rule_ids_and_offsets() -> None:
    line, content = parted(posts.whole(1, "canary"), person="hash")

    assert "canary" not in _words(line)
    assert "the user's name" not in _words([line, content])
    assert line["reasons"] == [{"rule": "report.own", "field": "abstract", "start": 11, "end": 17}]
    assert (line["sid"], line["key"], line["evidence"]) == ("s1", "trialposts:1", "anecdotal")
    assert set(content) == {"title", "abstract", "claims", "url", "digest", "snapshot", "words", "person"}


@given(text=TEXTS, other=TEXTS)
def test_what_views_show_is_what_there_was_but_names_and_digests(text: str, other: str) -> None:
    body = posts.whole(1, text, vernacular_title=other, keywords=[other])
    shown = joined(*parted(body, person="hash"))

    never: dict[str, Any] = {"digest": ..., "snapshot": ..., "authors": ..., "authors_total": ...}
    assert {name: said for name, said in shown.items() if name not in never} == {
        name: said for name, said in body.items() if name not in never
    }
    assert not {"digest", "snapshot", "person", "words"} & set(shown)
    assert shown["authors"] == []


@given(text=TEXTS)
def test_without_content_every_field_of_text_is_there_and_blank(text: str) -> None:
    line, _ = parted(posts.whole(1, text))
    shown = joined(line, {})

    assert {name: shown[name] for name in BLANK} == dict(BLANK)
    assert [reason["text"] for reason in shown["reasons"]] == [""]
    assert shown["claims"] is not joined(line, {})["claims"]


def test_a_further_record_has_no_reasons_and_no_authors() -> None:
    line, content = parted({"key": "trialposts:2", "title": "canary", "digest": "0" * 64, "of": "s1"})

    assert (line, content) == ({"key": "trialposts:2", "of": "s1"}, {"title": "canary", "digest": "0" * 64})
