#!/usr/bin/env python3
"""Train the model that tells what people's texts are (`harvest/reports/model.npz`).

    python tools/train/reports.py [FOLDER]

FOLDER is the recorded material beside the checkout. Of the labelled corpora only the train files are read;
`benchmarks/reports.py` scores the dev files. Needs scikit-learn. The same inputs and versions give the same bytes on
one type of processor. The figures in the manifest are of cross-validation.
"""

import gzip
import json
import platform
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import scipy
import scipy.sparse as sp
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from harvest.reports.reader import choose
from harvest.reports.report import Kind
from harvest.reports.views import BUCKETS, vector

CHECKOUT = Path(__file__).resolve().parents[2]
HOME = CHECKOUT / "harvest" / "reports"
LABELS = CHECKOUT / "data" / "labels"
SEED = 20261122
FOLDS = 5
LARGEST = 127
"""Weights are kept as whole numbers up to this, times a scale for each head."""
MIX = 0.5
"""How much of a feature's weight in training follows its naive Bayes log-count ratio; the rest is one."""
SOURCES = ("rhmd", "psytar", "storytestimony_cmv", "storytestimony_regroom", "storytestimony_europolis")
SENTENCES = {"effective": "EF", "ineffective": "INF", "adverse": "ADR", "withdrawal": "WD"}
STRENGTH = {"told": 2.0, "written": 8.0} | dict.fromkeys(SENTENCES, 4.0)
"""Inverse strength of regularisation; 8 where nothing stands."""

THRESHOLDS = {
    "told": 0.44,
    "asks": 0.5,
    "rather asks": 0.25,
    "near": 0.5,
    "sells": 0.5,
    "written": 0.1,
    "written on the web": 0.5,
    "effective": 0.8,
    "ineffective": 0.6,
    "harm": 0.5,
}
"""Probabilities from which on something is said; chosen on held-out folds of the train files."""

REVIEWS = 3.0
"""Reviews of a medicine are what is met in earnest, and many are bare lists of complaints: they weigh more."""

PASSAGES = ((0, 3000), (0, 400), (0, 900), (900, 1800), (1800, 2400))
LEAST_PASSAGE = 200
"""Characters."""

Numbers = npt.NDArray[np.float64]


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


def main(folder: Path) -> None:
    """Train all heads, write the weights and the manifest."""
    corpora = folder / "evidence"
    examples = [*told(corpora), *synthetic(), *research(corpora), *sentences(corpora), *pages(folder / "pages")]
    rows = matrix(example.text for example in examples)
    heads = {head: None for example in examples for head in example.answers}
    trained = [train(head, examples, rows) for head in heads]
    chances = {head: one["chances"] for head, one in zip(heads, trained, strict=True)}
    arrays = {
        "weights": np.stack([one["weights"] for one in trained]),
        "scales": np.array([one["scale"] for one in trained], dtype=np.float32),
        "biases": np.array([one["bias"] for one in trained], dtype=np.float32),
        "slopes": np.array([one["slope"] for one in trained], dtype=np.float32),
        "offsets": np.array([one["offset"] for one in trained], dtype=np.float32),
    }
    np.savez_compressed(HOME / "model.npz", **arrays)
    manifest = {
        "version": "reports-" + sha256((HOME / "model.npz").read_bytes()).hexdigest()[:8],
        "heads": list(heads),
        "made_by": "python tools/train/reports.py",
        "method": "logistic regression on hashed views, naive Bayes weighting, Platt scaling on held-out folds",
        "thresholds": THRESHOLDS,
        "seed": SEED,
        "folds": FOLDS,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "texts": {corpus: sum(e.corpus == corpus for e in examples) for corpus in sorted({e.corpus for e in examples})},
        "cross_validation": {
            "heads": {head: one["figures"] for head, one in zip(heads, trained, strict=True)},
            "labels": decided(examples, chances),
            "left out": left_out(examples, rows),
        },
    }
    (HOME / "model.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def told(folder: Path) -> Iterable[Example]:
    """The forums: published labels say whether something lived through is told, ours what sort of text it is."""
    ours = {row["id"]: row for row in lines(LABELS / "reports.jsonl")}
    rows = lines(folder / "anecdote_train.jsonl.gz")
    share = {source: np.mean([row["anecdote"] for row in rows if row["source"] == source]) for source in SOURCES}
    for row in rows:
        rhmd, share_told = row["source"] == "rhmd", share[row["source"]]
        evenly = 1.0 if rhmd or share_told == 1 else 0.5 / (share_told if row["anecdote"] else 1 - share_told)
        answers = {"told": (int(row["anecdote"]), evenly * (1.0 if rhmd else 2.0))}
        answers["written"] = (1, 1.0 if row["anecdote"] or not rhmd else 0.2)
        if row["source"] == "psytar":
            answers |= {"told": (1, REVIEWS), "written": (1, REVIEWS)}
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


def train(head: str, examples: list[Example], rows: sp.csr_matrix) -> dict[str, Any]:
    """One head: its weights as whole numbers, its scaling to log-odds, and its figures on held-out folds."""
    known = np.array([number for number, example in enumerate(examples) if head in example.answers])
    mine, answers = rows[known], np.array([examples[number].answers[head][0] for number in known])
    weights = np.array([examples[number].answers[head][1] for number in known])
    corpora = np.array([examples[number].corpus for number in known])
    held = np.zeros(len(known))
    groups = [f"{corpus} {answer}" for corpus, answer in zip(corpora, answers, strict=True)]
    sizes = Counter(groups)
    groups = [group if sizes[group] >= FOLDS else f"rhmd {group[-1]}" for group in groups]
    for taught, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(mine, groups):
        coefficients, bias = fit(head, mine[taught], answers[taught], weights[taught])
        held[asked] = mine[asked] @ coefficients + bias
    coefficients, bias = fit(head, mine, answers, weights)
    scale = float(np.abs(coefficients).max()) / LARGEST
    platt = LogisticRegression(C=1e6).fit(held[:, None], answers, sample_weight=weights)
    chances = platt.predict_proba((rows @ coefficients + bias)[:, None])[:, 1]
    chances[known] = platt.predict_proba(held[:, None])[:, 1]
    return {
        "weights": np.rint(coefficients / scale).astype(np.int8),
        "scale": scale,
        "bias": bias,
        "slope": float(platt.coef_[0, 0]),
        "offset": float(platt.intercept_[0]),
        "figures": figures(platt.predict(held[:, None]), answers, corpora),
        "chances": chances,
    }


def fit(head: str, rows: sp.csr_matrix, answers: npt.NDArray[np.int64], weights: Numbers) -> tuple[Numbers, float]:
    """Logistic regression whose features are weighed by how unevenly they fall."""
    seen = (rows > 0).astype(float)
    yes, no = 0.5 + seen.T @ (weights * answers), 0.5 + seen.T @ (weights * (1 - answers))
    ratio = (1 - MIX) + MIX * np.abs(np.log((yes / yes.sum()) / (no / no.sum())))
    found = LogisticRegression(C=STRENGTH.get(head, 8.0), solver="liblinear", random_state=SEED)
    found.fit(rows @ sp.diags(ratio), answers, sample_weight=weights)
    return found.coef_[0] * ratio, float(found.intercept_[0])


def decided(examples: list[Example], chances: dict[str, Numbers]) -> dict[str, Any]:
    """What `read` would say on held-out folds: F1 by corpus, and how many of each label are called anecdotes."""
    found: dict[str, list[bool]] = {}
    right: dict[str, list[tuple[bool, bool]]] = {}
    for number, example in enumerate(examples):
        if "told" not in example.answers:
            continue
        label = choose({head: float(values[number]) for head, values in chances.items()}, THRESHOLDS)
        anecdotal = label in (Kind.FIRST_PERSON, Kind.SECOND_HAND)
        right.setdefault(example.corpus, []).append((anecdotal, bool(example.answers["told"][0])))
        if example.label:
            found.setdefault(f"{example.group} {example.label}", []).append(anecdotal)
    return {
        "f1": {
            corpus: round(float(f1_score([t for _, t in both], [s for s, _ in both])), 3)
            for corpus, both in sorted(right.items())
        },
        "recall": {
            corpus: round(sum(s and t for s, t in both) / max(1, sum(t for _, t in both)), 3)
            for corpus, both in sorted(right.items())
        },
        "called anecdotes": {group: f"{sum(said)} of {len(said)}" for group, said in sorted(found.items())},
    }


def left_out(examples: list[Example], rows: sp.csr_matrix) -> dict[str, dict[str, float]]:
    """How well what is told is found in a forum from which nothing was learnt; and when only RHMD was learnt from."""
    known = np.array([number for number, example in enumerate(examples) if "told" in example.answers])
    mine, corpora = rows[known], np.array([examples[number].corpus for number in known])
    answers, weights = np.array([examples[number].answers["told"] for number in known]).T

    def f1(taught: npt.NDArray[np.bool_], forum: str) -> float:
        coefficients, bias = fit("told", mine[taught], answers[taught].astype(np.int64), weights[taught])
        said = mine[corpora == forum] @ coefficients + bias >= 0
        return round(float(f1_score(answers[corpora == forum].astype(bool), said)), 3)

    return {
        forum: {
            "all others": f1(corpora != forum, forum),
            "RHMD alone": f1(corpora == "rhmd", forum) if forum != "rhmd" else 0.0,
        }
        for forum in SOURCES
    }


def figures(said: npt.NDArray[np.int64], answers: npt.NDArray[np.int64], corpora: npt.NDArray[Any]) -> dict[str, Any]:
    """F1 and number of texts by corpus, at a probability of one half, on held-out folds."""
    return {
        corpus: {
            "n": int((corpora == corpus).sum()),
            "positive": int(answers[corpora == corpus].sum()),
            "f1": round(float(f1_score(answers[corpora == corpus], said[corpora == corpus], zero_division=0)), 3),
        }
        for corpus in sorted(set(corpora))
    }


def matrix(texts: Iterable[str]) -> sp.csr_matrix:
    """One row of hashed features for each text."""
    ends, buckets, values = [0], [], []
    for text in texts:
        found = vector(text)
        buckets.extend(found.buckets)
        values.extend(found.values)
        ends.append(len(buckets))
    rows = sp.csr_matrix((values, buckets, ends), shape=(len(ends) - 1, BUCKETS))
    rows.sum_duplicates()
    return rows


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT.parent / "shared" / "data")
