"""Look-ups that do not hold: what is tried again, and what is said in the end."""

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import Checkpoint, Index
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.stored import Stored, Torn
from tests.ledger.calls import open_files
from tests.ledger.room import SECOND_RUN, Room
from tests.ledger.test_index import NAMES, changed

pytestmark = pytest.mark.usefixtures("unsynced")


def test_a_ledger_that_does_not_hold_says_who_knows_more(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        for size in (4, 7):
            with pytest.raises(LedgerBroken) as caught:
                index.hold(Checkpoint("", size, bytes(32)), "old one")
            assert caught.value.hint == "`harvest verify` says what still holds"


def test_no_path_leads_to_or_from_a_head_of_another_history(crawled: Room) -> None:
    head, other = read_checkpoint(crawled.head.read_bytes())[0], Checkpoint("", 4, bytes(32))
    with Index.open(crawled.path) as index:
        with pytest.raises(LedgerBroken, match=r"expected a path from line 3 to the root over 4 entries in .*another"):
            index.inclusion(3, other)
        with pytest.raises(LedgerBroken, match=r"expected a proof from 4 to 6 entries in .*another"):
            index.consistency(other, head)


def test_an_index_that_is_cut_while_it_is_open_is_looked_at_again_before_a_head_is_refused(crawled: Room) -> None:
    head, _ = read_checkpoint(crawled.head.read_bytes())
    with Index.open(crawled.path) as index:
        with Stored.beside(crawled.path) as other:
            other.cut(3)
        index.hold(head, "head")
        assert (index.rebuilds, index.size) == (0, 6)


def test_a_disk_that_gives_no_hash_back_is_said(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(self: Stored, seq: int) -> bytes:
        raise Torn(5, f"8 bytes of leaf {seq}")

    monkeypatch.setattr(Stored, "leaf", lost)
    with Index.open(crawled.path) as index, pytest.raises(LedgerBroken) as caught:
        index.named("s1")
    assert caught.value.message == f"expected names in {crawled.path}, got 8 bytes of leaf 5"


def test_names_with_one_digest_are_told_apart_by_their_lines(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.ledger.names._digest", lambda _: 7)
    with Index.open(crawled.path) as index:
        assert index.named("s2").entry.seq == 3
        assert index.answering("s9") == []


def test_names_of_another_history_are_taken_in_anew_from_the_first_line_on(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    with Index.open(crawled.path) as index:
        first = index.key_at(1)
    changed(crawled.beside(NAMES), "UPDATE covered SET leaf = x'00'", "DELETE FROM names")
    with Index.open(crawled.path) as index:
        assert index.key_at(1) == first


def test_a_key_that_the_table_lost_is_found_in_its_line(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        first = index.key_at(1)
    changed(crawled.beside(NAMES), "DELETE FROM names")
    with Index.open(crawled.path) as index:
        assert index.key_at(1) == first


def test_an_index_that_is_closed_holds_no_file(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        assert index.named("s1").entry.seq == 2
        assert str(crawled.beside(NAMES)) in open_files()
    assert not [path for path in open_files() if str(crawled.folder) in path]
    assert index.size == 6
