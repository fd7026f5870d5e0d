"""What a search entry says of a search."""

from harvest.entries import fits
from harvest.eutils.answers import Index, Search
from harvest.eutils.report import SearchReport
from harvest.eutils.slices import Collected, Unreachable
from harvest.eutils.windows import Window
from harvest.model import Snapshot

INDEX = Index("pubmed", "Build-1", "2026/11/21 06:33", 40_000_000, ())
KEPT = Snapshot("a.warc.gz", "urn:uuid:1", "0" * 64)


def report(answer: Search, collected: Collected | None, kind: str = "all") -> SearchReport:
    said = SearchReport(Window(kind, "semax"), INDEX)  # type: ignore[arg-type]
    said.take(answer, KEPT)
    said.collected = collected
    return said


def test_a_whole_unaltered_search_is_complete() -> None:
    said = report(Search(2, ("1", "2"), translation='"semax"[All Fields]'), Collected(("1", "2"), 2))
    body = said.body()
    assert said.whole
    assert body["outcome"] == "complete"
    assert body["stated_total"] == body["returned"] == 2
    assert body["translation"] == '"semax"[All Fields]'
    assert body["index"]["build"] == "Build-1"
    assert [kept["record"] for kept in body["snapshots"]] == ["urn:uuid:1"]


def test_a_dropped_phrase_makes_it_partial_and_names_the_phrase() -> None:
    body = report(Search(40_362, ("1",), phrases_not_found=("xyzzyq",)), Collected(("1",), 1)).body()
    assert body["outcome"] == "partial"
    assert "'xyzzyq'" in body["problems"][0]
    assert body["warnings"]["phrases_not_found"] == ["xyzzyq"]


def test_a_quoted_phrase_searched_word_by_word_makes_it_partial() -> None:
    said = report(Search(1, ("1",), quoted_phrases_not_found=('"a b"',)), Collected(("1",), 1))
    assert said.body()["outcome"] == "partial"
    assert said.whole, "its pages are all there"


def test_in_the_sweep_a_publication_type_that_no_record_has_is_no_problem() -> None:
    said = report(Search(0, (), phrases_not_found=("retracted publication[pt]",)), Collected((), 0), "withdrawn")
    assert said.problems() == ()


def test_a_difference_from_the_stated_total_is_reported() -> None:
    said = report(Search(10, ("1",)), Collected(("1",), 10, recounted=9))
    assert not said.whole
    assert said.problems() == ("PubMed states 9 records, its pages hold 1",)


def test_a_part_that_cannot_be_reached_is_named() -> None:
    lost = Unreachable("(semax) AND day", 12_000, 9_999)
    body = report(Search(12_000, ("1",)), Collected(("1",), 12_000, 12_000, (lost,))).body()
    assert body["unreachable"] == [{"query": "(semax) AND day", "stated": 12_000, "shown": 9_999}]
    assert body["outcome"] == "partial"


def test_a_failed_search_has_no_total() -> None:
    said = SearchReport(Window("all", "semax"), INDEX)
    said.failure = "the search back-end failed"
    body = said.body()
    assert body["outcome"] == "failed"
    assert body["stated_total"] is None
    assert not said.whole


def test_a_search_of_many_long_parts_still_fits_a_line() -> None:
    parts = tuple(Unreachable(f"(semax{' OR semax' * 400}) AND part {number}", 10_000, 9_999) for number in range(60))
    many = report(Search(count=600_000), Collected(("1",), 600_000, unreachable=parts))
    many.snapshots = [Snapshot("semax-ssri-pubmed-01M8000000000000000000000A-00001.warc.gz", "u" * 45, "0" * 64)] * 500
    body = many.body()
    assert fits(body)
    assert body["outcome"] == "partial"
    assert body["problems"]
