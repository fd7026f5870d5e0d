"""`harvest verify` and `tools/verify_ledger.py` say the same of a million ledgers, damaged and forged at random.

Compared are exit code and line, ours at depth DEEP without what lines say of one another beyond the format's own
rules. The default FAST has to give the same exit code wherever the heads are as they were, content left aside; every
fourth of them is looked at so.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from random import Random

import pytest

from harvest.ledger import Depth
from tests.tools.book import Shelf, load_tool
from tests.tools.files import Files
from tests.tools.shelves import shelves
from tests.torture import broken
from tests.torture.broken import Fault
from tests.torture.chronicle import healthy
from tests.torture.damage import damaged
from tests.torture.place import Place, places
from tests.torture.scale import said, scaled

SHARES = scaled(4, 8)
INSTANCES = scaled(480, 1_000_000) // SHARES
FAST_EACH = 4
"""One in so many is also looked at in the fast way."""
BY_OPENSSL = scaled(0, 2_000)
LONGEST = 8
"""Lines of a ledger to be damaged: the rules do not depend on its length, the time does."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, ...]:
    """Healthy ledgers: of each kind, and short ones at random, with content and without."""
    folder = tmp_path_factory.mktemp("sound")
    kinds = tuple(shelves(folder, lambda place: Shelf(place, load_tool())))
    with places() as written:
        every = (replace(healthy(written.folder, seed, most=3), archive={}) for seed in count())
        short = tuple(islice((files for files in every if len(files.lines) <= LONGEST), 24))
        erasable = tuple(islice((files for files in every if files.content and len(files.lines) <= 3 * LONGEST), 6))
    return (*kinds, *short, *erasable)


def disagreement(place: Place, before: Files, after: Files, *, also_fast: bool = True) -> tuple[int, str]:
    """The exit code, and how the verifiers disagree; nothing where they agree."""
    place.lay(after)
    try:
        ours = place.ours()
        heads_hold = (before.checkpoint, before.history, before.head) == (after.checkpoint, after.history, after.head)
        looked = also_fast and heads_hold and before.content == after.content
        fast = place.ours(Depth.FAST)[0] if looked else None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault of ours
        return 9, f"harvest verify raised {error!r}"
    theirs, words = place.theirs()
    if ours != theirs:
        return ours[0], f"deep {ours}, second {theirs}: {words[:200]}"
    if fast not in (None, ours[0]) and not _of_content(place):
        return ours[0], f"deep {ours}, fast {fast}"
    return ours[0], ""


def _of_content(place: Place) -> bool:
    """Is it content alone that is not as it should be?"""
    at = place.report().first_divergence
    return at is not None and at.expected.startswith(("content ", "a commitment "))


def cases(sound: tuple[Files, ...], chance: Random) -> Iterator[tuple[str, Files, Files]]:
    """The name of what was done, the files before and after; without end."""
    while True:
        files, other = chance.sample(sound, 2)
        name, after = damaged(chance, files, other)
        yield name, files, after


@pytest.mark.parametrize("share", range(SHARES))
def test_they_agree_on_whatever_was_damaged_or_forged(sound: tuple[Files, ...], share: int) -> None:
    codes: Counter[int] = Counter()
    faults = []
    with places() as place:
        for number, (name, before, after) in enumerate(islice(cases(sound, Random(share)), INSTANCES)):
            code, fault = disagreement(place, before, after, also_fast=number % FAST_EACH == 0)
            codes[code] += 1
            if fault:
                faults.append(f"{share}/{number} {name}: {fault}")
    said(f"two verifiers, share {share}: {codes.total()} inputs, verdicts {dict(codes)}, {len(faults)} disagreements")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:25])
    assert codes[1] > codes.total() / 2
    assert codes[0] > 0 < codes[2]


def test_they_agree_where_openssl_is_asked(sound: tuple[Files, ...]) -> None:
    with places(openssl=True) as place:
        some = islice(cases(sound, Random(99)), max(BY_OPENSSL, 12))
        faults = [fault for _, before, after in some if (fault := disagreement(place, before, after)[1])]
    said(f"two verifiers, by openssl: {max(BY_OPENSSL, 12)} inputs, {len(faults)} disagreements")
    assert not faults


@pytest.mark.parametrize("fault", [*broken.TOO_LAX, *broken.TOO_STRICT], ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_verifier_with_one_fault_is_told_from_the_other(sound: tuple[Files, ...], fault: Fault) -> None:
    """Negative controls: some of the inputs must show it."""
    with places(second=fault.tool()) as place:
        some = islice(cases(sound, Random(7)), 3_000)
        assert any(disagreement(place, before, after)[1] for _, before, after in some)
