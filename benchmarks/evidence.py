"""How right the evidence labels are, how sure they may be, and how fast they are given. Trains nothing.

    python benchmarks/evidence.py [FOLDER]

FOLDER is the recorded material beside the checkout. What is scored was never trained on: the development corpus
(labels published with StudyTypeTeller, and those added to its catch-all class), 200 fresh records drawn at random and
487 hard records (labels of our own, given by a language model in two blind passes that agree; `data/labels/`).
"""

import gzip
import json
import lzma
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harvest.evidence import classify
from harvest.evidence.classify import joined, opinions_by_rules
from harvest.evidence.weights import manifest
from harvest.jsonl_records import read
from harvest.medline import iter_articles
from harvest.model import AbstractSection, Evidence, Journal, Keyword, Record

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scoring import coverage, f1, interval, macro_f1, reliability, share

ROOT: Final = Path(__file__).resolve().parents[1]
RECORDED: Final = ROOT.parent / "shared" / "data"
KINDS: Final = ("human", "preclinical", "none")
TIERS: Final = {
    "sr_ma": {"systematic-review", "meta-analysis", "pooled-analysis"},
    "rct": {"rct"},
    "case_report": {"case-report", "case-series"},
    "protocol": {"protocol", "trial-registration"},
    "animal_in_vivo": {"animal"},
    "in_vitro": {"ex-vivo", "in-vitro", "in-silico"},
    "review_opinion": {"narrative-review", "opinion", "news"},
}
"""The corpora's tiers and our designs; `human_other` are the other human ones, `other` is the rest."""
EIGHT: Final = (*TIERS, "human_other")
PUBLISHED: Final = (
    ("fine-tuned SciBERT (440 MB, 5 to 10 a second)", ".959", ".930"),
    ("word TF-IDF, linear SVM (5.5 MB, 426 a second)", ".94", ".89"),
    ("GPT-4", ".909", ".859"),
)
"""Three-class and eight-tier macro-F1 as published over labels of StudyTypeTeller."""
SURE: Final = 0.98
EDGES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975)


@dataclass(frozen=True, slots=True)
class Scored:
    """A record with its label and what we say of it."""

    kind: str
    tier: str
    """Empty where no label names one."""
    group: str
    given: Evidence

    @property
    def kinds(self) -> tuple[str, str]:
        """(expected, given)."""
        return self.kind, self.given.kind.value

    @property
    def tiers(self) -> tuple[str, str]:
        """(expected, given)."""
        return self.tier, tier_name(self.given)


Classify = Callable[[Record], Evidence]


def by_rules(record: Record) -> Evidence:
    """The label that the published rules give without the trained model."""
    return joined(record, opinions_by_rules(record))


def tier_name(found: Evidence) -> str:
    """Our design in the corpora's words."""
    for name, designs in TIERS.items():
        if found.design in designs:
            return name
    return "human_other" if found.kind == "human" else "other"


def record(row: Mapping[str, Any]) -> Record:
    """A corpus row as a record."""
    keywords = row.get("keywords") or []
    return Record(
        provider="pubmed",
        key=row["id"],
        keys=(row["id"],),
        title=row["title"],
        abstract=(AbstractSection(row["text"]),) if row["text"] else (),
        journal=Journal(title=row.get("journal") or ""),
        keywords=tuple(Keyword(text) for text in (keywords.split(";") if isinstance(keywords, str) else keywords)),
    )


def as_given(row: Mapping[str, Any]) -> Record:
    """A corpus row as `harvest classify` reads it: with the headings and types that some have."""
    return read(row).record


def development(folder: Path, judge: Classify, reads: Callable[[Mapping[str, Any]], Record] = record) -> list[Scored]:
    """The development corpus, by title, abstract, journal and keywords alone; `group` tells whose label it is."""
    with gzip.open(folder / "evidence" / "research_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["evid3"]]
    return [Scored(row["evid3"], row["tier"], row["origin"], judge(reads(row))) for row in rows]


def ours(folder: Path, judge: Classify) -> tuple[list[Scored], list[Scored]]:
    """The fresh and the hard records on whose kind both passes agree, as they came from the provider."""
    labels = {name: _labels(name) for name in ("evidence-fresh", "evidence-hard")}
    wanted = {row["id"]: (name, row) for name, rows in labels.items() for row in rows}
    found: dict[str, list[Scored]] = {name: [] for name in labels}
    for one in _records(folder):
        name, row = wanted.pop(one.key, ("", {}))
        if name and row["first"][0] == row["second"][0] != "undetermined":
            agreed = row["first"][1] if row["first"][1] == row["second"][1] else ""
            found[name].append(
                Scored(row["first"][0], _tier(row["first"][0], agreed), row.get("group", ""), judge(one))
            )
    return found["evidence-fresh"], found["evidence-hard"]


def _tier(kind: str, design: str) -> str:
    if not design:
        return ""
    named = (name for name, designs in TIERS.items() if design in designs)
    return next(named, "human_other" if kind == "human" else "other")


def _labels(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ROOT / "data" / "labels" / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _records(folder: Path) -> Iterator[Record]:
    for name in ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz"):
        with lzma.open(folder / "pubmed" / name) as stream:
            yield from iter_articles(stream)
    with gzip.open(folder / "evidence" / "medline_distant.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (record(row) for row in map(json.loads, lines))


def three(of: Sequence[Scored]) -> float:
    """Macro-F1 over human, preclinical and none."""
    return macro_f1([one.kinds for one in of], KINDS)


def eight(of: Sequence[Scored]) -> float:
    """Macro-F1 over the eight tiers that StudyTypeTeller's labels map to."""
    named = [one.tiers for one in of if one.tier in EIGHT]
    return macro_f1(named, sorted({expected for expected, _ in named}))


def rct(of: Sequence[Scored]) -> float:
    """F1 of randomised trials."""
    return f1([one.tiers for one in of if one.tier], "rct")


def worst(of: Sequence[Scored]) -> Iterator[str]:
    """The errors that cost most, as k of n."""
    pairs = [one.kinds for one in of]
    for expected, given, words in (
        ("preclinical", "human", "preclinical called human"),
        ("none", "human", "no results of its own, called human"),
        ("human", "", "human missed"),
    ):
        wrong = sum(a == expected and (b == given if given else b != "human") for a, b in pairs)
        silent = sum(
            one.kind == expected
            and (one.given.kind == given if given else one.given.kind != "human")
            and not one.given.needs_review
            for one in of
        )
        yield f"    {words:<38} {share(wrong, sum(a == expected for a, _ in pairs))}; not sent to review: {silent}"


def report(name: str, of: Sequence[Scored]) -> Iterator[str]:
    """The lines on one set."""
    yield f"{name} (n = {len(of)})"
    for words, figure in (("three classes, macro-F1", three), ("eight tiers, macro-F1", eight), ("RCT, F1", rct)):
        low, high = interval(of, figure)
        yield f"    {words:<26} {figure(of):.3f} ({low:.3f} to {high:.3f})"
    yield from worst(of)


def by_group(of: Sequence[Scored]) -> Iterator[str]:
    """Accuracy of the kind, and what was called human though it is not, by group."""
    groups: defaultdict[str, list[Scored]] = defaultdict(list)
    for one in of:
        groups[one.group].append(one)
    for name, members in sorted(groups.items(), key=lambda each: -len(each[1])):
        others = [one for one in members if one.kind != "human"]
        human = sum(one.given.kind == "human" for one in others)
        right = sum(one.kind == one.given.kind for one in members)
        called = f"called human though not {human} of {len(others)}"
        yield f"    {name:<12} kind right {right:>3} of {len(members):<3}  {called}"


def sureness(of: Sequence[Scored]) -> Iterator[str]:
    """Is the probability what it says, and how much can be left to the machine?"""
    told = [(one.given.probability / 1e6, one.kind == one.given.kind) for one in of]
    yield "    probability    mean   right      n"
    for low, mean, right, count in reliability(told, EDGES):
        yield f"    from {low:<6.3f} {mean:>8.3f} {right:>7.3f} {count:>6}"
    kept = [one for one in of if not one.given.needs_review]
    right = sum(one.kind == one.given.kind for one in kept)
    yield f"    not sent to review: {share(len(kept), len(of))}; of these right: {share(right, len(kept))}"
    threshold, covered = coverage(told, SURE)
    yield f"    {SURE:.0%} right above probability {threshold:.3f}, which {covered:.1%} have"


def baselines(folder: Path) -> Iterator[str]:
    """Our figures beside the published ones and beside simpler ways, over the same labels."""
    stored = {row["id"]: row for row in _labels("baseline")} if (ROOT / "data/labels/baseline.jsonl").exists() else {}
    model, rules = development(folder, classify), development(folder, by_rules)
    indexed = development(folder, classify, as_given)
    yield f"{'':<52}{'three classes':>28}{'eight tiers':>28}"
    for name, of in (("Harvest", model), ("Harvest, with MeSH of 121", indexed), ("Harvest, rules only", rules)):
        gold = [one for one in of if one.group == "gold_mapped"]
        for which, chosen in (("published labels", gold), ("all of dev", of)):
            cells = (
                f"{figure(chosen):.3f} ({'-'.join(f'{x:.3f}' for x in interval(chosen, figure))})"
                for figure in (three, eight)
            )
            yield f"{f'{name}, {which} (n = {len(chosen)})':<52}" + "".join(f"{cell:>28}" for cell in cells)
    yield "what the model adds to the rules, paired".ljust(52) + "".join(
        f"{_added(model, rules, figure):>28}" for figure in (three, eight)
    )
    if stored:
        yield from _tfidf(folder, stored)
    for name, kinds, tiers in PUBLISHED:
        yield f"{name + ', as published':<52}{kinds:>28}{tiers:>28}"


def _cell(of: Sequence[Scored], figure: Callable[[Sequence[Scored]], float]) -> str:
    low, high = interval(of, figure)
    return f"{figure(of):.3f} ({low:.3f} to {high:.3f})"


def _added(model: Sequence[Scored], rules: Sequence[Scored], figure: Callable[[Sequence[Scored]], float]) -> str:
    """The difference between two ways over the same records, drawn together."""

    def difference(pairs: Sequence[tuple[Scored, Scored]]) -> float:
        return figure([one for one, _ in pairs]) - figure([other for _, other in pairs])

    pairs = list(zip(model, rules, strict=True))
    low, high = interval(pairs, difference)
    return f"{difference(pairs):+.3f} ({low:+.3f} to {high:+.3f})"


def _tfidf(folder: Path, stored: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    with gzip.open(folder / "evidence" / "research_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["evid3"] and row["origin"] == "gold_mapped"]
    kinds = [(row["evid3"], stored[row["id"]]["kind"]) for row in rows]
    tiers = [(row["tier"], stored[row["id"]]["tier"]) for row in rows]
    figures = (macro_f1(kinds, KINDS), macro_f1(tiers, EIGHT))
    yield f"{f'word TF-IDF and linear SVM, here (n = {len(rows)})':<52}" + "".join(
        f"{figure:>24.3f}" for figure in figures
    )


def speed(folder: Path) -> Iterator[str]:
    """Records a second of processor time on one core, rules alone and whole, side by side."""
    with gzip.open(folder / "evidence" / "medline_2021_unlabelled_sample.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [record(row) for row in map(json.loads, lines)]
    for name, judge in (("rules only", by_rules), ("whole", classify)):
        best = min(_seconds(judge, records) for _ in range(3))
        yield f"    {name:<12} {len(records) / best:,.0f} records a second"


def _seconds(judge: Classify, records: Sequence[Record]) -> float:
    start = time.process_time()
    for one in records:
        judge(one)
    return time.process_time() - start


def main(folder: Path) -> None:
    """Print every measurement."""
    cross = manifest()["cross_validation"]
    print(f"Cross-validation when trained ({cross['folds']} folds): {cross['published']}")
    print("\n".join(baselines(folder)))
    model = development(folder, classify)
    fresh, hard = ours(folder, classify)
    for name, of in (("Development corpus", model), ("Fresh records, drawn at random", fresh), ("Hard records", hard)):
        print("\n".join(report(name, of)))
    print("Hard records by what makes them hard")
    print("\n".join(by_group(hard)))
    print("How sure: development corpus and fresh records")
    print("\n".join(sureness([*model, *fresh])))
    print("\n".join(speed(folder)))
    confusion = Counter(one.tiers for one in model)
    print("Tiers most often mistaken (development corpus): " + ", ".join(
        f"{a} called {b} {n}" for (a, b), n in confusion.most_common() if a != b and n > 1))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED)
