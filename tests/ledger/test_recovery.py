"""A tail that nobody was told of, moved out of the way: where to, and when it is left where it is."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import WriteFailed
from harvest.ledger import Divergence, entries
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.recovery import quarantined
from harvest.ledger.store import Store
from tests.ledger.calls import recorded_calls
from tests.ledger.killing import Killed
from tests.ledger.room import SECOND_RUN, Room

MOMENT = "2026-11-21T19:06:00.123456Z"
NAME = "semax-ssri.quarantine-20261121T190600.123456Z"
FAULT = Diverges(Divergence(7, 900, "a line that ends with LF", "x" * 600))


@pytest.fixture
def good(crawled: Room) -> Chain:
    """The lines that hold."""
    chain = Chain()
    for raw in crawled.stored():
        chain.extend(raw)
    return chain


@pytest.fixture
def store(crawled: Room, good: Chain) -> Iterator[Store]:
    """The ledger, with a tail that does not."""
    crawled.path.write_bytes(crawled.path.read_bytes() + b"torn\nand more")
    store = Store(crawled.path)
    yield store
    store.close()


def moved(store: Store, good: Chain, raw: bytes = b"torn\n") -> dict[str, Any]:
    return quarantined(store, good, FAULT, raw, moment=MOMENT)


def test_a_tail_is_moved_to_a_file_named_for_the_moment_and_said_in_full(store: Store, good: Chain) -> None:
    tail = b"torn\nand more"
    assert moved(store, good) == {
        "file": NAME,
        "length": 13,
        "reason": str(FAULT)[:500],
        "sha256": hashlib.sha256(tail).hexdigest(),
    }
    assert len(str(FAULT)) > 500
    assert store.path.with_name(NAME).read_bytes() == tail
    assert store.size() == good.offset


def test_a_tail_is_durable_elsewhere_before_it_is_cut_off(
    store: Store, good: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = recorded_calls(monkeypatch)
    moved(store, good)
    kept = [f"write {NAME}.tmp", f"fsync {NAME}.tmp", f"rename {NAME}.tmp", "fsync ledgers"]
    assert calls == [*kept, "ftruncate semax-ssri.jsonl", "fsync semax-ssri.jsonl"]


def test_tails_of_one_moment_are_numbered_from_two(store: Store, good: Chain) -> None:
    names = []
    for _ in range(3):
        names.append(moved(store, good)["file"])
        os.pwrite(store._descriptor, b"torn\n", good.offset)
    assert names == [NAME, f"{NAME}-2", f"{NAME}-3"]


def test_a_tail_of_a_ledger_without_a_good_line_is_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "semax-ssri.jsonl"
    path.write_bytes(b"torn")
    store = Store(path)
    assert moved(store, Chain(), b"torn")["length"] == 4
    assert store.size() == 0
    store.close()


def test_a_line_that_reads_otherwise_at_a_second_look_is_left_where_it_is(store: Store, good: Chain) -> None:
    before = store.path.read_bytes()
    with pytest.raises(Diverges) as caught:
        moved(store, good, b"other\n")
    assert caught.value is FAULT
    assert store.path.read_bytes() == before


def test_a_tail_behind_a_good_line_that_reads_otherwise_by_now_is_left_where_it_is(store: Store, good: Chain) -> None:
    stored = bytearray(store.path.read_bytes())
    stored[good.offset - 3] ^= 1
    store.path.write_bytes(stored)
    with pytest.raises(Diverges):
        moved(store, good)
    assert store.path.read_bytes() == stored


def test_a_tail_that_cannot_be_read_to_its_end_is_left_where_it_is(
    store: Store, good: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = store.size()
    monkeypatch.setattr(store, "size", lambda: size + 1)
    with pytest.raises(Diverges):
        moved(store, good)
    assert store.path.stat().st_size == size
    assert not store.path.with_name(NAME).exists()


def test_a_tail_that_is_longer_than_what_is_moved_at_once_is_moved_piece_by_piece(
    store: Store, good: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.ledger.recovery._PIECE", 3)
    calls = recorded_calls(monkeypatch)
    body = moved(store, good)
    assert [call for call in calls if call.startswith("write")] == [f"write {NAME}.tmp"] * 3
    assert (body["length"], body["sha256"]) == (13, hashlib.sha256(b"torn\nand more").hexdigest())
    assert store.path.with_name(NAME).read_bytes() == b"torn\nand more"


def test_a_tail_that_cannot_be_kept_is_not_cut_off(store: Store, good: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.path.read_bytes()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(WriteFailed, match=f"no space left on device while writing .*{NAME}"):
        moved(store, good)
    assert store.path.read_bytes() == before


# --- what a killed writer owes -----------------------------------------------------------------------------------


def torn_and_cut(room: Room, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The quarantine of a writer that was killed before it said what it had moved away."""
    with room.path.open("ab") as stream:
        stream.write(b"torn")
    with monkeypatch.context() as patch:
        patch.setattr("harvest.ledger.ledger.quarantined", killed_after(quarantined))
        with pytest.raises(Killed):
            room.open(SECOND_RUN)
    (quarantine,) = room.quarantines()
    return quarantine


def killed_after(work: Callable[..., object]) -> Callable[..., None]:
    def once(*arguments: object, **more: object) -> None:
        work(*arguments, **more)
        raise Killed

    return once


def recovered(room: Room) -> list[dict[str, Any]]:
    return [entry.body for entry in entries(room.path) if entry.type == "recovered"]


def test_what_a_killed_writer_moved_away_is_said_by_the_next_one_and_once(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarantine = torn_and_cut(crawled, monkeypatch)
    for _ in range(3):
        crawled.open(SECOND_RUN).close()
    (owed,) = recovered(crawled)
    assert owed == {
        "file": quarantine.name,
        "length": 4,
        "reason": "made by a writer that was killed before it wrote this entry",
        "sha256": hashlib.sha256(b"torn").hexdigest(),
    }
    assert [entry.type for entry in crawled.folded][-1] == "recovered"


def test_what_this_writer_moved_away_itself_is_not_owed(crawled: Room) -> None:
    for _ in range(2):
        with crawled.path.open("ab") as stream:
            stream.write(b"torn")
        crawled.open(SECOND_RUN).close()
    assert [body["length"] for body in recovered(crawled)] == [4, 4]


def test_quarantines_are_said_in_the_order_of_their_times(crawled: Room) -> None:
    times = ["20261121T190602.000000Z", "20261121T190601.000000Z", "20261121T190601.000000Z-2"]
    for number, time in enumerate(times, 1):
        crawled.beside(f"quarantine-{time}").write_bytes(b"x" * number)
    crawled.open(SECOND_RUN).close()
    assert [body["length"] for body in recovered(crawled)] == [2, 3, 1]


@pytest.mark.parametrize(
    "name",
    [
        "semax-ssri.quarantine-20261121T190602.000000Z.bak",
        "semax-ssri.quarantine-20261121T190602.000000Z-",
        "semax-ssri.quarantine-notes",
        "semaxxssri.quarantine-20261121T190602.000000Z",
        "old-semax-ssri.quarantine-20261121T190602.000000Z",
        "semax-ssri.quarantine-notes.tmp",
    ],
)
def test_a_file_that_is_no_quarantine_of_this_ledger_is_left_alone(crawled: Room, name: str) -> None:
    crawled.path.with_name(name).write_bytes(b"mine")
    crawled.open(SECOND_RUN).close()
    assert not recovered(crawled)
    assert crawled.path.with_name(name).read_bytes() == b"mine"


def test_an_empty_quarantine_or_one_that_cannot_be_read_is_passed_over(crawled: Room) -> None:
    crawled.beside("quarantine-20261121T190601.000000Z").touch()
    crawled.beside("quarantine-20261121T190602.000000Z").mkdir()
    crawled.beside("quarantine-20261121T190603.000000Z").write_bytes(b"torn")
    crawled.open(SECOND_RUN).close()
    assert [body["length"] for body in recovered(crawled)] == [4]


def test_a_quarantine_that_the_disk_does_not_give_back_is_passed_over(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    crawled.beside("quarantine-20261121T190601.000000Z").write_bytes(b"torn")
    monkeypatch.setattr(hashlib, "file_digest", failing)
    crawled.open(SECOND_RUN).close()
    assert not recovered(crawled)


def test_a_quarantine_that_was_not_made_whole_goes(crawled: Room) -> None:
    begun = crawled.beside("quarantine-20261121T190601.000000Z.tmp")
    begun.write_bytes(b"to")
    stuck = crawled.beside("quarantine-20261121T190602.000000Z.tmp")
    stuck.mkdir()
    crawled.open(SECOND_RUN).close()
    assert not begun.exists()
    assert stuck.exists()
    assert not recovered(crawled)


def test_a_quarantine_that_cannot_be_made_leaves_nothing(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with crawled.path.open("ab") as stream:
        stream.write(b"torn")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(WriteFailed):
        crawled.open(SECOND_RUN)
    assert not crawled.quarantines()
