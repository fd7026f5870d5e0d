"""Records with a label to train the evidence classification on."""

import gzip
import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harvest.evidence import weighing
from harvest.evidence.features import blocks, voted
from harvest.evidence.text import Text
from harvest.evidence.votes import votes
from harvest.medline import iter_articles
from harvest.model import AbstractSection, Journal, Keyword, Record

ROOT: Final = Path(__file__).resolve().parents[2]
LABELS: Final = ROOT / "data" / "labels" / "evidence.jsonl"
BULK: Final = ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz")
OUR_WEIGHT: Final = 0.4
"""A label that a language model gave counts so much of a published one."""
OUTCOMES: Final = (
    "human/case_report", "human/case_series", "human/human_other", "human/rct", "human/sr_ma", "none/other",
    "none/protocol", "none/review_opinion", "preclinical/animal_in_vivo", "preclinical/in_vitro", "preclinical/sr_ma",
)  # fmt: skip
"""The classes: kind and tier of the corpora, series of cases apart."""
TIERS: Final = {
    **dict.fromkeys(("systematic-review", "meta-analysis", "pooled-analysis"), "sr_ma"),
    **dict.fromkeys(("protocol", "trial-registration"), "protocol"),
    **dict.fromkeys(("ex-vivo", "in-vitro", "in-silico"), "in_vitro"),
    **dict.fromkeys(("narrative-review", "opinion", "news"), "review_opinion"),
    "rct": "rct",
    "case-report": "case_report",
    "case-series": "case_series",
    "animal": "animal_in_vivo",
}
REST: Final = {"human": "human_other", "preclinical": "in_vitro", "none": "other"}
"""The class of a kind's other designs."""


@dataclass(frozen=True, slots=True)
class Example:
    """A record to learn from: what the model sees of it, its class, its design where a label names one."""

    words: Mapping[str, Sequence[str]]
    rules: Mapping[str, float]
    outcome: str
    design: str
    weight: float
    published: bool
    """The label was published with a corpus."""


def examples(folder: Path) -> list[Example]:
    """Every record with a label that may be trained on, in a fixed order."""
    corpus = list(_rows(folder / "evidence" / "research_train.jsonl.gz"))
    ours = {row["id"]: row for row in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())}
    found = []
    for row in corpus:
        if row["evid3"]:
            found.append(_example(_record(row), f"{row['evid3']}/{row['tier']}", "", 1.0, published=True))
        elif row["id"] in ours:
            found += _ours(_record(row), ours[row["id"]], unmapped=True)
    spoken_for = {row["id"] for row in [*corpus, *_rows(folder / "evidence" / "research_dev.jsonl.gz")]}
    for record in _unlabelled(folder):
        if record.key in ours and record.key not in spoken_for:
            spoken_for.add(record.key)
            found += _ours(record, ours[record.key], unmapped=False)
    return found


def _ours(record: Record, label: Mapping[str, Any], *, unmapped: bool) -> Iterator[Example]:
    """An example by a label of ours; `unmapped`: the corpus says that it is none of the classes of its own."""
    kind, design = label["kind"], label["design"]
    tier = TIERS.get(design, REST.get(kind, ""))
    if unmapped and kind in ("human", "none"):
        tier = REST[kind] if tier != "case_series" else tier
    outcome = f"{kind}/{tier}"
    if outcome in OUTCOMES:
        yield _example(record, outcome, design, 1.0 if unmapped else OUR_WEIGHT, published=False)


def _example(record: Record, outcome: str, design: str, weight: float, *, published: bool) -> Example:
    text = Text.of(record)
    cast = votes(text)
    said = weighing.opinion(cast, told=bool(record.abstract))
    return Example(blocks(text), voted(cast, said.label), outcome, design, weight, published)


def _record(row: Mapping[str, Any]) -> Record:
    keywords = row.get("keywords") or []
    listed = keywords.split(";") if isinstance(keywords, str) else keywords
    return Record(
        provider="pubmed",
        key=row["id"],
        keys=(row["id"],),
        title=row["title"] or "",
        abstract=(AbstractSection(row["text"]),) if row["text"] else (),
        journal=Journal(title=row.get("journal") or ""),
        keywords=tuple(Keyword(text.strip()) for text in listed),
    )


def _unlabelled(folder: Path) -> Iterator[Record]:
    for name in BULK:
        with lzma.open(folder / "pubmed" / name) as stream:
            yield from iter_articles(stream)
    for row in _rows(folder / "evidence" / "medline_distant.jsonl.gz"):
        yield _record(row)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
