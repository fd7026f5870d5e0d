"""Personal reports count writers, and touch no count of studies."""

from pathlib import Path
from typing import Any

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import ContentStore
from harvest.summary import lines, summarise
from tests.summary.holdings import SEMAX, linked, people, profile, reading, report, studies

COMMITMENT = "c" * 43


def _written_by(tmp_path: Path, *reports: tuple[str, dict[str, Any]]) -> Any:
    return summarise(reading(*reports, path=tmp_path / "ledgers" / "semax-ssri.jsonl"), SEMAX).reports


def _content(tmp_path: Path, person: str) -> dict[str, Any]:
    return ContentStore(tmp_path / "content" / "semax-ssri").put({"person": person})


def test_messages_of_one_writer_count_once(tmp_path: Path) -> None:
    same = [_content(tmp_path, "hash") for _ in range(2)]
    other = _content(tmp_path, "another")

    told = _written_by(tmp_path, *(report(n, content=content) for n, content in enumerate([*same, other], 1)))

    assert (told.writers, told.unknown_writers) == (2, 0)


def test_a_writer_whose_content_is_erased_is_not_known(tmp_path: Path) -> None:
    told = _written_by(tmp_path, report(1, content={"commitment": COMMITMENT, "fields": []}))

    assert (told.writers, told.unknown_writers) == (1, 1)


def test_a_commitment_that_names_a_path_is_not_followed(tmp_path: Path) -> None:
    told = _written_by(tmp_path, report(1, content={"commitment": "../../elsewhere", "fields": []}))

    assert told.unknown_writers == 1


def test_content_that_was_altered_is_said_in_one_line(tmp_path: Path) -> None:
    content = _content(tmp_path, "hash")
    (tmp_path / "content" / "semax-ssri" / f"{content['commitment']}.json").write_text("[]")

    with pytest.raises(LedgerBroken, match="altered"):
        _written_by(tmp_path, report(1, content=content))


def test_a_report_posted_in_two_places_is_one() -> None:
    assert profile(report(1), report(2), linked("s2", "cross-post", "s1")).reports.writers == 1


def test_writers_are_told_by_what_they_say_it_did() -> None:
    told = profile(report(1, outcome="improved"), report(2, outcome="worsened", harms="reported")).reports

    assert told.outcomes == {"improved": 1, "worsened": 1}
    assert told.harms == {"reported": 1, "not-reported": 1}


def test_relayed_reports_stand_apart() -> None:
    told = profile(report(1, design="second-hand", outcome="improved")).reports

    assert (told.writers, told.relayed, told.outcomes) == (0, 1, {})


def test_anecdotes_change_no_cell() -> None:
    assert profile(people(1), report(2), report(3)).cells == profile(people(1)).cells


def test_who_took_other_compounds_at_the_same_time_is_counted() -> None:
    assert profile(report(1, flags=["other-compounds"]), report(2)).reports.other_compounds == 1


def test_questions_marketing_and_plans_are_counted_apart() -> None:
    nothing = [report(n, evidence="none", design=design) for n, design in enumerate(("question", "marketing"), 1)]
    found = profile(*nothing, report(3, evidence="none", design="protocol"))

    assert found.not_evidence == {"marketing": 1, "protocol": 1, "question": 1}
    assert (found.reports.writers, studies(found)) == (0, 0)


def test_undetermined_is_never_added_to_what_is_no_evidence() -> None:
    unclear = {"evidence": "undetermined", "design": "other"}
    found = profile(report(1, **unclear, basis="title"), report(2, **unclear, basis="post"))

    assert found.undetermined == {"too-little-text": 1, "unsure": 1}
    assert found.not_evidence == {}
    assert found.sentence.endswith("Too little to tell what was tested: 2 more.")


def test_reports_are_shown_as_unverified() -> None:
    said = "\n".join(lines(profile(report(1, outcome="improved"), report(2, design="second-hand"))))

    assert "Personal reports, unverified:\n    1  writer of their own use: same compound, another use 1" in said
    assert "writers report improvement 1; harms not reported 1; writer not known 1" in said
    assert "    1  reports of somebody else's use" in said
