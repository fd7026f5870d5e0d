"""One rate limit for all processes."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.errors import UsageError
from harvest.limiter import FARTHEST, Limit, Limiter, private_folder

KEY = "0123456789abcdef0123456789abcdef0123"


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def limiter(folder: Path, clock: Callable[[], float], *, name: str = "host", interval: float = 0.34) -> Limiter:
    return Limiter(folder, name, interval=interval, monotonic=clock)


def test_the_first_slot_is_now_and_each_further_one_an_interval_later(tmp_path: Path) -> None:
    waits = [limiter(tmp_path, Clock()).reserve() for _ in range(4)]
    assert waits == pytest.approx([0.0, 0.34, 0.68, 1.02])


def test_slots_that_passed_unused_are_not_saved_up(tmp_path: Path) -> None:
    clock = Clock()
    shared = limiter(tmp_path, clock)
    shared.reserve()
    clock.now += 100
    assert [shared.reserve(), shared.reserve()] == pytest.approx([0.0, 0.34])


def test_another_limit_has_slots_of_its_own(tmp_path: Path) -> None:
    limiter(tmp_path, Clock(), name="a").reserve()
    assert limiter(tmp_path, Clock(), name="b").reserve() == 0.0


def test_a_penalty_meets_everyone(tmp_path: Path) -> None:
    clock = Clock()
    limiter(tmp_path, clock).penalise(30)
    assert limiter(tmp_path, clock).reserve() == pytest.approx(30.0)
    assert limiter(tmp_path, clock).reserve() == pytest.approx(30.34)


def test_a_penalty_never_brings_a_slot_forward(tmp_path: Path) -> None:
    clock = Clock()
    shared = limiter(tmp_path, clock)
    shared.penalise(30)
    shared.penalise(1)
    assert shared.reserve() == pytest.approx(30.0)


def test_a_slot_from_before_a_reboot_is_forgotten(tmp_path: Path) -> None:
    limiter(tmp_path, Clock(1_000_000.0)).reserve()
    assert limiter(tmp_path, Clock(5.0)).reserve() == 0.0


def test_the_longest_penalty_is_not_taken_for_a_reboot(tmp_path: Path) -> None:
    clock = Clock()
    shared = limiter(tmp_path, clock)
    shared.penalise(1e9)
    assert shared.reserve() == pytest.approx(FARTHEST)


@pytest.mark.parametrize("damage", [b"", b"x", b"-1", b"\xff" * 40, b"9" * 400])
def test_a_damaged_file_gives_a_slot_at_once(tmp_path: Path, damage: bytes) -> None:
    shared = limiter(tmp_path, Clock())
    shared.reserve()
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert shared.reserve() == 0.0
    assert shared.reserve() == pytest.approx(0.34)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 3)), max_size=30))
def test_no_two_slots_are_closer_than_the_interval(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, float]]
) -> None:
    clock = Clock()
    shared = limiter(tmp_path_factory.mktemp("limits"), clock)
    slots = []
    for pause, penalty in steps:
        clock.now += pause
        if penalty > 2:
            shared.penalise(penalty)
        slots.append(clock.now + shared.reserve())
    assert all(later - earlier >= 0.34 - 1e-6 for earlier, later in pairwise(slots))


def _reserve_many(folder: Path, count: int, found: "multiprocessing.Queue[list[float]]") -> None:
    shared = limiter(folder, lambda: 1000.0)
    found.put([shared.reserve() for _ in range(count)])


def test_processes_never_share_a_slot(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[list[float]] = context.Queue()
    processes = [context.Process(target=_reserve_many, args=(tmp_path, 50, found)) for _ in range(4)]
    for process in processes:
        process.start()
    waits = sorted(wait for _ in processes for wait in found.get(timeout=120))
    for process in processes:
        process.join()
    assert waits == pytest.approx([0.34 * number for number in range(200)])


def _read_clock(found: "multiprocessing.Queue[float]") -> None:
    found.put(time.monotonic())


def test_the_monotonic_clock_is_the_same_in_another_process() -> None:
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[float] = context.Queue()
    before = time.monotonic()
    process = context.Process(target=_read_clock, args=(found,))
    process.start()
    there = found.get(timeout=120)
    process.join()
    assert before <= there <= time.monotonic()


def test_no_key_stands_in_a_file_its_name_or_what_is_shown(tmp_path: Path) -> None:
    limit = Limit(f"eutils:{KEY}", 0.102)
    limiter(tmp_path, Clock(), name=limit.name).reserve()
    (file,) = tmp_path.iterdir()
    assert KEY not in repr(limit)
    assert KEY not in file.name
    assert KEY.encode() not in file.read_bytes()


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    shared = limiter(tmp_path, Clock())
    shared.reserve()
    (file,) = tmp_path.iterdir()
    file.rename(tmp_path / "victim")
    file.symlink_to(tmp_path / "victim")
    with pytest.raises(UsageError, match="expected to open"):
        shared.reserve()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_private_folder_is_made_for_its_user_alone(temporary: Path) -> None:
    folder = private_folder()
    assert folder == temporary / f"harvest-{os.getuid()}"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert private_folder() == folder


def test_a_folder_that_others_may_enter_is_refused(temporary: Path) -> None:
    private_folder().chmod(0o755)
    with pytest.raises(UsageError, match="a folder of ours alone, got mode drwxr-xr-x"):
        private_folder()


def test_a_folder_of_somebody_else_is_refused(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.getuid() + 1
    (temporary / f"harvest-{other}").mkdir(mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: other)
    with pytest.raises(UsageError, match="set TMPDIR to a folder of your own"):
        private_folder()


def test_a_temporary_folder_that_is_not_there_is_one_line(temporary: Path) -> None:
    temporary.rmdir()
    with pytest.raises(UsageError, match="No such file or directory; set TMPDIR"):
        private_folder()


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_in_place_of_the_folder_is_refused(temporary: Path, target: str) -> None:
    (temporary / "elsewhere").mkdir()
    (temporary / f"harvest-{os.getuid()}").symlink_to(temporary / target)
    with pytest.raises(UsageError, match="expected"):
        private_folder()
