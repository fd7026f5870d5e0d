"""Processes that die or cannot be started while they read a ledger: what they left is read by the one that asked."""

import errno
import os
from collections.abc import Iterator
from multiprocessing import active_children, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from harvest.ledger import Depth, Verdict, verify
from harvest.ledger import scan as scanning
from harvest.ledger import swift as swift_way
from harvest.ledger.anchor import Anchor
from harvest.ledger.inspection import Inspection
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

begun: list[int] = []
"""Bytes at which scans in this process began."""
_SIGNAL = "told"
"""Beside a ledger: a pipe on which the last to read it waits, and then dies."""


def dying(path: Path, begin: int, *rest: Any, **_: Any) -> Any:
    """Scans in this process alone; in another it is the end of that."""
    if parent_process():
        os._exit(9)
    begun.append(begin)
    return scanning.scan(path, begin, *rest)


def dying_once_told(path: Path, begin: int, *rest: Any, **_: Any) -> Any:
    """Dies in another process when somebody was told of the first stretch."""
    if parent_process() and begin:
        with path.with_name(_SIGNAL).open("rb"):
            os._exit(9)
    if not parent_process():
        begun.append(begin)
    return scanning.scan(path, begin, *rest)


def unreadable(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.fixture(autouse=True)
def _nowhere() -> None:
    begun.clear()


@pytest.fixture
def large(room: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Two finished runs, which are worth two processes; none of these is left."""
    room.crawl()
    room.crawl(SECOND_RUN)
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    before = active_children()
    yield room
    assert active_children() == before


def inspection(room: Room) -> Inspection:
    return Inspection(room.path, origin=ORIGIN, heads=[Anchor.parse("kept head", room.head.read_bytes())], kept=None)


def middle(room: Room) -> int:
    """Where the second of two processes begins."""
    _, (begin, _) = swift_way._pieces(room.path, 0, room.path.stat().st_size, 2)
    return begin


@pytest.mark.parametrize("depth", [Depth.FAST, Depth.DEEP])
def test_where_all_die_the_report_is_the_same(large: Room, monkeypatch: pytest.MonkeyPatch, depth: Depth) -> None:
    whole = verify(large.path, state=large.state, depth=depth, processes=1)
    monkeypatch.setattr(swift_way, "scan", dying)
    assert verify(large.path, state=large.state, depth=depth, processes=2) == whole
    assert begun == [0, middle(large)]


def test_only_what_was_not_read_before_is_read_by_the_one_that_is_left(
    large: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = large.path.stat().st_size
    signal = large.path.with_name(_SIGNAL)
    os.mkfifo(signal)
    told: list[int] = []

    def tell(read: int, _: int) -> None:
        if not told:
            signal.write_bytes(b"")
        told.append(read)

    monkeypatch.setattr(swift_way, "scan", dying_once_told)
    look = inspection(large)
    assert swift_way.swiftly(look, size, processes=2, progress=tell)
    assert told == [middle(large), size]
    assert begun == [middle(large)]
    assert look.chain.tree.size == 11


@pytest.mark.parametrize("started", [0, 1])
def test_where_no_process_can_be_started_this_one_reads_all(
    large: Room, monkeypatch: pytest.MonkeyPatch, started: int
) -> None:
    starts: list[BaseProcess] = []
    start = BaseProcess.start

    def refused(process: BaseProcess) -> None:
        starts.append(process)
        if len(starts) > started:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        start(process)

    monkeypatch.setattr(BaseProcess, "start", refused)
    monkeypatch.setattr(swift_way, "scan", dying)
    assert swift_way.swiftly(inspection(large), large.path.stat().st_size, processes=2, progress=None)
    assert begun == [0, middle(large)]
    assert len(starts) == started + 1
    for process in starts[:started]:
        assert process.pid
        with pytest.raises(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)


def test_children_that_are_not_its_own_are_left_alone(large: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stranger:
        def kill(self) -> None:
            raise AssertionError("a stranger's child was killed")

    monkeypatch.setattr(swift_way, "active_children", lambda: strangers)
    monkeypatch.setattr(swift_way, "scan", dying)
    strangers = [Stranger()]
    assert verify(large.path, state=large.state, processes=2).verdict is Verdict.VALID


def test_what_a_process_could_not_read_is_said_of_the_ledger(large: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift_way, "scan", unreadable)
    for processes in (1, 2):
        report = verify(large.path, state=large.state, processes=processes)
        assert (report.verdict, report.unreadable) == (
            Verdict.UNREADABLE,
            "expected a readable file, got input/output error",
        )
