"""Crashes, and several processes at once: they cost the index at most, never a wrong answer."""

import multiprocessing
import os
import random
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvest.ledger import Index
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.stored import Stored
from tests.ledger.room import FIRST_RUN, SECOND_RUN, START, Room, ticking

pytestmark = pytest.mark.usefixtures("unsynced")
LINES, SEALED, SECTOR = 90, 40, 64
SUFFIXES = ("index-tree", "index-ends")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A sealed ledger; what its index was when fewer lines were sealed lies beside it as `<suffix>.before`."""
    room = Room(tmp_path_factory.mktemp("grown"))
    with room.open() as ledger:
        for count in (SEALED, LINES):
            with ledger.batch() as batch:
                while batch.next_seq < count:
                    batch.append("source", {"sid": f"s{batch.next_seq}", "key": f"pmid:{batch.next_seq}"})
            ledger.seal()
            for suffix in SUFFIXES:
                kept = room.beside(suffix).read_bytes()
                room.beside(f"{suffix}.{'before' if count == SEALED else 'after'}").write_bytes(kept)
    return room


def crash(grown: Room, room: Room, seed: int) -> None:
    """Leaves the index as a power cut while it was extended might: cut anywhere, new sectors not written."""
    drawn = random.Random(seed)
    for suffix in SUFFIXES:
        before, after = (grown.beside(f"{suffix}.{when}").read_bytes() for when in ("before", "after"))
        length = drawn.choice((len(after), drawn.randint(len(before), len(after))))
        image = bytearray(after[:length])
        for start in range(len(before), length, SECTOR):
            if drawn.random() < 0.1:
                image[start : start + SECTOR] = bytes(len(image[start : start + SECTOR]))
        room.beside(suffix).write_bytes(image)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_whatever_a_crash_leaves_of_an_index_every_answer_is_right(grown: Room, seed: int) -> None:
    stored = grown.stored()
    head, _ = read_checkpoint(grown.head.read_bytes())
    crash(grown, grown, seed)
    with Index.open(grown.path) as index:
        index.hold(head, "head")
        for seq in range(LINES):
            assert index.at(seq).raw == stored[seq]
            index.inclusion(seq, head)
        assert index.rebuilds <= 1


def test_an_index_that_believed_itself_would_be_wrong_after_a_crash(
    grown: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the crashes above do make indexes that mislead."""

    def unchecked(self: Stored, ledger: int, seq: int) -> bytes:
        start = self.end(seq)
        return os.pread(ledger, max(0, self.end(seq + 1) - start), max(0, start)) or b"nothing"

    monkeypatch.setattr(Stored, "line", unchecked)
    stored, wrong = grown.stored(), 0
    for seed in range(40):
        crash(grown, grown, seed)
        with Index.open(grown.path) as index:
            wrong += any(
                unchecked(index._follower.stored, index._follower._ledger.fileno(), seq) != stored[seq]
                for seq in range(index.size)
            )
    assert wrong > 5


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_whatever_a_crash_leaves_of_an_index_the_next_seal_is_right(
    grown: Room, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    room = _copy(grown, tmp_path_factory.mktemp("copy"))
    crash(grown, room, seed)
    with room.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s999", "key": "pmid:999"})
        assert ledger.seal().size == LINES + 1
    assert room.verify().first_divergence is None
    with Index.open(room.path) as index:
        assert [index.at(seq).raw for seq in range(LINES + 1)] == room.stored()


def _copy(room: Room, folder: Path) -> Room:
    copy = Room(folder, clock=ticking(START + timedelta(hours=1)))
    for path in (room.path, room.beside("checkpoint"), room.beside("checkpoints"), room.head, room.key):
        target = folder / path.relative_to(room.folder)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_bytes(path.read_bytes())
        target.chmod(0o600)
    return copy


def _read_on(folder: Path, begun: Event, ended: Event) -> None:
    """Looks lines up for as long as they are written, each time another way."""
    room = Room(folder)
    begun.set()
    seen = 0
    while not ended.is_set() or seen == 0:
        with Index.open(room.path) as index:
            for seq in range(0, index.size, 7):
                assert index.at(seq).entry.seq == seq
            if index.size > 1:
                assert index.named("s1").entry.seq == 1
            assert index.kept
            seen = index.size


def test_readers_in_other_processes_and_a_writer_do_not_mislead_each_other(tmp_path: Path) -> None:
    room = Room(tmp_path)
    spawned = multiprocessing.get_context("spawn")
    begun, ended = spawned.Event(), spawned.Event()
    with room.open(FIRST_RUN) as ledger:
        readers = [spawned.Process(target=_read_on, args=(tmp_path, begun, ended)) for _ in range(2)]
        for reader in readers:
            reader.start()
        begun.wait()
        for _ in range(60):
            with ledger.batch() as batch:
                for _ in range(10):
                    batch.append("source", {"sid": f"s{batch.next_seq}", "key": f"pmid:{batch.next_seq}"})
            ledger.seal()
        ended.set()
        for reader in readers:
            reader.join()
    assert [reader.exitcode for reader in readers] == [0, 0]
    with Index.open(room.path) as index:
        assert [index.at(seq).raw for seq in range(601)] == room.stored()
    assert room.verify().unsealed == 0
