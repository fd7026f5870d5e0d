"""How many entries a second become durable, beside other ways to keep them.

    python benchmarks/ledger_append.py [--entries N] [--singles N] [--rounds N] [--clock CLOCK] [--folder FOLDER]

Entries are of 1 KB and are appended a thousand at a time, then one at a time; each thousand, or each one, is on the
disk before the next begins. Ours are chained, put in the tree and read back, and a head is signed every thousand. Each
round gives every contestant a new file in FOLDER (a temporary folder by default; it should lie on a disk, not in
memory) and takes all in turn. sqlite is asked for WAL and synchronous=FULL and has no chain: once it is given finished
lines of the same size, once entries that it must spell itself, as any program would. The JSON chains hash a record
spelt anew; they read nothing back and have no tree and no signed head. On a machine that others use,
`--clock processor` counts what was computed, and no waiting for the disk.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ledger_entries import Place, generated, source
from ledger_peers import ChainedFile, Rows, SpeltRows, StoredTree, SyncedFile, by_rfc8785, plain_json
from side_by_side import CLOCKS, Clock, Timed, measured

GROUP: Final = 1_000
HARVEST, BARE, ROWS, SPELT = "harvest", "write+fsync", "sqlite", "sqlite+json"
T = TypeVar("T")


class Kept(Protocol):
    """Something open that groups are appended to."""

    def append(self, group: Any, /) -> None:
        """Returns when the group is on the disk."""

    def close(self) -> None:
        """Lets go of it."""


class Ours:
    """A ledger; a group is a batch."""

    def __init__(self, folder: Path) -> None:
        self._ledger = Place(folder).opened()

    def append(self, bodies: Sequence[dict[str, Any]]) -> None:
        """One batch of sources."""
        with self._ledger.batch() as batch:
            for body in bodies:
                batch.append("source", body)

    def close(self) -> None:
        """Lets go of the file."""
        self._ledger.close()


def timed(folder: Path, clock: Clock, opened: Callable[[Path], Kept], groups: Sequence[Any]) -> Timed:
    """A contestant with a new file each time; only appending counts."""

    def once() -> float:
        with tempfile.TemporaryDirectory(dir=folder) as name, closing(opened(Path(name))) as kept:
            started = clock()
            for group in groups:
                kept.append(group)
            return clock() - started

    return once


def in_groups(each: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """As many at a time."""
    return (each[start : start + size] for start in range(0, len(each), size))


def contestants(
    bodies: Sequence[Any], lines: Sequence[bytes], size: int
) -> dict[str, tuple[Callable[[Path], Kept], Sequence[Any]]]:
    """What everybody opens in a folder, and the same entries in groups of that size as each wants them."""
    told, finished = list(in_groups(bodies, size)), list(in_groups(lines, size))
    return {
        HARVEST: (Ours, told),
        ROWS: (lambda at: Rows(at / "rows"), finished),
        SPELT: (lambda at: SpeltRows(at / "rows"), told),
        BARE: (lambda at: SyncedFile(at / "lines"), list(map(b"".join, finished))),
        "a chain by rfc8785": (lambda at: ChainedFile(at / "chain", by_rfc8785()), told),
        "a chain by json": (lambda at: ChainedFile(at / "chain", plain_json), told),
        "pymerkle.SqliteTree": (lambda at: StoredTree(at / "tree"), finished),
    }


def report(folder: Path, entries: int, size: int, *, rounds: int, clock: Clock) -> str:
    """The table for one size of groups."""
    bodies = [source(number) for number in range(1, entries + 1)]
    lines = generated(folder, entries).path.read_bytes().splitlines(keepends=True)
    each = contestants(bodies, lines, size)
    told = measured({name: timed(folder, clock, *contestant) for name, contestant in each.items()}, rounds)
    work = {"entries": (",.0f", entries), "MB": (",.1f", sum(map(len, lines)) / 1e6)}
    return told.table(f"{entries:,} entries, {size:,} at a time", work, (BARE, ROWS, SPELT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--singles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="harvest-append-") as name:
        print(
            f"medians of {asked.rounds} rounds, {asked.clock} time; ratios say how many times as fast as the one named"
        )
        for entries, size in ((asked.entries, GROUP), (asked.singles, 1)):
            print("\n" + report(Path(name), entries, size, rounds=asked.rounds, clock=CLOCKS[asked.clock]))


if __name__ == "__main__":
    main()
