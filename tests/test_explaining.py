"""Reasons for reviewers: the words in their sentence, what they speak for, what was decided anew."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvest import explaining
from harvest.evidence import classify
from harvest.explaining import AROUND, MARK, Later, causes
from harvest.model import AbstractSection, Record
from tests.cli import ledgers

ABSTRACT = "Sleep matters. Twenty male rats were given Semax. They slept."
TEXTS = st.lists(st.sampled_from(["rats", "Patients", "slept.", "We measured", "naïve", "😀", "\n", "RESULTS:"])).map(
    " ".join
)


def body(**changes: Any) -> dict[str, Any]:
    """A source with one reason in its abstract."""
    start = ABSTRACT.index("rats")
    reason = {"rule": "evidence.rodents", "field": "abstract", "text": "rats", "start": start, "end": start + 4}
    return ledgers.source("s1", "1", "Semax and sleep", abstract=ABSTRACT, reasons=[reason]) | changes


def reason(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = body()["reasons"][0] | changes
    return made


def said(source: dict[str, Any], *later: Later) -> str:
    return "\n".join(explaining.lines(source, later))


def test_a_reason_is_quoted_in_its_sentence_with_its_rule_and_why() -> None:
    text = said(body())

    assert "  'rats' (abstract): evidence.rodents - " in text
    assert f"\n      Twenty male {MARK}rats{MARK} were given Semax." in text
    assert "Sleep matters" not in text


def test_labels_are_said_in_the_words_for_readers() -> None:
    text = said(body(outcome="improved", harms="none-reported", needs_review=True))

    assert "match: same compound, another use" in text
    assert "evidence: animals or laboratory, not people; animals; machine-labelled, unchecked" in text
    assert "93% sure; needs a person's look" in text
    assert "result: authors report improvement; harms looked for and none reported" in text


def test_what_spoke_against_the_evidence_stands_apart() -> None:
    against = reason(rule="evidence.mesh-humans", field="mesh", text="Humans")
    text = said(body(reasons=[against, reason()]))

    told, objections = text.split("against it:\n")
    assert "evidence.rodents" in told
    assert "'Humans' (mesh): evidence.mesh-humans" in objections


def test_reasons_stand_below_the_label_that_they_are_about() -> None:
    reasons = [
        reason(rule="harms.reported", text="rats"),
        reason(),
        reason(rule="screen.compound-in-abstract", text="rats"),
    ]
    text = said(body(reasons=reasons))

    order = [text.index(word) for word in ("match:", "screen.", "evidence:", "evidence.rodents", "result:", "harms.")]
    assert order == sorted(order)


def test_words_that_the_text_no_longer_has_are_quoted_alone() -> None:
    for changed in (reason(text="mice"), reason(start=900, end=904), reason(field="keywords")):
        (cause,) = causes(body(reasons=[changed]))
        assert cause.sentence == ""
        assert cause.words == changed["text"]


def test_a_reason_about_what_is_not_there_quotes_nothing() -> None:
    absent = {"rule": "screen.no-condition", "field": "", "text": "no name of the condition"}

    assert "  no name of the condition: screen.no-condition - nothing names the condition" in said(
        body(reasons=[absent])
    )


def test_a_long_sentence_is_shown_around_its_words() -> None:
    text = "word " * 200 + "rats" + " word" * 200
    start = text.index("rats")
    (cause,) = causes(body(abstract=text, reasons=[reason(start=start, end=start + 4)]))

    assert cause.sentence.startswith("…word")
    assert cause.sentence.endswith("word …")
    assert f" {MARK}rats{MARK} " in cause.sentence
    assert len(cause.sentence) <= 2 * AROUND + 20


def test_claims_are_quoted() -> None:
    claim = {"field": "abstract", "start": 50, "end": 61, "text": "They slept."}

    assert "claim: They slept. (abstract)" in said(body(claims=[claim]))


def test_flags_are_said_beside_the_match() -> None:
    assert "match: same compound, another use (no longer handed out by the provider)" in said(body(flags=["withdrawn"]))


def test_what_was_decided_anew_is_told_with_old_new_why_and_model() -> None:
    event = {
        "old": {"evidence": "human", "design": "rct", "tier": 5},
        "new": {"evidence": "preclinical", "design": "animal", "tier": 5},
        "why": "judged again",
        "model": "m2",
    }
    later = (
        Later("2026-11-22T00:00:00.000000Z", "reclassified", event),
        Later("2026-11-23T00:00:00.000000Z", "reclassified", event | {"new": {"claims": []}, "model": ""}),
        Later("2026-11-24T00:00:00.000000Z", "changed", {"what": ["retraction", "erratum"]}),
    )

    assert said(body(), *later).splitlines()[-3:] == [
        "2026-11-22 reclassified: evidence human -> preclinical; design rct -> animal: judged again (m2)",
        "2026-11-23 reclassified: claims or flags: judged again",
        "2026-11-24 changed: retraction, erratum",
    ]


def test_a_duplicate_and_a_record_that_never_came_are_told_as_such() -> None:
    found = ledgers.found("2", "Semax and sleep")
    twin = ledgers.entries.duplicate(found, "s1", "identity.title", ("title", "year")) | {"settled": "duplicate"}
    gone = ledgers.entries.unavailable("pmid:3", "pubmed", stage="retrieval", reason="unavailable", got="nothing")

    assert said(twin).splitlines()[1:] == ["duplicate of s1 (identity.title: title, year)"]
    assert said(gone).splitlines() == ["pmid:3  (no record came)", "left out, retrieval: unavailable"]


def test_as_json_it_is_the_body_with_what_is_added() -> None:
    found = explaining.as_json(body(), (Later("2026-11-22T00:00:00.000000Z", "changed", {"what": ["erratum"]}),))

    assert found["sid"] == "s1"
    assert found["reasons"][0]["side"] == "for"
    assert found["reasons"][0]["sentence"] == f"Twenty male {MARK}rats{MARK} were given Semax."
    assert found["later"] == [{"time": "2026-11-22T00:00:00.000000Z", "type": "changed", "what": ["erratum"]}]


@given(TEXTS, TEXTS)
def test_in_every_sentence_the_marked_words_are_those_of_the_reason(title: str, abstract: str) -> None:
    record = Record("", "a", ("a",), title, abstract=(AbstractSection(abstract),))
    found = causes(explaining.of_evidence(record, classify(record)))

    for cause in found:
        if cause.sentence:
            assert cause.sentence.split(MARK)[1] == cause.words
        assert cause.sentence or cause.field not in {"title", "abstract"} or not cause.words or "no word" in cause.words
