"""How right the labels are over what was never trained on may only rise; see benchmarks/evidence.py.

Each floor is the lower end of the 95 % interval that was measured when the weights were trained.
"""

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from harvest.evidence import classify
from harvest.evidence.text import Text
from harvest.evidence.text_rules import Rule, rules
from harvest.evidence.votes import votes
from harvest.model import Record
from harvest.text import fold

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "evidence.py"
    spec = importlib.util.spec_from_file_location("benchmark_evidence", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_labels_are_as_right_as_they_were(recorded: Path, benchmark: ModuleType) -> None:
    scored = benchmark.development(recorded, classify)
    assert benchmark.three(scored) >= 0.904
    assert benchmark.eight(scored) >= 0.869
    assert benchmark.rct(scored) >= 0.879
    published = [one for one in scored if one.group == "gold_mapped"]
    assert benchmark.three(published) >= 0.929
    assert benchmark.eight(published) >= 0.880


def test_the_worst_errors_stay_rare(recorded: Path, benchmark: ModuleType) -> None:
    kinds = [one.kinds for one in benchmark.development(recorded, classify)]
    assert sum(pair == ("preclinical", "human") for pair in kinds) <= 3
    assert sum(pair == ("none", "human") for pair in kinds) <= 12
    assert sum(expected == "human" != given for expected, given in kinds) <= 18


def test_the_rules_alone_are_as_right_as_they_were(recorded: Path, benchmark: ModuleType) -> None:
    scored = benchmark.development(recorded, benchmark.by_rules)
    assert benchmark.three(scored) >= 0.862
    assert benchmark.eight(scored) >= 0.819


@pytest.mark.slow
def test_hard_and_fresh_records_are_labelled_as_right_as_they_were(recorded: Path, benchmark: ModuleType) -> None:
    fresh, hard = benchmark.ours(recorded, classify)
    assert benchmark.three(fresh) >= 0.903
    assert benchmark.three(hard) >= 0.747
    assert len(hard) >= 300


def test_trying_patterns_only_where_they_start_misses_no_match(recorded: Path) -> None:
    with gzip.open(recorded / "evidence" / "research_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines][:500]
    for title in titles:
        alone = Record("pubmed", "pmid:1", ("pmid:1",), title)
        matched = {vote.rule.id for vote in votes(Text.of(alone))}
        for rule in rules():
            if _matches(rule, title):
                assert rule.id in matched, (rule.id, title)


def _matches(rule: Rule, title: str) -> bool:
    return "title" in rule.where and rule.pattern.search(fold(title).text) is not None
