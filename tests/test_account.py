from typing import Any

from harvest import entries
from harvest.account import described
from tests.cli import ledgers


def _said(body: dict[str, Any], search: dict[str, Any] | None = None) -> dict[str, str]:
    return dict(described(body, search))


def test_more_authors_than_a_line_holds_are_counted() -> None:
    assert _said(ledgers.source("s1", "1", "Semax", authors_total=60))["authors"] == "Dolotov OV and 59 more"


def test_a_title_in_its_own_language_stands_below_the_translated_one() -> None:
    body = ledgers.source("s1", "1", "[Semax in rats]", vernacular_title="Семакс крысам", snapshot=None)

    assert ("", "Семакс крысам") in described(body, None)


def test_a_duplicate_says_of_which_source_and_what_agreed() -> None:
    found = ledgers.found("2", "Semax in rats")
    body = entries.duplicate(found, "s1", "identity.title", ("title", "year")) | {"settled": "duplicate", "sid": "s1"}

    assert _said(body)["duplicate"] == "of s1, rule identity.title: title, year agree"


def test_a_record_that_never_came_says_why() -> None:
    body = entries.unavailable("pmid:3", "pubmed", stage="retrieval", reason="unavailable", got="nothing")

    said = _said(body | {"settled": "excluded", "sid": ""})

    assert said["excluded"] == "(no record came)"
    assert said["left out"] == "retrieval: unavailable"


def test_a_label_that_is_unsure_asks_for_a_person_and_an_impossible_one_shows_no_number() -> None:
    unsure = _said(ledgers.source("s1", "1", "Semax", needs_review=True))["labels"]
    unknown = _said(ledgers.source("s1", "1", "Semax", probability=0, evidence="undetermined"))["labels"]

    assert unsure.endswith("93% sure, needs a person's look")
    assert "sure" not in unknown


def test_labels_that_a_person_confirmed_say_who_did() -> None:
    assert _said(ledgers.source("s1", "1", "Semax", reviewed_by="A. Person"))["labels"].startswith(
        "confirmed by A. Person; judged by title"
    )


def test_flags_are_put_in_words_and_unknown_ones_stand_for_themselves() -> None:
    flags = [
        said
        for name, said in described(ledgers.source("s1", "1", "x", flags=["retracted", "odd"]), None)
        if name == "flag"
    ]

    assert flags == ["RETRACTED: counts for nothing", "odd"]


def test_a_synthetic_answer_says_so_beside_its_snapshot() -> None:
    body = ledgers.source("s1", "1", "x", snapshot={"file": "f", "record": "r", "sha256": "0", "synthetic": True})

    assert any(said.startswith("SYNTHETIC") for _, said in described(body, None))


def test_a_comment_that_has_no_title_is_called_one() -> None:
    body = entries.unavailable("reddit:t1_zzz1", "reddit", stage="retrieval", reason="unavailable", got="nothing")

    said = _said(body | {"settled": "excluded", "sid": "", "details": {"kind": "comment"}})

    assert said["excluded"] == "(a comment)"
