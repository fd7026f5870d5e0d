"""How right outcome, harms and claims are, and how fast they are read.

    python benchmarks/findings.py [RECORDED]

RECORDED is the folder of recorded answers and labelled corpora; by default the one beside the checkout. The labels
are the test half of `data/labels/findings.jsonl`, which a language model gave by reading; rules were written and
weights trained looking at the other half alone. Trains nothing.
"""

import gzip
import json
import lzma
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from harvest.claims import claims
from harvest.evidence import classify
from harvest.findings import finding
from harvest.medline import iter_articles
from harvest.model import AbstractSection, Claim, Direction, Evidence, Finding, Harms, Record
from harvest.passages import passages
from harvest.passages.labels import role_of_label
from harvest.topics import Topic
from harvest.topics.topic import Compound, Condition

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scoring import wilson

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT.parent / "shared" / "data"
LABELS = ROOT / "data" / "labels" / "findings.jsonl"
OUTCOMES = tuple(str(outcome) for outcome in Direction)
HARMS = tuple(str(harms) for harms in Harms)
LEAST_SECTIONS = 3
NOT_QUOTED = {"background", "aim", "methods"}

Pairs = Sequence[tuple[str, str]]
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record that was read, for the pair that the reader saw in it (None: nothing was given, or for nothing)."""

    record: Record
    topic: Topic | None
    half: str
    outcome: str
    harms: str
    claims: tuple[Place, ...]
    """The sentences that the reader would quote, best first."""


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled record and what was made of it."""

    row: Labelled
    evidence: Evidence
    finding: Finding
    claims: tuple[Claim, ...]


@cache
def labelled(recorded: Path) -> tuple[Labelled, ...]:
    """Every label with the text that it was given for."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    records = _from_corpus(recorded) | _from_answers(recorded, {row["id"] for row in rows if row["corpus"] == "pubmed"})
    return tuple(_labelled(row, records[row["id"]]) for row in rows)


def _from_corpus(recorded: Path) -> dict[str, Record]:
    with gzip.open(recorded / "evidence" / "research_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        row["id"]: Record("pubmed", row["id"], (row["id"],), row["title"], abstract=(AbstractSection(row["text"]),))
        for row in rows
    }


def _from_answers(recorded: Path, wanted: set[str]) -> dict[str, Record]:
    """Title and abstract alone, as the reader saw them."""
    found: dict[str, Record] = {}
    for path in sorted((recorded / "pubmed").glob("pubmed2*.xml.xz")):
        with lzma.open(path) as file:
            for record in iter_articles(file):
                if record.key in wanted:
                    found[record.key] = Record(
                        "pubmed", record.key, (record.key,), record.title, abstract=record.abstract
                    )
    return found


def _labelled(row: dict[str, Any], record: Record) -> Labelled:
    def words(place: Place | None) -> str:
        text = {"title": record.title, "abstract": record.abstract_text}
        return text[place[0]][place[1] : place[2]].strip() if place else ""

    compound, condition = words(row["compound"]), words(row["condition"])
    topic = None
    if compound and condition:
        pair = {"compound": Compound(name=compound), "condition": Condition(name=condition)}
        topic = Topic(slug="labelled", title="labelled", digest=row["id"], **pair)
    picked = tuple((field, start, end) for field, start, end in row["claims"])
    return Labelled(record, topic, row["half"], row["outcome"], row["harms"], picked)


def read(rows: Iterable[Labelled]) -> list[Read]:
    """What is made of every record that has a topic."""
    found = []
    for row in rows:
        if row.topic:
            evidence = classify(row.record)
            told = finding(row.record, row.topic, evidence), claims(row.record, row.topic, evidence)
            found.append(Read(row, evidence, *told))
    return found


def share(right: int, of: int) -> str:
    """A share with its 95 % interval (Wilson 1927)."""
    low, high = wilson(right, of)
    return f"{right} of {of} = {right / max(1, of):.3f} ({low:.3f} to {high:.3f})"


def macro_f1(pairs: Pairs, labels: Iterable[str]) -> float:
    """The mean F1 of the labels that occur, from (expected, given) pairs."""
    each = []
    for label in labels:
        right = sum(expected == given == label for expected, given in pairs)
        named = sum((expected == label) + (given == label) for expected, given in pairs)
        each += [2 * right / named] if named else []
    return sum(each) / len(each)


def direction_wrong(pairs: Pairs) -> int:
    """Harm called improved, or improvement called worsened."""
    return sum({expected, given} == {"improved", "worsened"} for expected, given in pairs)


def overlap(claim: Claim, place: Place) -> bool:
    """Is it the same sentence, give or take where it was cut?"""
    field, start, end = place
    shared = min(end, claim.end) - max(start, claim.start)
    return claim.field == field and shared > 0.5 * min(end - start, claim.end - claim.start)


def background(each: Read) -> int:
    """Claims whose sentence is background, aim or methods by the labels of the abstract's own sections."""
    roles = {(told.field, told.start): told.role for told in passages(each.row.record)}
    return sum(roles[claim.field, claim.start] in NOT_QUOTED for claim in each.claims)


def of_no_result(found: Iterable[Read]) -> tuple[int, int]:
    """Of structured abstracts whose labels were taken away: claims from background, aim or methods, and all claims."""
    wrong = whole = 0
    for each in found:
        sections = each.row.record.abstract
        if not each.row.topic or len(sections) < LEAST_SECTIONS or not all(section.category for section in sections):
            continue
        plain = replace(each.row.record, abstract=(AbstractSection(" ".join(section.text for section in sections)),))
        ends = list(accumulate(len(section.text) + 1 for section in sections))
        told = [claim for claim in claims(plain, each.row.topic, each.evidence) if claim.field == "abstract"]
        roles = [role_of_label(sections[bisect_right(ends, claim.start)].category) for claim in told]
        wrong += sum(role in NOT_QUOTED for role in roles)
        whole += len(told)
    return wrong, whole


def report_pairs(what: str, pairs: Pairs, labels: Sequence[str]) -> Iterator[str]:
    """Accuracy, macro-F1 and the confusion of one axis."""
    right = sum(expected == given for expected, given in pairs)
    yield f"{what}: {share(right, len(pairs))}; macro-F1 {macro_f1(pairs, labels):.3f}"
    confusion = Counter(pairs)
    yield "  expected \\ given    " + "".join(f"{label:>21}" for label in labels)
    for expected in labels:
        yield f"  {expected:<20}" + "".join(f"{confusion[expected, given]:>21}" for given in labels)


def report(found: Sequence[Read]) -> Iterator[str]:
    """The lines to print."""
    outcomes = [(each.row.outcome, str(each.finding.outcome)) for each in found]
    yield from report_pairs("outcome", outcomes, OUTCOMES)
    yield f"  direction wrong: {share(direction_wrong(outcomes), len(outcomes))}"
    said = [pair for pair in outcomes if pair[1] == "improved"]
    yield f"  called improved and improved: {share(sum(a == b for a, b in said), len(said))}"
    yield from report_pairs("harms", [(each.row.harms, str(each.finding.harms)) for each in found], HARMS)
    told = [each for each in found if each.row.claims]
    first = sum(bool(each.claims) and overlap(each.claims[0], each.row.claims[0]) for each in told)
    among = sum(bool(each.claims) and any(overlap(each.claims[0], one) for one in each.row.claims) for each in told)
    yield f"claims: the first is the reader's first: {share(first, len(told))}"
    yield f"  the first is among the reader's: {share(among, len(told))}"
    yield f"  none given: {sum(not each.claims for each in told)} of {len(told)}"
    yield f"  of background, aim or methods: {sum(map(background, found))} of {sum(len(e.claims) for e in found)}"
    yield f"  the same where the authors' labels were taken away first: {share(*of_no_result(found))}"


def speed(found: Sequence[Read]) -> float:
    """Milliseconds a record for finding and claims; names are compiled, sentences have their roles.

    In a crawl both hold: the topic is one, and evidence asks for the roles first. The best of three for each record.
    """
    whole = 0.0
    for each in found:
        record, topic, best = each.row.record, each.row.topic, float("inf")
        for _ in range(3 if topic else 0):
            fresh = replace(record)
            passages(fresh)
            start = time.perf_counter()
            finding(fresh, topic, each.evidence)
            claims(fresh, topic, each.evidence)
            best = min(best, time.perf_counter() - start)
        whole += best
    return 1_000 * whole / len(found)


def main(recorded: Path) -> None:
    """Print every measurement."""
    rows = labelled(recorded)
    print("Labels: read by a language model, one pass.")
    for half in ("development", "test"):
        found = read(row for row in rows if row.half == half)
        print(f"\n{half} half, {len(found)} records that name a compound and a condition")
        print("\n".join(report(found)))
        print(f"speed: {speed(found):.3f} ms a record")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED)
