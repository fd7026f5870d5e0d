"""How right outcome, harms and claims are over the test half of the labels; see benchmarks/findings.py."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.recorded, pytest.mark.slow]

FLOORS = {"outcome": 0.45, "called improved and improved": 0.76, "harms": 0.69, "first": 0.42, "among": 0.71}
"""The lower bounds of the 95 % intervals that were measured when the weights were trained."""


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "findings.py"
    spec = importlib.util.spec_from_file_location("benchmark_findings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found(recorded: Path, benchmark: ModuleType) -> Sequence[Any]:
    return benchmark.read(row for row in benchmark.labelled(recorded) if row.half == "test")  # type: ignore[no-any-return]  # loaded from a path


def share(right: int, of: int) -> float:
    return right / of


def test_outcomes_are_as_right_as_they_were(found: Sequence[Any]) -> None:
    pairs = [(each.row.outcome, str(each.finding.outcome)) for each in found]
    assert share(sum(a == b for a, b in pairs), len(pairs)) >= FLOORS["outcome"]
    improved = [pair for pair in pairs if pair[1] == "improved"]
    assert share(sum(a == b for a, b in improved), len(improved)) >= FLOORS["called improved and improved"]


def test_the_direction_is_wrong_in_at_most_one_of_a_hundred(found: Sequence[Any], benchmark: ModuleType) -> None:
    pairs = [(each.row.outcome, str(each.finding.outcome)) for each in found]
    assert share(benchmark.direction_wrong(pairs), len(pairs)) <= 0.01


def test_harms_are_as_right_as_they_were(found: Sequence[Any]) -> None:
    pairs = [(each.row.harms, str(each.finding.harms)) for each in found]
    assert share(sum(a == b for a, b in pairs), len(pairs)) >= FLOORS["harms"]


def test_the_first_claim_is_what_the_reader_would_quote_as_often_as_it_was(
    found: Sequence[Any], benchmark: ModuleType
) -> None:
    told = [each for each in found if each.row.claims]
    assert len(told) >= 150
    first = sum(bool(each.claims) and benchmark.overlap(each.claims[0], each.row.claims[0]) for each in told)
    among = sum(
        bool(each.claims) and any(benchmark.overlap(each.claims[0], one) for one in each.row.claims) for each in told
    )
    assert share(first, len(told)) >= FLOORS["first"]
    assert share(among, len(told)) >= FLOORS["among"]


def test_no_claim_is_background(found: Sequence[Any], benchmark: ModuleType) -> None:
    assert sum(map(benchmark.background, found)) == 0
