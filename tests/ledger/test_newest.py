"""The head that proofs are made under: no other than `verify` believes."""

import os
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger import Checkpoint, Index, StateFolder, newest_head
from harvest.ledger.checkpoint import MOST_OF_A_NOTE
from harvest.ledger.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, stored_position
from harvest.ledger.note import Signer
from harvest.ledger.stored import Stored, Torn
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.test_index import NAMES, TREE, changed
from tests.tools.book import Book, Key

pytestmark = pytest.mark.usefixtures("unsynced")
FORGER = Key(9)


def newest(room: Room, state: StateFolder | None = None, *, origin: str | None = None) -> int:
    """Over how many lines it is."""
    with Index.open(room.path) as index:
        return newest_head(index, state, origin=origin).checkpoint.size


def book_of(room: Room) -> Book:
    """The ledger's lines, to go on by hand with its own key."""
    return Book.of(Key(seed=room.key.read_bytes()), room.stored())


def stored(room: Room, book: Book) -> None:
    """Puts the lines in place, one more, and a checkpoint over all by the key that they name last."""
    book.add("excluded", {"key": "pmid:9"}, run=SECOND_RUN)
    room.put(book.lines)
    room.beside("checkpoint").write_text(book.checkpoint())


def adopted(room: Room) -> None:
    """Somebody else adopts: for his key nobody vouches."""
    book = book_of(room)
    book.add("adopted", {"vkey": FORGER.vkey, "reason": "moved"}, run=SECOND_RUN)
    book.key = FORGER
    stored(room, book)


def test_a_key_that_the_key_before_signed_for_signs_heads(crawled: Room) -> None:
    book = book_of(crawled)
    book.rotate(Key(2))
    book.rotate(Key(3))
    stored(crawled, book)
    assert newest(crawled, crawled.keys) == 9
    assert crawled.verify().exit_code == 0


@pytest.mark.parametrize("note", ["none", "by the new key", "of another size", "for another key"])
def test_a_key_that_the_key_before_did_not_sign_for_signs_no_head(crawled: Room, note: str) -> None:
    book = book_of(crawled)
    spelt = {
        "none": "x",
        "by the new key": FORGER.note(f"{book.head_text()}{FORGER.vkey}\n"),
        "of another size": book.key.note(f"{book.head_text(5)}{FORGER.vkey}\n"),
        "for another key": book.key.note(f"{book.head_text()}{Key(2).vkey}\n"),
    }
    book.add("key-rotated", {"vkey": FORGER.vkey, "note": spelt[note]}, run=SECOND_RUN)
    book.key = FORGER
    stored(crawled, book)
    divergence = crawled.verify().first_divergence
    for state in (crawled.keys, None):
        with pytest.raises(LedgerBroken, match=r"line 7, byte [0-9]+: expected a note ") as caught:
            newest(crawled, state)
        assert caught.value.message == f"{crawled.path}: {divergence}"
        assert caught.value.hint == "`harvest verify` says what still holds"


def test_what_somebody_adopted_above_the_kept_head_is_refused(crawled: Room) -> None:
    adopted(crawled)
    with pytest.raises(LedgerBroken, match=r"the kept head of 6 entries, got one of 8 by a key .* adopted in line 7: "):
        newest(crawled, crawled.keys)
    assert crawled.verify().sealed == 6


def test_what_was_adopted_before_the_kept_head_was_signed_is_taken(crawled: Room) -> None:
    adopted(crawled)
    assert newest(crawled) == 8
    for size in (7, 8):
        crawled.head.write_text(book_of(crawled).checkpoint(size, signer=FORGER))
        assert newest(crawled, crawled.keys) == 8


def test_an_adoption_that_no_head_covers_yet_changes_nothing(crawled: Room) -> None:
    checkpoint = crawled.beside("checkpoint").read_bytes()
    adopted(crawled)
    crawled.beside("checkpoint").write_bytes(checkpoint)
    assert newest(crawled, crawled.keys) == 6


def test_a_kept_head_of_no_entries_says_whose_ledger_it_is(crawled: Room) -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    crawled.head.write_bytes(empty.sign(signer))
    assert newest(crawled, crawled.keys) == 6
    crawled.head.write_bytes(empty.sign(Signer(ORIGIN, bytes(32))))
    with pytest.raises(LedgerBroken, match="in the kept head, got none that verifies"):
        newest(crawled, crawled.keys)
    assert crawled.verify().exit_code == 1


def test_the_genesis_key_signs_for_no_entries_also_where_the_next_line_names_another(room: Room) -> None:
    with room.open() as ledger:
        signer = room.keys.signer(ORIGIN)
        assert signer
        ledger.rotate()
    room.head.write_bytes(Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(signer))
    assert newest(room, room.keys) == 2


def test_a_kept_head_of_no_entries_knows_of_no_adoption(crawled: Room) -> None:
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    crawled.head.write_bytes(Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(signer))
    adopted(crawled)
    with pytest.raises(LedgerBroken, match="the kept head of 0 entries"):
        newest(crawled, crawled.keys)


def test_heads_of_no_entries_alone_are_nothing_to_prove_under(crawled: Room) -> None:
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    crawled.beside("checkpoint").write_bytes(Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(signer))
    with pytest.raises(LedgerError, match=r"expected a signed head of .*, got none; the end of a run signs one"):
        newest(crawled)


def test_a_ledger_of_another_origin_than_asked_for_is_refused(crawled: Room) -> None:
    assert newest(crawled, crawled.keys, origin=ORIGIN) == 6
    with pytest.raises(LedgerBroken, match=rf"expected origin example.org/other in line 1 of .*, got {ORIGIN}"):
        newest(crawled, crawled.keys, origin="example.org/other")


def test_an_empty_file_is_held_against_the_kept_head_of_the_origin_asked_for(crawled: Room) -> None:
    crawled.path.write_bytes(b"")
    crawled.beside("checkpoint").unlink()
    with pytest.raises(LedgerBroken, match="expected 6 entries as in the kept head, got 0"):
        newest(crawled, crawled.keys, origin=ORIGIN)


@pytest.mark.parametrize("what", ["a pipe", "a link", "too long"])
def test_a_checkpoint_that_is_no_file_of_a_note_is_refused_and_not_waited_for(
    crawled: Room, tmp_path: Path, what: str
) -> None:
    checkpoint = crawled.beside("checkpoint")
    if what == "too long":
        os.truncate(checkpoint, MOST_OF_A_NOTE + 1)
    elif what == "a link":
        checkpoint.rename(tmp_path / "elsewhere")
        checkpoint.symlink_to(tmp_path / "elsewhere")
    else:
        checkpoint.unlink()
        os.mkfifo(checkpoint)
    with pytest.raises(LedgerError, match=rf"{checkpoint}, got "):
        newest(crawled)


def test_a_hash_that_does_not_bear_a_rotation_out_is_made_anew(crawled: Room) -> None:
    book = book_of(crawled)
    book.rotate(Key(2))
    stored(crawled, book)
    assert newest(crawled) == 8
    with crawled.beside(TREE).open("r+b") as tree:
        tree.seek(HASH_BYTES * stored_position(1, 2))
        tree.write(bytes(HASH_BYTES))
    with Index.open(crawled.path) as index:
        assert newest_head(index, crawled.keys).checkpoint.size == 8
        assert index.rebuilds == 1


def test_a_disk_that_gives_no_tree_back_is_said(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    book = book_of(crawled)
    book.rotate(Key(2))
    stored(crawled, book)
    frontier = Stored.frontier

    def lost(self: Stored, size: int) -> Frontier:
        if size == 6:
            raise Torn(5, "8 bytes")
        return frontier(self, size)

    monkeypatch.setattr(Stored, "frontier", lost)
    with Index.open(crawled.path) as index, pytest.raises(LedgerBroken) as caught:
        newest_head(index, None)
    assert caught.value.message == f"expected the tree over 6 entries in {crawled.path}, got 8 bytes"


def test_a_key_whose_line_the_table_of_names_lost_is_looked_up_again(crawled: Room) -> None:
    book = book_of(crawled)
    book.rotate(Key(2))
    stored(crawled, book)
    first = str(book_of(crawled).key.vkey)
    for size, vkey in ((1, first), (7, Key(2).vkey)):
        with Index.open(crawled.path) as index:
            index.named("pmid:0")
        changed(crawled.beside(NAMES), "DELETE FROM names WHERE seq = 0")
        with Index.open(crawled.path) as index:
            assert str(index.key_at(size)) == vkey
            assert index.rebuilds == 0
