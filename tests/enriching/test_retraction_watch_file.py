"""What the Retraction Watch data say of sources."""

from pathlib import Path

import pytest

from harvest.crawl import retraction_watch
from harvest.enriching import Hearing
from harvest.errors import AnswerUnusable, ParseError
from harvest.standing import Event, State
from tests.documents import record
from tests.hearing import hearing_of

HEADER = (
    "Record ID,Title,Journal,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,"
    "OriginalPaperPubMedID,RetractionNature,Reason,Notes\n"
)
RETRACTED = (
    "1,A made-up title,J,5/4/2025 0:00,10.5555/notice.1,0,1/1/2020 0:00,10.5555/SYNTH.1,0,Retraction,+Reason;,\n"
)
BY_PMID = "2,A made-up title,J,1/26/2012 12:00:00 AM,unavailable,0,,Unavailable,90000002,Expression of concern,,\n"
CORRECTED = "3,A made-up title,J,3/3/2021 0:00,10.5555/notice.3,0,,10.5555/synth.3,0,Correction,,\n"
BACK = "4,A made-up title,J,6/6/2026 0:00,10.5555/notice.4,0,,10.5555/synth.4,0,Reinstatement,,\n"
AWAY = "5,A made-up title,J,6/6/2025 0:00,10.5555/synth.4,0,,10.5555/synth.4,0,Retraction,,\n"


def heard(path: Path) -> Hearing:
    records = [record(number) for number in range(1, 6)] + [record(6, keys=("nct:NCT00000001",))]
    hearing = hearing_of("retraction_watch", records)
    retraction_watch.hear(hearing, path)
    return hearing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rw.csv"
    path.write_text("\ufeff" + HEADER + RETRACTED + BY_PMID + CORRECTED + BACK + AWAY, encoding="utf-8")
    return path


def test_each_nature_is_told_apart(file: Path) -> None:
    told = heard(file).told

    assert {sid: str(one.status.state) for sid, one in told.items()} == {
        "s1": "retracted",
        "s2": "not-retracted",
        "s3": "not-retracted",
        "s4": "not-retracted",
        "s5": "not-retracted",
        "s6": "not-known",
    }
    assert [[str(notice.event) for notice in one.status.notices] for one in told.values()] == [
        ["retraction"],
        ["concern"],
        ["erratum"],
        ["retraction", "reinstatement"],
        [],
        [],
    ]


def test_days_in_us_style_are_read(file: Path) -> None:
    (notice,) = heard(file).told["s2"].status.notices

    assert (notice.event, notice.day, notice.key) == (Event.CONCERN, "2012-01-26", "")


def test_what_it_says_holds_up_to_its_newest_row(file: Path) -> None:
    hearing = heard(file)

    assert hearing.as_of == "2026-06-06"
    assert hearing.body()["file"] | {"sha256": ""} == {
        "name": "rw.csv",
        "sha256": "",
        "rows": 5,
        "newest": "2026-06-06",
    }
    assert hearing.body()["standing"]["as_of"] == "2026-06-06"


def test_a_retraction_after_a_reinstatement_holds(file: Path) -> None:
    again = "6,A made-up title,J,7/7/2026 0:00,10.5555/notice.6,0,,10.5555/synth.4,0,Retraction,,\n"
    file.write_text(HEADER + AWAY + BACK + again)

    assert heard(file).told["s4"].status.state is State.RETRACTED


def test_a_file_without_its_columns_is_refused(file: Path) -> None:
    file.write_text("a,b\n1,2\n")

    with pytest.raises(ParseError, match="OriginalPaperDOI"):
        heard(file)


@pytest.mark.parametrize("content", [None, HEADER])
def test_a_file_that_is_not_there_or_empty_says_nothing(file: Path, content: str | None) -> None:
    file.unlink()
    if content:
        file.write_text(content)

    with pytest.raises(AnswerUnusable, match="HARVEST_RETRACTION_WATCH"):
        heard(file)
