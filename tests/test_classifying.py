"""What is answered to one line: offsets lead back to the words in the field that was given."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest import classifying
from harvest.evidence import classify
from harvest.model import AbstractSection, Evidence, EvidenceKind, Reason, Record
from tests.test_jsonl_records import ANY_JSON, NAMES

WORDS = st.sampled_from(
    [
        "rats", "Sprague-Dawley", "patients", "randomised", "double-blind", "We measured", "HeLa cells", "in vitro",
        "was given", "protocol", "systematic review", "I took it", "(n = 12)", ".", "METHODS:", "\n", "ﬁbroblasts",
        "naïve", "\uff52\uff41\uff54\uff53", "крысы", "😀", "\u200b", "e\u0301", "İ", "\u2028",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=14).map(" ".join)
SECTIONS = st.lists(st.fixed_dictionaries({"label": st.sampled_from(["", "METHODS", "RESULTS"]), "text": TEXTS}))


def answered(**fields: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(classifying.answer(json.dumps({"id": "a", **fields}).encode()).line)
    return said


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["abstract", "text"]), st.sampled_from(["", "reddit", "pubmed"]))
def test_every_offset_leads_to_the_words_in_the_field_as_given(
    title: str, body: str, journal: str, name: str, provider: str
) -> None:
    fields = {"title": title, name: body, "journal": journal, "provider": provider}

    for reason in answered(**fields)["reasons"]:
        if reason["start"] is not None:
            assert fields[reason["field"]][reason["start"] : reason["end"]] == reason["text"]


@given(SECTIONS)
def test_in_sections_offsets_count_in_the_joined_text(sections: list[dict[str, str]]) -> None:
    joined = "\n".join(f"{one['label']}: {one['text']}" if one["label"] else one["text"] for one in sections)

    for reason in answered(abstract=sections)["reasons"]:
        if reason["start"] is not None:
            assert joined[reason["start"] : reason["end"]] == reason["text"]


@given(st.binary(max_size=60) | st.dictionaries(NAMES, ANY_JSON, max_size=6).map(lambda o: json.dumps(o).encode()))
def test_any_line_is_answered_by_one_line_of_ascii(line: bytes) -> None:
    said = classifying.answer(line)

    assert said.line.isascii()
    assert said.line.count(b"\n") == 1
    assert ("error" in json.loads(said.line)) == bool(said.complaint)


RATS = {
    "title": "Semax in rats",
    "abstract": "Twenty male Wistar rats were injected with Semax. Their memory improved.",
    "provider": "pubmed",
}


def test_the_answer_has_the_fields_of_the_contract_in_their_order() -> None:
    said = answered(**RATS, mesh=["Rats"])

    assert list(said) == ["id", "evidence", "design", "tier", "probability", "needs_review", "reasons"]
    assert (said["evidence"], said["design"], said["tier"]) == ("preclinical", "animal", 5)
    assert said["reasons"]
    for reason in said["reasons"]:
        assert list(reason) in (["rule", "field", "start", "end", "text"], ["model", "field", "start", "end", "text"])


def test_the_answer_is_what_the_evidence_package_says_of_the_record() -> None:
    abstract = (AbstractSection(RATS["abstract"]),)
    evidence = classify(Record("pubmed", "a", ("a",), RATS["title"], abstract=abstract))
    said = answered(**RATS)

    assert (said["evidence"], said["design"], said["tier"]) == (evidence.kind, evidence.design, evidence.tier)
    assert round(said["probability"] * 1_000_000) == evidence.probability
    assert [reason["text"] for reason in said["reasons"]] == [reason.text for reason in evidence.reasons]


def test_an_id_comes_back_as_it_was_given() -> None:
    assert [answered(id=given_id)["id"] for given_id in (7, "7", "é\u2028")] == [7, "7", "é\u2028"]


@pytest.mark.parametrize("rule", ["words-3f2a.1", "evidence.rodents", "report.question"])
def test_a_model_is_told_apart_from_a_rule(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = (Reason(rule, "abstract", 0, 4, "rats"), Reason(rule, "mesh", text="Rats"))
    evidence = Evidence(EvidenceKind.PRECLINICAL, "animal", 5, 1, reasons, "abstract")
    monkeypatch.setattr(classifying, "classify", lambda _: evidence)

    said = answered(text="rats")

    by = "model" if rule.startswith("words") else "rule"
    assert said["reasons"] == [
        {by: rule, "field": "text", "start": 0, "end": 4, "text": "rats"},
        {by: rule, "field": "mesh", "start": None, "end": None, "text": "Rats"},
    ]
    assert said["probability"] == 0.000001


def test_the_id_of_a_line_that_cannot_be_read_is_kept_where_the_line_begins_with_it() -> None:
    lines = [
        b'{"id": "b", "title": NaN}',
        b'{"id":12,',
        b'{"title":"x","id":NaN}',
        b'{"id":"\xff","x":',
        b'{"id":"\\ud800"}',
    ]

    assert [json.loads(classifying.answer(line).line)["id"] for line in lines] == ["b", 12, None, None, None]


def test_a_text_that_breaks_the_classifier_is_answered_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Record) -> Evidence:
        raise ValueError("no")

    monkeypatch.setattr(classifying, "classify", broken)

    said = classifying.answer(b'{"id":"a"}')

    assert json.loads(said.line)["id"] == "a"
    assert said.complaint.startswith("internal error: ValueError('no')")
