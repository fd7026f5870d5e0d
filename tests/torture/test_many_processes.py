"""Many processes on one ledger, some of them killed: one chain, nothing lost, nothing twice, each number given once."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from os import environ, write
from pathlib import Path
from random import Random

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import Report, Verdict, entries
from harvest.ledger.store import Store
from tests.ledger.room import FIRST_RUN, SECOND_RUN, Room
from tests.torture.scale import said, scaled
from tests.unmeasured import UNMEASURED

CHECKOUT = Path(__file__).parents[2]
PROCESSES = scaled(4, 8)
ENTRIES = scaled(200, 10_000)
KILLS = scaled(2, 25)
"""Kills of each process that is killed: every second one."""


class Team:
    """Processes that append to one ledger at the same time.

    Attributes:
        acknowledged: each entry that a process was told of, and its `seq`.
        kills: processes that were killed.
    """

    def __init__(self, folder: Path) -> None:
        self.room = Room(folder)
        self.acknowledged: dict[str, int] = {}
        self.kills = 0

    def work(self, *, kills: int = 0) -> float:
        """Lets every process come to its end; how many seconds that took."""
        begun = time.monotonic()
        with ThreadPoolExecutor(PROCESSES) as threads:
            for done in [
                threads.submit(self._see_through, f"w{number}", Random(number), kills * (number % 2))
                for number in range(PROCESSES)
            ]:
                done.result()
        return time.monotonic() - begun

    def faults(self) -> Iterator[str]:
        """What is not as it should be, in a ledger to which so many processes appended."""
        stored: dict[str, int] = {}
        sids: list[str] = []
        try:
            for entry in entries(self.room.path):
                if entry.type == "source":
                    if entry.body["key"] in stored:
                        yield f"{entry.body['key']} stands there twice"
                    stored[entry.body["key"]] = entry.seq
                    sids.append(entry.body["sid"])
        except LedgerBroken as error:
            yield f"no chain: {error}"
            return
        wanted = [f"w{number}:{count}" for number in range(PROCESSES) for count in range(ENTRIES)]
        if set(stored) != set(wanted):
            yield f"{len(stored)} entries, expected {len(wanted)}"
        if lost := {name for name, seq in self.acknowledged.items() if stored.get(name) != seq}:
            yield f"{len(lost)} acknowledged entries lost"
        if sids != [f"s{count + 1}" for count in range(len(sids))]:
            yield "numbers of sources with gaps, or given twice"
        for name, own in groupby(sorted(wanted), key=lambda key: key.split(":")[0]):
            seqs = [stored.get(f"{name}:{count}", -1) for count in range(len(list(own)))]
            if seqs != sorted(seqs):
                yield f"entries of {name} out of order"

    def _see_through(self, name: str, draw: Random, kills: int) -> None:
        """Starts a process again whenever it was killed, until it comes to its end."""
        while self._run(name, draw, after=draw.randrange(1, max(ENTRIES // (2 * kills), 2)) if kills else None):
            kills -= 1

    def _run(self, name: str, draw: Random, *, after: int | None) -> bool:
        """Runs a process once, and kills it after it told of so many entries; was it killed?"""
        arguments = [str(self.room.folder), name, str(ENTRIES), str(draw.random())]
        with subprocess.Popen(
            [sys.executable, "-m", "tests.torture.faults.worker", *arguments],
            cwd=CHECKOUT,
            env={**environ, **UNMEASURED},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            for told, line in enumerate(process.stdout, 1):
                if line.endswith("\n"):
                    key, seq = line.split()
                    self.acknowledged[key] = int(seq)
                if told == after:
                    process.kill()
            code = process.wait()
        assert code in {0, -signal.SIGKILL}
        self.kills += code != 0
        return code != 0


def figures(team: Team, report: Report, seconds: float) -> str:
    per_second = len(team.acknowledged) / seconds
    return (
        f"{PROCESSES} processes x {ENTRIES} entries: {report.entries} lines in one chain, {len(team.acknowledged)} "
        f"acknowledged, 0 lost, 0 twice; {team.kills} processes killed, {len(team.room.quarantines())} torn tails "
        f"moved away; {seconds:.0f} s, {per_second:.0f} entries/s; {report.verdict.name}"
    )


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kills", [0, KILLS], ids=["all to their end", "some killed"])
def test_many_processes_write_one_chain(tmp_path: Path, kills: int) -> None:
    team = Team(tmp_path)
    seconds = team.work(kills=kills)
    assert list(team.faults()) == []
    assert (team.kills > 0) is (kills > 0)
    assert kills or len(team.acknowledged) == PROCESSES * ENTRIES
    report = team.room.verify()
    assert report.verdict is Verdict.VALID, report.lines()
    said(figures(team, report, seconds))


@pytest.fixture
def forked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A ledger to which two writers appended at the same time, without the append lock."""

    @contextmanager
    def unlocked(self: Store) -> Iterator[None]:
        yield

    def append(self: Store, block: bytes, *, at: int) -> None:
        write(self._descriptor, block)

    room = Room(tmp_path)
    room.crawl()
    monkeypatch.setattr(Store, "locked", unlocked)
    monkeypatch.setattr(Store, "append", append)
    with room.open(FIRST_RUN) as first, room.open(SECOND_RUN) as second, first.batch() as one, second.batch() as two:
        one.append("source", {"key": "w0:0", "sid": "s4"})
        two.append("source", {"key": "w1:0", "sid": "s4"})
    monkeypatch.undo()
    return Team(tmp_path)


def test_writers_without_the_append_lock_are_caught(forked: Team) -> None:
    assert [fault.split(":")[0] for fault in forked.faults()] == ["no chain"]
    assert forked.room.verify().verdict is Verdict.BROKEN


def test_a_writer_that_nobody_locks_out_still_sees_that_another_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def unlocked(self: Store) -> Iterator[None]:
        yield

    room = Room(tmp_path)
    room.crawl(FIRST_RUN)
    monkeypatch.setattr(Store, "locked", unlocked)
    with room.open(SECOND_RUN) as first, room.open(SECOND_RUN) as second:
        batches = first.batch()
        batches.__enter__().append("failed", {"key": "one"})
        with second.batch() as batch:
            batch.append("failed", {"key": "two"})
        with pytest.raises(LedgerBroken, match="while it is locked"):
            batches.__exit__(None, None, None)
    assert Counter(entry.body.get("key") for entry in entries(room.path))["two"] == 1
    assert room.verify().verdict is Verdict.UNFINISHED
