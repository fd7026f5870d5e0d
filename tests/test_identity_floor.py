"""How well documents are told apart may only rise; see benchmarks/identity.py for all figures."""

import gzip
import importlib.util
import json
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

OLDER = ("pubmed20n0014_even.xml.xz",)


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "identity.py"
    spec = importlib.util.spec_from_file_location("benchmark_identity", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.recorded
def test_documents_are_told_apart_as_well_as_they_were(recorded: Path, benchmark: ModuleType) -> None:
    rows = [benchmark.row(one) for one in islice(benchmark.records(recorded, OLDER), 4_000)]

    same = benchmark.told(rows, benchmark.SAME, 60)
    assert same.total.same >= 0.96 * same.total.of
    assert same.total.same + same.total.maybe >= 0.99 * same.total.of
    assert same.astray == 0
    other = benchmark.told(rows, benchmark.OTHER, 60)
    assert (other.total.same, other.astray) == (0, 0)
    for looked_at in ("meeting abstract", "preprint"):
        assert other.ways[looked_at].maybe >= 0.97 * other.ways[looked_at].of


@pytest.mark.parametrize("name", ["set.jsonl", "set.jsonl.gz"])
def test_a_labelled_set_is_measured_where_there_is_one(tmp_path: Path, benchmark: ModuleType, name: str) -> None:
    title = "Semax in the hippocampus of rats under chronic unpredictable stress"
    rows = [
        {"id": 1, "title": title, "authors": "Nemo A", "year": 2020, "label": "a"},
        {"id": 2, "title": title.upper(), "authors": "Nemo, A.", "year": 2020, "label": "a"},
        {"id": 3, "title": title, "authors": "Nemo A", "year": 2014, "label": "a"},
        {"id": 4, "title": title, "authors": "Nemo A", "year": 2020},
        {"id": 5, "title": "Something else", "authors": "Nobody B"},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    folder = tmp_path / "dedupe"
    folder.mkdir()
    (folder / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)

    first, second = benchmark.of_labelled(tmp_path)

    assert first.startswith(f"{name}: 5 records; pairs: precision 1 of 3")
    assert "recall 1 of 3" in first
    assert "same or asked 3 of 3" in second
    assert "records to look at 4 of 5" in second


def test_without_a_labelled_set_nothing_is_said(tmp_path: Path, benchmark: ModuleType) -> None:
    assert list(benchmark.of_labelled(tmp_path)) == []
