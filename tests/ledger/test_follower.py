"""The index's files follow their ledger: what is kept of them, what is made anew, and who has to wait for whom."""

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import LedgerError
from harvest.ledger import Index
from harvest.ledger.follower import Follower
from harvest.ledger.merkle import HASH_BYTES, stored_count
from harvest.ledger.stored import Stored
from tests.ledger.calls import open_files
from tests.ledger.room import SECOND_RUN, Room

pytestmark = pytest.mark.usefixtures("unsynced")


def agrees(room: Room) -> bool:
    """An index that is opened now is kept, has every line at its number, and hashes and ends of no other."""
    with Index.open(room.path) as index:
        found = index.kept and [index.at(seq).raw for seq in range(index.size)]
    sizes = [room.beside(suffix).stat().st_size for suffix in ("index-tree", "index-ends")]
    lines = len(room.stored())
    return found == room.stored() and sizes == [HASH_BYTES * stored_count(lines), 8 * lines]


@pytest.fixture
def caught_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From which line on the ledger is read for the index, each time it is."""
    found: list[int] = []
    catch_up = Follower._catch_up

    def seen(self: Follower, size: int) -> None:
        found.append(size)
        catch_up(self, size)

    monkeypatch.setattr(Follower, "_catch_up", seen)
    return found


@pytest.mark.parametrize("sources", [None, 0, 3])
@pytest.mark.parametrize("lost", [[], ["checkpoint"]])
def test_what_is_current_is_not_read_again(
    room: Room, caught_up: list[int], sources: int | None, lost: list[str]
) -> None:
    with room.open() as ledger:
        ledger.seal()
    if sources is not None:
        room.crawl(SECOND_RUN, sources=sources)
    for suffix in lost:
        room.beside(suffix).unlink()
    Index.open(room.path).close()
    caught_up.clear()
    assert agrees(room)
    assert caught_up == []


def test_an_index_that_is_behind_the_head_is_gone_on_with_from_its_end(crawled: Room, caught_up: list[int]) -> None:
    with Stored.beside(crawled.path) as stored:
        stored.cut(3)
    assert agrees(crawled)
    assert caught_up == [3]


def test_an_index_of_lines_that_the_ledger_lost_is_cut_to_those_that_it_has(
    crawled: Room, caught_up: list[int]
) -> None:
    with crawled.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("source", {"sid": "s8", "key": "pmid:8"})
    Index.open(crawled.path).close()
    caught_up.clear()
    crawled.put(crawled.stored()[:6])
    assert agrees(crawled)
    assert caught_up == [6]


def test_the_index_of_another_ledger_is_made_anew_from_the_first_line_on(crawled: Room, tmp_path: Path) -> None:
    other = Room(tmp_path / "other")
    other.crawl()
    crawled.beside("index-tree").write_bytes(other.beside("index-tree").read_bytes())
    with Index.open(crawled.path) as index:
        assert [index.at(seq).raw for seq in range(6)] == crawled.stored()
        assert index.rebuilds == 0


@pytest.mark.parametrize("beside", [b"", b"?", b"\xff\n\n"])
def test_what_is_no_head_beside_a_ledger_is_passed_over(crawled: Room, caught_up: list[int], beside: bytes) -> None:
    crawled.beside("checkpoint").write_bytes(beside)
    assert agrees(crawled)
    assert caught_up == []


def test_a_ledger_of_many_blocks_is_taken_in_whole(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.ledger.stored._BLOCK", 300)
    crawled.beside("index-ends").unlink()
    assert agrees(crawled)


@pytest.mark.parametrize("lines", range(7))
def test_of_a_batch_that_is_half_written_nothing_is_stored(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    whole = crawled.stored()
    monkeypatch.setattr("harvest.ledger.stored._BLOCK", 300)
    monkeypatch.setattr(Follower, "_settled_length", lambda _: sum(map(len, whole[:lines])))
    for suffix in ("index-tree", "index-ends"):
        crawled.beside(suffix).unlink()
    with Index.open(crawled.path) as index:
        assert index.size == lines
    assert crawled.beside("index-tree").stat().st_size == HASH_BYTES * stored_count(lines)


def test_an_index_that_can_only_be_read_serves_a_ledger_with_a_torn_end(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawled.path.open("ab") as ledger:
        ledger.write(b"torn")
    real = os.open

    def read_only(path: Any, flags: int, *rest: int) -> int:
        if "index" in str(path) and flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", read_only)
    with Index.open(crawled.path) as index:
        assert (index.kept, index.size) == (True, 6)


def holder(path: Path, flags: int = fcntl.LOCK_EX | fcntl.LOCK_NB) -> int:
    """A descriptor with the append lock, as a writer holds it."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, flags)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def test_a_look_up_does_not_wait_for_somebody_who_writes(crawled: Room) -> None:
    crawled.beside("index-ends").unlink()
    writer = holder(crawled.path)
    with Index.open(crawled.path) as index:
        assert index.size == 6
    os.close(writer)


def test_no_batch_begins_while_the_length_is_taken_and_any_may_after_it(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    length, settled, seen = Follower._length, Follower._settled_length, []

    def watched(self: Follower) -> int:
        with monkeypatch.context() as inside:
            inside.setattr(Follower, "_length", held)
            return settled(self)

    def held(self: Follower) -> int:
        with pytest.raises(BlockingIOError):
            holder(crawled.path)
        os.close(holder(crawled.path, fcntl.LOCK_SH | fcntl.LOCK_NB))
        seen.append(length(self))
        return seen[-1]

    monkeypatch.setattr(Follower, "_settled_length", watched)
    crawled.beside("index-ends").unlink()
    with Index.open(crawled.path):
        os.close(holder(crawled.path))
    assert seen == [crawled.path.stat().st_size]


def test_where_the_ledger_cannot_be_locked_it_is_read_without(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    flock, ledger = fcntl.flock, crawled.path.stat().st_ino

    def lockless(file: Any, flags: int) -> None:
        if os.fstat(file if isinstance(file, int) else file.fileno()).st_ino == ledger:
            raise OSError(errno.ENOLCK, "No locks available")
        flock(file, flags)

    crawled.beside("index-ends").unlink()
    monkeypatch.setattr(fcntl, "flock", lockless)
    assert agrees(crawled)


def _a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_a_folder, os.mkfifo])
def test_what_is_no_file_is_refused_at_once_and_not_left_open(room: Room, make: Callable[[Path], None]) -> None:
    room.path.parent.mkdir()
    make(room.path)
    with pytest.raises(LedgerError, match=r"expected a readable ledger at .* got something else"):
        Index.open(room.path)
    assert str(room.path) not in open_files()


@pytest.mark.parametrize(
    ("error", "said"), [(OSError(errno.EIO, "Input/Output Error"), "input/output error"), (OSError("Odd"), "odd")]
)
def test_why_a_ledger_cannot_be_read_is_said(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def failing(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(LedgerError) as caught:
        Index.open(crawled.path)
    assert caught.value.message == f"expected a readable ledger at {crawled.path}, got {said}"
