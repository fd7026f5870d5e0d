"""What people write: `python benchmarks/reports.py [FOLDER]` scores the model of the package and trains nothing.

FOLDER holds the recorded answers and labelled corpora (`../shared/data`). The dev files are only scored. In brackets:
95 % intervals, Wilson's for shares, of 2,000 bootstrap samples for F1.
"""

import gzip
import json
import lzma
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from harvest.medline import iter_articles
from harvest.model import AbstractSection, Direction, Harms, Record
from harvest.reports import Kind, Report, Use, is_user_written, read, told, used, version
from harvest.topics import Topic

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scoring import wilson

CHECKOUT = Path(__file__).resolve().parents[1]
LABELS = CHECKOUT / "data" / "labels"
FORUMS = {
    "rhmd": "RHMD",
    "storytestimony_cmv": "CMV",
    "storytestimony_regroom": "RegulationRoom",
    "storytestimony_europolis": "Europolis",
    "psytar": "PsyTAR",
}
PROVIDERS = {"rhmd": "reddit", "storytestimony_cmv": "reddit"} | dict.fromkeys(
    ("storytestimony_regroom", "storytestimony_europolis", "psytar"), "pasted"
)
"""Who gave the texts, as a record of a crawl would say."""
SAMPLES = 2000
SEED = 20261122
BRANDS = {
    "lexapro": "escitalopram", "zoloft": "sertraline", "cymbalta": "duloxetine", "effexor": "venlafaxine",
    "effexorXR": "venlafaxine",
}  # fmt: skip
OTHER_NAMES = {
    "semax": ("Семакс",), "selank": ("Селанк",), "noopept": ("Ноопепт",), "sertraline": ("Zoloft", "Золофт"),
    "escitalopram": ("Lexapro", "Cipralex"), "fluoxetine": ("Prozac", "Флуоксетин"), "venlafaxine": ("Effexor",),
    "bupropion": ("Wellbutrin",), "paroxetine": ("Paxil", "Seroxat"), "duloxetine": ("Cymbalta",),
    "vortioxetine": ("Trintellix",), "bpc-157": ("BPC",), "semaglutide": ("Ozempic", "Wegovy"),
    "mirtazapine": ("Remeron",),
    "lamotrigine": ("Lamictal",), "aripiprazole": ("Abilify",), "quetiapine": ("Seroquel",), "buspirone": ("Buspar",),
}  # fmt: skip

Pairs = Sequence[tuple[bool, bool]]


def main(folder: Path) -> None:
    print(f"model {version()}\n")
    forums(folder)
    print()
    left_out()
    print()
    research(folder)
    print()
    five(("test", "last"))
    print()
    uses(("test", "last"))
    print()
    outcomes(folder)
    print()
    speed(folder)


def forums(folder: Path) -> None:
    """Is an experience told? Published labels of the dev files, with the provider given and without."""
    rows = lines(folder / "evidence" / "anecdote_dev.jsonl.gz")
    forum(rows, PROVIDERS, "provider given   ")
    print()
    forum(rows, {}, "no provider given")


def forum(rows: list[dict[str, Any]], providers: dict[str, str], heading: str) -> None:
    """One table; without a provider, genre decides first whether a user wrote it."""
    said: dict[str, list[tuple[bool, bool]]] = {}
    for row in rows:
        record = written(row["text"], provider=providers.get(row["source"], ""))
        answer = is_user_written(record) and read(record).is_anecdotal
        said.setdefault(row["source"], []).append((row["anecdote"], answer))
    print(f"experience told, {heading}   F1 of `told`      both classes   recall                n   target")
    targets = {"rhmd": "F1 .78", "storytestimony_cmv": "F1 .62", "psytar": "recall .97"}
    for source, name in FORUMS.items():
        pairs = said[source]
        only = all(truth for truth, _ in pairs)
        recall = share(sum(a and b for a, b in pairs), sum(a for a, _ in pairs))
        mean = "    -" if only else f"{both(pairs):.3f}"
        print(
            f"  {name:28} {bootstrap(pairs, f1)}  {mean}         {recall}  {len(pairs):4}   {targets.get(source, '')}"
        )
    everything = [pair for pairs in said.values() for pair in pairs]
    print(f"  mean of the five F1          {np.mean([f1(pairs) for pairs in said.values()]):.3f}   target .84")
    print(f"  all together, both classes   {bootstrap(everything, both)}   n={len(everything)}")


def left_out() -> None:
    """From the manifest: what is left when nothing was learnt from a forum."""
    manifest = json.loads((CHECKOUT / "harvest" / "reports" / "model.json").read_text(encoding="utf-8"))
    carried = manifest["cross_validation"]["left out"]
    known = manifest["cross_validation"]["labels"]["f1"]
    print(
        "F1 of `told` on train files      known   left out   learnt from RHMD alone   (cross-validation, at training)"
    )
    for source, name in FORUMS.items():
        alone = f"{carried[source]['RHMD alone']:.3f}" if source != "rhmd" else "    -"
        print(f"  {name:28} {known[source]:8.3f} {carried[source]['all others']:10.3f} {alone:>12}")


def research(folder: Path) -> None:
    """Real records without a provider: an abstract must not be taken for somebody's own story."""
    count: Counter[str] = Counter()
    for name in ("pubmed21n1298", "pubmed20n0014_even"):
        with lzma.open(folder / "pubmed" / f"{name}.xml.xz") as file:
            for record in iter_articles(file):
                bare = written(record.abstract_text, title=record.title, provider="")
                by_user = is_user_written(bare)
                count["records"] += 1
                count["user-written"] += by_user
                count["anecdotal"] += by_user and read(bare).is_anecdotal
    for page in pages(folder):
        bare = written(page, provider="web")
        by_user = is_user_written(bare)
        count["pages"] += 1
        count["pages user-written"] += by_user
        count["pages anecdotal"] += by_user and read(bare).is_anecdotal
    records, articles = count["records"], count["pages"]
    print("research (no provider given) and web pages, title and text alone")
    print(f"  records taken for users' texts       {share(count['user-written'], records)}")
    print(f"  records called anecdotal             {share(count['anecdotal'], records)}  target at most .005")
    print(f"  web pages taken for users' texts     {share(count['pages user-written'], articles)}")
    print(f"  web pages called anecdotal           {share(count['pages anecdotal'], articles)}")


def five(splits: tuple[str, ...]) -> None:
    """The five labels on the synthetic texts that were not learnt from; `last` was written after the model's design."""
    for split in splits:
        rows = [row for row in lines(LABELS / "reports-synthetic.jsonl") if row["split"] == split]
        said = [(row["label"], str(read(written(row["text"])).label)) for row in rows]
        print(f"five labels, synthetic texts, {split}: right {share(sum(a == b for a, b in said), len(said))}")
        for label in Kind:
            mine = [answer for truth, answer in said if truth == label]
            f = f1([(truth == label, answer == label) for truth, answer in said])
            print(f"  {label:14} F1 {f:.3f}   {dict(Counter(mine).most_common())}")
        asked = [answer in (Kind.FIRST_PERSON, Kind.SECOND_HAND) for truth, answer in said if truth == Kind.QUESTION]
        print(f"  a question called experience  {share(sum(asked), len(asked))}  target at most .02")


def uses(splits: tuple[str, ...]) -> None:
    """Is the compound used, or only named? On synthetic texts not learnt from."""
    for split in splits:
        pairs = []
        for row in synthetic(split):
            truth = Use.OWN if row["used"] else Use.NEAR if row["label"] == Kind.SECOND_HAND else Use.NAMED
            answer = used(written(row["text"]), topic(row["about"])).use
            if answer is not Use.ABSENT:
                pairs.append((truth, answer))
        named = [answer is Use.OWN for truth, answer in pairs if truth is not Use.OWN]
        right = share(sum(a is b for a, b in pairs), len(pairs))
        print(
            f"compound used or named, {split:5} right {right}; only named, called used {share(sum(named), len(named))}"
        )


def outcomes(folder: Path) -> None:
    """What came of it: reviews put together from PsyTAR's sentences (dev), and synthetic reports not learnt from."""
    reviews: dict[str, list[dict[str, Any]]] = {}
    for row in lines(folder / "evidence" / "psytar_sentences_train_dev.jsonl.gz"):
        if row["split"] == "dev":
            reviews.setdefault(row["id"].split(":")[1], []).append(row)
    given = Report(Kind.FIRST_PERSON, 0, ())
    said = []
    for rows in reviews.values():
        labels = {label for row in rows for label in row["label"]}
        record = written("\n".join(row["text"] for row in rows))
        found = told(record, topic(BRANDS.get(rows[0]["drug"], rows[0]["drug"])), given)
        said.append((labels, found))
    effective, ineffective = {"EF"}, {"INF"}
    improved = [labels for labels, found in said if found.outcome is Direction.IMPROVED]
    wrong = sum(not labels & effective and bool(labels & ineffective) for labels in improved)
    print(f"outcome and harms, PsyTAR dev, {len(said)} reviews put together from labelled sentences")
    print(f"  harm or no effect called improved     {share(wrong, len(said))}  target at most .01 of all")
    print(f"  of those called improved, effective   {share(sum(bool(x & effective) for x in improved), len(improved))}")
    only = [found.outcome for labels, found in said if labels & effective and not labels & ineffective]
    print(f"  effective alone, called improved      {share(only.count(Direction.IMPROVED), len(only))}  {tally(only)}")
    only = [found.outcome for labels, found in said if labels & ineffective and not labels & effective]
    print(f"  ineffective alone                     {tally(only)}")
    harms = [found.harms is Harms.REPORTED for labels, found in said if labels & {"ADR", "WD"}]
    print(f"  harms found                           {share(sum(harms), len(harms))}")
    for split in ("test", "last"):
        synthetic_outcomes(split)


def synthetic_outcomes(split: str) -> None:
    pairs, harms = [], []
    for row in synthetic(split):
        if row["label"] == Kind.SECOND_HAND or (row["label"] == Kind.FIRST_PERSON and row["used"]):
            found = told(written(row["text"]), topic(row["about"]))
            pairs.append((Direction(row["outcome"]), found.outcome))
            harms.append((Harms(row["harms"]), found.harms))
    spoken = [(truth, answer) for truth, answer in pairs if answer is not Direction.NOT_REPORTED]
    wrong = sum(
        truth in (Direction.WORSENED, Direction.NO_CLEAR_DIFFERENCE) and answer is Direction.IMPROVED
        for truth, answer in pairs
    )
    print(f"outcome and harms, synthetic reports, {split}, n={len(pairs)}, labels read by the model itself")
    print(f"  harm or no effect called improved     {share(wrong, len(pairs))}  target at most .01")
    print(f"  right where it says something         {share(sum(a is b for a, b in spoken), len(spoken))}")
    there = [answer is not Direction.NOT_REPORTED for truth, answer in pairs if truth is not Direction.NOT_REPORTED]
    print(f"  says something where there is         {share(sum(there), len(there))}")
    print(f"  harms right                           {share(sum(a is b for a, b in harms), len(harms))}")


def speed(folder: Path) -> None:
    records = [written(row["text"]) for row in lines(folder / "evidence" / "anecdote_train.jsonl.gz")]
    begun = time.process_time()
    for record in records:
        read(record)
    print(f"speed: {len(records) / (time.process_time() - begun):,.0f} texts a second of processor time")


def synthetic(split: str) -> Iterator[dict[str, Any]]:
    unknown = {"none", "ssri", "nootropics", "coaching", "tms"}
    return (r for r in lines(LABELS / "reports-synthetic.jsonl") if r["split"] == split and r["about"] not in unknown)


def topic(name: str) -> Topic:
    """A topic on emotional blunting for one compound."""
    return Topic.model_validate(
        {
            "slug": "made-up",
            "title": name,
            "compound": {"name": name, "synonyms": OTHER_NAMES.get(name, ())},
            "condition": {"name": "emotional blunting", "synonyms": ("anhedonia", "apathy")},
            "digest": "0" * 64,
        }
    )


def written(text: str, *, title: str = "", provider: str = "pasted") -> Record:
    return Record(provider=provider, key="", keys=(), title=title, abstract=(AbstractSection(text),))


def pages(folder: Path) -> Iterator[str]:
    """The articles of web pages from which nothing was learnt, and the pages on Semax."""
    with tarfile.open(folder / "pages" / "article-extraction-benchmark.tar.xz") as archive:
        for member in archive:
            if member.name.endswith("ground-truth.json") and (file := archive.extractfile(member)):
                found = json.load(file)
                yield from (found[key]["articleBody"] for key in sorted(found) if crc32(key.encode()) % 2 == 0)
    for path in sorted((folder / "semax" / "pages").glob("*.txt")):
        yield path.read_text(encoding="utf-8")


def f1(pairs: Pairs) -> float:
    right = sum(a and b for a, b in pairs)
    return 2 * right / max(1, sum(a for a, _ in pairs) + sum(b for _, b in pairs))


def both(pairs: Pairs) -> float:
    """Mean of the F1 of both classes."""
    return (f1(pairs) + f1([(not a, not b) for a, b in pairs])) / 2


def bootstrap(pairs: Pairs, figure: Callable[[Pairs], float]) -> str:
    chance = np.random.default_rng(SEED)
    drawn = (chance.integers(0, len(pairs), len(pairs)) for _ in range(SAMPLES))
    low, high = np.quantile([figure([pairs[i] for i in sample]) for sample in drawn], (0.025, 0.975))
    return f"{figure(pairs):.3f} [{low:.3f}, {high:.3f}]"


def share(hits: int, of: int) -> str:
    """Share and Wilson's interval at 95 %."""
    if not of:
        return "none"
    low, high = wilson(hits, of)
    return f"{hits / of:.3f} [{low:.3f}, {high:.3f}] {hits}/{of}"


def tally(answers: Sequence[Direction]) -> str:
    return ", ".join(f"{answer} {count}" for answer, count in Counter(answers).most_common())


def lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT.parent / "shared" / "data")
