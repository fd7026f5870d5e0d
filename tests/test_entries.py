"""The bodies of entries about documents."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harvest import entries
from harvest.ledger import Json
from harvest.model import AbstractSection, Claim, Direction, Finding, Harms, MeshHeading, Qualifier, Reason
from tests.documents import judged, record


def body_of(document: object, **changes: object) -> dict[str, Json]:
    return entries.source("s1", judged(document, **changes))  # type: ignore[arg-type]


def size(body: object) -> int:
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 60_000))
def test_every_source_fits_a_line_whatever_its_abstract(piece: str, times: int) -> None:
    text = (piece * times)[:60_000]
    body = body_of(record(abstract=(AbstractSection(text),)))
    assert size(body) <= entries.BODY_LIMIT
    if body["abstract"] != text:
        assert "cut" in body["flags"]  # type: ignore[operator]


def test_an_abstract_is_cut_at_thirty_thousand_characters() -> None:
    body = body_of(record(abstract=(AbstractSection("a" * 30_001),)))
    assert len(str(body["abstract"])) == 30_000


def test_the_line_names_fifty_authors_and_how_many_there_are() -> None:
    body = body_of(record(authors=record().authors * 120))
    assert len(body["authors"]) == 50  # type: ignore[arg-type]
    assert body["authors_total"] == 120


def test_labels_of_a_structured_abstract_stay_with_their_text() -> None:
    assert body_of(record())["abstract"] == "RESULTS: Invented rats ran."


def test_headings_keep_their_ids_and_only_the_marks_that_are_set() -> None:
    heading = MeshHeading(
        "D051381", "Rats", automatic=True, qualifiers=(Qualifier("Q000187", "drug effects", major=True),)
    )
    assert body_of(record(mesh=(heading,)))["mesh"] == [
        {
            "ui": "D051381",
            "name": "Rats",
            "automatic": True,
            "qualifiers": [{"ui": "Q000187", "name": "drug effects", "major": True}],
        }
    ]


def test_reasons_point_into_the_text_where_there_is_one() -> None:
    assert body_of(record())["reasons"] == [
        {"rule": "screen.test", "field": "title", "text": "Synthetic", "start": 0, "end": 9}
    ]


def test_the_content_digest_changes_with_content_and_not_with_processing() -> None:
    digest = entries.content_digest(record())
    assert entries.content_digest(record(status="MEDLINE")) == digest
    assert entries.content_digest(record(title="other")) != digest


def test_a_synthetic_snapshot_says_so() -> None:
    kept = replace(judged().found.snapshot, synthetic=True)
    assert entries.snapshot(kept)["synthetic"] is True
    assert "synthetic" not in entries.snapshot(judged().found.snapshot)


def test_the_line_says_what_came_out_with_its_reasons_and_the_sentences_that_say_so() -> None:
    reason = Reason("finding.improved", "abstract", 9, 23, "Invented rats ")
    finding = Finding(Direction.IMPROVED, Harms.NONE_REPORTED, (reason,))
    body = entries.source(
        "s1", replace(judged(), finding=finding, claims=(Claim("abstract", 9, 27, "Invented rats ran."),))
    )
    assert (body["outcome"], body["harms"]) == ("improved", "none-reported")
    assert body["claims"] == [{"field": "abstract", "start": 9, "end": 27, "text": "Invented rats ran."}]
    assert "finding.improved" in [each["rule"] for each in body["reasons"]]  # type: ignore[union-attr,call-overload,index]


def test_claims_beyond_the_end_of_a_cut_abstract_are_left_out() -> None:
    text = "a" * 29_990 + " " + "b" * 20
    kept, lost = Claim("abstract", 0, 9, "a" * 9), Claim("abstract", 29_991, 30_011, "b" * 20)
    document = judged(record(abstract=(AbstractSection(text),)))
    body = entries.source("s1", replace(document, claims=(lost, kept, Claim("title", 0, 9, "Synthetic"))))
    assert [(claim["field"], claim["end"]) for claim in body["claims"]] == [("abstract", 9), ("title", 9)]  # type: ignore[union-attr,call-overload,index]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9), st.integers(1, 9_000))
def test_every_claim_of_a_line_can_be_read_in_its_abstract(piece: str, times: int) -> None:
    document = record(abstract=(AbstractSection((piece * times)[:60_000]),))
    text = document.abstract_text
    told = tuple(Claim("abstract", n, n + 5, text[n : n + 5]) for n in range(0, len(text) - 5, 5_000))
    body = entries.source("s1", replace(judged(document), claims=told))
    for claim in body["claims"]:  # type: ignore[union-attr]
        assert str(body["abstract"])[claim["start"] : claim["end"]] == claim["text"]  # type: ignore[index,misc,call-overload]
