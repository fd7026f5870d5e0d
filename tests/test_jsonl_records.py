import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest import jsonl_records
from harvest.errors import ParseError
from harvest.jsonl_records import LINE_LIMIT, Given
from harvest.model import AbstractSection, Keyword, MeshHeading, Qualifier, Record, Term

FIELDS = (
    "id", "title", "abstract", "text", "journal", "keywords", "mesh", "publication_types", "language", "provider",
    "indexing_method",
)  # fmt: skip
NAMES = st.sampled_from((*FIELDS, "ui", "name", "major", "qualifiers", "label", "category"))
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.sampled_from(("Y", "Rats/*metabolism")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


def read(**fields: Any) -> Given:
    return jsonl_records.read(jsonl_records.fields(json.dumps({"id": "a", **fields}).encode()))


def tried(reading: Callable[[Any], Any], value: object) -> Any:
    """What is read, or the complaint."""
    try:
        return reading(value)
    except ParseError as error:
        return error.message


def _written(record: Record) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=False).encode()


@given(st.binary(max_size=60) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_an_object_or_a_parse_error(line: bytes) -> None:
    said = tried(jsonl_records.fields, line)

    assert isinstance(said, dict) or said.startswith("expected ")


@given(st.dictionaries(NAMES, ANY_JSON, max_size=8))
def test_any_object_is_a_record_that_can_be_written_out_or_a_parse_error(fields: dict[str, Any]) -> None:
    said = tried(jsonl_records.read, fields)

    assert said.startswith("expected ") if isinstance(said, str) else _written(said.record)


@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda rest: b'{"id":' + rest))
def test_an_id_is_looked_for_in_any_line(line: bytes) -> None:
    found = jsonl_records.id_in(line)

    assert found is None or isinstance(found, str | int)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"Semax", "expected JSON, got something else: expecting value at character 0"),
        (b'["a"]', "expected a JSON object, got ['a']"),
        (b"null", "expected a JSON object, got none"),
        (b'{"id":"\xff"}', "expected UTF-8, got byte 0xff at 7"),
        (b'{"id":"a","x":NaN}', "expected JSON, got NaN, which it does not have"),
        (b'{"id":"a","x":-Infinity}', "expected JSON, got -Infinity, which it does not have"),
        (b'{"id":"a","x":' + b"9" * 5000 + b"}", "expected numbers of at most 4,300 digits, got more"),
        (b"[" * 100_000, "expected JSON of few levels, got many"),
        (b" " * (LINE_LIMIT + 1), "expected at most 1048576 bytes, got more"),
    ],
)
def test_a_line_that_is_no_object_is_told_apart_from_one_that_is(line: bytes, complaint: str) -> None:
    with pytest.raises(ParseError) as raised:
        jsonl_records.fields(line)
    assert raised.value.message == complaint


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"id": None}, "expected a text or whole number as id, got none"),
        ({"id": ""}, "expected a text or whole number as id, got ''"),
        ({"id": True}, "expected a text or whole number as id, got True"),
        ({"id": 1.5}, "expected a text or whole number as id, got 1.5"),
        ({"id": "\ud800"}, "expected Unicode in id, got half a surrogate pair at character 0"),
        ({"title": 3}, "expected text as title, got 3"),
        ({"title": "a\udc00"}, "expected Unicode in title, got half a surrogate pair at character 1"),
        (
            {"abstract": {"label": "METHODS"}},
            "expected text or a list of sections as abstract, got {'label': 'METHODS'}",
        ),
        ({"text": [3]}, "expected sections with label and text in text, got 3"),
        ({"abstract": [{"text": 3}]}, "expected text as text, got 3"),
        ({"mesh": {"Rats": 1}}, "expected a list as mesh, got {'Rats': 1}"),
        ({"mesh": [["Rats"]]}, "expected texts or objects with a name in mesh, got ['Rats']"),
        ({"mesh": [{"name": "Rats", "major": "maybe"}]}, "expected true or false in mesh, got 'maybe'"),
        ({"keywords": 3}, "expected a list as keywords, got 3"),
        ({"publication_types": [7]}, "expected texts or objects with a name in publication_types, got 7"),
    ],
)
def test_a_field_of_another_kind_is_named_with_what_came(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ParseError) as raised:
        jsonl_records.read({"id": "a", **fields})
    assert raised.value.message == complaint


def test_a_record_with_an_id_alone_is_a_record() -> None:
    assert read(id=7).record.key == "7"


def test_null_and_empty_values_mean_absent() -> None:
    absent: dict[str, Any] = {name: None for name in FIELDS if name != "id"}
    empty: dict[str, Any] = {
        "keywords": [],
        "mesh": "",
        "abstract": [],
        "publication_types": [None, ""],
        "language": "",
    }

    assert read(**absent) == read(**empty) == read()


def test_unknown_fields_are_passed_over() -> None:
    assert read(split="dev", year=[2021], authors={"a": 1}) == read()


def test_the_byte_order_mark_and_the_carriage_return_of_other_systems_are_passed_over() -> None:
    assert jsonl_records.fields(b'\xef\xbb\xbf{"id":"a"}\r\n') == {"id": "a"}


def test_the_abstract_is_read_from_text_where_there_is_no_abstract() -> None:
    sections = (AbstractSection("Rats were treated."),)

    both = read(abstract="Rats were treated.", text="A post")
    assert (both.body, both.record.abstract, both.field("abstract")) == ("abstract", sections, "abstract")
    for absent in (None, "", []):
        one = read(abstract=absent, text="Rats were treated.")
        assert (one.body, one.record.abstract, one.field("abstract")) == ("text", sections, "text")


def test_a_reason_in_a_field_that_is_called_the_same_keeps_its_name() -> None:
    assert [read().field(name) for name in ("title", "mesh", "languages", "")] == ["title", "mesh", "language", ""]


def test_sections_keep_their_labels_and_are_joined_by_newlines() -> None:
    sections = [{"label": "METHODS", "text": "Given.", "category": "METHODS"}, "Found.", {"text": "Told."}, None]

    assert read(abstract=sections).record.abstract_text == "METHODS: Given.\nFound.\nTold."


@pytest.mark.parametrize(
    "said",
    [
        ["Rats/*metabolism/drug effects", "*Humans"],
        "Rats/*metabolism/drug effects; Humans*",
        [
            {"name": "Rats", "qualifiers": [{"name": "metabolism", "major": True}, "drug effects"]},
            {"name": "Humans", "major": "Y"},
        ],
    ],
)
def test_headings_are_read_from_names_texts_and_objects(said: Any) -> None:
    rats = MeshHeading("", "Rats", qualifiers=(Qualifier("", "metabolism", major=True), Qualifier("", "drug effects")))
    assert read(mesh=said).record.mesh == (rats, MeshHeading("", "Humans", major=True))


def test_identifiers_of_terms_are_kept_in_each_spelling() -> None:
    rats, trial = MeshHeading("D051381", "Rats", automatic=True), Term("D016449", "Randomized Controlled Trial")

    assert read(mesh=[{"ui": "D051381", "name": "Rats", "automatic": True}]).record.mesh == (rats,)
    assert read(mesh=["D051381: Rats"]).record.mesh[0].ui == "D051381"
    assert read(publication_types="D016449:Randomized Controlled Trial").record.publication_types == (trial,)
    assert read(publication_types=[{"ui": "D016449"}]).record.publication_types == (Term("D016449", ""),)


def test_keywords_are_a_list_or_stand_between_semicolons() -> None:
    words = (Keyword("Semax"), Keyword("stroke, acute"))

    assert read(keywords="Semax; stroke, acute;").record.keywords == words
    assert read(keywords=["Semax ", None, "stroke, acute"]).record.keywords == words


def test_a_language_is_known_by_its_code_of_two_letters_too() -> None:
    assert [read(language=said).record.languages for said in ("en", ["eng"], "English", ["Rus", "xx"])] == [
        ("eng",), ("eng",), ("eng",), ("rus", "xx"),
    ]  # fmt: skip


def test_a_provider_is_known_in_any_case_and_empty_where_none_is_named() -> None:
    assert [read(provider=said).record.provider for said in (" Reddit", None, "")] == ["reddit", "", ""]
