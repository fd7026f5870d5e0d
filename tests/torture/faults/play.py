"""Plays scenes once for each fault, and says what was promised and not kept: `python -m tests.torture.faults.play`."""

import argparse
import gc
import json
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.ledger.room import Room
from tests.torture.faults.calls import Fault, Untraceable, faults, listed, pairs, released, stopped
from tests.torture.faults.careless import CARELESS
from tests.torture.faults.judge import misjudged, violations
from tests.torture.faults.scenes import SCENES, played, prepared
from tests.torture.faults.witness import Testimony, Witness

UNTRACEABLE: Final = 77
"""Exit code where strace is missing or may not attach."""
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
"""Where thousands of ledgers are written soonest: the kernel lives on, so that no disk is needed."""


@dataclass
class Stage:
    """Where one scene is played over and over, each time by a new process in a new copy of what it finds.

    Args:
        folder: an empty one.
        scene: its name.
        writer: what makes the process that plays it a careless one; does nothing for ours.
    """

    folder: Path
    scene: str
    writer: Callable[[], None]

    def __post_init__(self) -> None:
        (self.folder / "found").mkdir()
        self._before = _heard(lambda witness: prepared(self.scene, Room(self.folder / "found"), witness))

    def trace(self) -> str:
        """What strace sees of the undisturbed process.

        Raises:
            Untraceable: strace is missing or may not attach.
        """
        return self._played(None)[0]

    def struck(self, fault: Fault) -> tuple[bool, Testimony, list[str]]:
        """Plays with a fault: did it strike, what did the process say, what does not hold."""
        try:
            trace, testimony = self._played(fault)
        except TimeoutError as error:
            return True, Testimony(), [str(error)]

        def judge(witness: Witness) -> None:
            room = Room(self.folder / "scene")
            broken = SCENES[self.scene].broken
            wrong = list(misjudged(room, testimony) if broken else violations(room, testimony, witness))
            if testimony.crashed and fault.kind != "lie":
                wrong.append(f"ended with {testimony.crashed}")
            witness.tell("judged", wrong)

        said = [json.loads(line) for line in _heard(judge).splitlines()]
        wrong = said[-1]["value"] if said and said[-1]["what"] == "judged" else ["the judge did not end"]
        return "(INJECTED)" in trace or "killed by SIGKILL" in trace, testimony, wrong

    def _played(self, fault: Fault | None) -> tuple[str, Testimony]:
        shutil.rmtree(self.folder / "scene", ignore_errors=True)
        shutil.copytree(self.folder / "found", self.folder / "scene")
        trace = ""

        def act(witness: Witness) -> None:
            self.writer()
            stopped()
            played(self.scene, Room(self.folder / "scene"), witness)

        def release(process: int) -> None:
            nonlocal trace
            trace = released(process, self.folder / "trace", fault)

        said = self._before + _heard(act, release)
        return trace, Testimony().take(iter(said.splitlines()))


@dataclass
class Figures:
    """What came of all faults: how often each kind struck, how the struck processes ended, what did not hold."""

    kinds: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def take(self, stage: Stage, fault: Fault) -> None:
        """Plays a scene with a fault."""
        reached, testimony, wrong = stage.struck(fault)
        self.kinds[fault.kind if reached else "not reached"] += 1
        self.ends[_end(testimony)] += 1
        self.violations += [f"{stage.scene}: {fault}: {what}; {testimony.failures}" for what in wrong]


def main() -> int:
    """Prints one JSON object: how many faults of which kind, and each that broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="+", choices=sorted(SCENES))
    parser.add_argument("--writer", choices=sorted(CARELESS))
    parser.add_argument("--only", default="", help="faults that this pattern is found in")
    parser.add_argument("--sample", type=int, help="so many faults of each scene")
    parser.add_argument("--pairs", action="store_true", help="two faults at once as well")
    chosen = parser.parse_args()
    writer = CARELESS.get(chosen.writer, lambda: None)
    figures = Figures()
    _warm_up(chosen.scenes)
    try:
        for name in chosen.scenes:
            with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
                stage = Stage(Path(folder), name, writer)
                for fault in _wanted(stage.trace(), chosen):
                    figures.take(stage, fault)
    except Untraceable as error:
        sys.stderr.write(f"{error}\n")
        return UNTRACEABLE
    sys.stdout.write(json.dumps(vars(figures), indent=1) + "\n")
    return 0


def _wanted(trace: str, chosen: argparse.Namespace) -> list[Fault]:
    """The faults of a scene that were asked for; a sample is the same in each run."""
    calls = listed(trace)
    every: Iterator[Fault] = (fault for call in calls for fault in faults(call))
    wanted = [fault for fault in every if re.search(chosen.only, str(fault))]
    if chosen.pairs:
        wanted += pairs(calls)
    return Random(4).sample(wanted, min(chosen.sample, len(wanted))) if chosen.sample else wanted


def _warm_up(scenes: list[str]) -> None:
    """Plays the scenes once in this process, so that no module is imported by one that is struck."""
    for name in scenes:
        with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("wb") as nobody:
            witness = Witness(nobody.fileno())
            prepared(name, Room(Path(folder)), witness)
            played(name, Room(Path(folder)), witness)
    gc.collect()
    gc.freeze()


def _heard(act: Callable[[Witness], None], release: Callable[[int], None] = lambda _: None) -> str:
    """What a new process says to its witness before it ends."""
    ours, its = os.pipe()
    process = os.fork()
    if process == 0:
        _child(act, Witness(its))
    os.close(its)
    try:
        release(process)
    finally:
        with os.fdopen(ours, encoding="utf-8") as stream:
            said = stream.read()
        os.waitpid(process, 0)
    return said


def _child(act: Callable[[Witness], None], witness: Witness) -> None:
    """Ends at once when it has acted, without what an interpreter does at its end."""
    try:
        act(witness)
    except BaseException:  # noqa: BLE001 - this process ends here, whatever it is
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _end(testimony: Testimony) -> str:
    if testimony.crashed:
        return "ended by the interpreter"
    if testimony.failures:
        return "ended with an error"
    return "went on" if testimony.finished else "killed"


if __name__ == "__main__":
    sys.exit(main())
