"""No room, no growth, no permission, a clock that goes back: a clear error, nothing lost, and on it goes afterwards."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.ledger import Depth, Verdict, entries, verify
from harvest.ledger.entry import stamp
from harvest.ledger.store import Store
from tests import posts
from tests.ledger.room import Room
from tests.torture.faults.careless import CARELESS
from tests.torture.faults.pressure import SmallDisk, Unmountable, barred, file_size_limit, small_disk
from tests.torture.faults.trial import Outcome, Trial
from tests.torture.scale import WHOLE, said, scaled
from tests.unmeasured import UNMEASURED

CHECKOUT = Path(__file__).parents[2]
EVERY = ("begin", "append", "seal", "recover", "recover-more", "redact", "rotate", "rotate-on", "adopt")
SCENES = EVERY if WHOLE else ("append", "redact")
WEIGHT = 9_000
"""Bytes of an entry and more, so that one takes several pages of a disk."""
FREES = "rotate-on"
"""Ends a rotation, which removes a file first: a full disk has room again."""
CLEAR = re.compile(r"WriteFailed: (?P<why>[^;\n]+) while [^;\n]+; [^;\n]+")
"""What happened, while doing what, and what to do next, in one line."""
ENOUGH = 40
"""Pages, or names, with which every scene comes to its end."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    try:
        with small_disk(tmp_path / "disk") as mounted:
            yield mounted
    except Unmountable as error:
        pytest.skip(f"needs a file system that root may mount: {error}")


def outcomes(trial: Trial, pressures: list[Callable[[], AbstractContextManager[None]]], why: str) -> list[Outcome]:
    """Plays under each pressure; every failure is as it should be, and says so."""
    played = [trial.under(pressure) for pressure in pressures]
    for outcome in played:
        assert outcome.violations == []
        assert outcome.testimony.crashed == ""
        for failure in outcome.testimony.failures:
            clear = CLEAR.fullmatch(failure)
            assert clear, failure
            assert clear["why"] == why
    return played


def told(what: str, scene: str, played: list[Outcome]) -> None:
    failed = sum(bool(outcome.testimony.failures) for outcome in played)
    said(f"{what}, {scene}: {len(played)} times, {failed} ended with an error, 0 violations")


@pytest.mark.parametrize("scene", SCENES)
def test_on_a_full_disk_nothing_acknowledged_is_lost(disk: SmallDisk, tmp_path: Path, scene: str) -> None:
    trial = Trial(tmp_path / "found", disk.folder / "scene", scene, weight=WEIGHT)
    room_left = range(0, ENOUGH + 1, scaled(8, 1))
    played = outcomes(trial, [partial(disk.leaving, pages=pages) for pages in room_left], "no space left on device")
    assert played[0].testimony.failures or scene == FREES
    assert not played[-1].testimony.failures
    told("disk full but for pages", scene, played)


@pytest.mark.parametrize("scene", SCENES)
def test_on_a_disk_without_names_nothing_acknowledged_is_lost(disk: SmallDisk, tmp_path: Path, scene: str) -> None:
    trial = Trial(tmp_path / "found", disk.folder / "scene", scene)
    names_left = range(0, ENOUGH + 1, scaled(10, 1))
    played = outcomes(trial, [partial(disk.leaving, names=names) for names in names_left], "no space left on device")
    assert played[0].testimony.failures or scene == FREES
    assert not played[-1].testimony.failures
    told("disk full but for names", scene, played)


@pytest.mark.parametrize("scene", SCENES)
def test_where_files_may_not_grow_nothing_acknowledged_is_lost(tmp_path: Path, scene: str) -> None:
    trial = Trial(tmp_path / "found", tmp_path / "scene", scene)
    sizes = range(0, 8_001, scaled(1_000, 8))
    played = outcomes(trial, [partial(file_size_limit, size) for size in sizes], "file too large")
    assert played[0].testimony.failures or scene == FREES
    assert not played[-1].testimony.failures
    told("limited file sizes", scene, played)


def test_a_writer_that_ignores_errors_is_caught_where_files_may_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_write", "sync", "_compare"):
        monkeypatch.setattr(Store, name, getattr(Store, name))
    trial = Trial(tmp_path / "found", tmp_path / "scene", "append", weight=WEIGHT)
    CARELESS["ignores-errors"]()
    limit = (tmp_path / "found" / "ledgers" / "semax-ssri.jsonl").stat().st_size + WEIGHT
    (lost, *_) = trial.under(partial(file_size_limit, limit)).violations
    assert lost.startswith("lost ")


@pytest.mark.parametrize("scene", EVERY)
def test_on_a_disk_that_is_read_only_nothing_is_acknowledged(disk: SmallDisk, tmp_path: Path, scene: str) -> None:
    trial = Trial(tmp_path / "found", disk.folder / "scene", scene)
    (played,) = outcomes(trial, [disk.read_only], "read-only file system")
    assert played.testimony.failures
    assert played.testimony.entries == trial.found().entries


@pytest.mark.parametrize("scene", EVERY)
def test_in_folders_that_may_not_be_written_nothing_acknowledged_is_lost(tmp_path: Path, scene: str) -> None:
    with tempfile.TemporaryDirectory() as reachable:
        Path(reachable).chmod(0o755)
        trial = Trial(tmp_path / "found", Path(reachable) / "scene", scene)
        (played,) = outcomes(trial, [partial(barred, trial.stage)], "permission denied")
    assert played.testimony.failures


@pytest.fixture
def written(disk: SmallDisk) -> SmallDisk:
    """A disk with a ledger of two posts, of which the text can be erased."""
    shutil.copytree(CHECKOUT / "data" / "topics", disk.folder / "data" / "topics")
    posts.write(disk.folder / "data", disk.folder / "state", "first words", "second words", duty=False)
    return disk


def harvest(disk: SmallDisk, *arguments: str, limit: int | None = None) -> tuple[int, tuple[str, ...]]:
    """Runs the command itself; how it ended, and the lines that it said on standard error."""
    folders = {"HARVEST_DATA_DIR": str(disk.folder / "data"), "HARVEST_STATE_DIR": str(disk.folder / "state")}
    command = [sys.executable, "-m", "harvest", *arguments]
    with nullcontext() if limit is None else file_size_limit(limit):
        ended = subprocess.run(
            command,
            cwd=CHECKOUT,
            env={**os.environ, **UNMEASURED, **folders},
            capture_output=True,
            text=True,
            check=False,
        )
    return ended.returncode, tuple(ended.stderr.splitlines())


REDACT = ("redact", "semax-ssri", "s1", "--reason", "person-asked")
ADOPT = ("adopt", "semax-ssri")


PRESSURES: dict[str, tuple[Callable[[SmallDisk], AbstractContextManager[None]], int | None, str]] = {
    "no pages": (partial(SmallDisk.leaving, pages=0), None, "no space left on device"),
    "no names": (partial(SmallDisk.leaving, names=0), None, "no space left on device"),
    "read-only": (SmallDisk.read_only, None, "read-only file system"),
    "limited": (lambda _: nullcontext(), 64, "file too large"),
}
"""What the disk is under, how large a file may grow, and what a command says of it."""


@pytest.mark.parametrize("name", PRESSURES if WHOLE else ["no pages"])
@pytest.mark.parametrize("command", [REDACT, ADOPT] if WHOLE else [REDACT], ids=lambda command: command[0])
def test_a_command_that_cannot_write_says_so_in_one_line_and_works_afterwards(
    written: SmallDisk, command: Sequence[str], name: str
) -> None:
    pressure, limit, why = PRESSURES[name]
    if command is ADOPT:
        (head,) = written.folder.glob("state/*/head")
        head.unlink()
    with pressure(written):
        code, (line,) = harvest(written, *command, limit=limit)
        assert (code, harvest(written, "verify", "semax-ssri", limit=limit)) in {(3, (0, ())), (3, (2, ()))}
    assert re.fullmatch(rf"harvest: {why} while [^;]+; .+", line)
    code, said_then = harvest(written, *command)
    assert (code, len(said_then)) == (0, int(command is REDACT))
    path = written.folder / "data" / "ledgers" / "semax-ssri.jsonl"
    assert verify(path, state=written.folder / "state", depth=Depth.DEEP).verdict is Verdict.VALID


def test_on_a_full_disk_a_line_is_looked_up_without_an_index_beside_the_ledger(written: SmallDisk) -> None:
    for index in (written.folder / "data" / "ledgers").glob("*.index*"):
        index.unlink()
    with written.leaving(pages=0, names=0):
        code, lines = harvest(written, "prove", "semax-ssri", "s2")
    assert code == 0
    assert any("cannot be written beside it" in line for line in lines)


@given(st.lists(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=4), min_size=1, max_size=4))
@settings(max_examples=scaled(8, 300), deadline=None, derandomize=True)
def test_whatever_the_clock_says_times_never_go_back_and_each_return_is_told(runs: list[list[datetime]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder))
        for moments in runs:
            with room.open() as ledger:
                for moment in moments:
                    room.clock = lambda moment=moment: moment  # type: ignore[misc]  # bound now, not when it is read
                    with ledger.batch() as batch:
                        batch.append("failed", {"key": "any"})
                ledger.seal()
        assert room.verify().verdict is Verdict.VALID
        (genesis, *stored) = entries(room.path)
    assert [(entry.type, entry.time) for entry in stored] == expected(genesis.time, runs)


def expected(newest: str, runs: list[list[datetime]]) -> list[tuple[str, str]]:
    """Types and times of what runs append after the newest line: each that finds its clock behind says so once."""
    lines = []
    for moments in runs:
        behind = False
        for now in map(stamp, moments):
            if now < newest and not behind:
                lines.append(("clock-regressed", newest))
            behind = now < newest
            newest = max(newest, now)
            lines.append(("failed", newest))
    return lines
