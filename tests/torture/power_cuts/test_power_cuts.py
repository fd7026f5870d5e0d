"""Power is cut while a writer writes to a real file system: nothing acknowledged is lost.

The file system lies in an image behind a loop device. A cut is a copy of the image at one moment, taken while the
writer is stopped, most often in the middle of a sync. The copy is mounted, which replays the journal, and recovered.
It shows what the file system had handed to its disk by then, and so the order in which it does so. It does not show
a disk that loses or reorders what it was handed and not yet asked to flush, nor sectors written in part, nor a kernel
that dies: for these there is the model in `tests/torture/crash_states`.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.ledger.room import SECOND_RUN, START, Room, ticking
from tests.torture.crash_states.aftermath import faults
from tests.torture.crash_states.calls import Promise
from tests.torture.memory import scratch_folder
from tests.torture.power_cuts import images
from tests.torture.power_cuts.writing import READY, heard
from tests.torture.scale import said, scaled

CHECKOUT = Path(__file__).parents[3]
CUTS_AN_IMAGE = 20
LONGEST = 0.04
"""Seconds between two cuts, at most."""


@dataclass
class Figures:
    cuts: int = 0
    in_a_sync: int = 0
    """Cuts while the writer waited for the disk."""
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cuts} power cuts, {self.in_a_sync} of them in the middle of a sync, {self.acknowledged:,} entries "
            f"acknowledged before, {len(self.lost)} cuts that lost some, {len(self.false)} false recoveries"
        )


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Path]:
    """Where images lie whose copies show one moment."""
    with scratch_folder(tmp_path) as folder, images.shelf(folder) as place:
        yield place


def needs(kind: str) -> pytest.MarkDecorator:
    lacking = images.missing(kind)
    return pytest.mark.skipif(bool(lacking), reason=f"cutting the power of {kind} needs {lacking}")


KINDS = [pytest.param(kind, marks=needs(kind)) for kind in images.SIZES]


class Writing:
    """A writer's process, and what it acknowledged."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        self.process = process
        self._pipe = process.stdout.fileno()
        self._told = b""
        assert os.read(self._pipe, len(READY)) == READY
        os.set_blocking(self._pipe, False)

    def listen(self, seconds: float) -> None:
        """Takes what it tells, for so long."""
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            if select.select([self._pipe], [], [], rest)[0]:
                self._take()
            assert self.process.poll() is None, "expected a writer that goes on"

    def listen_for_more(self) -> None:
        """Takes what it tells until it has acknowledged something that it had not before."""
        before = self._told.count(b"\n")
        while self._told.count(b"\n") == before:
            self.listen(LONGEST)

    def stop(self) -> bool:
        """Stops it and takes what it told until then; is it in the middle of a call that waits for the disk?"""
        self.process.send_signal(signal.SIGSTOP)
        self._take()
        state = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        return state == "D"

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def acknowledged(self) -> Promise:
        return heard(self._told)

    def _take(self) -> None:
        while select.select([self._pipe], [], [], 0)[0] and (more := os.read(self._pipe, 1 << 16)):
            self._told += more


@contextmanager
def writing(disk: Path, seed: int, *wrong: str) -> Iterator[Writing]:
    command = [sys.executable, "-m", "tests.torture.power_cuts.writing", str(disk / "home"), str(seed), *wrong]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT, bufsize=0) as process:
        try:
            yield Writing(process)
        finally:
            process.kill()


def cut(shelf: Path, kind: str, number: int, chance: Random, figures: Figures, *wrong: str) -> None:
    """Cuts the power of one writer so many times, then looks at what each cut left."""
    image, copies = shelf / f"{kind}.img", []
    images.make(image, kind, images.SIZES[kind])
    with (
        images.mounted(image, kind, shelf / "live") as disk,
        writing(disk, chance.randrange(1 << 30), *wrong) as writer,
    ):
        for cuts in range(number):
            if wrong:
                writer.listen_for_more()
            writer.listen(chance.uniform(0, LONGEST))
            figures.in_a_sync += writer.stop()
            copies.append((shelf / f"{kind}-{cuts}.img", writer.acknowledged()))
            images.copy(image, copies[-1][0])
            writer.go_on()
    image.unlink()
    for left, promised in copies:
        examine(left, kind, promised, figures)
        left.unlink()


def examine(image: Path, kind: str, promised: Promise, figures: Figures) -> None:
    """Mounts what a cut left, recovers it and holds it against what was acknowledged."""
    with images.mounted(image, kind, image.with_suffix(".mounted")) as disk:
        room = Room(disk / "home", clock=ticking(START + timedelta(days=2)))
        there = room.path.exists() and room.path.read_bytes().startswith(promised.lines)
        found = list(faults(room, promised, lambda: room.open(SECOND_RUN).close(), again=True))
    figures.cuts += 1
    figures.acknowledged += promised.lines.count(b"\n")
    (figures.false if there else figures.lost).extend(found[:1])


@pytest.mark.parametrize("kind", KINDS)
def test_no_power_cut_loses_what_was_acknowledged(shelf: Path, kind: str) -> None:
    figures, chance = Figures(), Random(kind)
    number = scaled(3 if kind == "ext4" else 1, 360)
    for first in range(0, number, CUTS_AN_IMAGE):
        cut(shelf, kind, min(CUTS_AN_IMAGE, number - first), chance, figures)
    said(f"power cuts on {kind}: {figures}")
    assert figures.lost == []
    assert figures.false == []
    assert figures.cuts == number


@pytest.mark.parametrize("kind", KINDS[:1])
def test_a_writer_that_does_not_sync_is_caught(shelf: Path, kind: str) -> None:
    figures = Figures()
    cut(shelf, kind, scaled(3, 20), Random(kind), figures, "unsynced")
    said(f"power cuts on {kind} of a writer that does not sync: {figures}")
    assert figures.lost
