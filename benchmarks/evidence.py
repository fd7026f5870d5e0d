"""How right the evidence labels are, and how fast they are given.

    python benchmarks/evidence.py [FOLDER]

FOLDER holds the labelled corpora, `research_train.jsonl.gz` and `research_dev.jsonl.gz`; by default the recorded
answers beside the checkout. The rules were written looking at errors in the training corpus alone. Each corpus is
measured twice: by title and abstract alone, and with the headings and publication types that some records carry.
"""

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from harvest.evidence import classify
from harvest.model import AbstractSection, Evidence, Journal, MeshHeading, Record, Term

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "data" / "evidence"
KINDS = ("human", "preclinical", "none")
TIERS = {
    "sr_ma": {"systematic-review", "meta-analysis", "pooled-analysis"},
    "rct": {"rct"},
    "case_report": {"case-report", "case-series"},
    "protocol": {"protocol", "trial-registration"},
    "animal_in_vivo": {"animal"},
    "in_vitro": {"ex-vivo", "in-vitro", "in-silico"},
    "review_opinion": {"narrative-review", "opinion", "news"},
}
"""The corpora's tiers and our designs; `human_other` are the other human ones, `other` is the rest."""

Pairs = Sequence[tuple[str, str]]


def labelled(path: Path) -> list[dict[str, Any]]:
    """The corpus's records that carry a label."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["evid3"]]


def record(row: dict[str, Any], *, indexed: bool) -> Record:
    """A corpus row as a record; its headings and types carry names alone."""
    headings = row.get("mesh") or () if indexed else ()
    types = row.get("pubtypes") or () if indexed else ()
    return Record(
        provider="pubmed",
        key=row["id"],
        keys=(row["id"],),
        title=row["title"],
        abstract=(AbstractSection(row["text"]),) if row["text"] else (),
        journal=Journal(title=row.get("journal") or ""),
        mesh=tuple(MeshHeading("", name.split("/")[0]) for name in headings),
        publication_types=tuple(Term("", name) for name in types),
    )


def tier_name(found: Evidence) -> str:
    """Our design in the corpora's words."""
    for name, designs in TIERS.items():
        if found.design in designs:
            return name
    return "human_other" if found.kind == "human" else "other"


def scores(pairs: Pairs, label: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of one label, from (expected, given) pairs."""
    right = sum(expected == given == label for expected, given in pairs)
    precision = right / max(1, sum(given == label for _, given in pairs))
    recall = right / max(1, sum(expected == label for expected, _ in pairs))
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def macro_f1(pairs: Pairs, labels: Iterable[str]) -> float:
    """The mean F1 of the labels."""
    each = [scores(pairs, label)[2] for label in labels]
    return sum(each) / len(each)


def measured(rows: Sequence[dict[str, Any]], *, indexed: bool) -> tuple[Pairs, Pairs, int, float]:
    """Kinds, tiers, how many a person should look at, and records a second of processor time."""
    records = [record(row, indexed=indexed) for row in rows]
    start = time.process_time()
    found = [classify(each) for each in records]
    speed = len(records) / (time.process_time() - start)
    kinds = [(row["evid3"], each.kind.value) for row, each in zip(rows, found, strict=True)]
    tiers = [(row["tier"], tier_name(each)) for row, each in zip(rows, found, strict=True)]
    return kinds, tiers, sum(each.needs_review for each in found), speed


def report(kinds: Pairs, tiers: Pairs, reviews: int, speed: float) -> Iterator[str]:
    """The lines to print for one measurement."""
    yield f"  three classes: macro-F1 {macro_f1(kinds, KINDS):.3f} (n = {len(kinds)}); {speed:,.0f} records a second"
    for label in KINDS:
        precision, recall, f1 = scores(kinds, label)
        yield f"    {label:<12} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
    wrong = [(expected, given) for expected, given in kinds if expected != "human" and given == "human"]
    others = sum(expected != "human" for expected, _ in kinds)
    yield f"    preclinical or none called human: {len(wrong)} of {others}"
    preclinical = sum(expected == "preclinical" for expected, _ in wrong)
    yield f"    preclinical called human: {preclinical} of {sum(expected == 'preclinical' for expected, _ in kinds)}"
    yield f"    a person is asked about {reviews} of {len(kinds)}"
    confusion = Counter(kinds)
    given_labels = (*KINDS, "undetermined")
    yield "    expected \\ given " + "".join(f"{label:>14}" for label in given_labels)
    for expected in KINDS:
        yield f"    {expected:<17}" + "".join(f"{confusion[expected, given]:>14}" for given in given_labels)
    labels = sorted({expected for expected, _ in tiers})
    yield f"  tiers: macro-F1 {macro_f1(tiers, labels):.3f}"
    yield "    " + ", ".join(f"{label} {scores(tiers, label)[2]:.3f}" for label in labels)


def main(folder: Path) -> None:
    """Print every measurement."""
    for name in ("research_train", "research_dev"):
        rows = labelled(folder / f"{name}.jsonl.gz")
        for indexed in (False, True):
            print(f"{name}, {'with headings and types where there are any' if indexed else 'title and abstract alone'}")
            print("\n".join(report(*measured(rows, indexed=indexed))))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPORA)
