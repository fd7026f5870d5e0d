"""Which threads were read to the end, as the ledger tells it."""

from harvest.reddit.readings import KIND, Reading, body, readings
from harvest.reddit.threads import Thread
from tests.reddit.test_things import comment, post


def test_a_reading_says_what_is_missing_of_what_the_post_states() -> None:
    reading = Reading.of(Thread(post(num_comments=4), (comment(),), 2, 0))
    assert (reading.stated, reading.came, reading.missing, reading.lost) == (4, 1, 3, 2)


def test_more_comments_than_stated_are_none_missing() -> None:
    assert Reading.of(Thread(post(num_comments=0), (comment(),), 0, 0)).missing == 0


def test_the_last_reading_of_a_thread_counts() -> None:
    first, second = Reading("zzz1", 4, 1, 3, 2), Reading("zzz1", 5, 5, 0, 0)
    entries = [
        {"provider": "reddit", "window": {"kind": KIND}, **body([first])},
        {"provider": "reddit", "window": {"kind": "all"}, "threads": [["zzz1", 9, 9, 0, 0]]},
        {"provider": "pubmed", "window": {"kind": KIND}, "threads": [["zzz1", 9, 9, 0, 0]]},
        {"provider": "reddit", "window": {"kind": KIND}, **body([second, Reading("zzz2", 1, 1, 0, 0)])},
    ]
    assert readings(entries) == {"zzz1": second, "zzz2": Reading("zzz2", 1, 1, 0, 0)}
