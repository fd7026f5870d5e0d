"""One run at a time for a topic and provider ("Writing"); one at a time in a folder."""

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from harvest.errors import Busy, WriteFailed
from harvest.ledger import run_lock
from harvest.ledger.locks import folder_lock
from tests.ledger.calls import open_files
from tests.ledger.turns import is_locked


def test_a_second_run_of_the_same_topic_and_provider_is_told_who_runs(tmp_path: Path) -> None:
    with run_lock(tmp_path, "semax-ssri", "pubmed"):
        with pytest.raises(Busy, match=f"semax-ssri with pubmed is going on, process {os.getpid()}; wait") as caught:
            run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()
        assert caught.value.exit_code == 75


def test_the_state_folder_that_a_lock_makes_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with run_lock(tmp_path / "state", "semax-ssri", "pubmed"):
            modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("state", "state/locks")]
    finally:
        os.umask(before)
    assert modes == [0o700, 0o700]


def test_other_providers_and_other_topics_run_at_once(tmp_path: Path) -> None:
    with (
        run_lock(tmp_path, "semax-ssri", "pubmed"),
        run_lock(tmp_path, "semax-ssri", "reddit"),
        run_lock(tmp_path, "selank-ssri", "pubmed"),
    ):
        pass


def test_the_lock_is_free_once_the_run_has_ended_even_by_an_exception(tmp_path: Path) -> None:
    with pytest.raises(KeyError), run_lock(tmp_path, "semax-ssri", "pubmed"):
        raise KeyError
    with run_lock(tmp_path, "semax-ssri", "pubmed"):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from harvest.ledger import run_lock
with run_lock(Path({str(tmp_path)!r}), "semax-ssri", "pubmed"):
    print("held", flush=True)
    input()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Busy, match=f"process {holder.pid};"):
            run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()
        holder.kill()
    with run_lock(tmp_path, "semax-ssri", "pubmed"):
        pass


def test_a_lock_file_that_cannot_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locks").mkdir()

    def refuse(*_: object) -> int:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(WriteFailed, match="permission denied while opening the lock"):
        run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()


def test_a_lock_file_is_for_its_owner_and_names_the_process_that_holds_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "semax-ssri.pubmed"
    path.parent.mkdir()
    path.write_bytes(b"a process id much longer than any\n")
    mask = os.umask(0)
    try:
        with run_lock(tmp_path, "semax-ssri", "pubmed"):
            assert path.read_bytes() == b"%d\n" % os.getpid()
        with run_lock(tmp_path, "semax-ssri", "reddit"):
            assert path.with_suffix(".reddit").stat().st_mode & 0o7777 == 0o600
    finally:
        os.umask(mask)


def test_a_link_in_place_of_a_lock_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "elsewhere").write_bytes(b"of others")
    (tmp_path / "locks" / "semax-ssri.pubmed").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteFailed, match="a link stands where a file of our own should be"):
        run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()
    assert (tmp_path / "elsewhere").read_bytes() == b"of others"


@pytest.mark.parametrize(("content", "said"), [(b"", "unknown"), (b" \n", "unknown"), (b"\xff7\n", "\ufffd7")])
def test_a_lock_that_does_not_say_who_holds_it_is_busy_all_the_same(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "locks").mkdir()
    with (tmp_path / "locks" / "semax-ssri.pubmed").open("wb") as held:
        held.write(content)
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Busy, match=f"is going on, process {said};"):
            run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()


def test_a_lock_that_is_taken_or_given_back_leaves_no_file_open(tmp_path: Path) -> None:
    with run_lock(tmp_path, "semax-ssri", "pubmed"):
        with pytest.raises(Busy):
            run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()
        assert len([path for path in open_files() if path.endswith("semax-ssri.pubmed")]) == 1
    assert not [path for path in open_files() if path.endswith("semax-ssri.pubmed")]


# --- a folder's lock -------------------------------------------------------------------------------------------


def test_a_folder_is_held_as_long_as_the_block_runs_even_if_that_ends_by_an_exception(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    with pytest.raises(KeyError), folder_lock(tmp_path):
        raise KeyError
    assert not is_locked(tmp_path)
    assert str(tmp_path) not in open_files()


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match=r"no such file or directory while locking the folder .*/none"):
        folder_lock(tmp_path / "none").__enter__()
