"""Which searches a run makes."""

from datetime import date

from harvest.catalogue import Watermark
from harvest.eutils.windows import Window, windows
from harvest.searching import query_digest
from harvest.windows import refresh_due

TODAY = date(2026, 11, 21)
TOPIC = "a" * 64


def mark(term: str = "semax", topic: str = TOPIC) -> Watermark:
    return Watermark("2026-11-10", query_digest(term), topic, "2026-11-10")


def kinds(found: tuple[Window, ...]) -> list[str]:
    return [window.kind for window in found]


def test_the_first_run_asks_for_everything() -> None:
    assert windows("semax", mark=None, topic_sha256=TOPIC, began=None, today=TODAY) == (Window("all", "semax"),)


def test_a_later_run_asks_for_what_is_new_and_what_was_revised_with_overlap() -> None:
    created, revised = windows("semax", mark=mark(), topic_sha256=TOPIC, began=None, today=TODAY)
    assert created.term == '(semax) AND ("2026/11/07"[crdt] : "2026/11/22"[crdt])'
    assert revised.term == '(semax) AND ("2026/11/07"[lr] : "2026/11/22"[lr])'


def test_another_query_means_a_full_search_and_still_a_look_at_revisions() -> None:
    found = windows("semax OR x", mark=mark(), topic_sha256=TOPIC, began=None, today=TODAY)
    assert kinds(found) == ["all", "revised"]


def test_another_topic_file_means_a_full_search() -> None:
    assert kinds(windows("semax", mark=mark(), topic_sha256="b" * 64, began=None, today=TODAY)) == ["all", "revised"]


def test_after_runs_without_a_watermark_revisions_are_asked_from_the_first_day() -> None:
    _, revised = windows("semax", mark=None, topic_sha256=TOPIC, began=date(2026, 11, 20), today=TODAY)
    assert revised.first == "2026-11-17"


def test_sources_are_compared_again_when_the_last_look_is_old_enough() -> None:
    assert not refresh_due(mark(), today=date(2026, 12, 9), days=30)
    assert refresh_due(mark(), today=date(2026, 12, 10), days=30)


def test_no_comparison_is_due_before_the_first_full_run_or_when_switched_off() -> None:
    assert not refresh_due(None, today=TODAY, days=30)
    assert not refresh_due(mark(), today=date(2030, 1, 1), days=0)


def test_a_watermark_from_a_clock_that_ran_ahead_means_a_full_search_not_an_empty_window() -> None:
    ahead = Watermark("2031-01-01", query_digest("semax"), TOPIC, "2031-01-01")
    whole, revised = windows("semax", mark=ahead, topic_sha256=TOPIC, began=date(2026, 11, 1), today=TODAY)
    assert whole == Window("all", "semax")
    assert (revised.first, revised.last) == ("2026-10-29", "2026-11-22")
    assert refresh_due(ahead, today=TODAY, days=30)


def test_a_ledger_begun_by_a_clock_that_ran_ahead_is_asked_for_revisions_of_the_last_days() -> None:
    _, revised = windows("semax", mark=None, topic_sha256=TOPIC, began=date(2031, 1, 1), today=TODAY)
    assert revised.first == "2026-11-18"
