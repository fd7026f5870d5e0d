"""Every row of the format's table of attacks ("What verification finds, and what it cannot"), many times over.

Each attack says itself what has to be found: the exit code, and the line of the first divergence. Both verifiers are
asked, ours at each depth.
"""

from collections import Counter
from contextlib import suppress
from functools import cache
from random import Random
from unittest.mock import patch

import pytest

from harvest.ledger import Depth
from harvest.ledger.anchor import Anchor
from tests.tools.files import Files
from tests.torture import broken
from tests.torture.attacks import beside, bytes_of_lines, rewrites, tails
from tests.torture.attacks.scene import Attack, Outcome, Scene, Unsuitable
from tests.torture.broken import Fault
from tests.torture.chronicle import healthy
from tests.torture.place import Place, answer, places
from tests.torture.scale import said, scaled

ATTACKS = (*bytes_of_lines.ATTACKS, *tails.ATTACKS, *rewrites.ATTACKS, *beside.ATTACKS)
INSTANCES = scaled(3, 1_000)
LEDGERS = scaled(40, 300)


@cache
def scenery() -> tuple[Files, ...]:
    """Finished ledgers that every verifier finds valid."""
    with places() as written, places() as place:
        sound = []
        for seed in range(LEDGERS):
            place.lay(files := healthy(written.folder, seed))
            if place.ours() == (0, None):
                sound.append(files)
    return tuple(sound)


def attacked(attack: Attack, seed: int) -> Outcome:
    """The attack on a ledger of its choice."""
    chance = Random(f"{attack.name} {seed}")
    for _ in range(10_000):
        files, other = chance.sample(scenery(), 2)
        with suppress(Unsuitable):
            return attack.make(Scene(chance, files, other))
    raise LookupError(f"expected a ledger for {attack.name!r}, got none")


def missed(place: Place, outcome: Outcome) -> list[str]:
    """What was not found, or not named right; nothing where all is said as it should be."""
    place.lay(outcome.files)
    deep, fast = (place.report(depth, origin=outcome.origin) for depth in (Depth.DEEP, Depth.FAST))
    wrong = []
    for report, code in ((deep, outcome.code), (fast, outcome.code if outcome.fast is None else outcome.fast)):
        line = report.first_divergence.line if report.first_divergence else None
        if (answer(report)[0], line) != (code, outcome.line if code == 1 else None):
            wrong.append(f"expected {code} in line {outcome.line}, got {report.lines()[:2]}")
    contradicted = [at.line for at in deep.contradictions]
    if outcome.contradicted is not None and (
        not contradicted or outcome.contradicted not in (0, contradicted[0]) or deep.exit_code != 1
    ):
        wrong.append(f"expected a contradiction in line {outcome.contradicted}, got {deep.lines()[:3]}")
    theirs, words = place.theirs()
    if theirs != answer(deep):
        wrong.append(f"the second verifier: {words}")
    return wrong


def test_the_table_has_at_least_twenty_distinct_attacks_in_every_row() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 20
    assert len({attack.row for attack in ATTACKS}) == 9


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.replace(" ", "-"))
def test_an_attack_is_found_as_the_table_says(attack: Attack) -> None:
    wrong: list[str] = []
    codes: Counter[int] = Counter()
    with places() as place:
        for seed in range(INSTANCES):
            outcome = attacked(attack, seed)
            codes[outcome.code] += 1
            wrong += [f"{seed}: {fault}" for fault in missed(place, outcome)]
    said(
        f"attack {attack.name!r} ({attack.row}): {codes.total()} instances, verdicts {dict(codes)}, {len(wrong)} missed"
    )
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:10])


@pytest.mark.parametrize("fault", broken.TOO_LAX, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_verifier_that_leaves_something_out_is_caught(fault: Fault) -> None:
    """Negative controls: each misses at least the attacks that it is known to miss."""
    names = {attack.name: attack for attack in ATTACKS}
    with places(second=fault.tool()) as place:
        for name in fault.misses:
            found = [fault for seed in range(4) for fault in missed(place, attacked(names[name], seed))]
            assert any(fault.startswith("the second verifier: ") for fault in found), name


def test_a_look_that_does_not_compare_roots_is_caught() -> None:
    """A negative control in Harvest's own verifier."""
    (attack,) = (attack for attack in ATTACKS if attack.name == "the last line changed")
    with places() as place, patch.object(Anchor, "hold", lambda *_: None):
        assert any(missed(place, attacked(attack, seed)) for seed in range(6))
