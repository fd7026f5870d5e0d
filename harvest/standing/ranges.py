"""Many sources in few words: `s1-s57 s59`, so that one line can say what a service said of all."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_RANGE: Final = re.compile(r"s([1-9]\d*)(?:-s([1-9]\d*))?")


def sids_said(sids: Iterable[str]) -> str:
    """The shortest way to name these sources, in their order; empty for none."""
    runs: list[list[int]] = []
    for number in sorted({int(sid[1:]) for sid in sids}):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(f"s{first}" if first == last else f"s{first}-s{last}" for first, last in runs)


def sids_in(said: str) -> Iterator[str]:
    """The sources that `sids_said` named.

    Raises:
        ValueError: it is not of that form.
    """
    for part in said.split():
        found = _RANGE.fullmatch(part)
        if found is None:
            raise ValueError(f"expected sources such as s1-s57 s59, got {part!r}")
        yield from (f"s{number}" for number in range(int(found[1]), int(found[2] or found[1]) + 1))
