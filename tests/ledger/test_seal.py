"""Signing a head: when it is due, in which order it reaches the disk, and what is said where it cannot be."""

from datetime import timedelta
from pathlib import Path

import pytest

from harvest.errors import HeadMissing, LedgerBroken, LedgerError
from harvest.ledger import Batch, Checkpoint, Ledger, entries
from harvest.ledger.chain import Chain
from harvest.ledger.checkpoint import read_checkpoint, split_notes
from harvest.ledger.leaf import leaf
from harvest.ledger.merkle import EMPTY_ROOT, tree_root
from harvest.ledger.note import Signer, encode_base64
from tests.ledger.calls import recorded_calls
from tests.ledger.room import ORIGIN, SECOND_RUN, START, Room
from tests.ledger.test_keys import adopt


@pytest.fixture
def still(room: Room) -> Room:
    """A room whose clock shows what it is told to."""
    room.clock = lambda: START
    return room


def shows(room: Room, after: timedelta) -> None:
    room.clock = lambda: START + after


def signed(room: Room) -> int:
    """How many entries the kept head covers."""
    return read_checkpoint(room.head.read_bytes())[0].size


def add(batch: Batch, count: int) -> None:
    for _ in range(count):
        batch.append("failed", {})


def test_a_head_is_due_after_a_thousand_entries_and_not_one_sooner(still: Room) -> None:
    with still.open() as ledger:
        with ledger.batch() as batch:
            add(batch, 999)
        assert signed(still) == 1
        with ledger.batch() as batch:
            add(batch, 1)
        assert signed(still) == 1001
        with ledger.batch() as batch:
            add(batch, 999)
        assert signed(still) == 1001


def test_a_head_is_due_a_minute_after_the_last_if_anything_was_added_since(still: Room) -> None:
    covered = []
    with still.open() as ledger:
        for seconds in (0, 59.999999, 60, 119.999999, 120):
            shows(still, timedelta(seconds=seconds))
            with ledger.batch() as batch:
                add(batch, 1)
            covered.append(signed(still))
    assert covered == [1, 1, 4, 4, 6]


def test_a_clock_that_was_set_back_puts_no_head_off(still: Room) -> None:
    covered = []
    with still.open() as ledger:
        for seconds in (0, -0.000001, -0.000001, 30, 59.999998, 59.999999):
            shows(still, timedelta(seconds=seconds))
            with ledger.batch() as batch:
                add(batch, 1)
            covered.append(signed(still))
    assert covered == [1, 4, 4, 4, 4, 8]


def test_nothing_is_signed_after_a_minute_in_which_nothing_was_added(
    still: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with still.open() as ledger:
        shows(still, timedelta(hours=1))
        calls = recorded_calls(monkeypatch)
        with ledger.batch():
            pass
        assert calls == []


def test_a_head_is_signed_over_synced_lines_and_stored_beside_in_the_history_and_in_the_state_folder(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            add(batch, 1)
        calls = recorded_calls(monkeypatch)
        ledger.seal()
    ours = [call for call in calls if "index" not in call]
    name, folder = "semax-ssri", crawled.head.parent.name
    checkpoint = [f"{call} {name}.checkpoint.tmp" for call in ("write", "fsync", "rename")]
    history = [f"{call} {name}.checkpoints" for call in ("write", "fsync")]
    head = [f"{call} head.tmp" for call in ("write", "fsync", "rename")]
    assert ours == [*checkpoint, "fsync ledgers", *history, *head, f"fsync {folder}"]


def test_lines_of_another_writer_are_synced_before_the_head_over_them_is_stored(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawled.open(SECOND_RUN) as ledger, crawled.open("01J00000000000000000000003") as other:
        with ledger.batch() as batch:
            add(batch, 1)
        with other.batch() as batch:
            add(batch, 2)
        calls = recorded_calls(monkeypatch)
        ledger.seal()
        ledger.seal()
    assert calls[:2] == ["fsync semax-ssri.jsonl", "write semax-ssri.checkpoint.tmp"]


def test_a_head_that_is_signed_again_is_stored_again_but_not_told_twice(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        calls = recorded_calls(monkeypatch)
        ledger.seal()
    assert not [call for call in calls if call.endswith(".checkpoints")]
    assert "rename head.tmp" in calls


@pytest.mark.parametrize(("gone", "named"), [("key", "key"), ("head", "kept head")])
def test_a_ledger_without_key_or_head_says_which_and_what_to_do(crawled: Room, gone: str, named: str) -> None:
    (crawled.key if gone == "key" else crawled.head).unlink()
    with pytest.raises(HeadMissing) as caught:
        crawled.open(SECOND_RUN)
    assert caught.value.message == f"expected a {named} for {crawled.path}, got none in {crawled.state}"
    assert caught.value.hint == "put the state folder back, or run `harvest adopt semax-ssri`"


def test_a_key_that_the_ledger_does_not_name_is_said_beside_the_one_it_names(crawled: Room) -> None:
    named = Signer(ORIGIN, crawled.key.read_bytes()).verifier
    crawled.key.write_bytes(b"\1" * 32)
    with pytest.raises(LedgerBroken) as caught:
        crawled.open(SECOND_RUN)
    other = Signer(ORIGIN, b"\1" * 32).verifier
    assert caught.value.message == f"expected the key {named} for {crawled.path}, got {other}"
    assert caught.value.hint.endswith("or run `harvest adopt semax-ssri`")


def test_an_adoption_says_why_and_over_what(crawled: Room) -> None:
    chain = Chain()
    for raw in crawled.stored():
        chain.extend(raw)
    crawled.head.unlink()
    adopt(crawled)
    *_, adopted = entries(crawled.path)
    root = encode_base64(chain.tree.root())
    vkey = str(Signer(ORIGIN, crawled.key.read_bytes()).verifier)
    assert adopted.body == {"reason": "new machine", "root": root, "size": 6, "vkey": vkey}


def test_a_rotation_is_not_prepared_where_the_disk_does_not_hold_what_was_written(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            add(batch, 1)
        written = encode_base64(tree_root([leaf(raw) for raw in crawled.stored()]))
        stored = bytearray(crawled.path.read_bytes())
        stored[-20] ^= 1
        crawled.path.write_bytes(stored)
        found = encode_base64(tree_root([leaf(raw) for raw in crawled.stored()]))
        with pytest.raises(LedgerBroken) as caught:
            ledger.rotate()
        expected = f"expected root {written} over 7 entries, continuing 6, found root {found}"
        assert caught.value.message.endswith(expected)
    assert not crawled.key.with_name("key.next").exists()


def test_every_signer_of_one_ledger_goes_on_from_the_newest_head(still: Room, tmp_path: Path) -> None:
    def both() -> tuple[Ledger, Ledger]:
        return still.open(), still.open(SECOND_RUN)

    one, two = both()
    with one, two:
        for ledger in (one, two, two, one):
            with ledger.batch() as batch:
                add(batch, 2)
            ledger.seal()
    assert signed(still) == 9
    assert still.verify().exit_code == 0


# --- heads and keys that change while a ledger is open ------------------------------------------------------------


def test_a_head_that_is_spoilt_during_a_run_is_said(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        crawled.head.write_bytes(b"?")
        with pytest.raises(LedgerBroken, match="expected a checkpoint in the kept head"):
            ledger.seal()


def test_an_older_head_put_back_during_a_run_is_continued_by_reading_all_anew(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        older = crawled.head.read_bytes()
        for _ in range(2):
            with ledger.batch() as batch:
                add(batch, 1)
            ledger.seal()
        crawled.head.write_bytes(older)
        for index in crawled.path.parent.glob("*.index*"):
            index.unlink()
        assert ledger.seal().size == 8
    assert (signed(crawled), crawled.verify().exit_code) == (8, 0)


def test_a_head_without_key_and_ledger_asks_for_the_key(room: Room) -> None:
    signer = room.keys.create_signer(ORIGIN)
    room.keys.keep(ORIGIN, Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(signer))
    room.key.unlink()
    with pytest.raises(HeadMissing, match="expected a key for"):
        room.open()


def test_a_torn_second_line_is_recovered_during_adoption_where_no_head_is_left(crawled: Room) -> None:
    for path in (crawled.key, crawled.head, crawled.beside("checkpoint"), crawled.beside("checkpoints")):
        path.unlink()
    crawled.put([crawled.stored()[0], b"torn"])
    adopt(crawled)
    assert [entry.type for entry in entries(crawled.path)] == ["ledger", "recovered", "adopted"]


def test_lines_that_a_head_in_the_history_covers_are_not_moved_by_an_adoption(crawled: Room) -> None:
    for path in (crawled.key, crawled.head, crawled.beside("checkpoint")):
        path.unlink()
    crawled.put([*crawled.stored()[:5], b"torn"])
    before = crawled.path.read_bytes()
    with pytest.raises(LedgerBroken, match="line 6"):
        adopt(crawled)
    assert crawled.path.read_bytes() == before
    assert not crawled.quarantines()


def test_lines_that_a_kept_head_covers_are_not_moved_though_nobody_knows_its_key(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    for path in (crawled.key, crawled.beside("checkpoint"), crawled.beside("checkpoints")):
        path.unlink()
    crawled.put([*crawled.stored()[:6], b"torn"])
    before = crawled.path.read_bytes()
    with pytest.raises(LedgerBroken, match="line 7"):
        adopt(crawled)
    assert crawled.path.read_bytes() == before


def test_heads_in_the_history_that_are_by_others_or_none_at_all_cover_nothing(crawled: Room) -> None:
    with crawled.beside("checkpoints").open("ab") as history:
        history.write(Checkpoint(ORIGIN, 9, bytes(32)).sign(Signer(ORIGIN, b"\1" * 32)))
        history.write(b"example.org/evidence\n9007199254740993\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 x AAAAAAAA\n")
    with crawled.path.open("ab") as stream:
        stream.write(b"torn")
    crawled.open(SECOND_RUN).close()
    assert next(crawled.path.parent.glob("*.quarantine-*")).read_bytes() == b"torn"


def test_no_line_of_another_origin_is_moved_by_an_adoption(crawled: Room) -> None:
    for name in ("checkpoint", "checkpoints"):
        crawled.beside(name).unlink()
    crawled.put([*crawled.stored()[:2], b"torn"])
    before = crawled.path.read_bytes()
    with pytest.raises(LedgerBroken, match="line 3"):
        crawled.adopt(origin="example.org/evidence/other")
    assert crawled.path.read_bytes() == before
    assert not crawled.quarantines()


def test_a_rotation_syncs_the_ledger_before_a_key_that_it_may_name_goes(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled.keys.prepare_signer(ORIGIN)
    with crawled.open(SECOND_RUN) as ledger:
        calls = recorded_calls(monkeypatch)
        ledger.rotate()
    assert calls[0] == "fsync semax-ssri.jsonl"
    assert calls.index("unlink key.next") < calls.index("write semax-ssri.jsonl")


def test_a_key_that_is_lost_after_another_process_changed_it_is_said(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as one:
        with crawled.open(SECOND_RUN) as two:
            two.rotate()
        crawled.key.unlink()
        with pytest.raises(LedgerBroken, match="expected the key"):
            one.seal()


def test_a_key_prepared_by_a_rotation_that_never_came_takes_no_other_ones_place(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as one:
        with crawled.open(SECOND_RUN) as two:
            two.rotate()
        in_use = crawled.key.read_bytes()
        crawled.keys.prepare_signer(ORIGIN)
        one.seal()
    assert crawled.key.read_bytes() == in_use
    assert crawled.verify().exit_code == 0


def test_two_processes_that_rotate_in_turn_vouch_for_each_others_keys(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as one, crawled.open(SECOND_RUN) as two:
        for ledger in (one, two, one):
            ledger.rotate()
    assert [entry.type for entry in entries(crawled.path)].count("key-rotated") == 3
    assert crawled.verify().exit_code == 0


def test_a_ledger_whose_key_is_another_one_is_adopted_under_its_kept_head(crawled: Room) -> None:
    crawled.key.write_bytes(b"\1" * 32)
    adopt(crawled)
    report = crawled.verify()
    assert (report.exit_code, report.vkey) == (0, str(Signer(ORIGIN, b"\1" * 32).verifier))


# --- the history of checkpoints -----------------------------------------------------------------------------------


def history(room: Room) -> list[int]:
    notes, filled = split_notes(room.beside("checkpoints").read_bytes())
    assert filled == room.beside("checkpoints").stat().st_size
    return [read_checkpoint(note)[0].size for note in notes]


def test_each_head_stands_once_in_the_history_however_often_it_is_signed(crawled: Room) -> None:
    for _ in range(2):
        with crawled.open(SECOND_RUN) as ledger:
            with ledger.batch() as batch:
                add(batch, 1)
            ledger.seal()
            ledger.seal()
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
    assert history(crawled) == [1, 6, 7, 8]


@pytest.mark.parametrize("torn", [b"e", b"example.org/evidence\n", b"\n" * 9])
def test_what_a_crash_left_behind_the_history_is_cut_off_even_where_nothing_is_new(crawled: Room, torn: bytes) -> None:
    path = crawled.beside("checkpoints")
    path.write_bytes(path.read_bytes() + torn)
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
    assert history(crawled)[:2] == [1, 6]


@pytest.mark.parametrize("gap", [b"\n", b"\x00", b"torn\n", b"\xff\n"])
def test_no_head_of_a_history_is_hidden_from_a_verifier_or_lost_to_a_signer_by_what_stands_before_it(
    crawled: Room, gap: bytes
) -> None:
    path = crawled.beside("checkpoints")
    written = path.read_bytes()
    path.write_bytes(gap + written)
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            add(batch, 1)
        ledger.seal()
    assert path.read_bytes() == gap + written + crawled.head.read_bytes()
    other = Checkpoint(ORIGIN, 3, bytes(32)).sign(Signer(ORIGIN, crawled.key.read_bytes()))
    path.write_bytes(written + gap + other + gap)
    at = crawled.verify().first_divergence
    assert at is not None
    assert (at.line, at.expected) == (3, f"root {'A' * 43}= over 3 entries as in the history of checkpoints")


def test_a_history_that_cannot_be_read_keeps_a_head_from_being_stored_anywhere(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            add(batch, 1)
        crawled.beside("checkpoints").unlink()
        crawled.beside("checkpoints").mkdir()
        before = crawled.beside("checkpoint").read_bytes()
        with pytest.raises(LedgerError, match="checkpoints"):
            ledger.seal()
    assert crawled.beside("checkpoint").read_bytes() == crawled.head.read_bytes() == before


@pytest.mark.parametrize("left", [b"", b"e"])
def test_a_history_that_was_lost_begins_anew(crawled: Room, left: bytes) -> None:
    crawled.beside("checkpoints").write_bytes(left)
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
    assert crawled.beside("checkpoints").read_bytes() == crawled.head.read_bytes()


def test_a_history_that_somebody_cuts_during_a_run_is_gone_on_with(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
        crawled.beside("checkpoints").write_bytes(b"torn")
        with ledger.batch() as batch:
            add(batch, 1)
        ledger.seal()
    assert history(crawled) == [7]
