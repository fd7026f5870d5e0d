"""Heads that were handed out, beside the ledger: they bind like any that somebody kept."""

import shutil

import pytest

from harvest.errors import LedgerError
from harvest.ledger import Checkpoint
from harvest.ledger.chain import Diverges
from harvest.ledger.note import Signer
from harvest.ledger.outside import Kept, newest_head
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.witness import Witness


def test_a_head_that_was_handed_out_binds(room: Room) -> None:
    kept = Kept(room.path).keep(room.head.read_bytes())
    assert "anchored head of 6 entries" in room.verify().heads
    for path in (room.head, room.beside("checkpoint"), room.beside("checkpoints")):
        path.unlink()
    room.put(room.stored()[:5])
    report = room.verify()
    assert (report.exit_code, kept.path("checkpoint").name) == (1, "6.checkpoint")
    assert report.first_divergence
    assert report.first_divergence.expected == "6 entries as in the anchored head"


def test_a_rewritten_ledger_does_not_agree_with_what_was_handed_out_though_its_key_signed_it(room: Room) -> None:
    Kept(room.path).keep(room.head.read_bytes())
    seed = room.key.read_bytes()
    for path in (room.path, room.head, room.beside("checkpoint"), room.beside("checkpoints")):
        path.unlink()
    room.crawl(sources=4)
    room.key.write_bytes(seed)
    report = room.verify()
    assert report.exit_code == 1
    assert report.first_divergence
    assert "as in the anchored head" in report.first_divergence.expected


def test_a_head_of_another_text_is_not_laid_in_place_of_one_of_its_size(room: Room) -> None:
    Kept(room.path).keep(room.head.read_bytes())
    other = Checkpoint(ORIGIN, 6, bytes(32)).sign(Signer(ORIGIN, room.key.read_bytes()))
    with pytest.raises(Diverges, match=r"expected the head of 6 entries in .*, found another"):
        Kept(room.path).keep(other)


def test_what_is_no_head_any_more_is_not_taken_for_the_one_handed_out(room: Room) -> None:
    head = Kept(room.path).keep(room.head.read_bytes())
    head.path("checkpoint").write_bytes(b"?")
    with pytest.raises(Diverges, match="expected a checkpoint, found expected a signed note"):
        Kept(room.path).keep(room.head.read_bytes())


def test_the_same_head_stays_as_it_was_handed_out_first(room: Room) -> None:
    note = room.head.read_bytes()
    head = Kept(room.path).keep(note)
    log = Signer(ORIGIN, room.key.read_bytes()).verifier
    again = Kept(room.path).keep(Witness("w.example", 1).cosign(note, log))
    assert again.note == head.note == note


def test_a_cosigned_checkpoint_beside_the_ledger_is_handed_out_as_it_stands_there(room: Room) -> None:
    log = Signer(ORIGIN, room.key.read_bytes()).verifier
    cosigned = Witness("w.example", 1).cosign(room.head.read_bytes(), log)
    room.beside("checkpoint").write_bytes(cosigned)
    assert newest_head(room.path, room.keys, ORIGIN) == cosigned
    forged = Checkpoint(ORIGIN, 6, bytes(32)).sign(Signer(ORIGIN, bytes(32)))
    room.beside("checkpoint").write_bytes(forged)
    assert newest_head(room.path, room.keys, ORIGIN) == room.head.read_bytes()
    text = room.head.read_bytes().partition(b"\n\n")[0] + b"\n\n"
    room.beside("checkpoint").write_bytes(text + forged.partition(b"\n\n")[2])
    assert newest_head(room.path, room.keys, ORIGIN) == room.head.read_bytes()


def test_without_a_kept_head_the_checkpoint_beside_the_ledger_is_handed_out(room: Room) -> None:
    room.head.unlink()
    assert newest_head(room.path, room.keys, ORIGIN) == room.beside("checkpoint").read_bytes()
    room.beside("checkpoint").unlink()
    with pytest.raises(LedgerError, match="expected a signed head"):
        newest_head(room.path, room.keys, ORIGIN)


def test_the_head_of_an_empty_ledger_is_not_handed_out(room: Room) -> None:
    signer = Signer(ORIGIN, room.key.read_bytes())
    room.head.write_bytes(Checkpoint(ORIGIN, 0, bytes(32)).sign(signer))
    with pytest.raises(LedgerError, match="expected a signed head"):
        newest_head(room.path, room.keys, ORIGIN)


def test_what_lies_there_without_the_head_that_it_is_over_breaks_the_ledger(room: Room) -> None:
    head = Kept(room.path).keep(room.head.read_bytes())
    head.lay("ots", b"?")
    head.path("checkpoint").unlink()
    report = room.verify()
    assert report.exit_code == 1
    assert report.first_divergence
    assert report.first_divergence.expected.startswith("a head 6.checkpoint in ")


def test_what_is_no_file_or_too_large_breaks_the_ledger(room: Room) -> None:
    head = Kept(room.path).keep(room.head.read_bytes())
    head.path("tsr").mkdir()
    assert "something else" in str(room.verify().first_divergence)
    head.path("tsr").rmdir()
    head.path("tsr").write_bytes(bytes((1 << 18) + 1))
    assert "at most 262144 bytes" in str(room.verify().first_divergence)
    head.path("tsr").unlink()
    head.path("checkpoint").write_bytes(b"?")
    assert room.verify().exit_code == 1


def test_files_of_other_names_are_passed_over(room: Room) -> None:
    head = Kept(room.path).keep(room.head.read_bytes())
    for name in ("06.ots", "6.ots.tmp", "6.png", "notes.txt", "0.checkpoint"):
        (head.folder / name).write_bytes(b"?")
    report = room.verify()
    assert (report.exit_code, report.notices) == (0, ())


def test_heads_of_older_keys_still_agree_after_a_rotation(room: Room) -> None:
    Kept(room.path).keep(room.head.read_bytes())
    with room.open(SECOND_RUN) as ledger:
        ledger.rotate()
    Kept(room.path).keep(room.head.read_bytes())
    assert [head.size for head in Kept(room.path).heads()] == [6, 7]
    assert room.verify().exit_code == 0


def test_a_ledger_without_anchors_has_none(room: Room) -> None:
    shutil.rmtree(room.beside("anchors"), ignore_errors=True)
    assert Kept(room.path).heads() == []
