"""Heads that were handed out, beside the ledger: they bind like any that somebody kept."""

import shutil

import pytest

from harvest.errors import LedgerError
from harvest.ledger import Checkpoint
from harvest.ledger.chain import Diverges
from harvest.ledger.note import Signer
from harvest.ledger.outside import Kept, head_for_others
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.turns import after_another, is_locked, watched
from tests.ledger.witness import Witness


def test_a_head_that_was_handed_out_binds(crawled: Room) -> None:
    kept = Kept(crawled.path).keep(crawled.head.read_bytes())
    assert "anchored head of 6 entries" in crawled.verify().heads
    for path in (crawled.head, crawled.beside("checkpoint"), crawled.beside("checkpoints")):
        path.unlink()
    crawled.put(crawled.stored()[:5])
    report = crawled.verify()
    assert (report.exit_code, kept.path("checkpoint").name) == (1, "6.checkpoint")
    assert report.first_divergence
    assert report.first_divergence.expected == "6 entries as in the anchored head"


def test_a_rewritten_ledger_does_not_agree_with_what_was_handed_out_though_its_key_signed_it(crawled: Room) -> None:
    Kept(crawled.path).keep(crawled.head.read_bytes())
    seed = crawled.key.read_bytes()
    for path in (crawled.path, crawled.head, crawled.beside("checkpoint"), crawled.beside("checkpoints")):
        path.unlink()
    crawled.crawl(sources=4)
    crawled.key.write_bytes(seed)
    report = crawled.verify()
    assert report.exit_code == 1
    assert report.first_divergence
    assert "as in the anchored head" in report.first_divergence.expected


def test_a_head_of_another_text_is_not_laid_in_place_of_one_of_its_size(crawled: Room) -> None:
    Kept(crawled.path).keep(crawled.head.read_bytes())
    other = Checkpoint(ORIGIN, 6, bytes(32)).sign(Signer(ORIGIN, crawled.key.read_bytes()))
    with pytest.raises(Diverges, match=r"expected the head of 6 entries in .*, found another"):
        Kept(crawled.path).keep(other)


def test_what_is_no_head_any_more_is_not_taken_for_the_one_handed_out(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    head.path("checkpoint").write_bytes(b"?")
    with pytest.raises(Diverges, match="expected a checkpoint, found expected a signed note"):
        Kept(crawled.path).keep(crawled.head.read_bytes())


def test_the_same_head_stays_as_it_was_handed_out_first(crawled: Room) -> None:
    note = crawled.head.read_bytes()
    head = Kept(crawled.path).keep(note)
    log = Signer(ORIGIN, crawled.key.read_bytes()).verifier
    again = Kept(crawled.path).keep(Witness("w.example", 1).cosign(note, log))
    assert again.note == head.note == note


def test_a_cosigned_checkpoint_beside_the_ledger_is_handed_out_as_it_stands_there(crawled: Room) -> None:
    log = Signer(ORIGIN, crawled.key.read_bytes()).verifier
    cosigned = Witness("w.example", 1).cosign(crawled.head.read_bytes(), log)
    crawled.beside("checkpoint").write_bytes(cosigned)
    assert head_for_others(crawled.path, crawled.keys, ORIGIN) == cosigned
    forged = Checkpoint(ORIGIN, 6, bytes(32)).sign(Signer(ORIGIN, bytes(32)))
    crawled.beside("checkpoint").write_bytes(forged)
    assert head_for_others(crawled.path, crawled.keys, ORIGIN) == crawled.head.read_bytes()
    text = crawled.head.read_bytes().partition(b"\n\n")[0] + b"\n\n"
    crawled.beside("checkpoint").write_bytes(text + forged.partition(b"\n\n")[2])
    assert head_for_others(crawled.path, crawled.keys, ORIGIN) == crawled.head.read_bytes()


def test_without_a_key_no_lines_of_witnesses_are_believed(crawled: Room) -> None:
    log = Signer(ORIGIN, crawled.key.read_bytes()).verifier
    crawled.beside("checkpoint").write_bytes(Witness("w.example", 1).cosign(crawled.head.read_bytes(), log))
    crawled.key.unlink()
    assert head_for_others(crawled.path, crawled.keys, ORIGIN) == crawled.head.read_bytes()


def test_without_a_checkpoint_beside_the_ledger_the_kept_head_is_handed_out(crawled: Room) -> None:
    crawled.beside("checkpoint").unlink()
    assert head_for_others(crawled.path, crawled.keys, ORIGIN) == crawled.head.read_bytes()


def test_without_a_kept_head_the_checkpoint_beside_the_ledger_is_handed_out(crawled: Room) -> None:
    crawled.head.unlink()
    assert head_for_others(crawled.path, crawled.keys, ORIGIN) == crawled.beside("checkpoint").read_bytes()
    crawled.beside("checkpoint").unlink()
    with pytest.raises(LedgerError, match="expected a signed head"):
        head_for_others(crawled.path, crawled.keys, ORIGIN)


def test_the_head_of_an_empty_ledger_is_not_handed_out(crawled: Room) -> None:
    signer = Signer(ORIGIN, crawled.key.read_bytes())
    crawled.head.write_bytes(Checkpoint(ORIGIN, 0, bytes(32)).sign(signer))
    with pytest.raises(LedgerError, match="expected a signed head"):
        head_for_others(crawled.path, crawled.keys, ORIGIN)


def test_what_lies_there_without_the_head_that_it_is_over_breaks_the_ledger(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    head.lay("ots", b"?")
    head.path("checkpoint").unlink()
    report = crawled.verify()
    assert report.exit_code == 1
    assert report.first_divergence
    assert report.first_divergence.expected.startswith("a head 6.checkpoint in ")


def test_what_is_no_file_or_too_large_breaks_the_ledger(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    head.path("tsr").mkdir()
    assert "something else" in str(crawled.verify().first_divergence)
    head.path("tsr").rmdir()
    head.path("tsr").write_bytes(bytes(1 << 18))
    assert head.read("tsr") == bytes(1 << 18)
    head.path("tsr").write_bytes(bytes((1 << 18) + 1))
    assert "at most 262144 bytes" in str(crawled.verify().first_divergence)
    head.path("tsr").unlink()
    head.path("checkpoint").write_bytes(b"?")
    assert crawled.verify().exit_code == 1


def test_files_of_other_names_are_passed_over(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    for name in ("06.ots", "6.ots.tmp", "6.png", "notes.txt", "0.checkpoint"):
        (head.folder / name).write_bytes(b"?")
    report = crawled.verify()
    assert (report.exit_code, report.notices) == (0, ())


def test_heads_of_older_keys_still_agree_after_a_rotation(crawled: Room) -> None:
    Kept(crawled.path).keep(crawled.head.read_bytes())
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    Kept(crawled.path).keep(crawled.head.read_bytes())
    assert [head.size for head in Kept(crawled.path).heads()] == [6, 7]
    assert crawled.verify().exit_code == 0


def test_a_ledger_without_anchors_has_none(crawled: Room) -> None:
    shutil.rmtree(crawled.beside("anchors"), ignore_errors=True)
    assert Kept(crawled.path).heads() == []


# --- two at once -----------------------------------------------------------------------------------------------


def test_of_two_that_hand_out_a_head_at_once_both_have_the_first_ones(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, anchors = crawled.head.read_bytes(), crawled.beside("anchors")
    cosigned = Witness("w.example", 1).cosign(note, Signer(ORIGIN, crawled.key.read_bytes()).verifier)
    after_another(monkeypatch, anchors, lambda: Kept(crawled.path).keep(cosigned))
    assert Kept(crawled.path).keep(note).note == cosigned
    assert [head.note for head in Kept(crawled.path).heads()] == [cosigned]


def test_what_lies_beside_a_head_is_written_while_nobody_else_does(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = watched(monkeypatch, "harvest.ledger.outside.kept.replace", crawled.beside("anchors"))
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    head.lay("ots", b"?")
    assert locked == [True, True]
    assert not is_locked(crawled.beside("anchors"))


def test_what_is_laid_first_stays_and_what_is_laid_takes_its_place(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    assert head.lay_first("tsq", b"") == b""
    assert head.lay_first("tsq", b"another") == b""
    head.lay("tsq", b"another")
    assert head.read("tsq") == b"another"
