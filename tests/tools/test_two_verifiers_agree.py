"""`harvest verify` and `tools/verify_ledger.py` say the same of every ledger, sound, damaged or forged.

HARVEST_MUTATIONS=20000 asks for so many mutations in place of some hundreds.
"""

import functools
import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from harvest.ledger import Depth, verify
from tests.tools.book import Shelf, load_tool
from tests.tools.files import Files
from tests.tools.mutations import mutate
from tests.tools.shelves import shelves

SEEDS = 8
PER_SEED = int(os.environ.get("HARVEST_MUTATIONS", "480")) // SEEDS

Answer = tuple[int, int | None]
"""Exit code, and the line of the first divergence if there is one."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where the tool meets each case; it asks openssl only once about the same signature."""
    tool = load_tool()
    tool._signed = functools.cache(tool._signed)  # type: ignore[attr-defined] # the module was loaded from its path
    return Shelf(tmp_path_factory.mktemp("case"), tool)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, shelf: Shelf) -> list[Files]:
    folder = tmp_path_factory.mktemp("sound")
    return list(shelves(folder, lambda place: Shelf(place, shelf.tool)))


def laid_out(shelf: Shelf, files: Files) -> Path | None:
    """Puts the files where both verifiers look; the checkpoint for `--against`, if there is one."""
    against = shelf.folder / "kept"
    shelf.head.parent.mkdir(parents=True, exist_ok=True)
    places = {
        shelf.ledger: files.ledger,
        shelf.checkpoint: files.checkpoint,
        shelf.history: files.history,
        shelf.head: files.head,
        against: files.against,
    }
    for path, stored in places.items():
        if stored is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(stored)
    return None if files.against is None else against


def ours(shelf: Shelf, against: Path | None) -> Answer:
    """Of a broken link `harvest verify` names the line that was changed, where it can tell; here, where it shows.

    What lines contradict of each other is no rule of the format, and the tool does not look at it.
    """
    report = verify(shelf.ledger, state=shelf.state, against=against, depth=Depth.DEEP)
    report = replace(report, contradictions=())
    divergence = report.first_divergence
    if divergence is None:
        return report.exit_code, None
    shown = divergence.line + divergence.expected.startswith("leaf ")
    return report.exit_code, max(shown, 1)


def theirs(shelf: Shelf, against: Path | None) -> tuple[Answer, str]:
    code, printed = shelf.verify(*(("--against", against) if against else ()))
    place = re.match(r"BROKEN line (\d+), byte \d+: expected ", printed)
    return (code, int(place[1]) if place else None), printed


def test_they_agree_on_what_harvest_wrote(shelf: Shelf, sound: list[Files]) -> None:
    answers = []
    for files in sound:
        against = laid_out(shelf, files)
        answers.append(ours(shelf, against))
        assert theirs(shelf, against)[0] == answers[-1]
    assert answers == [(0, None), (0, None), (2, None), (0, None), (0, None)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_they_agree_on_what_was_damaged_or_forged(shelf: Shelf, sound: list[Files], seed: int) -> None:
    chance = Random(seed)
    seen: Counter[int] = Counter()
    disagreements = []
    for number in range(PER_SEED):
        files, other = chance.sample(sound, 2)
        name, damaged = mutate(chance, files, other)
        against = laid_out(shelf, damaged)
        one, (two, printed) = ours(shelf, against), theirs(shelf, against)
        seen[one[0]] += 1
        if one != two:
            report = verify(shelf.ledger, state=shelf.state, against=against, depth=Depth.DEEP).first_divergence
            disagreements.append(f"{seed}/{number} {name}: {one} {report} != {two} {printed[:200]}")
    assert not disagreements, f"{len(disagreements)}: " + "\n".join(disagreements[:25])
    assert seen[1] > seen.total() / 2
