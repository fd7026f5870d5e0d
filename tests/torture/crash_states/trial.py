"""Each state that a loss of power can leave: made, recovered, and held against what was acknowledged."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tests.ledger.room import START, Room, ticking
from tests.torture.crash_states.aftermath import faults
from tests.torture.crash_states.calls import Call, Death, Event, Promise, Trace, Tree, read_tree, write_tree
from tests.torture.crash_states.disk import Disk
from tests.torture.crash_states.likeness import Likeness, digest
from tests.torture.crash_states.recorder import Killed, Recorder
from tests.torture.crash_states.stories import HOME, Story, Writer, recover

_LEDGER: Final = f"{HOME}/ledgers/semax-ssri.jsonl"
_ALL_THE_SAME: Final = 64
"""Of the states that are like another one, one of so many is recovered all the same."""
_AGAIN: Final = 16
"""One state of so many is recovered twice: the second time must find nothing to do."""


@dataclass
class Figures:
    """What was tried and what came of it."""

    states: int = 0
    distinct: set[bytes] = field(default_factory=set)
    recovered: int = 0
    """The others differ from one of these in the bytes of a torn tail alone."""
    lost: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    """Something was refused, moved away or called broken though all that was acknowledged is there."""

    def add(self, more: "Figures") -> None:
        """Adds what came of something else."""
        self.states += more.states
        self.distinct |= more.distinct
        self.recovered += more.recovered
        self.lost += more.lost
        self.false += more.false

    def __str__(self) -> str:
        return (
            f"{self.states:,} states enumerated, {len(self.distinct):,} distinct ({self.recovered:,} recovered, "
            "the others like one of these but for the bytes of a torn tail), "
            f"{len(self.lost)} with acknowledged entries lost, {len(self.false)} false recoveries"
        )


class Trial:
    """Plays one story in a scratch folder and examines its crashes."""

    def __init__(self, scratch: Path, story: Story, figures: Figures) -> None:
        self._scratch = scratch
        self._story = story
        self._figures = figures
        self._likeness = Likeness(_LEDGER)
        self._met: set[tuple[bytes, Promise]] = set()
        self._recovered: set[tuple[bytes, Promise]] = set()

    def play(self, kills: Sequence[int] = ()) -> Trace | None:
        """The story once, each process but the last killed before that call; None if one ends before it is killed.

        After a kill the next process recovers, appends and seals.
        """
        root = _fresh(self._scratch / "live")
        root.mkdir()
        room, tell = Room(root / HOME), self._story.tell
        with Recorder(root).recording(seed=1):
            self._story.before(room)
        before, recorder = read_tree(root), Recorder(root)
        for number, kill_at in enumerate((*kills, None), 2):
            recorder.kill_at = kill_at
            with recorder.recording(seed=number):
                try:
                    tell(Writer(room, recorder.promise))
                except Killed:
                    recorder.revive()
                else:
                    break
            tell = self._go_on
        trace = Trace(before, tuple(recorder.events))
        assert _arrived(trace) == read_tree(root), "expected the model to hold what the disk holds"
        return trace if number == len(kills) + 2 else None

    def examine(self, trace: Trace, *, ways: int, chance: Random) -> None:
        """Loses power after each call and promise since the last death, in so many ways at most.

        What a sync leaves open was open before it already, and is after the next call.
        """
        disk, promised = Disk(trace.before), Promise(_whole_lines(trace.before))
        last_death = max((n for n, event in enumerate(trace.events) if isinstance(event, Death)), default=-1)
        for number, event in enumerate(trace.events):
            if isinstance(event, Promise):
                promised = event
            if isinstance(event, Call):
                disk.do(event)
            if number > last_death and not (isinstance(event, Call) and event.verb == "sync"):
                for state in disk.states(ways, chance):
                    self._meet(state, promised, event)

    def _go_on(self, writer: Writer) -> None:
        recover(writer.room, self._story)
        with writer.open() as ledger:
            writer.append(ledger, 10, 600, 1_800)
            writer.seal(ledger)

    def _meet(self, state: Tree, promised: Promise, event: Event) -> None:
        """Counts a state; recovers it, unless one that is alike was, and now and then all the same."""
        known = digest(state)
        self._figures.states += 1
        if (known, promised) in self._met:
            return
        self._met.add((known, promised))
        self._figures.distinct.add(known)
        alike = (self._likeness.of(state), promised)
        if alike not in self._recovered or known[0] % _ALL_THE_SAME == 0:
            self._recovered.add(alike)
            self._recover(state, promised, event, again=known[1] % _AGAIN == 0)

    def _recover(self, state: Tree, promised: Promise, event: Event, *, again: bool) -> None:
        figures, root = self._figures, _fresh(self._scratch / "crashed")
        figures.recovered += 1
        write_tree(state, root)
        room = Room(root / HOME, clock=ticking(START + timedelta(days=2)))
        for fault in islice(faults(room, promised, lambda: recover(room, self._story), again=again), 1):
            there = _lines(state).startswith(promised.lines)
            (figures.false if there else figures.lost).append(f"{fault}; power was lost after: {event}")


def _fresh(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    return folder


def _lines(tree: Tree) -> bytes:
    return tree.get(_LEDGER) or b""


def _whole_lines(tree: Tree) -> bytes:
    lines, newline, _ = _lines(tree).rpartition(b"\n")
    return lines + newline


def _arrived(trace: Trace) -> Tree:
    """What the disk holds if everything reaches it."""
    disk = Disk(trace.before)
    for event in trace.events:
        if isinstance(event, Call):
            disk.do(event)
    return disk.now()
