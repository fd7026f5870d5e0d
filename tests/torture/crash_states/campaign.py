"""All losses of power of one story, and of what comes after its processes were killed."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final
from unittest import mock

from harvest.ledger import Verifier
from tests.torture.crash_states.calls import Call
from tests.torture.crash_states.stories import STORIES
from tests.torture.crash_states.trial import Figures, Trial

_CALLS_OF_THE_SECOND: Final = 60


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried of a story.

    Attributes:
        ways: in how many ways each call of the story may lose power, at most; twice as many where files grow.
        kills: before how many of its calls the first process is killed.
        double_kills: how often the process after it is killed as well.
        ways_killed: as `ways`, for what comes after a kill.
    """

    ways: int
    kills: int
    double_kills: int
    ways_killed: int


SAMPLE: Final = Effort(ways=8, kills=1, double_kills=1, ways_killed=3)
WHOLE: Final = Effort(ways=220_000, kills=1_000, double_kills=30, ways_killed=700)


def campaign(scratch: Path, name: str, effort: Effort) -> Figures:
    """What came of one story; each signature is checked once, since a process sees the same ones over and over."""
    figures, chance = Figures(), Random(name)
    folder = scratch / name.replace(" ", "-")
    folder.mkdir()
    trial = Trial(folder, STORIES[name], figures)
    holds = functools.lru_cache(maxsize=1 << 15)(Verifier._holds)
    with mock.patch.object(Verifier, "_holds", holds):
        whole = trial.play()
        assert whole, "expected a story without kills to end"
        trial.examine(whole, ways=effort.ways, chance=chance)
        calls = sum(isinstance(event, Call) for event in whole.events)
        for points in _kills(calls, effort, chance):
            if killed := trial.play(points):
                trial.examine(killed, ways=effort.ways_killed, chance=chance)
    return figures


def _kills(calls: int, effort: Effort, chance: Random) -> Iterator[tuple[int, ...]]:
    """Before which call the first process is killed, and, for some, the second."""
    yield from ((call,) for call in chance.sample(range(calls), min(calls, effort.kills)))
    for _ in range(effort.double_kills):
        yield chance.randrange(calls), chance.randrange(_CALLS_OF_THE_SECOND)
