"""One run at a time for a topic and provider ("Writing")."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harvest.errors import Busy, WriteFailed
from harvest.ledger import run_lock


def test_a_second_run_of_the_same_topic_and_provider_is_told_who_runs(tmp_path: Path) -> None:
    with run_lock(tmp_path, "semax-ssri", "pubmed"):
        with pytest.raises(Busy, match=f"semax-ssri with pubmed is going on, process {os.getpid()}; wait") as caught:
            run_lock(tmp_path, "semax-ssri", "pubmed").__enter__()
        assert caught.value.exit_code == 75


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
