"""Heads beside a ledger that are none."""

import pytest

from harvest.ledger import Checkpoint, Divergence
from harvest.ledger.chain import Diverges
from harvest.ledger.note import Signer
from harvest.ledger.outside.kept import Kept, head_for_others
from tests.ledger.room import ORIGIN, Room


def test_a_head_that_was_handed_out_and_is_spoilt_since_is_a_fault_of_its_file(crawled: Room) -> None:
    kept, note = Kept(crawled.path), crawled.head.read_bytes()
    head = kept.keep(note)
    head.path("checkpoint").write_bytes(b"?")
    with pytest.raises(Diverges) as caught:
        kept.keep(note)
    assert (caught.value.at.line, caught.value.at.offset, caught.value.at.expected) == (0, 0, "a checkpoint")


def test_a_spoilt_checkpoint_beside_a_ledger_is_not_handed_out(crawled: Room) -> None:
    crawled.beside("checkpoint").write_bytes(b"?")
    with pytest.raises(Diverges):
        head_for_others(crawled.path, crawled.keys, ORIGIN)


def test_another_head_of_the_same_size_is_said_to_be_another(crawled: Room) -> None:
    kept = Kept(crawled.path)
    size = kept.keep(crawled.head.read_bytes()).size
    with pytest.raises(Diverges) as caught:
        kept.keep(Checkpoint(ORIGIN, size, bytes(32)).sign(Signer(ORIGIN, bytes(32))))
    path = kept.folder / f"{size}.checkpoint"
    assert caught.value.at == Divergence(0, 0, f"the head of {size} entries in {path}", "another")
