"""A scene that is played in this process, under pressure, and judged when the pressure is gone."""

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.ledger.room import Room
from tests.torture.faults.judge import violations
from tests.torture.faults.scenes import played, prepared
from tests.torture.faults.witness import Testimony, Witness


@dataclass(frozen=True)
class Outcome:
    """What the writer said, and what of it does not hold."""

    testimony: Testimony
    violations: list[str]


@dataclass
class Trial:
    """One scene, played over and over.

    Args:
        folder: where what it finds is kept.
        stage: where it is played.
        scene: its name.
        weight: bytes that each entry has beside its name.
    """

    folder: Path
    stage: Path
    scene: str
    weight: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self._before = _heard(lambda witness: prepared(self.scene, Room(self.folder), witness, weight=self.weight))

    def found(self) -> Testimony:
        """What was acknowledged before."""
        return Testimony().take(iter(self._before))

    def under(self, pressure: Callable[[], AbstractContextManager[None]]) -> Outcome:
        """Plays it anew while the pressure lasts, and judges what it left."""
        shutil.rmtree(self.stage, ignore_errors=True)
        shutil.copytree(self.folder, self.stage)
        room = Room(self.stage)

        def act(witness: Witness) -> None:
            with pressure():
                played(self.scene, room, witness, weight=self.weight)

        testimony = Testimony().take(iter([*self._before, *_heard(act)]))
        wrong: list[str] = []
        _heard(lambda witness: wrong.extend(violations(room, testimony, witness)))
        return Outcome(testimony, wrong)


def _heard(act: Callable[[Witness], None]) -> list[str]:
    """What is said to a witness while something is done."""
    ours, its = os.pipe()
    try:
        act(Witness(its))
    finally:
        os.close(its)
        with os.fdopen(ours, encoding="utf-8") as stream:
            said = stream.read()
    return said.splitlines()
