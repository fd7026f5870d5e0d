"""Contestants measured in turn, round after round, so that whatever else the machine does falls on all of them."""

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Clock = Callable[[], float]
"""Seconds since some moment."""
Timed = Callable[[], float]
"""Does its work once and returns the seconds that count."""


def processor() -> float:
    """Seconds that this process and those that it waited for have computed."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


CLOCKS: Final[Mapping[str, Clock]] = {"wall": time.perf_counter, "processor": processor}
"""`processor` is for a machine that others use meanwhile: it counts no waiting, and two processes together."""


class NotInstalled(Exception):
    """A peer that this environment lacks."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Seconds of each contestant, a value for each round; none for one that is not installed."""

    seconds: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """Seconds of the middle round."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, to: str) -> float:
        """How many times as fast as `to`: the middle one of the rounds' own ratios."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return statistics.median(other / own for own, other in pairs)

    def table(self, head: str, work: Mapping[str, tuple[str, float]], against: tuple[str, ...]) -> str:
        """A row for each contestant: what it does in a second, and how many times as fast as some it was.

        Args:
            head: the table's name, above the contestants.
            work: units of work of one round, a name and a number for each column.
            against: contestants to compare with, a column each.
        """
        columns = [f"{unit + '/s':>14}" for unit in work] + [f"{'to ' + name:>{_wide(name)}}" for name in against]
        return "\n".join([f"{head:44}" + "".join(columns), *(self._row(name, work, against) for name in self.seconds)])

    def _row(self, name: str, work: Mapping[str, tuple[str, float]], against: tuple[str, ...]) -> str:
        if not self.seconds[name]:
            return f"{name:44}{'not installed':>14}"
        rates = [f"{amount / self.median(name):14{shown}}" for shown, amount in work.values()]
        ratios = [f"{self.ratio(name, other):{_wide(other)}.3f}" for other in against]
        return f"{name:44}" + "".join(rates + ratios)


def _wide(name: str) -> int:
    return len(name) + 6


def measured(contestants: Mapping[str, Timed], rounds: int) -> Rounds:
    """Lets every contestant run once in each round, beginning with another one each time."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            try:
                seconds[name].append(contestants[name]())
            except NotInstalled:
                continue
    return Rounds(seconds)
