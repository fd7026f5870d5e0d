"""Disks that fail: nothing is acknowledged that is not there ("Writing")."""

import errno
import fcntl
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import LedgerBroken, LedgerError, WriteFailed
from harvest.ledger import durable, entries
from harvest.ledger.store import Store
from tests.ledger.calls import open_files, recorded_calls
from tests.ledger.room import SECOND_RUN, Room
from tests.unmeasured import UNMEASURED

CHECKOUT = str(Path(__file__).parents[2])


def failing(code: int) -> Callable[..., Any]:
    """A system call that fails."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def append_one(room: Room) -> None:
    with room.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("source", {"sid": "s4"})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "no space left on device while appending to {path}; free some space and run again"),
        (errno.EDQUOT, "disk quota exceeded while appending to {path}; raise the quota"),
        (errno.EFBIG, "file too large while appending to {path}; raise the limit"),
        (errno.EIO, "input/output error while appending to {path}; the disk is failing"),
        (errno.EINVAL, "invalid argument while appending to {path}"),
    ],
)
def test_a_write_that_fails_is_taken_back_and_said_in_one_line(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    before = crawled.path.read_bytes()
    with crawled.open(SECOND_RUN) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", failing(code))
            with pytest.raises(WriteFailed) as caught, ledger.batch() as batch:
                batch.append("source", {"sid": "s4"})
        assert str(caught.value).startswith(said.format(path=crawled.path))
        assert caught.value.exit_code == 3
        assert crawled.path.read_bytes() == before
        for use in (ledger.seal, ledger.batch().__enter__):
            with pytest.raises(WriteFailed, match="got an earlier failure"):
                use()
    append_one(crawled)
    assert crawled.verify().unsealed == 1


def test_a_write_that_stops_half_way_is_taken_back(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    before, write, calls = crawled.path.read_bytes(), os.write, iter(range(9))

    def half(descriptor: int, block: bytes) -> int:
        if next(calls):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, block[: len(block) // 2])

    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "write", half)
        with pytest.raises(WriteFailed, match="no space left"), ledger.batch() as batch:
            batch.append("source", {"sid": "s4"})
    assert crawled.path.read_bytes() == before


def test_a_short_write_goes_on_where_it_stopped(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, block: write(descriptor, block[:7]))
    append_one(crawled)
    monkeypatch.undo()
    assert crawled.verify().entries == 7


def test_a_write_that_takes_nothing_is_an_error_and_no_endless_loop(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "write", lambda descriptor, block: 0)
        with pytest.raises(WriteFailed, match="nothing more was taken"), ledger.batch() as batch:
            batch.append("source", {})


def test_a_sync_that_fails_is_final_and_tried_once(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def fail(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(WriteFailed, match="input/output error while syncing"), ledger.batch() as batch:
            batch.append("source", {})
        assert len(calls) == 1
        monkeypatch.undo()
        with pytest.raises(WriteFailed, match="earlier failure"), ledger.batch():
            pass


def test_what_a_killed_writer_left_unsynced_is_synced_before_it_is_signed(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_one(crawled)
    head = crawled.head.read_bytes()
    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "fsync", failing(errno.EIO))
        with pytest.raises(WriteFailed, match=r"input/output error while syncing .*semax-ssri\.jsonl"):
            ledger.seal()
    assert crawled.head.read_bytes() == head


def test_a_block_that_can_not_be_taken_back_is_said_and_recovered_by_the_next_run(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def torn(descriptor: int, block: bytes) -> int:
        write(descriptor, block[:9])
        raise OSError(errno.ENOSPC, "No space left on device")

    with crawled.open(SECOND_RUN) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", torn)
            patch.setattr(os, "ftruncate", failing(errno.EIO))
            with pytest.raises(WriteFailed) as caught, ledger.batch() as batch:
                batch.append("source", {})
        assert "could not be taken back" in caught.value.__notes__[0]
    append_one(crawled)
    assert [entry.type for entry in entries(crawled.path)][-2:] == ["recovered", "source"]


def test_what_does_not_read_back_is_not_acknowledged(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "pread", lambda *_: b"something else")
        with pytest.raises(WriteFailed, match="expected to read back"), ledger.batch() as batch:
            batch.append("source", {})


def test_a_tail_that_cannot_be_cut_off_stops_the_run(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    crawled.path.write_bytes(crawled.path.read_bytes() + b"torn")
    monkeypatch.setattr(os, "ftruncate", failing(errno.EROFS))
    with pytest.raises(WriteFailed, match="read-only file system while truncating"):
        crawled.open(SECOND_RUN)


def test_a_store_that_failed_takes_no_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "x.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing(errno.ENOSPC))
        with pytest.raises(WriteFailed):
            store.append(b"line\n", at=0)
    with pytest.raises(WriteFailed, match="earlier failure"):
        store.append(b"line\n", at=0)
    store.close()


def test_closing_twice_closes_no_file_of_others(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.jsonl")
    store.close()
    with (tmp_path / "other").open("wb") as other:
        store.close()
        other.write(b"still open")
    assert (tmp_path / "other").read_bytes() == b"still open"


def test_somebody_who_writes_without_the_lock_is_noticed_before_we_write(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        batch = ledger.batch()
        batch.__enter__().append("source", {})
        with crawled.path.open("ab") as other:
            other.write(b"?")
        with pytest.raises(LedgerBroken, match="while it is locked"):
            batch.__exit__(None, None, None)


def test_an_append_that_is_interrupted_between_two_writes_poisons_the_store(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = os.write, iter(range(9))

    def interrupted(descriptor: int, block: bytes) -> int:
        if next(calls):
            raise KeyboardInterrupt
        return write(descriptor, block[:9])

    with crawled.open(SECOND_RUN) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", interrupted)
            with pytest.raises(KeyboardInterrupt), ledger.batch() as batch:
                batch.append("source", {})
        with pytest.raises(WriteFailed, match="that did not end"), ledger.batch():
            pass
    append_one(crawled)
    assert [entry.type for entry in entries(crawled.path)][-2:] == ["recovered", "source"]


def test_what_cannot_be_read_back_is_not_acknowledged(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "pread", failing(errno.EIO))
        with pytest.raises(WriteFailed, match="input/output error while reading back"), ledger.batch() as batch:
            batch.append("source", {})


def test_a_file_system_without_locks_is_refused(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", failing(errno.ENOLCK))
    with pytest.raises(WriteFailed, match="no locks available while locking"):
        crawled.open(SECOND_RUN)


def test_a_full_disk_under_the_state_folder_leaves_the_old_head(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    head = crawled.head.read_bytes()
    append_one(crawled)
    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "write", failing(errno.ENOSPC))
        with pytest.raises(WriteFailed, match="no space left on device while writing"):
            ledger.seal()
    assert crawled.head.read_bytes() == head


def test_a_history_that_cannot_be_extended_is_said(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    append_one(crawled)
    history = crawled.beside("checkpoints")
    history.write_bytes(history.read_bytes() + b"torn")
    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "ftruncate", failing(errno.EACCES))
        with pytest.raises(WriteFailed, match=r"permission denied while appending to .*checkpoints"):
            ledger.seal()


def test_folders_that_cannot_be_made_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "mkdir", failing(errno.EROFS))
    with pytest.raises(WriteFailed, match=r"read-only file system while making the folder .*HARVEST_DATA_DIR"):
        durable.make_folder(tmp_path / "a" / "b")


def test_a_key_that_cannot_be_written_is_said(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", failing(errno.ENOSPC))
    with pytest.raises(WriteFailed, match=r"no space left on device while writing .*key"):
        room.open()


def test_a_file_size_limit_of_the_process_ends_the_run_in_one_line(crawled: Room) -> None:
    """The real thing: the kernel refuses to let the file grow, in the middle of a line."""
    limit = crawled.path.stat().st_size + 600
    code = f"""
        import resource, sys
        from pathlib import Path
        from harvest.errors import HarvestError
        from tests.ledger.room import Room, SECOND_RUN
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))
        try:
            with Room(Path({str(crawled.folder)!r})).open(SECOND_RUN) as ledger:
                for number in range(9):
                    with ledger.batch() as batch:
                        batch.append("source", {{"sid": f"s{{number + 4}}"}})
        except HarvestError as error:
            print(error)
            sys.exit(error.exit_code)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False,
        env=os.environ | UNMEASURED | {"PYTHONPATH": CHECKOUT},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith(f"file too large while appending to {crawled.path}; raise the limit")
    report = crawled.verify()
    assert (report.exit_code, report.entries) == (2, 8)


def test_killed_at_any_moment_a_writer_loses_no_acknowledged_entry(crawled: Room) -> None:
    code = f"""
        import os
        from pathlib import Path
        from tests.ledger.room import Room, SECOND_RUN
        with Room(Path({str(crawled.folder)!r})).open(SECOND_RUN) as ledger:
            for number in range(10_000):
                with ledger.batch() as batch:
                    batch.append("source", {{"sid": f"s{{number + 4}}"}})
                os.write(1, b"%d\\n" % number)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": CHECKOUT}) as writer:
        assert writer.stdout
        for _ in range(25):
            writer.stdout.readline()
        writer.kill()
        acknowledged = 25 + len(writer.stdout.read().splitlines())
    crawled.open(SECOND_RUN).close()
    sids = [entry.body["sid"] for entry in entries(crawled.path) if entry.type == "source"]
    assert sids[:3] == ["s1", "s2", "s3"]
    assert sids[3:] == [f"s{number + 4}" for number in range(len(sids) - 3)]
    assert len(sids) - 3 >= acknowledged


def test_a_read_only_ledger_is_refused_when_it_is_opened(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def read_only(path: Any, flags: int, *mode: int) -> int:
        if flags & os.O_RDWR:
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, flags, *mode)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(LedgerError, match=r"read-only file system while opening .*name another with HARVEST_DATA_DIR"):
        crawled.open(SECOND_RUN)


# --- what reaches the disk, in which order -----------------------------------------------------------------------


def test_a_block_is_written_and_synced_and_nothing_else_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "x.jsonl")
    calls = recorded_calls(monkeypatch)
    store.append(b"one\n", at=0)
    store.append(b"two\n", at=4)
    assert calls == ["write x.jsonl", "fsync x.jsonl"] * 2
    store.close()


def test_what_is_there_is_synced_unless_it_was_synced_through_this_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.jsonl"
    store = Store(path)
    calls = recorded_calls(monkeypatch)
    store.sync_rest()
    store.append(b"one\n", at=0)
    store.sync_rest()
    assert calls == ["fsync x.jsonl", "write x.jsonl", "fsync x.jsonl"]
    path.write_bytes(b"one\ntwo\n")
    store.sync_rest()
    assert calls[3:] == ["fsync x.jsonl"]
    store.close()


def test_a_tail_is_cut_off_and_the_cut_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "x.jsonl")
    store.append(b"one\ntorn", at=0)
    calls = recorded_calls(monkeypatch)
    store.cut(4)
    assert calls == ["ftruncate x.jsonl", "fsync x.jsonl"]
    assert store.size() == 4
    store.close()


def test_a_block_that_was_written_in_part_is_cut_off_and_the_cut_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "x.jsonl")
    monkeypatch.setattr(os, "write", failing(errno.ENOSPC))
    calls = recorded_calls(monkeypatch)
    with pytest.raises(WriteFailed, match="no space left"):
        store.append(b"one\n", at=0)
    assert calls == ["write x.jsonl", "ftruncate x.jsonl", "fsync x.jsonl"]
    store.close()


def test_a_block_whose_sync_fails_is_taken_back_and_not_synced_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "x.jsonl")
    store.append(b"one\n", at=0)
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    calls = recorded_calls(monkeypatch)
    with pytest.raises(WriteFailed, match="input/output error while syncing"):
        store.append(b"two\n", at=4)
    assert calls == ["write x.jsonl", "fsync x.jsonl", "ftruncate x.jsonl"]
    assert store.path.read_bytes() == b"one\n"
    store.close()


def test_a_disk_that_neither_syncs_nor_cuts_is_said_to_have_failed_at_syncing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "x.jsonl")
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    monkeypatch.setattr(os, "ftruncate", failing(errno.EROFS))
    with pytest.raises(WriteFailed, match="input/output error while syncing"):
        store.append(b"one\n", at=0)
    store.close()


def test_a_new_ledger_is_for_its_owner_alone_and_its_name_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = recorded_calls(monkeypatch)
    mask = os.umask(0)
    try:
        store = Store(tmp_path / "ledgers" / "x.jsonl")
    finally:
        os.umask(mask)
    assert store.path.stat().st_mode & 0o7777 == 0o600
    assert calls[-1] == "fsync ledgers"
    store.close()


def test_a_ledger_whose_name_cannot_be_synced_is_not_kept_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs = iter(range(9))
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: failing(errno.EIO)() if next(syncs) else sync(descriptor))
    with pytest.raises(WriteFailed, match="input/output error while syncing the folder of"):
        Store(tmp_path / "x.jsonl")
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]


def test_a_failure_that_ends_a_store_is_said_whenever_it_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "x.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing(errno.ENOSPC))
        with pytest.raises(WriteFailed):
            store.append(b"one\n", at=0)
    with pytest.raises(WriteFailed) as caught:
        store.append(b"one\n", at=0)
    failed = f"no space left on device while appending to {store.path}"
    assert caught.value.message == f"expected a ledger that can be written, got an earlier failure: {failed}"
    assert caught.value.hint == "start a new run; it goes on from what the disk holds"
    store.close()


def test_an_append_that_never_ended_is_said_whenever_the_store_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "x.jsonl")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.append(b"one\n", at=0)
    with pytest.raises(WriteFailed) as caught:
        store.append(b"one\n", at=0)
    assert caught.value.message.endswith(f"got an earlier failure: an append to {store.path} that did not end")
    store.close()


def test_a_link_in_place_of_a_ledger_is_not_followed_even_to_the_ledger_itself(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.jsonl")
    store.path.rename(tmp_path / "moved")
    store.path.symlink_to(tmp_path / "moved")
    with pytest.raises(LedgerBroken, match="to be there while it is written"), store.reader(0):
        pass
    with pytest.raises(WriteFailed, match="a link stands where a file of our own should be"):
        Store(store.path)
    store.close()


def test_what_is_read_begins_where_it_is_asked_to_and_leaves_nothing_open(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.jsonl")
    store.append(b"one\ntwo\n", at=0)
    with store.reader(4) as stream:
        assert stream.read() == b"two\n"
    store.close()
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]


@pytest.mark.parametrize("stored", [b"one\nmore", b"on", b"two\n"])
def test_a_block_that_reads_back_longer_shorter_or_otherwise_is_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: bytes
) -> None:
    store = Store(tmp_path / "x.jsonl")
    monkeypatch.setattr(os, "write", lambda descriptor, block: os.pwrite(descriptor, stored, 0) and len(block))
    with pytest.raises(WriteFailed, match="expected to read back what was appended"):
        store.append(b"one\n", at=0)
    store.close()


def test_the_append_lock_keeps_other_threads_of_the_process_away_as_well(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.jsonl")
    with store.locked():
        assert not store._mutex.acquire(blocking=False)
    assert store._mutex.acquire(blocking=False)
    store._mutex.release()
    store.close()


def test_the_lines_that_the_disk_acknowledged_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "x.jsonl")
    assert store.acknowledged == 0
    store.append(b"one\ntwo\n", at=0)
    store.append(b"three\n", at=8)
    assert store.acknowledged == 3
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    with pytest.raises(WriteFailed):
        store.append(b"four\n", at=14)
    assert store.acknowledged == 3
    store.close()


def test_a_file_that_was_moved_replaced_linked_or_cut_does_not_end_where_ours_did(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.jsonl")
    store.append(b"one\n", at=0)
    assert store.ends_at(4)
    assert not store.ends_at(3)
    store.path.rename(tmp_path / "moved")
    assert not store.ends_at(4)
    store.path.symlink_to(tmp_path / "moved")
    assert not store.ends_at(4)
    store.path.unlink()
    store.path.write_bytes(b"one\n")
    assert not store.ends_at(4)
    store.close()
