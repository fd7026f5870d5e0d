"""Mutation testing of `harvest/ledger`: does some test fail for each small wrong change?

`make mutants`, or `python -m tools.mutants MODULE...` for some modules. A mutant is one change by one of the
operators of `tools/mutants/operators.py`, held in memory: no source file is touched. It is tried in a forked child
that runs, fastest first, only those tests of `tests/ledger` that run the changed line. What no test notices must
stand in `survivors.toml` with a reason; what stands there is tried again only when asked for (`--listed`).

Left out, because a change there shows nothing about the tests:

- docstrings, annotations, imports, type aliases, `if TYPE_CHECKING`, `__all__`;
- the words of error messages and hints, and where they are cut; `raise ... from`;
- decorators and their arguments (`frozen`, `slots`).

Processes that a test starts run the code as it stands, not the mutant.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tools.mutants.children import End
from tools.mutants.mutant import Mutant, Source
from tools.mutants.survivors import listed, outdated, unlisted
from tools.mutants.trial import Suite, Trial

_ROOT: Final = Path(__file__).resolve().parents[2]
_LEDGER: Final = _ROOT / "harvest" / "ledger"
_SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
FLOOR: Final = 95.0
"""Per cent of the mutants that the tests must notice."""
_TELL_EVERY: Final = 100


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 where enough are killed and every survivor is listed."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutants", description="Tries small wrong changes of harvest/ledger."
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="of harvest/ledger, without .py; all without it")
    parser.add_argument("--listed", action="store_true", help="try the listed survivors, too: is the list still right?")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="children at a time")
    asked = parser.parse_args(arguments)
    paths = [_LEDGER / f"{name.replace('.', '/')}.py" for name in asked.modules] or sorted(_LEDGER.rglob("*.py"))
    sources = {path: Source(path, _name(path), path.read_text(encoding="utf-8")) for path in paths}
    mutants = [mutant for source in sources.values() for mutant in source.mutants]
    reasons = listed(_SURVIVORS)
    believed = [mutant for mutant in mutants if str(mutant) in reasons and not asked.listed]
    tried = [mutant for mutant in mutants if mutant not in believed]
    began = time.monotonic()
    told = _Progress(len(tried))
    os.chdir(_ROOT)
    suite = Suite(_LEDGER, "harvest.ledger", ("tests/ledger",))
    trial = Trial(sources, suite, workers=asked.workers, told=told)
    ends = [*trial.run(tried), *((mutant, End.SURVIVED) for mutant in believed)]
    return _report(ends, reasons, len(tried), time.monotonic() - began)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(_LEDGER).with_suffix("").parts)


class _Progress:
    """A line now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._told = 0

    def __call__(self, mutant: Mutant, end: End) -> None:
        self._told += 1
        if self._told % _TELL_EVERY == 0:
            sys.stderr.write(f"{self._told} of {self._total}: {mutant.module}\n")
        if end is End.SURVIVED:
            sys.stderr.write(f"survived {mutant}\n")


def _report(ends: Sequence[tuple[Mutant, End]], reasons: Mapping[str, str], tried: int, seconds: float) -> int:
    names = sorted({mutant.module for mutant, _ in ends})
    print(f"{'module':<12}{'mutants':>8}{'killed':>8}{'of them by time':>17}{'survived':>10}{'killed %':>10}")
    for name in names:
        print(_row(name, Counter(end for mutant, end in ends if mutant.module == name)))
    total = Counter(end for _, end in ends)
    print(_row("all", total), f"  {seconds:,.0f} s")
    killed = total.total() - total[End.SURVIVED]
    print(f"{killed} killed of {tried} tried; {len(ends) - tried} listed and not tried again")
    survived = [str(mutant) for mutant, end in ends if end is End.SURVIVED]
    new, gone = unlisted(survived, reasons), outdated(survived, names, reasons)
    for name in new:
        print(f"survived, not in {_SURVIVORS.name}: {name}")
    for name in gone:
        print(f"in {_SURVIVORS.name}, but no survivor: {name}")
    share = 100 * (1 - total[End.SURVIVED] / total.total())
    if share < FLOOR:
        print(f"expected {FLOOR} % killed at least, got {share:.1f} %")
    return int(bool(new) or bool(gone) or share < FLOOR)


def _row(name: str, ends: Counter[End]) -> str:
    number, survived, late = ends.total(), ends[End.SURVIVED], ends[End.TIMED_OUT]
    share = 100 * (1 - survived / number) if number else 100.0
    return f"{name:<12}{number:>8}{number - survived:>8}{late:>17}{survived:>10}{share:>10.1f}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
