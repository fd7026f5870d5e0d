"""Cuts the power of writers, and looks at what each cut left. A process of its own, since it mounts.

Its mounts are seen by nobody else, and go when it goes, however it ends.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from tests.ledger.room import SECOND_RUN, START, Room, ticking
from tests.torture.crash_states.aftermath import faults
from tests.torture.crash_states.calls import Promise
from tests.torture.memory import scratch_folder
from tests.torture.power_cuts import images
from tests.torture.power_cuts.writing import READY, heard

_CHECKOUT: Final = Path(__file__).parents[3]
_CUTS_AN_IMAGE: Final = 20
_LONGEST: Final = 0.04
"""Seconds between two cuts, at most."""


@dataclass
class Figures:
    """What was cut and what came of it."""

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


class Cutting:
    """Writers on one kind of file system, one image after another.

    Args:
        shelf: where the images lie.
        kind: the file system.
        chance: when to cut.
        wrong: how the writers are wrong; empty for those that should hold.
    """

    def __init__(self, shelf: Path, kind: str, chance: Random, *wrong: str) -> None:
        self.figures = Figures()
        self._shelf = shelf
        self._kind = kind
        self._chance = chance
        self._wrong = wrong

    def cut(self, number: int) -> None:
        """Cuts the power of one writer so many times, then looks at what each cut left."""
        image, copies = self._shelf / "image", []
        images.make(image, self._kind, images.SIZES[self._kind])
        with images.mounted(image, self._kind, self._shelf / "live") as disk, self._writing(disk) as writer:
            for cuts in range(number):
                if self._wrong:
                    writer.listen_for_more()
                writer.listen(self._chance.uniform(0, _LONGEST))
                self.figures.in_a_sync += writer.stop()
                copies.append((self._shelf / f"cut-{cuts}", writer.acknowledged()))
                images.copy(image, copies[-1][0])
                writer.go_on()
        image.unlink()
        for left, promised in copies:
            self._examine(left, promised)
            left.unlink()

    def _examine(self, image: Path, promised: Promise) -> None:
        """Mounts what a cut left, recovers it and holds it against what was acknowledged."""
        figures = self.figures
        with images.mounted(image, self._kind, self._shelf / "left") as disk:
            room = Room(disk / "home", clock=ticking(START + timedelta(days=2)))
            there = room.path.exists() and room.path.read_bytes().startswith(promised.lines)
            found = list(faults(room, promised, lambda: room.open(SECOND_RUN).close(), again=True))
        figures.cuts += 1
        figures.acknowledged += promised.lines.count(b"\n")
        (figures.false if there else figures.lost).extend(found[:1])

    @contextmanager
    def _writing(self, disk: Path) -> Iterator["Writing"]:
        module, seed = "tests.torture.power_cuts.writing", str(self._chance.randrange(1 << 30))
        command = [sys.executable, "-m", module, str(disk / "home"), seed, *self._wrong]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_CHECKOUT, bufsize=0) as process:
            try:
                yield Writing(process)
            finally:
                process.kill()


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
            self.listen(_LONGEST)

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


def main(kind: str, number: str, *wrong: str) -> None:
    """Cuts so many times, and tells what came of it."""
    with scratch_folder(Path.cwd()) as folder, images.shelf(folder) as shelf:
        cutting = Cutting(shelf, kind, Random(kind), *wrong)
        for first in range(0, int(number), _CUTS_AN_IMAGE):
            cutting.cut(min(_CUTS_AN_IMAGE, int(number) - first))
    sys.stdout.write(json.dumps(asdict(cutting.figures)))


if __name__ == "__main__":
    main(*sys.argv[1:])
