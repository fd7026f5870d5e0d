"""No false alarms: of ledgers that Harvest wrote, whatever may have happened to them, nobody finds one broken."""

import json
from collections import Counter
from functools import cache

import pytest

from harvest.ledger import Depth
from harvest.ledger.entry import KNOWN_TYPES
from tests.tools.files import Files
from tests.torture import broken
from tests.torture.broken import Fault
from tests.torture.chronicle import healthy
from tests.torture.place import Place, answer, places
from tests.torture.scale import said, scaled

LEDGERS = scaled(48, 10_000)
SHARES = scaled(1, 4)


@pytest.mark.parametrize("share", range(SHARES))
def test_no_healthy_ledger_is_called_broken(share: int) -> None:
    types: Counter[str] = Counter()
    verdicts: Counter[int] = Counter()
    alarms: list[str] = []
    with places() as written, places() as place:
        for seed in range(share, LEDGERS, SHARES):
            files = healthy(written.folder, seed)
            place.lay(files)
            types.update(json.loads(line)["type"] for line in files.lines)
            verdicts[expected := _expected(files.lines, files.checkpoint or b"")] += 1
            alarms += [f"seed {seed}: {alarm}" for alarm in _alarms(place, expected)]
    assert not alarms, "\n".join(alarms[:20])
    assert types.keys() >= KNOWN_TYPES
    said(
        f"healthy ledgers, share {share}: {verdicts.total()} ledgers ({dict(verdicts)} by verdict), {types.total()} "
        f"entries of {len(types)} types, {len(Depth)} depths and the second verifier: {len(alarms)} false alarms"
    )


@cache
def some() -> tuple[Files, ...]:
    with places() as written:
        return tuple(healthy(written.folder, seed) for seed in range(8))


@pytest.mark.parametrize("fault", broken.TOO_STRICT, ids=lambda fault: fault.name)
def test_a_verifier_that_asks_for_too_much_is_caught_by_its_false_alarms(fault: Fault) -> None:
    """Negative controls."""
    alarms = []
    with places(second=fault.tool()) as place:
        for files in some():
            place.lay(files)
            alarms += _alarms(place, _expected(files.lines, files.checkpoint or b""))
    assert alarms
    assert all(alarm.startswith("second verifier: ") for alarm in alarms)


def _alarms(place: Place, expected: int) -> list[str]:
    """What is said against a healthy ledger, by either verifier, at any depth."""
    alarms = []
    for depth in Depth:
        report = place.report(depth)
        if answer(report) != (expected, None) or report.exit_code != expected:
            alarms.append(f"{depth}: expected {expected}, got {report.lines()}")
    theirs, words = place.theirs()
    return alarms if theirs == (expected, None) else [*alarms, f"second verifier: expected {expected}, got {words}"]


def _expected(lines: list[bytes], checkpoint: bytes) -> int:
    """0, or 2 where a run has not ended or lines stand above the newest head."""
    entries = [json.loads(line) for line in lines]
    begun, ended = (
        {entry["run"] for entry in entries if entry["type"] == kind} for kind in ("run-started", "run-finished")
    )
    return 2 if begun - ended or int(checkpoint.split(b"\n")[1]) < len(lines) else 0
