"""Writing, opening and recovering a ledger (format 1, "Writing" and "Checkpoints, keys, state")."""

import hashlib
import itertools
import multiprocessing
import os
import shutil
import stat
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from harvest.errors import HeadMissing, LedgerBroken, LedgerError, LedgerMissing
from harvest.ledger import Ledger, StateFolder, entries
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint, split_notes
from harvest.ledger.leaf import leaf
from harvest.ledger.line import LineRefused, encode
from harvest.ledger.merkle import EMPTY_ROOT, tree_root
from tests.ledger.room import FIRST_RUN, ORIGIN, SECOND_RUN, START, Room, ticking


def types(room: Room) -> list[str]:
    return [entry.type for entry in entries(room.path)]


def test_a_new_ledger_begins_with_a_sealed_genesis(room: Room) -> None:
    room.open().close()
    (genesis,) = entries(room.path)
    assert genesis.type == "ledger"
    assert genesis.body.keys() == {"created_by", "nonce", "origin", "topic", "vkey"}
    assert genesis.body["origin"] == ORIGIN
    assert len(genesis.body["nonce"]) == 64
    assert room.verify().exit_code == 0


def test_files_are_private_to_their_owner(crawled: Room) -> None:
    for path, mode in (
        (crawled.path, 0o600),
        (crawled.key, 0o600),
        (crawled.state, 0o700),
        (crawled.key.parent, 0o700),
    ):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert crawled.key.parent.name == hashlib.sha256(ORIGIN.encode()).hexdigest()
    assert len(crawled.key.read_bytes()) == 32


def test_entries_are_numbered_and_chained(crawled: Room) -> None:
    prev = "0" * 64
    for number, (entry, raw) in enumerate(zip(entries(crawled.path), crawled.stored(), strict=True)):
        assert (entry.seq, entry.prev) == (number, prev)
        prev = leaf(raw).hex()


def test_append_gives_the_number_that_was_announced(room: Room) -> None:
    with room.open() as ledger, ledger.batch() as batch:
        assert batch.next_seq == 1
        assert batch.append("run-started", {}) == 1
        assert (batch.next_seq, batch.append("source", {"sid": "s1"})) == (2, 2)


def test_each_entry_is_folded_once_and_in_order(crawled: Room) -> None:
    appended = list(crawled.folded)
    crawled.open(SECOND_RUN).close()
    assert crawled.folded == appended == list(entries(crawled.path))


def test_a_batch_without_entries_writes_nothing(crawled: Room) -> None:
    before = crawled.path.read_bytes()
    with crawled.open(SECOND_RUN) as ledger, ledger.batch():
        pass
    assert crawled.path.read_bytes() == before


def test_what_was_appended_before_an_exception_is_kept(room: Room) -> None:
    with room.open() as ledger:
        with suppress(KeyError), ledger.batch() as batch:
            batch.append("source", {"sid": "s1"})
            raise KeyError
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s2"})
    assert [entry.body["sid"] for entry in entries(room.path) if entry.type == "source"] == ["s1", "s2"]


def test_a_body_that_no_line_can_hold_leaves_the_batch_as_it_was(room: Room) -> None:
    with room.open() as ledger, ledger.batch() as batch:
        with pytest.raises(LineRefused):
            batch.append("source", {"probability": 0.5})  # type: ignore[dict-item] # the mistake itself
        assert batch.append("source", {"probability": 500_000}) == 1


def test_a_long_batch_is_written_in_parts(room: Room) -> None:
    with room.open() as ledger, ledger.batch() as batch:
        for number in range(1_000):
            batch.append("source", {"sid": f"s{number}"})
        assert len(room.stored()) == 1_001
        batch.append("source", {"sid": "s1000"})
    assert room.verify().entries == 1_002


def test_a_batch_inside_a_batch_is_refused_instead_of_waiting_for_ever(room: Room) -> None:
    with room.open() as ledger, ledger.batch():
        with pytest.raises(LedgerError, match="one batch at a time"), ledger.batch():
            pass
        with pytest.raises(LedgerError, match="one batch at a time"):
            ledger.seal()


def test_a_clock_that_went_back_repeats_the_time_and_an_entry_says_so(room: Room) -> None:
    moments = iter([*[START] * 3, *[START + timedelta(seconds=offset) for offset in (0, -9, -8, -7, -6, -5, 1, -3, 5)]])
    room.clock = lambda: next(moments, START + timedelta(seconds=9))
    with room.open() as ledger, ledger.batch() as batch:
        for _ in range(8):
            announced = batch.next_seq
            assert batch.append("source", {}) == announced
    said = [(entry.type, entry.time) for entry in entries(room.path)]
    assert [time for _, time in said] == sorted(time for _, time in said)
    assert [name for name, _ in said].count("clock-regressed") == 2
    regressed = next(entry for entry in entries(room.path) if entry.type == "clock-regressed")
    assert regressed.body["clock"] < regressed.body["kept"] == regressed.time
    assert room.verify().first_divergence is None


def test_sealing_signs_the_root_of_all_entries_and_keeps_the_head(crawled: Room) -> None:
    checkpoint, _ = read_checkpoint(crawled.head.read_bytes())
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 6)
    assert checkpoint.root == tree_root([leaf(raw) for raw in crawled.stored()])
    assert crawled.beside("checkpoint").read_bytes() == crawled.head.read_bytes()


def test_every_checkpoint_stays_in_the_history(crawled: Room) -> None:
    crawled.crawl(SECOND_RUN)
    notes, _ = split_notes(crawled.beside("checkpoints").read_bytes())
    assert [read_checkpoint(note)[0].size for note in notes] == [1, 6, 11]


def test_sealing_again_without_new_entries_adds_no_history(crawled: Room) -> None:
    before = crawled.beside("checkpoints").read_bytes()
    with crawled.open(SECOND_RUN) as ledger:
        assert ledger.seal() == ledger.seal()
    assert crawled.beside("checkpoints").read_bytes() == before


def test_a_torn_history_is_cut_before_the_next_checkpoint(crawled: Room) -> None:
    history = crawled.beside("checkpoints")
    history.write_bytes(history.read_bytes() + b"example.org/evid")
    crawled.crawl(SECOND_RUN)
    notes, filled = split_notes(history.read_bytes())
    assert (len(notes), filled) == (3, history.stat().st_size)


def test_a_long_run_is_sealed_on_the_way(room: Room) -> None:
    with room.open() as ledger:
        for _ in range(2):
            with ledger.batch() as batch:
                for _ in range(600):
                    batch.append("source", {})
        assert read_checkpoint(room.head.read_bytes())[0].size == 1_201


def test_a_slow_run_is_sealed_after_a_minute(room: Room) -> None:
    with room.open() as ledger:
        room.clock = ticking(START + timedelta(seconds=61))
        with ledger.batch() as batch:
            batch.append("source", {})
        assert read_checkpoint(room.head.read_bytes())[0].size == 2


def test_an_opened_ledger_goes_on_where_the_last_run_ended(crawled: Room) -> None:
    crawled.crawl(SECOND_RUN)
    report = crawled.verify()
    assert (report.exit_code, report.entries, report.sealed) == (0, 11, 11)


# --- what a crash leaves ---------------------------------------------------------------------------------------


def crash_in_last_batch(room: Room) -> tuple[bytes, bytes]:
    """A sealed run and an unsealed batch after it: the signed bytes and the batch's bytes."""
    room.crawl()
    sealed = room.path.read_bytes()
    with room.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("run-started", {})
        batch.append("source", {"sid": "s4", "title": "Семакс"})
        batch.append("source", {"sid": "s5"})
    return sealed, room.path.read_bytes()[len(sealed) :]


def test_a_batch_torn_at_any_byte_is_recovered_and_nothing_signed_is_touched(room: Room, unsynced: None) -> None:
    sealed, block = crash_in_last_batch(room)
    boundaries = {0, *itertools.accumulate(map(len, block.splitlines(keepends=True)))}
    for cut in range(len(block) + 1):
        room.path.write_bytes(sealed + block[:cut])
        whole = max(boundary for boundary in boundaries if boundary <= cut)
        room.open(SECOND_RUN).close()
        stored = room.path.read_bytes()
        assert stored.startswith(sealed + block[:whole])
        rest = list(entries(room.path))[len((sealed + block[:whole]).splitlines()) :]
        if cut == whole:
            assert not rest
            continue
        (recovered,) = rest
        torn = block[whole:cut]
        assert recovered.type == "recovered"
        assert recovered.body["length"] == len(torn)
        assert recovered.body["sha256"] == hashlib.sha256(torn).hexdigest()
        quarantine = room.path.with_name(recovered.body["file"])
        assert quarantine.read_bytes() == torn
        quarantine.unlink()
    assert room.verify().exit_code == 2


def test_lines_of_the_crashed_batch_that_are_whole_are_folded_so_that_none_is_added_twice(room: Room) -> None:
    sealed, block = crash_in_last_batch(room)
    room.path.write_bytes(sealed + block[:-3])
    room.open(SECOND_RUN).close()
    assert [entry.body["sid"] for entry in room.folded if entry.type == "source"] == ["s1", "s2", "s3", "s4"]


def test_two_tails_moved_away_at_the_same_moment_lie_in_two_files(crawled: Room) -> None:
    crawled.clock = lambda: START + timedelta(hours=1)
    for tail in (b"one", b"two", b"three"):
        crawled.path.write_bytes(crawled.path.read_bytes() + tail)
        crawled.open(SECOND_RUN).close()
    assert sorted(path.read_bytes() for path in crawled.quarantines()) == [b"one", b"three", b"two"]


def test_lines_above_the_signed_size_that_do_not_chain_are_moved_away(crawled: Room) -> None:
    forged = list(entries(crawled.path))[-1]
    crawled.put([*crawled.stored(), encode(forged), encode(forged)])
    crawled.open(SECOND_RUN).close()
    assert types(crawled)[-1] == "recovered"
    (quarantine,) = crawled.quarantines()
    assert quarantine.read_bytes() == encode(forged) * 2


def test_a_torn_tail_that_another_writer_left_is_recovered_before_the_next_batch(room: Room) -> None:
    with room.open() as ledger:
        with room.path.open("ab") as other:
            other.write(b'{"body":')
        with ledger.batch() as batch:
            batch.append("source", {})
    assert types(room) == ["ledger", "recovered", "source"]


def test_a_crash_before_the_genesis_is_whole_begins_anew_with_the_same_key(room: Room, unsynced: None) -> None:
    room.open().close()
    genesis = room.path.read_bytes()
    empty_head = StateFolder(room.state)
    signer = empty_head.signer(ORIGIN)
    assert signer
    for cut in range(0, len(genesis), 5):
        empty_head.keep(ORIGIN, Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(signer))
        room.beside("checkpoint").unlink(missing_ok=True)
        room.beside("checkpoints").unlink(missing_ok=True)
        room.path.write_bytes(genesis[:cut])
        room.open().close()
        assert types(room) == (["ledger", "recovered"] if cut else ["ledger"])
        assert room.verify().exit_code == 0
        for quarantine in room.quarantines():
            quarantine.unlink()
    empty_head.keep(ORIGIN, Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(signer))
    room.path.unlink()
    room.beside("checkpoint").unlink()
    room.open().close()
    assert types(room) == ["ledger"]


def test_a_key_without_head_and_ledger_is_used(room: Room) -> None:
    key = room.keys.create_signer(ORIGIN).verifier
    room.open().close()
    assert next(entries(room.path)).body["vkey"] == str(key)


def test_a_crash_between_checkpoint_and_head_leaves_the_checkpoint_binding(crawled: Room) -> None:
    old_head = crawled.head.read_bytes()
    crawled.crawl(SECOND_RUN)
    crawled.head.write_bytes(old_head)
    crawled.open(SECOND_RUN).close()
    crawled.put(crawled.stored()[:-1])
    with pytest.raises(LedgerBroken, match="11 entries as in the checkpoint"):
        crawled.open(SECOND_RUN)


def test_a_checkpoint_beside_the_ledger_that_our_key_did_not_sign_is_written_anew(crawled: Room) -> None:
    checkpoint = crawled.beside("checkpoint")
    good = checkpoint.read_bytes()
    for bad in (b"?", good.replace(b"\n6\n", b"\n9\n")):
        checkpoint.write_bytes(bad)
        with crawled.open(SECOND_RUN) as ledger:
            ledger.seal()
        assert checkpoint.read_bytes() == good


# --- what is refused -------------------------------------------------------------------------------------------


def test_a_fault_at_or_below_the_signed_size_is_refused_and_nothing_is_repaired(crawled: Room) -> None:
    good = crawled.path.read_bytes()
    for place in range(0, len(good), 7):
        changed = bytearray(good)
        changed[place] ^= 1
        crawled.path.write_bytes(changed)
        with pytest.raises(LedgerBroken, match="nothing was repaired"):
            crawled.open(SECOND_RUN)
        assert crawled.path.read_bytes() == bytes(changed)
    assert not crawled.quarantines()


def test_a_cut_tail_is_refused(crawled: Room) -> None:
    for kept in range(6):
        crawled.put(crawled.stored()[:kept])
        with pytest.raises(LedgerBroken, match=r"expected (6 entries as in the kept head|a genesis)"):
            crawled.open(SECOND_RUN)


def test_an_older_copy_of_the_whole_folder_is_refused(crawled: Room) -> None:
    old = {path: path.read_bytes() for path in crawled.path.parent.iterdir()}
    crawled.crawl(SECOND_RUN)
    for path, content in old.items():
        path.write_bytes(content)
    with pytest.raises(LedgerBroken, match="11 entries as in the kept head"):
        crawled.open(SECOND_RUN)


def test_a_missing_ledger_with_a_kept_head_is_refused(crawled: Room) -> None:
    crawled.path.unlink()
    with pytest.raises(LedgerMissing, match="6 entries as in the kept head") as caught:
        crawled.open(SECOND_RUN)
    assert caught.value.exit_code == 3
    assert not crawled.path.exists()


def test_another_checkout_with_the_same_origin_and_state_folder_is_told_to_choose_its_own(crawled: Room) -> None:
    elsewhere = Room(crawled.folder / "elsewhere")
    shutil.copytree(crawled.state, elsewhere.state)
    with pytest.raises(LedgerMissing) as caught:
        elsewhere.open()
    said = str(caught.value)
    assert f"as in the kept head of {ORIGIN}, got no file; put it back; or, if another checkout has" in said
    assert said.endswith("set a HARVEST_ORIGIN of this one's own")
    elsewhere.open(origin="example.org/elsewhere/semax-ssri").close()
    assert elsewhere.path.exists()


@pytest.mark.parametrize(("gone", "named"), [("head", "kept head"), ("key", "key")])
def test_a_ledger_without_its_head_or_key_waits_for_adoption(crawled: Room, gone: str, named: str) -> None:
    (crawled.key.parent / gone).unlink()
    with pytest.raises(HeadMissing, match=f"expected a {named} .*harvest adopt semax-ssri"):
        crawled.open(SECOND_RUN)


def test_another_key_than_the_ledger_names_is_refused(crawled: Room) -> None:
    crawled.key.write_bytes(b"\1" * 32)
    crawled.beside("checkpoint").unlink()
    with pytest.raises(LedgerBroken, match="expected the key"):
        crawled.open(SECOND_RUN)


def test_a_ledger_of_another_origin_is_refused(crawled: Room, tmp_path: Path) -> None:
    other = Room(tmp_path / "other")
    other.open(origin="example.org/other").close()
    other.path.replace(crawled.path)
    with pytest.raises(LedgerBroken):
        crawled.open(SECOND_RUN)


def test_a_malformed_head_is_refused(crawled: Room) -> None:
    crawled.head.write_bytes(b"?")
    with pytest.raises(LedgerBroken, match=f"{crawled.path}: expected a checkpoint in the kept head") as caught:
        crawled.open(SECOND_RUN)
    assert caught.value.hint == (
        f"put the state folder back; or, where nobody has it, remove the head in {crawled.state} and run "
        "`harvest adopt semax-ssri`"
    )
    with pytest.raises(LedgerBroken):
        crawled.adopt()
    crawled.head.unlink()
    assert crawled.adopt().size == 7


def test_a_head_that_vanishes_during_a_run_stops_the_seal(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        crawled.head.unlink()
        with pytest.raises(HeadMissing):
            ledger.seal()


def test_a_file_cut_or_replaced_behind_our_back_is_noticed_at_the_next_batch(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        stored = crawled.path.read_bytes()
        os.truncate(crawled.path, 10)
        with pytest.raises(LedgerBroken, match="a file of 10 bytes"), ledger.batch():
            pass
        crawled.path.write_bytes(stored)
        crawled.path.rename(crawled.path.with_name("away"))
        with pytest.raises(LedgerBroken, match="to be there"), ledger.batch():
            pass
        crawled.path.write_bytes(stored)
        with pytest.raises(LedgerBroken, match="another in its place"), ledger.batch():
            pass


def test_nothing_is_signed_that_differs_from_what_was_written(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4"})
            batch.append("source", {"sid": "s5"})
        head = crawled.head.read_bytes()
        crawled.path.write_bytes(crawled.path.read_bytes().replace(b'"s4"', b'"s9"'))
        with pytest.raises(LedgerBroken, match="expected root"):
            ledger.seal()
        assert crawled.head.read_bytes() == head


def test_nothing_is_signed_that_contradicts_the_kept_head(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        for wrong in (b"\n9\n", b"\n5\n"):
            head = crawled.head.read_bytes()
            crawled.head.write_bytes(head.replace(b"\n6\n", wrong))
            with pytest.raises(LedgerBroken, match="continuing"):
                ledger.seal()
            crawled.head.write_bytes(head)
        ledger.seal()


def test_a_link_in_the_ledgers_place_is_not_followed(crawled: Room, tmp_path: Path) -> None:
    target = tmp_path / "target"
    crawled.path.replace(target)
    crawled.path.symlink_to(target)
    with pytest.raises(LedgerError, match="a link stands where"):
        crawled.open(SECOND_RUN)


def test_a_key_that_others_can_read_is_refused(crawled: Room) -> None:
    crawled.key.chmod(0o640)
    with pytest.raises(LedgerError, match="got mode 0640"):
        crawled.open(SECOND_RUN)


def test_a_key_of_another_length_is_refused(crawled: Room) -> None:
    crawled.key.write_bytes(bytes(31))
    with pytest.raises(LedgerError, match="expected a key of 32 bytes, got 31"):
        crawled.open(SECOND_RUN)


def test_a_key_or_head_that_is_a_folder_is_refused(crawled: Room) -> None:
    for path, name in ((crawled.key, "key"), (crawled.head, "file at .*head")):
        path.unlink()
        path.mkdir()
        with pytest.raises(LedgerError, match=f"expected a readable {name}"):
            crawled.open(SECOND_RUN)


# --- several writers -------------------------------------------------------------------------------------------


def test_two_ledgers_on_one_file_take_turns_and_fold_each_others_entries(room: Room) -> None:
    with room.open() as one:
        seen_by_one = room.folded
        with room.open(SECOND_RUN) as two:
            for ledger, sid in ((one, "s1"), (two, "s2"), (one, "s3")):
                with ledger.batch() as batch:
                    batch.append("source", {"sid": sid})
            two.seal()
            with one.batch():
                pass
            one.seal()
            assert [e.body.get("sid") for e in seen_by_one] == [None, "s1", "s2", "s3"]
            assert seen_by_one == room.folded
    assert room.verify().entries == 4


def append_many(folder: Path, run: str) -> None:
    room = Room(folder, clock=ticking())
    with room.open(run) as ledger:
        for _ in range(40):
            with ledger.batch() as batch:
                sid = sum(entry.type == "source" for entry in room.folded) + 1
                batch.append("source", {"sid": f"s{sid}"})
        ledger.seal()


def test_processes_that_append_at_once_never_fork_the_chain_and_never_give_a_sid_twice(room: Room) -> None:
    room.open().close()
    spawn = multiprocessing.get_context("fork")
    writers = [spawn.Process(target=append_many, args=(room.folder, run)) for run in (FIRST_RUN, SECOND_RUN)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    sids = [entry.body["sid"] for entry in entries(room.path) if entry.type == "source"]
    assert sids == [f"s{number}" for number in range(1, 81)]
    assert room.verify().exit_code == 0


def test_threads_that_share_a_ledger_take_turns(room: Room) -> None:
    with room.open() as ledger:

        def append() -> None:
            for _ in range(20):
                with ledger.batch() as batch:
                    batch.append("source", {"sid": f"s{batch.next_seq}"})

        threads = [threading.Thread(target=append) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert room.verify().entries == 81


def test_a_ledger_that_failed_to_open_holds_no_lock(crawled: Room) -> None:
    good = crawled.path.read_bytes()
    crawled.path.write_bytes(good[:-20])
    with pytest.raises(LedgerBroken):
        crawled.open(SECOND_RUN)
    crawled.path.write_bytes(good)
    with crawled.open(SECOND_RUN) as ledger:
        assert isinstance(ledger, Ledger)
