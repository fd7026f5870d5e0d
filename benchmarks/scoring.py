"""Figures for labels: F1, shares with their intervals, paired comparisons, reliability; nothing here knows a corpus."""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
Pairs = Sequence[tuple[str, str]]
"""(expected, given)."""

ROUNDS = 1_000
SEED = 20_261_121
Z = 1.959964


def f1(pairs: Pairs, label: str) -> float:
    """The F1 of one label; 0 where it is neither expected nor given."""
    right = sum(expected == given == label for expected, given in pairs)
    said = sum(given == label for _, given in pairs) + sum(expected == label for expected, _ in pairs)
    return 2 * right / said if said else 0.0


def macro_f1(pairs: Pairs, labels: Iterable[str]) -> float:
    """The mean F1 of the labels."""
    each = [f1(pairs, label) for label in labels]
    return sum(each) / len(each)


def accuracy(pairs: Pairs) -> float:
    """The share that is right."""
    return sum(expected == given for expected, given in pairs) / max(1, len(pairs))


def interval(of: Sequence[T], figure: Callable[[Sequence[T]], float]) -> tuple[float, float]:
    """The middle 95 % of a figure over samples drawn with replacement, always the same ones."""
    drawn = random.Random(SEED)  # noqa: S311 - drawn to measure, not to keep a secret
    told = sorted(figure(drawn.choices(of, k=len(of))) for _ in range(ROUNDS))
    return told[int(0.025 * ROUNDS)], told[int(0.975 * ROUNDS) - 1]


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's score)."""
    if not of:
        return 0.0, 1.0
    share, turn = count / of, Z * Z / of
    middle = (share + turn / 2) / (1 + turn)
    wide = Z / (1 + turn) * math.sqrt(share * (1 - share) / of + turn / (4 * of))
    return max(0.0, middle - wide), min(1.0, middle + wide)


def share(count: int, of: int) -> str:
    """`3 of 98, 3.1 % (1.0 to 8.6)`."""
    low, high = wilson(count, of)
    return f"{count} of {of}, {100 * count / max(1, of):.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def reliability(told: Sequence[tuple[float, bool]], edges: Sequence[float]) -> list[tuple[float, float, float, int]]:
    """For each bin of probabilities: its lower edge, the mean probability, the share that was right, and how many."""
    found = []
    for low, high in zip(edges, [*edges[1:], 1.01], strict=True):
        inside = [(p, right) for p, right in told if low <= p < high]
        if inside:
            mean = sum(p for p, _ in inside) / len(inside)
            found.append((low, mean, sum(right for _, right in inside) / len(inside), len(inside)))
    return found


def coverage(told: Sequence[tuple[float, bool]], wanted: float) -> tuple[float, float]:
    """The lowest threshold above which the wanted share is right, and the share that lies above it."""
    ordered = sorted(told, key=lambda each: -each[0])
    right, best = 0, (1.0, 0.0)
    for count, (probability, is_right) in enumerate(ordered, start=1):
        right += is_right
        if right / count >= wanted:
            best = (probability, count / len(ordered))
    return best
