"""Losing, adopting and changing keys ("Checkpoints, keys, state")."""

import errno
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken, LedgerMissing, WriteFailed
from harvest.ledger import Checkpoint, StateFolder, entries
from harvest.ledger.chain import Chain
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.note import Note, Signer
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.test_verify import extended

THIRD_RUN = "01J00000000000000000000003"


def adopt(room: Room, *, origin: str = ORIGIN) -> Checkpoint:
    return room.adopt(origin=origin, reason="new machine")


def lose_state(room: Room) -> None:
    for path in (*room.state.glob("*/key"), *room.state.glob("*/head")):
        path.unlink()


# --- adoption --------------------------------------------------------------------------------------------------


def test_a_ledger_whose_state_is_lost_is_adopted_with_a_new_key_and_says_so(crawled: Room) -> None:
    old_key = crawled.verify().vkey
    lose_state(crawled)
    head = adopt(crawled)
    adopted = list(entries(crawled.path))[-1]
    assert adopted.type == "adopted"
    assert adopted.body.keys() == {"reason", "root", "size", "vkey"}
    assert (adopted.body["size"], head.size) == (6, 7)
    report = crawled.verify()
    assert (report.exit_code, report.sealed) == (0, 7)
    assert report.vkey == adopted.body["vkey"] != old_key
    assert report.notices[0].startswith("line 7: adopted, its key or kept head was gone (new machine)")
    crawled.crawl(THIRD_RUN)
    assert crawled.verify().exit_code == 0


def test_a_lost_head_alone_is_adopted_with_the_old_key(crawled: Room) -> None:
    key = crawled.verify().vkey
    crawled.head.unlink()
    adopt(crawled)
    report = crawled.verify()
    assert (report.exit_code, report.vkey) == (0, key)


def test_a_lost_key_alone_is_adopted_under_the_head_that_is_kept(crawled: Room) -> None:
    crawled.key.unlink()
    adopt(crawled)
    assert crawled.verify().exit_code == 0


def test_a_kept_head_still_binds_when_the_key_is_lost(crawled: Room) -> None:
    crawled.key.unlink()
    crawled.put(crawled.stored()[:-1])
    with pytest.raises(LedgerBroken, match="6 entries as in the kept head"):
        adopt(crawled)


def test_the_checkpoint_beside_the_ledger_still_binds_when_the_state_is_lost(crawled: Room) -> None:
    lose_state(crawled)
    stored = crawled.stored()
    crawled.put(stored[:-1])
    with pytest.raises(LedgerBroken, match="6 entries as in the checkpoint"):
        adopt(crawled)
    crawled.put([*stored[:-1], b"?\n"])
    with pytest.raises(LedgerBroken, match="line 6"):
        adopt(crawled)


def test_a_torn_tail_above_the_checkpoint_is_recovered_during_adoption(crawled: Room) -> None:
    lose_state(crawled)
    crawled.path.write_bytes(crawled.path.read_bytes() + b"torn")
    adopt(crawled)
    assert [entry.type for entry in entries(crawled.path)][-2:] == ["recovered", "adopted"]


def test_a_broken_genesis_is_never_moved_away_during_adoption(crawled: Room) -> None:
    lose_state(crawled)
    broken = b"?" + crawled.path.read_bytes()
    crawled.path.write_bytes(broken)
    with pytest.raises(LedgerBroken, match="line 1"):
        adopt(crawled)
    assert crawled.path.read_bytes() == broken


def test_adopting_again_after_a_crash_uses_the_key_that_was_made(crawled: Room) -> None:
    lose_state(crawled)
    made = crawled.keys.create_signer(ORIGIN)
    adopt(crawled)
    assert crawled.verify().vkey == str(made.verifier)


def test_a_ledger_that_lost_nothing_is_not_adopted(crawled: Room) -> None:
    with pytest.raises(LedgerBroken, match="got both"):
        adopt(crawled)
    assert crawled.verify().exit_code == 0


def test_a_ledger_of_another_origin_is_not_adopted(crawled: Room) -> None:
    with pytest.raises(LedgerBroken, match=r"expected a ledger of origin example\.org/other"):
        adopt(crawled, origin="example.org/other")


def test_no_ledger_is_not_adopted(room: Room) -> None:
    with pytest.raises(LedgerMissing, match="got no file"):
        adopt(room)
    assert not room.path.exists()


# --- rotation --------------------------------------------------------------------------------------------------


def test_a_rotated_key_signs_from_there_on_and_the_old_one_vouches_for_it(crawled: Room) -> None:
    old = crawled.key.read_bytes()
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4"})
        ledger.seal()
    rotated = next(entry for entry in entries(crawled.path) if entry.type == "key-rotated")
    note = Note.parse(rotated.body["note"].encode())
    assert Signer(ORIGIN, old).verifier.signed(note)
    assert note.text.splitlines()[0] == ORIGIN
    assert note.text.splitlines()[1::2] == ["6", rotated.body["vkey"]]
    assert crawled.key.read_bytes() != old
    assert not crawled.key.with_name("key.next").exists()
    assert crawled.verify().exit_code == 0
    crawled.crawl(THIRD_RUN)
    assert crawled.verify().exit_code == 0


def test_a_head_by_the_old_key_above_the_rotation_is_found(crawled: Room) -> None:
    old = Signer(ORIGIN, crawled.key.read_bytes())
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    head, _ = read_checkpoint(crawled.head.read_bytes())
    crawled.head.write_bytes(head.sign(old))
    report = crawled.verify()
    assert report.first_divergence
    assert report.first_divergence.expected.startswith("a signature by")


@pytest.mark.parametrize("crash", ["before the entry", "before the new key is in place", "before the head"])
def test_a_rotation_that_a_crash_interrupts_is_ended_by_the_next_run(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, crash: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    if crash == "before the entry":
        monkeypatch.setattr("harvest.ledger.store.Store.append", killed)
    elif crash == "before the new key is in place":
        monkeypatch.setattr(StateFolder, "promote_signer", killed)
    else:
        monkeypatch.setattr(StateFolder, "keep", killed)
    ledger = crawled.open(SECOND_RUN)
    with pytest.raises(Killed):
        ledger.rotate()
    ledger.close()
    monkeypatch.undo()
    with crawled.open(THIRD_RUN) as ledger:
        ledger.rotate()
    report = crawled.verify()
    assert (report.exit_code, report.sealed) == (0, report.entries)


def test_another_process_that_rotates_hands_its_key_on(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as one:
        with crawled.open(THIRD_RUN) as two:
            two.rotate()
        with one.batch() as batch:
            batch.append("source", {"sid": "s4"})
        one.seal()
    assert crawled.verify().exit_code == 0


def test_a_rotation_without_a_valid_note_of_the_old_key_is_found(crawled: Room) -> None:
    stranger = Signer(ORIGIN, bytes(32))
    chain = Chain()
    for raw in crawled.stored():
        chain.extend(raw)
    good = crawled.stored()
    vkey = str(stranger.verifier)
    for note, expected in (
        ("?", "a note signed by the key before"),
        (bytes(stranger.sign(chain.rotation(stranger.verifier))).decode(), "at this size"),
        (bytes(Signer(ORIGIN, crawled.key.read_bytes()).sign("something else\n")).decode(), "at this size"),
    ):
        extended(crawled, (SECOND_RUN, "key-rotated", {"note": note, "vkey": vkey}))
        at = crawled.verify().first_divergence
        assert at
        assert (at.line, expected in at.expected) == (7, True)
        crawled.put(good)


def test_a_new_key_of_another_name_is_found(crawled: Room) -> None:
    other = str(Signer("example.org/other", bytes(32)).verifier)
    extended(crawled, (SECOND_RUN, "adopted", {"vkey": other}))
    at = crawled.verify().first_divergence
    assert at
    assert (at.line, at.expected) == (7, f"a key named {ORIGIN}")


def test_an_old_key_that_cannot_be_overwritten_is_said(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    crawled.keys.prepare_signer(ORIGIN)

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(WriteFailed, match="read-only file system while replacing"):
        crawled.keys.promote_signer(ORIGIN)
    assert crawled.key.read_bytes() == bytes(32)


def test_a_key_for_which_the_disk_had_no_room_is_made_whole_by_the_next_run(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("harvest.ledger.durable.os.write", full)
        with pytest.raises(WriteFailed):
            room.crawl()
    assert room.keys.signer(ORIGIN) is None
    room.crawl()
    assert room.verify().exit_code == 0
