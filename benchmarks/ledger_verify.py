"""How fast a ledger is verified, beside one call of SHA-256 over the same bytes, and beside other ways to check.

    python benchmarks/ledger_verify.py [--entries N] [--rounds N] [--clock CLOCK] [--folder FOLDER]

Lines are of 1 KB, and the ledger lies in the page cache, as it does for everybody in each round. `sha256` hashes bytes
that are in memory already, with OpenSSL, in one call: no reader of a file can be faster. `harvest` checks every line,
the chain, the tree and the signed heads, in one process unless it says otherwise; `--quick` compares the bytes that an
earlier look found right by one digest; `--deep` reads every entry's meaning too (there are no snapshots and no content
here). sqlite's own check knows its pages and no row's content. The JSON chains spell each record anew to hash it.
pymerkle's root must be ours. On a machine that others use, `--clock processor` counts what was computed, no waiting.
"""

import argparse
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ledger_entries import Place, generated, source
from ledger_peers import Dumps, JsonChain, Rows, by_rfc8785, plain_json, root_in_memory
from side_by_side import CLOCKS, Clock, NotInstalled, Timed, measured

from harvest.ledger import Depth, Report, Verdict, verify

HASHED: Final = "sha256"
OURS: Final = "harvest"


def timed(clock: Clock, work: Callable[[], Any]) -> Timed:
    """A contestant without anything to make ready.

    Nobody leaves anything in memory: a process that holds much takes long to fork, and two of ours would pay for it.
    """

    def once() -> float:
        started = clock()
        work()
        return clock() - started

    return once


def verified(place: Place, depth: Depth, processes: int) -> Report:
    """The report of a ledger that must be whole."""
    report = verify(place.path, state=place.state, depth=depth, processes=processes)
    if report.verdict is not Verdict.VALID:
        raise ValueError("\n".join(report.lines()))
    return report


def file_hashed(path: Path) -> None:
    """One digest of a file that is read for it."""
    with path.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")


def sha256sum(path: Path) -> None:
    """The command of that name."""
    if not shutil.which("sha256sum"):
        raise NotInstalled
    subprocess.run(["sha256sum", str(path)], check=True, stdout=subprocess.DEVNULL)  # noqa: S607 - a peer on the path


def followed(path: Path, dumps: Callable[[], Dumps]) -> None:
    """A JSON chain, from its first record to its last."""
    with path.open("rb") as stream:
        JsonChain(dumps()).follow(stream)


def timed_digest(clock: Clock, path: Path) -> Timed:
    """One call over bytes that were read before."""

    def once() -> float:
        stored = path.read_bytes()
        started = clock()
        hashlib.sha256(stored)
        return clock() - started

    return once


def same_root(path: Path, expected: str) -> None:
    """The root by pymerkle."""
    with path.open("rb") as lines:
        root = root_in_memory(lines)
    if base64.b64encode(root).decode() != expected:
        raise ValueError(f"expected root {expected}, got another by pymerkle")


def contestants(folder: Path, place: Place, entries: int) -> dict[str, Callable[[], Any]]:
    """Everybody who reads a file of the same entries."""
    root = verified(place, Depth.QUICK, 1).root
    rows, chain = Rows(folder / "rows"), folder / "chain"
    with place.path.open("rb") as lines:
        rows.append(lines)
    spell = JsonChain(plain_json).line
    with chain.open("wb") as spelt:
        spelt.writelines(spell(source(number)) for number in range(1, entries + 1))
    return {
        "sha256 of the file": partial(file_hashed, place.path),
        "sha256sum": partial(sha256sum, place.path),
        OURS: partial(verified, place, Depth.FAST, 1),
        "harvest, two processes": partial(verified, place, Depth.FAST, 2),
        "harvest --quick": partial(verified, place, Depth.QUICK, 1),
        "harvest --deep": partial(verified, place, Depth.DEEP, 1),
        "sqlite, every row read": rows.read,
        "sqlite, integrity_check": rows.check,
        "pymerkle.InmemoryTree, the root": partial(same_root, place.path, root),
        "a chain by rfc8785": partial(followed, chain, by_rfc8785),
        "a chain by json": partial(followed, chain, lambda: plain_json),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="harvest-verify-") as name:
        place = generated(Path(name), asked.entries)
        size = place.path.stat().st_size / 1e6
        clock, works = CLOCKS[asked.clock], contestants(Path(name), place, asked.entries)
        each = {name: timed(clock, work) for name, work in works.items()}
        told = measured({HASHED: timed_digest(clock, place.path), **each}, asked.rounds)
    print(f"{size:,.1f} MB, {os.cpu_count()} cores; medians of {asked.rounds} rounds, {asked.clock} time")
    work = {"entries": (",.0f", asked.entries), "MB": (",.1f", size)}
    print(told.table(f"{asked.entries:,} entries", work, (HASHED, OURS)))


if __name__ == "__main__":
    main()
