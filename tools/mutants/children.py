"""Forked children, a few at a time, each with limits on time and memory, each told apart by how it ended."""

import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar

Answer = TypeVar("Answer")
_MEMORY: Final = 4 << 30
_FILE: Final = 1 << 28
_SLEEPING: Final = 5
"""A child may take this many times its processor time by the clock: others work on the machine too."""
_POLL: Final = 0.002
_PREFIX: Final = "mutants-"
_IN_MEMORY: Final = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - folders of our own in it
ELSEWHERE: Final = 77
"""Exit status of a child that could not do its task where it was."""
STUCK: Final = 78
"""Exit status of a child in which a test did not end."""


class End(Enum):
    """How a mutant fared."""

    SURVIVED = "survived"
    KILLED = "killed"
    TIMED_OUT = "timed out"
    ELSEWHERE = "not tried"


class ChildFailed(Exception):
    """A child that was to give an answer gave none."""


@dataclass(frozen=True)
class Task:
    """What one child does: `work` returns its exit status, 0 where no test failed."""

    number: int
    seconds: int
    """Processor time that it may take."""
    work: Callable[[], int]


@dataclass
class _Child:
    task: Task
    pid: int
    folder: Path
    began: float = field(default_factory=time.monotonic)


def answer(work: Callable[[], Answer]) -> Answer:
    """What a function gives, computed in a child so that nothing of its doing stays here.

    Raises:
        ChildFailed: if the child gave no answer.
    """
    with tempfile.TemporaryFile() as written, tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_IN_MEMORY) as folder:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                _silence(1)
                _settle(folder)
                pickle.dump(work(), written)
                written.flush()
                status = 0
            except Exception as error:  # noqa: BLE001 - whatever it is, the parent ends with it
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
            finally:
                os._exit(status)
        if os.waitpid(pid, 0)[1]:
            raise ChildFailed("expected an answer from a child, got none")
        written.seek(0)
        given: Answer = pickle.load(written)  # noqa: S301 - our own child wrote it
        return given


def run(tasks: Iterable[Task], *, workers: int) -> Iterator[tuple[int, End]]:
    """Runs each task in a child of its own; gives its number and its end as they end."""
    waiting, running = iter(tasks), list[_Child]()
    while True:
        while len(running) < workers and (task := next(waiting, None)):
            running.append(_fork(task))
        if not running:
            return
        for child in running[:]:
            end = _ended(child)
            if end is not None:
                running.remove(child)
                yield child.task.number, end
        time.sleep(_POLL)


def _fork(task: Task) -> _Child:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_IN_MEMORY))
    pid = os.fork()
    if pid:
        return _Child(task, pid, folder)
    status = 1
    try:
        _confine(folder, task.seconds)
        status = task.work()
    finally:
        os._exit(status)


def _confine(folder: Path, seconds: int) -> None:
    """In the child: a process group, a temporary folder and limits of its own; nothing is printed."""
    os.setsid()
    os.chdir(folder)
    _settle(str(folder))
    _silence(0, 1, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, resource.RLIM_INFINITY))


def _settle(folder: str) -> None:
    """Temporary files are made in this folder from now on."""
    os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = folder
    tempfile.tempdir = folder


def _silence(*descriptors: int) -> None:
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(silent, descriptor)


def _ended(child: _Child) -> End | None:
    """How the child ended, None while it goes on; one that takes too long by the clock is ended."""
    pid, status = os.waitpid(child.pid, os.WNOHANG)
    late = time.monotonic() - child.began > child.task.seconds * _SLEEPING
    if not pid and not late:
        return None
    _clear(child)
    if not pid:
        os.waitpid(child.pid, 0)
        return End.TIMED_OUT
    if os.WIFSIGNALED(status):
        return End.TIMED_OUT if os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL} else End.KILLED
    return {0: End.SURVIVED, ELSEWHERE: End.ELSEWHERE, STUCK: End.TIMED_OUT}.get(os.WEXITSTATUS(status), End.KILLED)


def _clear(child: _Child) -> None:
    """Ends whatever the child left running, and removes what it wrote."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    shutil.rmtree(child.folder, ignore_errors=True)
