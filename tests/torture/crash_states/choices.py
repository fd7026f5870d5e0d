"""What a loss of power leaves open: each choice alone, and all of them together."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

Picks = tuple[int, ...]
"""For each choice, in order, which of its conditions the disk was left in."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that no sync covers: the moments at which it took each of its conditions, the durable one first."""

    moments: tuple[int, ...]
    metadata: bool

    def at(self, moment: int) -> int:
        """Its condition at a moment."""
        return max(index for index, since in enumerate(self.moments) if since <= moment or index == 0)


def left(choices: Sequence[Choice], budget: int, chance: Random) -> Iterator[Picks]:
    """Every combination of conditions, or `budget` different ones, those of a journal first."""
    ranges = [range(len(choice.moments)) for choice in choices]
    if math.prod(map(len, ranges)) <= budget:
        yield from product(*ranges)
        return
    seen: set[Picks] = set()
    for picks in _sampled(choices, chance):
        if picks not in seen:
            seen.add(picks)
            yield picks
        if len(seen) == budget:
            return


def _sampled(choices: Sequence[Choice], chance: Random) -> Iterator[Picks]:
    """Nothing and everything, each journal with its sectors old, new and torn, each choice alone; then at random."""
    old = tuple(0 for _ in choices)
    new = tuple(len(choice.moments) - 1 for choice in choices)
    yield old
    yield new
    for moment in sorted({moment for choice in choices if choice.metadata for moment in choice.moments}):
        for share in (0.0, 1.0, 0.5, 0.9):
            yield tuple(choice.at(moment) if choice.metadata else _torn(choice, share, chance) for choice in choices)
    for index in chance.sample(range(len(choices)), len(choices)):
        yield (*new[:index], 0, *new[index + 1 :])
        yield (*old[:index], new[index], *old[index + 1 :])
    while True:
        share = chance.choice((0.1, 0.5, 0.9, 0.97))
        yield tuple(_torn(choice, share, chance) for choice in choices)


def _torn(choice: Choice, share: float, chance: Random) -> int:
    """The newest condition with that probability, an older one otherwise."""
    newest = len(choice.moments) - 1
    return chance.randrange(newest) if newest and chance.random() >= share else newest
