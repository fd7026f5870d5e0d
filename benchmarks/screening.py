"""How right the screening is, on pairs of a record and a topic that were read, and how fast it is.

    python benchmarks/screening.py [FOLDER]

FOLDER holds the recorded PubMed files; by default those beside the checkout. The labels are those of
`data/labels/screening.jsonl`: read by a language model in two blind passes, settled by a third reading where the two
differ. The screener was improved looking at errors in the development half alone.
"""

import json
import lzma
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harvest.medline import iter_articles
from harvest.model import MeshHeading, Record, Relevance
from harvest.screening import Screener
from harvest.text import Terms
from harvest.topics import Topic, load

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scoring import wilson

CHECKOUT = Path(__file__).resolve().parents[1]
RECORDED = CHECKOUT.parent / "shared" / "data" / "pubmed"
LABELS = CHECKOUT / "data" / "labels" / "screening.jsonl"
TOPICS = (CHECKOUT / "data" / "topics", CHECKOUT / "tests" / "fixtures" / "screening" / "topics")
CLASSES = tuple(str(each) for each in (*Relevance,))
HALVES = ("development", "test")
SPEED_TOPICS = ("semax-ssri", "ketamine-depression", "tocilizumab-covid19")


@dataclass(frozen=True)
class Pair:
    """A record, by its key, and a topic, by its slug; `label` and `near` as settled, `half` development or test."""

    key: str
    topic: str
    source: str
    half: str
    first: str
    second: str
    label: str
    near: bool
    note: str


@dataclass(frozen=True)
class Judged:
    """What was expected of a pair and what the screening says."""

    pair: Pair
    given: str
    near: bool


def pairs() -> list[Pair]:
    """The labelled pairs."""
    with LABELS.open(encoding="utf-8") as lines:
        return [Pair(**json.loads(line)) for line in lines]


def topics() -> dict[str, Topic]:
    """The topics of the pairs: the tracked ones and those made for this test."""
    return {path.stem: load(path.stem, folder) for folder in TOPICS for path in sorted(folder.glob("*.toml"))}


def articles(folder: Path) -> Iterator[Record]:
    """Every recorded article."""
    for path in sorted(folder.glob("pubmed2*.xml.xz")):
        with lzma.open(path) as stream:
            yield from iter_articles(stream)


def facts() -> Iterator[Record]:
    """Records of which only title and headings are known: those of the demonstration."""
    with (CHECKOUT / "data" / "demo" / "records.toml").open("rb") as file:
        for fact in tomllib.load(file)["record"]:
            key = f"pmid:{fact['pmid']}"
            headings = tuple(MeshHeading("", name) for name in fact.get("mesh", ()))
            yield Record("pubmed", key, (key,), fact["title"], mesh=headings)


def wanted(records: Iterable[Record], labelled: Iterable[Pair]) -> dict[str, Record]:
    """The records of the pairs, the first version of each."""
    keys = {pair.key for pair in labelled}
    found: dict[str, Record] = {}
    for record in (*facts(), *records):
        if record.key in keys:
            found.setdefault(record.key, record)
    return found


def judged(labelled: Iterable[Pair], records: Mapping[str, Record]) -> list[Judged]:
    """Each pair whose record is there, screened."""
    screeners = {slug: Screener(topic) for slug, topic in topics().items()}
    told = ((pair, screeners[pair.topic].screen(records[pair.key])) for pair in labelled if pair.key in records)
    return [Judged(pair, str(found.relevance), "near" in found.flags) for pair, found in told]


def by_names(labelled: Iterable[Pair], records: Mapping[str, Record]) -> list[Judged]:
    """The plainest screening, for comparison: whatever is named anywhere in title or abstract is studied."""
    known = topics()
    return [_named(pair, known[pair.topic], records[pair.key]) for pair in labelled if pair.key in records]


def _named(pair: Pair, topic: Topic, record: Record) -> Judged:
    text = f"{record.title}\n{record.abstract_text}"
    compound, condition = topic.compound, topic.condition
    drug = bool(Terms([*compound.names, *compound.derivatives], except_=compound.false_friends).find(text))
    illness = bool(Terms(condition.names).find(text)) and (
        not condition.context or bool(Terms(condition.context).find(text))
    )
    given = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[drug, illness]
    return Judged(pair, CLASSES[given], near=False)


def counts(found: Sequence[Judged], label: str) -> tuple[int, int, int]:
    """How many of a label are right, are given, are expected."""
    right = sum(each.pair.label == each.given == label for each in found)
    return right, sum(each.given == label for each in found), sum(each.pair.label == label for each in found)


def kappa(labelled: Sequence[Pair]) -> float:
    """Cohen's kappa of the two passes."""
    same = sum(pair.first == pair.second for pair in labelled) / len(labelled)
    first, second = Counter(pair.first for pair in labelled), Counter(pair.second for pair in labelled)
    chance = sum(first[label] * second[label] for label in first) / len(labelled) ** 2
    return (same - chance) / (1 - chance)


def table(found: Sequence[Judged]) -> Iterator[str]:
    """Precision and recall of each label with their intervals, what was taken for what, and the flag `near`."""
    right = sum(each.pair.label == each.given for each in found)
    yield f"  right: {_share(right, len(found))}"
    for label in CLASSES:
        hits, given, expected = counts(found, label)
        yield f"    {label:<15} precision {_share(hits, given)}  recall {_share(hits, expected)}"
    confusion = Counter((each.pair.label, each.given) for each in found)
    yield "    expected \\ given " + "".join(f"{label:>15}" for label in CLASSES)
    for expected in CLASSES:
        yield f"    {expected:<17}" + "".join(f"{confusion[expected, given]:>15}" for given in CLASSES)
    near = [each for each in found if each.pair.near]
    missed, wrong = sum(not each.near for each in near), sum(each.near and not each.pair.near for each in found)
    yield f"    near: {len(near) - missed} of {len(near)} found, {wrong} flagged that are not"


def _share(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{right:>3} of {of:<3} {right / max(1, of):.3f} [{low:.2f}-{high:.2f}]"


def speed(records: Sequence[Record]) -> Iterator[str]:
    """Milliseconds of processor time a record, for topics with few and with many names."""
    known = topics()
    for slug in SPEED_TOPICS:
        screener = Screener(known[slug])
        start = time.process_time()
        for record in records:
            screener.screen(record)
        yield f"  {slug}: {(time.process_time() - start) / len(records) * 1000:.3f} ms a record"


def main(folder: Path) -> None:
    """Print every measurement."""
    labelled, everything = pairs(), list(articles(folder))
    records = wanted(everything, labelled)
    same = sum(pair.first == pair.second for pair in labelled)
    print(f"{len(labelled)} pairs of {len(topics())} topics, read by a language model, two blind passes:")
    print(f"  the passes agree on {same} of {len(labelled)}, kappa {kappa(labelled):.2f}")
    for half in HALVES:
        part = [pair for pair in labelled if pair.half == half]
        print(f"{half} half")
        print("\n".join(table(judged(part, records))))
    print("both halves")
    print("\n".join(table(judged(labelled, records))))
    print("both halves, by names alone")
    print("\n".join(table(by_names(labelled, records))))
    print(f"speed over {len(everything):,} records")
    print("\n".join(speed(everything)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED)
