"""Files that outlast a power cut: in which order they reach the disk, of which mode, and what is said if not."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import LedgerError, WriteFailed
from harvest.ledger import durable
from tests.ledger.calls import open_files, recorded_calls


@pytest.fixture
def no_mask() -> Iterator[None]:
    """The mode of a new file is the one asked for."""
    before = os.umask(0)
    yield
    os.umask(before)


def fail(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_new_content_is_synced_under_another_name_before_it_takes_the_old_ones_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = recorded_calls(monkeypatch)
    durable.replace(tmp_path / "head", b"new")
    assert calls == ["write head.tmp", "fsync head.tmp", "rename head.tmp", f"fsync {tmp_path.name}"]
    assert [path.name for path in tmp_path.iterdir()] == ["head"]


def test_what_a_crash_left_is_cut_before_more_is_added_and_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = tmp_path / "history"
    history.write_bytes(b"whole, torn")
    calls = recorded_calls(monkeypatch)
    durable.append(history, b"; next", at=5)
    assert calls == ["ftruncate history", "write history", "fsync history"]
    assert history.read_bytes() == b"whole; next"


def test_the_name_of_a_new_file_that_is_added_to_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = recorded_calls(monkeypatch)
    durable.append(tmp_path / "history", b"whole", at=0)
    assert calls == ["write history", "fsync history", f"fsync {tmp_path.name}"]


def test_each_new_folder_is_synced_into_its_parent_before_another_is_made_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = recorded_calls(monkeypatch)
    durable.make_folder(tmp_path / "a" / "b")
    assert calls[-4:] == ["mkdir a", f"fsync {tmp_path.name}", "mkdir b", "fsync a"]


def test_a_folder_that_somebody_else_makes_at_the_same_moment_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, mkdir = tmp_path / "a", Path.mkdir

    def second(path: Path, **options: Any) -> None:
        mkdir(path)
        mkdir(path, **options)

    monkeypatch.setattr(Path, "mkdir", second)
    durable.make_folder(folder)
    assert folder.is_dir()


def test_a_folder_is_made_of_the_mode_that_is_asked_for(tmp_path: Path, no_mask: None) -> None:
    durable.make_folder(tmp_path / "private", mode=0o700)
    durable.make_folder(tmp_path / "open")
    assert [(tmp_path / name).stat().st_mode & 0o7777 for name in ("private", "open")] == [0o700, 0o777]


def test_a_folder_above_that_others_own_and_that_cannot_be_synced_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(durable, "sync_folder", refuse)
    durable.make_folder(tmp_path)
    with pytest.raises(WriteFailed, match="permission denied while making the folder"):
        durable.make_folder(tmp_path / "new")


def test_a_folder_that_is_there_but_cannot_be_synced_for_another_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteFailed, match="input/output error while making the folder"):
        durable.make_folder(tmp_path)


def test_files_are_for_their_owner_alone_whatever_the_mask(tmp_path: Path, no_mask: None) -> None:
    durable.replace(tmp_path / "replaced", b"")
    durable.append(tmp_path / "appended", b"", at=0)
    durable.create(tmp_path / "created", b"")
    assert {path.stat().st_mode & 0o7777 for path in tmp_path.iterdir()} == {0o600}


def test_what_was_there_is_replaced_whole_by_something_shorter(tmp_path: Path) -> None:
    (tmp_path / "head").write_bytes(b"something long")
    (tmp_path / "head.tmp").write_bytes(b"left by a crash, and longer")
    durable.replace(tmp_path / "head", b"short")
    assert (tmp_path / "head").read_bytes() == b"short"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"of others")
    for link in ("history", "head.tmp"):
        (tmp_path / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteFailed, match="a link stands where a file of our own should be"):
        durable.append(tmp_path / "history", b"", at=9)
    with pytest.raises(WriteFailed, match="a link stands where a file of our own should be"):
        durable.replace(tmp_path / "head", b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"of others"


def test_nothing_is_cut_off_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"of others")
    (tmp_path / "history").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteFailed, match="a link stands where a file of our own should be"):
        durable.append(tmp_path / "history", b"new", at=0)
    assert (tmp_path / "elsewhere").read_bytes() == b"of others"


def test_what_ends_where_more_is_added_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "history").write_bytes(b"whole")
    calls = recorded_calls(monkeypatch)
    durable.append(tmp_path / "history", b"; next", at=5)
    assert calls == ["write history", "fsync history"]
    assert (tmp_path / "history").read_bytes() == b"whole; next"


def test_nothing_is_written_to_a_pipe(tmp_path: Path) -> None:
    for pipe in ("history", "head.tmp"):
        os.mkfifo(tmp_path / pipe)
    with pytest.raises(WriteFailed, match=r"no regular file while appending to .*; something else stands where a file"):
        durable.append(tmp_path / "history", b"new", at=0)
    with pytest.raises(WriteFailed, match=r"no regular file while writing .*; something else stands where a file"):
        durable.replace(tmp_path / "head", b"new")
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]


def test_only_a_folder_is_synced_as_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        durable.sync_folder(tmp_path / "file")


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: durable.replace(folder / "x", b"new"),
        lambda folder: durable.append(folder / "x", b"new", at=0),
        durable.sync_folder,
    ],
)
def test_no_file_stays_open_whether_writing_works_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    write(tmp_path)
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((WriteFailed, OSError), match=r"[iI]nput/output error"):
        write(tmp_path)
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]


def test_a_name_that_is_taken_away_is_gone_and_need_not_have_been_there(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    durable.remove(tmp_path / "x")
    durable.remove(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_stays_although_it_was_taken_away_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").touch()
    monkeypatch.setattr(os, "unlink", lambda *_, **__: None)
    monkeypatch.setattr(os, "rename", lambda *_, **__: None)
    with pytest.raises(OSError, match="x is still there") as removed:
        durable.remove(tmp_path / "x")
    with pytest.raises(OSError, match="x kept its name") as renamed:
        durable.rename(tmp_path / "x", tmp_path / "y")
    assert removed.value.errno == renamed.value.errno == errno.EIO


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "free some space and run again, no acknowledged entry is lost"),
        (errno.EDQUOT, "raise the quota or free some space and run again, no acknowledged entry is lost"),
        (errno.EFBIG, "raise the limit on file sizes and run again, no acknowledged entry is lost"),
        (errno.EROFS, "make the folder writable, or name another with HARVEST_DATA_DIR or HARVEST_STATE_DIR"),
        (errno.EACCES, "make the folder writable, or name another with HARVEST_DATA_DIR or HARVEST_STATE_DIR"),
        (errno.EPERM, "make the folder writable, or name another with HARVEST_DATA_DIR or HARVEST_STATE_DIR"),
        (errno.ELOOP, "a link stands where a file of our own should be; remove it"),
        (errno.ENXIO, "something else stands where a file of our own should be; remove it"),
        (errno.EISDIR, "a folder stands where a file of our own should be; remove it"),
        (errno.EIO, "the disk is failing; keep a copy, check the disk, then run `harvest verify`"),
        (errno.EINVAL, ""),
    ],
)
def test_a_failure_is_said_with_what_to_do_about_it(code: int, advice: str) -> None:
    failure = durable.write_failed(OSError(code, "It Failed"), "writing x")
    assert (failure.message, failure.hint) == ("it failed while writing x", advice)


def test_a_failure_without_a_number_is_said_in_its_own_words_and_without_advice() -> None:
    failure = durable.write_failed(OSError("Nothing came"), "writing x")
    assert (failure.message, failure.hint) == ("nothing came while writing x", "")


# --- reading -------------------------------------------------------------------------------------------------------


def unread(path: Path, most: int = 9) -> str:
    """What is said where a file cannot be read, and nothing stays open."""
    with pytest.raises(LedgerError) as caught:
        durable.read_file(path, most)
    assert type(caught.value) is LedgerError
    assert not [name for name in open_files() if name.startswith(str(path.parent))]
    return str(caught.value)


def test_a_file_is_read_whole_and_one_that_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"nine long")
    assert durable.read_file(tmp_path / "x", 9) == b"nine long"
    (tmp_path / "x").write_bytes(b"")
    assert durable.read_file(tmp_path / "x", 0) == b""
    assert durable.read_file(tmp_path / "y", 9) is None
    assert durable.read_file(tmp_path / "z" / "y", 9) is None
    assert not [name for name in open_files() if name.startswith(str(tmp_path))]


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one byte more")
    os.truncate(path, 1 << 40)
    monkeypatch.setattr(os, "fdopen", fail)
    assert unread(path, 12) == f"expected at most 12 bytes in {path}, got {1 << 40}; move it away"


def test_no_link_is_read_through(tmp_path: Path) -> None:
    path = tmp_path / "x"
    (tmp_path / "elsewhere").write_bytes(b"of others")
    for target in ("elsewhere", "nowhere"):
        path.symlink_to(target)
        said = f"expected a readable file at {path}, got too many levels of symbolic links"
        assert unread(path) == f"{said}; a link stands where a file of our own should be; remove it"
        path.unlink()


def test_nobody_is_waited_for_at_a_pipe_and_a_folder_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    os.mkfifo(path)
    said = f"expected a readable file at {path}, got no regular file"
    said += "; something else stands where a file of our own should be; remove it"
    assert unread(path) == said
    path.unlink()
    path.mkdir()
    assert unread(path) == said


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.touch()
    assert unread(path / "y") == f"expected a readable file at {path / 'y'}, got not a directory"
    monkeypatch.setattr(os, "fdopen", fail)
    assert unread(path) == f"expected a readable file at {path}, got input/output error"


def test_a_file_that_cannot_be_read_for_a_reason_without_a_number_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("Nothing Came")

    monkeypatch.setattr(os, "open", refuse)
    assert unread(tmp_path / "x") == f"expected a readable file at {tmp_path / 'x'}, got nothing came"


def test_a_file_that_is_read_is_not_handed_to_a_program_that_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags, real = [], os.open

    def noting(path: Path, asked: int) -> int:
        flags.append(asked)
        return real(path, asked)

    (tmp_path / "x").touch()
    monkeypatch.setattr(os, "open", noting)
    assert durable.read_file(tmp_path / "x", 0) == b""
    assert flags == [os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK]
