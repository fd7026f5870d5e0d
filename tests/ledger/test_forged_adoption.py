"""A tail cut off behind an `adopted` line, which takes no key: heads that true keys signed tell of it all the same.

Each case is put to both verifiers.
"""

import pytest

from harvest.ledger import Depth, verify
from tests.ledger.room import Room
from tests.tools.book import Book, Key, load_tool, run_tool

FORGER, ANOTHER = Key(9), Key(8)
THIRD_RUN = "01J00000000000000000000003"
FORGED_RUN = "01J00000000000000000000009"
LATE = "2027-01-01T00:00:00.000000Z"


class Crashed:
    """Eleven lines; the kept head is of the first six, as after a crash, all others of eleven."""

    def __init__(self, room: Room) -> None:
        self.room = room
        room.crawl()
        older = room.head.read_bytes()
        room.crawl(THIRD_RUN)
        room.head.write_bytes(older)
        self.whole = room.stored()
        self.key = Key(seed=room.key.read_bytes())
        self.against = room.folder / "kept-by-somebody"

    def adopted(self, *keys: Key, at: int = 6, more: int = 0) -> Book:
        """The ledger cut to so many lines, adopted by one key after another, and some lines more."""
        book = Book.of(FORGER, self.whole[:at])
        for key in keys:
            book.add("adopted", {"vkey": key.vkey, "reason": "moved"}, run=FORGED_RUN, time=LATE)
            book.key = key
        for number in range(more):
            book.add("excluded", {"key": f"pmid:{number}"}, run=FORGED_RUN, time=LATE)
        self.room.put(book.lines)
        return book

    def keep(self, note: bytes) -> None:
        """Somebody gives this head to verify against; beside the ledger there is none."""
        self.against.write_bytes(note)
        self.take_away("checkpoint", "checkpoints")

    def take_away(self, *suffixes: str) -> None:
        for suffix in suffixes:
            self.room.beside(suffix).unlink()

    def codes(self) -> set[int]:
        """What both verifiers say, ours in the ways that look at no more than the format does."""
        path, state, against = self.room.path, self.room.state, self.against if self.against.exists() else None
        ours = {
            verify(path, state=state, against=against, depth=depth).exit_code for depth in (Depth.QUICK, Depth.FAST)
        }
        options = ["--against", against] if against else []
        return ours | {run_tool(load_tool(), path, "--state", state, *options)[0]}


@pytest.fixture
def crashed(room: Room) -> Crashed:
    return Crashed(room)


@pytest.mark.parametrize("keys", [(FORGER,), (FORGER, ANOTHER), (FORGER, FORGER)])
@pytest.mark.parametrize("more", [0, 9])
@pytest.mark.parametrize("left", ["checkpoint", "checkpoints", "against"])
def test_one_head_of_the_true_key_is_enough(crashed: Crashed, keys: tuple[Key, ...], more: int, left: str) -> None:
    if left == "against":
        crashed.keep(crashed.room.beside("checkpoint").read_bytes())
    else:
        crashed.take_away("checkpoints" if left == "checkpoint" else "checkpoint")
    crashed.adopted(*keys, more=more)
    assert crashed.codes() == {1}


def test_a_key_that_only_lines_cut_off_had_named_tells_as_well(crashed: Crashed) -> None:
    later = Book.of(crashed.key, crashed.whole[:8])
    later.rotate(ANOTHER)
    crashed.keep(later.checkpoint().encode())
    for adopting in (FORGER, ANOTHER):
        crashed.adopted(adopting)
        assert crashed.codes() == {1}
        crashed.adopted(adopting, more=5)
        assert crashed.codes() == {1}


def test_where_no_such_head_is_left_what_the_adopted_key_signed_is_unsealed(crashed: Crashed) -> None:
    forged = crashed.adopted(FORGER, more=2).checkpoint().encode()
    crashed.room.beside("checkpoint").write_bytes(forged)
    crashed.room.beside("checkpoints").write_bytes(forged)
    assert crashed.codes() == {2}
    assert crashed.room.verify().sealed == 6


def test_a_ledger_adopted_after_its_key_was_lost_is_unsealed_under_an_older_head(crashed: Crashed) -> None:
    room, older = crashed.room, crashed.room.head.read_bytes()
    room.key.unlink()
    room.head.unlink()
    room.adopt()
    room.crawl(FORGED_RUN)
    assert crashed.codes() == {0}
    room.head.write_bytes(older)
    assert crashed.codes() == {2}
    report = room.verify()
    assert (report.sealed, report.entries) == (11, 17)
    assert "what the adopted key signed counts as unsealed" in report.notices[-1]


def test_a_key_that_the_adopted_one_named_seals_no_more_than_that(crashed: Crashed) -> None:
    book = crashed.adopted(FORGER, at=11)
    book.rotate(ANOTHER)
    crashed.room.put(book.lines)
    crashed.room.beside("checkpoint").write_text(book.checkpoint())
    assert crashed.room.verify().sealed == 11


def test_who_adopts_with_the_key_that_was_there_changes_nothing(crashed: Crashed) -> None:
    room, older = crashed.room, crashed.room.head.read_bytes()
    room.head.unlink()
    room.adopt()
    room.crawl(FORGED_RUN)
    room.head.write_bytes(older)
    assert crashed.codes() == {0}
    (notice,) = room.verify().notices
    assert notice.startswith("line 12: adopted")
    room.put(room.stored()[:14])
    assert crashed.codes() == {1}
