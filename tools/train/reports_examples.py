"""Texts to train the reading of reports on, each with what is known of it."""

import gzip
import json
import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

CHECKOUT = Path(__file__).resolve().parents[2]
LABELS = CHECKOUT / "data" / "labels"
SOURCES = ("rhmd", "psytar", "storytestimony_cmv", "storytestimony_regroom", "storytestimony_europolis")
SENTENCES = {"effective": "EF", "ineffective": "INF", "adverse": "ADR", "withdrawal": "WD"}
REVIEWS = 6.0
"""Reviews of a medicine are what is met in earnest, and many are bare lists of complaints: they weigh more."""
POSTS = 1.5
OF_OTHERS = 0.3
"""Figures of speech are labelled in one forum alone; what is told in others shows the other side, and weighs less."""
PASSAGES = ((0, 3000), (0, 400), (0, 900), (900, 1800), (1800, 2400))
LEAST_PASSAGE = 200
"""Characters."""


@dataclass(frozen=True)
class Example:
    """A text of one corpus; `answers` holds what is known of it by head: 1, 0, and how much it weighs."""

    corpus: str
    text: str
    answers: dict[str, tuple[int, float]]
    label: str = ""
    """Ours, where a language model has read it."""
    group: str = ""
    """How it was drawn for reading."""


def told(folder: Path) -> Iterable[Example]:
    """The forums: published labels say whether something lived through is told, ours what sort of text it is."""
    ours = {row["id"]: row for row in lines(LABELS / "reports.jsonl")}
    rows = lines(folder / "anecdote_train.jsonl.gz")
    share = {source: np.mean([row["anecdote"] for row in rows if row["source"] == source]) for source in SOURCES}
    for row in rows:
        rhmd, share_told = row["source"] == "rhmd", share[row["source"]]
        evenly = POSTS if rhmd or share_told == 1 else 1.0 / (share_told if row["anecdote"] else 1 - share_told)
        figurative = row["label"] == "figurative"
        answers = {"told": (int(row["anecdote"]), 0.0 if figurative else evenly)}
        if row["anecdote"] or figurative:
            answers["literal"] = (int(row["anecdote"]), evenly * (1.0 if rhmd else OF_OTHERS))
        answers["written"] = (1, 1.0 if row["anecdote"] or not rhmd else 0.2)
        if row["source"] == "psytar":
            answers |= {"told": (1, REVIEWS), "literal": (1, OF_OTHERS * REVIEWS), "written": (1, REVIEWS)}
        if row["source"] == "psytar":
            answers |= {"asks": (0, 0.3), "near": (0, 0.3), "sells": (0, 0.3)}
        mine = ours.get(row["id"], {"label": "", "drawn": ""})
        yield Example(row["source"], row["text"], answers | kinds(mine["label"]), mine["label"], mine["drawn"])


def synthetic() -> Iterable[Example]:
    """The texts written for this purpose, those of the train half."""
    for row in lines(LABELS / "reports-synthetic.jsonl"):
        if row["split"] == "train":
            anecdote = row["label"] in {"first-person", "second-hand"}
            by_user = row["label"] not in {"information", "marketing"}
            answers = {"told": (int(anecdote), 4.0)} | ({"written": (1, 2.0)} if by_user else {}) | kinds(row["label"])
            if anecdote:
                answers["literal"] = (1, 4.0 * OF_OTHERS)
            yield Example("synthetic", row["text"], answers, row["label"], "synthetic")


def research(folder: Path) -> Iterable[Example]:
    """Abstracts and bare titles: nobody's own story, and not written by users."""
    for number, row in enumerate(lines(folder / "research_train.jsonl.gz")):
        text = row["title"] if number % 4 == 0 else f"{row['title']}\n{row['text']}"
        answers = {"written": (0, 1.0), "sells": (0, 0.2)} | ({"told": (0, 0.5)} if number % 2 else {})
        yield Example("research", text, answers)
    for number, row in enumerate(lines(folder / "medline_distant.jsonl.gz")):
        if number % 4 == 1:
            text = row["title"] if number % 3 == 0 else f"{row['title']}\n{row['text']}"
            yield Example("medline", text, {"written": (0, 1.0)})


def pages(folder: Path) -> Iterable[Example]:
    """Articles of web pages, whole and in passages: not written by users. Half of one set is left for scoring."""
    texts = []
    with tarfile.open(folder / "article-extraction-benchmark.tar.xz") as archive:
        for member in archive:
            if member.name.endswith("ground-truth.json") and (file := archive.extractfile(member)):
                found = json.load(file)
                texts += [found[key]["articleBody"] for key in sorted(found) if is_for_training(key)]
    with tarfile.open(folder / "mozilla_readability_test-pages.tar.xz") as archive:
        for member in archive:
            if member.name.endswith("expected.html") and (file := archive.extractfile(member)):
                texts.append(unescape(re.sub(r"<[^>]+>", " ", file.read().decode("utf-8", "replace"))))
    for text in texts:
        plain = " ".join(text.split())
        for start, end in PASSAGES:
            if len(plain) > start + LEAST_PASSAGE:
                yield Example("pages", plain[start:end], {"written": (0, 2.0)})


def is_for_training(key: str) -> bool:
    """Half of the pages, by their names; the others are scored."""
    return crc32(key.encode()) % 2 == 1


def sentences(folder: Path) -> Iterable[Example]:
    """Sentences of patients' reviews: did it work, did it harm, was it hard to leave."""
    for row in lines(folder / "psytar_sentences_train_dev.jsonl.gz"):
        if row["split"] == "train":
            answers = {head: (int(label in row["label"]), 1.0) for head, label in SENTENCES.items()}
            yield Example("psytar_sentences", row["text"], answers)


def kinds(label: str) -> dict[str, tuple[int, float]]:
    """What a label of five says to the heads of its own; who is meant matters only where something is told."""
    if not label:
        return {}
    answers = {"asks": (int(label == "question"), 1.0), "sells": (int(label == "marketing"), 1.0)}
    if label in {"first-person", "second-hand"}:
        answers["near"] = (int(label == "second-hand"), 1.0)
    return answers


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
