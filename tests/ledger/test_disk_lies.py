"""Disks that say they did what they did not: found by looking again, before anything is moved, signed or said."""

import errno
import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import LedgerBroken, LedgerError, WriteFailed
from harvest.ledger import durable, run_lock
from harvest.ledger.content import ContentStore
from harvest.ledger.inspection import Inspection
from harvest.ledger.store import Store
from tests.ledger.room import ORIGIN, SECOND_RUN, Room


@pytest.fixture
def unsealed(crawled: Room) -> Room:
    """A ledger with an acknowledged entry above its head."""
    with crawled.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("failed", {"key": "pmid:1"})
    return crawled


def misread_once(monkeypatch: pytest.MonkeyPatch, misread: Any) -> None:
    """The first look at a ledger's lines gives other bytes than stand there."""
    reader, looks = Store.reader, iter(range(99))

    @contextmanager
    def reading(self: Store, start: int) -> Any:
        with reader(self, start) as stream:
            yield stream if next(looks) else misread(stream)

    monkeypatch.setattr(Store, "reader", reading)


@pytest.mark.parametrize("junk", [b"\0" * 40, b"{}\n"])
def test_a_line_that_is_misread_once_is_not_moved_away(
    unsealed: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, junk: bytes
) -> None:
    stored = unsealed.path.read_bytes()
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"".join(unsealed.stored()[:-1]) + junk)
    with wrong.open("rb") as other:
        misread_once(monkeypatch, lambda _: other)
        with pytest.raises(LedgerBroken, match="nothing was repaired"):
            unsealed.open(SECOND_RUN)
    assert unsealed.path.read_bytes() == stored
    assert unsealed.quarantines() == []


def test_an_end_that_comes_too_early_is_not_believed(
    unsealed: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    short = tmp_path / "short"
    short.write_bytes(b"".join(unsealed.stored()[:-1]))
    with short.open("rb") as other:
        misread_once(monkeypatch, lambda _: other)
        with pytest.raises(LedgerBroken, match="an end before them"):
            unsealed.open(SECOND_RUN)


def test_a_tail_below_which_the_last_line_changed_is_not_moved_away(unsealed: Room) -> None:
    with unsealed.open(SECOND_RUN) as ledger:
        lines = unsealed.stored()
        changed = [*lines[:-1], lines[-1].replace(b"pmid:1", b"pmid:2"), b"torn"]
        unsealed.put(changed)
        with pytest.raises(LedgerBroken, match="nothing was repaired"), ledger.batch():
            pass
    assert unsealed.stored() == changed


def test_lines_whose_sync_fails_are_taken_back(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    before = crawled.path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with crawled.open(SECOND_RUN) as ledger:
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(WriteFailed, match="while syncing"), ledger.batch() as batch:
            batch.append("failed", {"key": "pmid:1"})
    assert crawled.path.read_bytes() == before


def test_a_lock_that_cannot_be_given_back_ends_with_its_descriptor(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if operation == fcntl.LOCK_UN:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        lock(descriptor, operation)

    ledger = crawled.open(SECOND_RUN)
    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", flock)
        with pytest.raises(WriteFailed, match="while unlocking"), ledger.batch() as batch:
            batch.append("failed", {"key": "pmid:1"})
    with pytest.raises(WriteFailed, match="earlier failure"), ledger.batch():
        pass
    crawled.crawl(SECOND_RUN)


def test_a_file_that_changes_size_under_the_lock_ends_the_writer(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        batches = ledger.batch()
        batches.__enter__().append("failed", {"key": "pmid:1"})
        os.truncate(crawled.path, 0)
        with pytest.raises(LedgerBroken, match="while it is locked"):
            batches.__exit__(None, None, None)
        with pytest.raises(WriteFailed, match="earlier failure"), ledger.batch():
            pass


def test_a_write_that_did_nothing_is_found_before_a_name_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "head"
    durable.replace(path, b"old")
    monkeypatch.setattr(os, "write", lambda _, block: len(block))
    with pytest.raises(WriteFailed, match="other bytes came back"):
        durable.replace(path, b"new")
    assert path.read_bytes() == b"old"


def test_an_addition_that_did_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history"
    durable.append(path, b"one", at=0)
    durable.append(path, b"two", at=3)
    assert path.read_bytes() == b"onetwo"
    monkeypatch.setattr(os, "write", lambda _, block: len(block))
    with pytest.raises(WriteFailed, match="other bytes came back"):
        durable.append(path, b"three", at=6)


def test_a_renaming_that_did_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "rename", lambda self, target: target)
    with pytest.raises(WriteFailed, match="kept its name"):
        durable.replace(tmp_path / "head", b"new")


def test_content_whose_removal_did_nothing_is_not_called_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ContentStore(tmp_path / "content")
    reference = store.put({"title": "Semax"})
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok: None)
    with pytest.raises(WriteFailed, match="is still there"):
        store.erase({reference["commitment"]})


def test_content_that_a_folder_does_not_list_is_erased_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ContentStore(tmp_path / "content")
    reference = store.put({"title": "Semax"})
    monkeypatch.setattr(Path, "iterdir", lambda self: iter(()))
    store.erase({reference["commitment"], "../content"})
    monkeypatch.undo()
    assert list(store.folder.iterdir()) == []


def test_verification_does_not_believe_an_end_that_comes_too_early(unsealed: Room) -> None:
    size = unsealed.path.stat().st_size
    inspection = Inspection(unsealed.path, origin=ORIGIN, heads=[], kept=None)
    with (
        unsealed.path.open("rb") as stream,
        pytest.raises(LedgerError, match=f"{size + 1} readable bytes, got an end after {size}"),
    ):
        inspection.read(stream, size + 1, None)


def test_a_run_lock_on_a_full_disk_says_what_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(WriteFailed, match=r"no space left on device while writing the lock .*semax-ssri\.pubmed; free"):
        run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()
    monkeypatch.undo()
    with run_lock(tmp_path, "semax-ssri", "pubmed"):
        assert (tmp_path / "locks" / "semax-ssri.pubmed").read_text() == f"{os.getpid()}\n"
