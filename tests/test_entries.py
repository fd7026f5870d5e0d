"""The bodies of entries about documents."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harvest import entries
from harvest.ledger import Json
from harvest.model import AbstractSection, MeshHeading, Qualifier
from tests.documents import judged, record


def body_of(document: object, **changes: object) -> dict[str, Json]:
    judgement = judged(document, **changes)  # type: ignore[arg-type]
    return entries.source("s1", judgement.found, judgement.screening, judgement.evidence)


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
