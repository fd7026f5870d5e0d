"""Keys change while the clock stands before the newest line: its entry comes first, and is counted."""

from datetime import timedelta

from harvest.ledger import Ledger, entries
from tests.ledger.room import ORIGIN, SECOND_RUN, START, Room, ticking


def test_a_key_is_rotated_while_the_clock_is_behind(crawled: Room) -> None:
    crawled.clock = ticking(START - timedelta(hours=1))
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    assert [entry.type for entry in entries(crawled.path)][6:] == ["clock-regressed", "key-rotated"]
    assert crawled.verify().exit_code == 0


def test_an_adoption_while_the_clock_is_behind_counts_the_clocks_entry(crawled: Room) -> None:
    crawled.head.unlink()
    about = {"origin": ORIGIN, "topic": "semax-ssri", "run": SECOND_RUN, "reason": "lost"}
    Ledger.adopt(crawled.path, keys=crawled.keys, clock=ticking(START - timedelta(hours=1)), **about)
    adopted = list(entries(crawled.path))[-1]
    assert (adopted.type, adopted.seq, adopted.body["size"]) == ("adopted", 7, 7)
    assert crawled.verify().exit_code == 0
