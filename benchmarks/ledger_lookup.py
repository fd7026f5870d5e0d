"""How long it takes to find a line, or to prove it, in a ledger of a million entries.

    python benchmarks/ledger_lookup.py [--entries N] [--rounds N] [--folder FOLDER]

The index beside the ledger is made first, which is told apart; from then on it is current. `opening` opens ledger and
index anew each time. A look-up, and a proof, is for another line each time, drawn at random, always the same ones, by
an index that is open already. `bytes read` is what the system's calls for reading returned to the process (`rchar` of
/proc/self/io), beside what the ledger has. With FOLDER the ledger is kept there, and taken from there the next time.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ledger_entries import HEAD, Place, generated

from harvest.ledger import Index, prove

SEED: Final = 20_261_122
_COUNTERS: Final = Path("/proc/self/io")


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds and bytes read of one kind of work, a value for each time it was done."""

    seconds: Sequence[float]
    read: Sequence[int]

    def row(self, name: str) -> str:
        """Median and slow end in milliseconds, and the median of bytes."""
        ordered = sorted(self.seconds)
        slow = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
        median, read = statistics.median(ordered), statistics.median(self.read)
        return f"{name:28}{1_000 * median:14.3f}{1_000 * slow:14.3f}{read:14,.0f}"


def bytes_read() -> int:
    """What this process was given by calls for reading so far; 0 where the system does not count it."""
    if not _COUNTERS.exists():
        return 0
    return int(_COUNTERS.read_text().partition("\n")[0].removeprefix("rchar: "))


def costs(work: Callable[[Any], object], given: Sequence[Any]) -> Costs:
    """Does the work once for each thing given."""
    own = -bytes_read() + bytes_read()
    seconds, read = [], []
    for each in given:
        before, started = bytes_read(), time.perf_counter()
        work(each)
        seconds.append(time.perf_counter() - started)
        read.append(max(0, bytes_read() - before - own))
    return Costs(seconds, read)


def opened_once(place: Place) -> None:
    """Opens and closes, as a command does."""
    Index.open(place.path).close()


def report(place: Place, entries: int, rounds: int) -> str:
    """The table."""
    drawn = random.Random(SEED).sample(range(HEAD + 1, entries - 1), min(rounds, entries - HEAD - 2))  # noqa: S311 - drawn to measure, not to keep a secret
    sources = [seq - HEAD + 1 for seq in drawn]
    checkpoint = place.path.with_suffix(".checkpoint").read_bytes()
    made = costs(lambda _: Index.open(place.path).named("s1"), [None])
    opening = costs(lambda _: opened_once(place), drawn)
    with Index.open(place.path) as index:
        found = {
            "opening": opening,
            "by seq": costs(index.at, drawn),
            "by sN": costs(index.named, [f"s{number}" for number in sources]),
            "by key": costs(index.named, [f"pmid:{40_000_000 + number}" for number in sources]),
        }
    found["proof, opening included"] = costs(lambda seq: prove(place.path, seq, checkpoint), drawn)
    head = f"{'':28}{'median ms':>14}{'99 of 100 ms':>14}{'bytes read':>14}"
    return "\n".join([head, *(each.row(name) for name, each in found.items()), made.row("the index made, once")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    kept = nullcontext(asked.folder) if asked.folder else tempfile.TemporaryDirectory(prefix="harvest-lookup-")
    with kept as name:
        place = generated(Path(name), asked.entries)
        print(f"{asked.entries:,} entries, {place.path.stat().st_size:,} bytes; each {asked.rounds} times")
        print(report(place, asked.entries, asked.rounds))


if __name__ == "__main__":
    main()
