"""Are the answers that lines cite the ones in the archive?"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvest.archive import Archive, Exchange
from harvest.ledger import Depth, Divergence
from harvest.ledger.deep import Deep
from harvest.ledger.examiner import Examiner
from harvest.ledger.references import Event
from harvest.ledger.snapshots import Snapshots
from tests.ledger.room import SECOND_RUN, Room
from tests.ledger.test_runs import entry

WHEN = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)


@pytest.fixture
def answers(tmp_path: Path) -> list[dict[str, Any]]:
    """Two answers in an archive, as lines cite them."""
    folder = tmp_path / "archive"
    folder.mkdir()
    with Archive(folder, name="run", started=WHEN, software="harvest 0.1.0", about={}) as archive:
        return [asdict(archive.record(exchange(body))) for body in (b"<one/>", b"<two/>")]


def exchange(body: bytes) -> Exchange:
    asked = {"method": "GET", "url": "https://example.org/", "request_body": b"", "status": 200, "reason": "OK"}
    return Exchange(**asked, headers=(), body=body, when=WHEN)  # type: ignore[arg-type]  # the fields have their types


def event(seq: int, **body: Any) -> Event:
    return Event.of(entry(seq, "source", **body), 100 * seq)


def folded(folder: Path, *events: Event) -> Snapshots:
    snapshots = Snapshots(folder / "archive")
    for each in events:
        assert snapshots.take(each) == []
    return snapshots


def test_answers_that_lie_there_as_they_are_cited_are_passed_over(
    tmp_path: Path, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    snapshots = folded(tmp_path, event(1, snapshot=one), event(2, snapshot=one), event(3, snapshots=[one, two]))
    assert (list(snapshots.faults()), snapshots.notices()) == ([], ())


def test_an_answer_with_another_digest_is_a_fault_of_the_first_line_that_cites_it(
    tmp_path: Path, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    wrong = {**two, "sha256": "0" * 64}
    snapshots = folded(tmp_path, event(1, snapshot=one), event(2, snapshots=[wrong]), event(3, snapshot=wrong))
    (fault,) = snapshots.faults()
    assert (fault.line, fault.offset, fault.expected) == (3, 200, f"the cited answers in {one['file']}")
    assert "expected" in fault.found


def test_an_answer_that_the_archive_does_not_hold_is_a_fault_of_the_line_that_cites_it(
    tmp_path: Path, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    absent = {**two, "record": "urn:uuid:no"}
    (fault,) = folded(tmp_path, event(1, snapshot=one), event(2, snapshot=absent)).faults()
    assert fault == Divergence(3, 200, f"the answer urn:uuid:no in {one['file']}", "no such record")


def test_an_archive_file_that_cannot_be_read_is_a_fault_of_the_first_line_that_cites_it(
    tmp_path: Path, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    (tmp_path / "archive" / one["file"]).write_bytes(b"?")
    for first, second in ((one, two), (two, one)):
        (fault,) = folded(tmp_path, event(4, snapshot=first), event(5, snapshot=second)).faults()
        assert (fault.line, fault.offset) == (5, 400)


def test_an_answer_that_the_archive_holds_twice_is_there(tmp_path: Path, answers: list[dict[str, Any]]) -> None:
    one, two = answers
    path = tmp_path / "archive" / one["file"]
    path.write_bytes(path.read_bytes() * 2)
    snapshots = folded(tmp_path, event(1, snapshot=one), event(2, snapshot=two))
    assert list(snapshots.faults()) == []


def test_an_archive_file_that_breaks_off_behind_the_cited_answers_is_a_fault_or_none(
    tmp_path: Path, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    with (tmp_path / "archive" / one["file"]).open("ab") as archive:
        archive.write(b"?")
    found = list(folded(tmp_path, event(4, snapshot=one), event(5, snapshot=two)).faults())
    assert [(fault.line, fault.expected) for fault in found] in ([], [(5, f"the cited answers in {one['file']}")])


def test_two_lines_that_cite_one_answer_differently_contradict_each_other(
    tmp_path: Path, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    snapshots = folded(tmp_path, event(1, snapshot=one), event(2, snapshot=two))
    other = {**one, "sha256": "0" * 99}
    wrong = [(f"SHA-256 {one['sha256']} of {one['record']}, as line 2 cites it", "0" * 80)]
    assert snapshots.take(event(3, snapshot=other)) == wrong
    assert snapshots.take(event(4, snapshot=one, snapshots=[other, two, {**other, "more": 1}])) == wrong * 2
    assert list(snapshots.faults()) == []


def test_files_that_are_not_there_are_told_of_and_no_fault(tmp_path: Path, answers: list[dict[str, Any]]) -> None:
    one, _ = answers
    gone = [{**one, "file": name} for name in ("gone.warc.gz", "../archive/" + one["file"], "x" * 300)]
    snapshots = folded(tmp_path, event(1, snapshot=one), *(event(2, snapshot=cited) for cited in gone))
    said = "answers in 3 of 4 archive files were not looked at: no gone.warc.gz there"
    assert (list(snapshots.faults()), snapshots.notices()) == ([], (said,))


@pytest.mark.parametrize("body", [{}, {"snapshot": None}, {"snapshot": "x"}, {"snapshots": "x"}, {"snapshots": [1]}])
def test_what_cites_no_answer_is_passed_over(tmp_path: Path, body: dict[str, Any]) -> None:
    snapshots = folded(tmp_path, event(1, **body))
    assert (list(snapshots.faults()), snapshots.notices()) == ([], ())


def test_a_deep_look_at_a_ledger_holds_its_citations_against_the_archive_beside_it(
    crawled: Room, answers: list[dict[str, Any]]
) -> None:
    one, two = answers
    with crawled.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("excluded", {"key": "pmid:7", "snapshot": one})
        batch.append("excluded", {"key": "pmid:8", "snapshot": {**two, "record": "urn:uuid:no"}})
    found = [fault for fault in crawled.verify(depth=Depth.DEEP).contradictions if "answer" in fault.expected]
    offset = len(b"".join(crawled.stored()[:7]))
    assert found == [Divergence(8, offset, f"the answer urn:uuid:no in {one['file']}", "no such record")]


def test_a_deep_look_tells_of_lines_that_cite_one_answer_differently(room: Room) -> None:
    examiner, deep = Examiner(), Deep(room.path)
    for seq, digest in enumerate(("one", "other")):
        cited = {"file": "run.warc.gz", "record": "urn:uuid:a", "sha256": digest}
        examiner.take(
            entry(seq, "excluded", key=f"pmid:{seq}", keys=[], provider="p", stage="s", reason="r", snapshot=cited),
            100 * seq,
        )
    deep.take(examiner)
    assert deep.contradictions() == (Divergence(2, 100, "SHA-256 one of urn:uuid:a, as line 1 cites it", "other"),)
