"""How many entries a second become durable, beside other ways to keep them.

    python benchmarks/ledger_append.py [--entries N] [--singles N] [--rounds N] [--folder FOLDER]

Entries are of 1 KB and are appended a thousand at a time, then one at a time; each thousand, or each one, is on the
disk before the next begins. Ours are chained, put in the tree and read back, and a head is signed every thousand. Each
round gives every contestant a new file in FOLDER (a temporary folder by default; it should lie on a disk, not in
memory) and takes all in turn. sqlite is asked for WAL and synchronous=FULL and has no chain: once it is given finished
lines of the same size, once entries that it must spell itself, as any program would. The JSON chains hash a record
spelt anew; they read nothing back and have no tree and no signed head.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ledger_entries import Place, generated, source
from ledger_peers import ChainedFile, Rows, SpeltRows, StoredTree, SyncedFile, by_rfc8785, plain_json
from side_by_side import Timed, measured

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


def timed(folder: Path, opened: Callable[[Path], Kept], groups: Sequence[Any]) -> Timed:
    """A contestant with a new file each time; only appending counts."""

    def once() -> float:
        with tempfile.TemporaryDirectory(dir=folder) as name, closing(opened(Path(name))) as kept:
            started = time.perf_counter()
            for group in groups:
                kept.append(group)
            return time.perf_counter() - started

    return once


def in_groups(each: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """As many at a time."""
    return (each[start : start + size] for start in range(0, len(each), size))


def contestants(folder: Path, bodies: Sequence[Any], lines: Sequence[bytes], size: int) -> dict[str, Timed]:
    """Everybody, on the same entries in groups of that size."""
    told, finished = list(in_groups(bodies, size)), list(in_groups(lines, size))
    return {
        HARVEST: timed(folder, Ours, told),
        ROWS: timed(folder, lambda at: Rows(at / "rows"), finished),
        SPELT: timed(folder, lambda at: SpeltRows(at / "rows"), told),
        BARE: timed(folder, lambda at: SyncedFile(at / "lines"), list(map(b"".join, finished))),
        "a chain by rfc8785": timed(folder, lambda at: ChainedFile(at / "chain", by_rfc8785()), told),
        "a chain by json": timed(folder, lambda at: ChainedFile(at / "chain", plain_json), told),
        "pymerkle.SqliteTree": timed(folder, lambda at: StoredTree(at / "tree"), finished),
    }


def report(folder: Path, entries: int, size: int, rounds: int) -> str:
    """The table for one size of groups."""
    bodies = [source(number) for number in range(1, entries + 1)]
    lines = generated(folder, entries).path.read_bytes().splitlines(keepends=True)
    told = measured(contestants(folder, bodies, lines, size), rounds)
    work = {"entries": (",.0f", entries), "MB": (",.1f", sum(map(len, lines)) / 1e6)}
    return told.table(f"{entries:,} entries, {size:,} at a time", work, (BARE, ROWS, SPELT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--singles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="harvest-append-") as name:
        print(f"medians of {asked.rounds} rounds; a ratio says how many times as fast as the one it names\n")
        print(report(Path(name), asked.entries, GROUP, asked.rounds), end="\n\n")
        print(report(Path(name), asked.singles, 1, asked.rounds))


if __name__ == "__main__":
    main()
