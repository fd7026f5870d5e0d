"""No false alarms: of ledgers that Harvest wrote, whatever may have happened to them, nobody finds one broken."""

import json
from collections import Counter
from unittest.mock import patch

import pytest

from harvest.ledger import Depth
from harvest.ledger.entry import KNOWN_TYPES
from tests.torture.chronicle import healthy
from tests.torture.place import Place, answer, places
from tests.torture.scale import said, scaled

LEDGERS = scaled(96, 10_000)
SHARES = 4


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


def test_a_verifier_that_wants_a_later_time_in_each_line_is_caught_by_its_false_alarms() -> None:
    """The negative control: times may repeat."""
    with places() as written, places() as place:
        files = healthy(written.folder, 0)
        place.lay(files)
        times = [json.loads(line)["time"] for line in files.lines]
        refused = next(number for number in range(1, len(times)) if times[number] == times[number - 1])
        strict = patch.object(Place, "theirs", lambda _: ((1, refused + 1), f"BROKEN line {refused + 1}"))
        with strict:
            assert _alarms(place, _expected(files.lines, files.checkpoint or b""))


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
