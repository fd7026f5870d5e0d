#!/usr/bin/env python3
"""Train the model that tells what people's texts are (`harvest/reports/model.npz`).

    python -m tools.train.reports FOLDER

FOLDER holds the labelled corpora beside the checkout (`anecdote_train.jsonl.gz`, ...). Only their train files are read;
`benchmarks/reports.py` scores the dev files. Needs scikit-learn. The same inputs and versions give the same bytes on
one type of processor. The figures in the manifest are of cross-validation.
"""

import gzip
import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy
import scipy.sparse as sp
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

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
SENTENCES = {"effective": "EF", "ineffective": "INF", "adverse": "ADR", "withdrawal": "WD"}
STRENGTH = {"told": 2.0, "written": 8.0} | dict.fromkeys(SENTENCES, 4.0)
"""Inverse strength of regularisation; 8 where nothing stands."""

THRESHOLDS = {"told": 0.4, "asks": 0.55, "rather asks": 0.25, "near": 0.5, "sells": 0.5, "written": 0.5}
"""Probabilities from which on something is said; chosen on held-out folds of the train files."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A text of one corpus; `answers` holds what is known of it by head: 1, 0, and how much it weighs."""

    corpus: str
    text: str
    answers: dict[str, tuple[int, float]]


def main(folder: Path) -> None:
    """Train all heads, write the weights and the manifest."""
    examples = [*told(folder), *synthetic(), *research(folder), *sentences(folder)]
    rows = matrix(example.text for example in examples)
    heads = {head: None for example in examples for head in example.answers}
    trained = [train(head, examples, rows) for head in heads]
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
        "made_by": "python -m tools.train.reports",
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
        "cross_validation": {head: one["figures"] for head, one in zip(heads, trained, strict=True)},
    }
    (HOME / "model.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def told(folder: Path) -> Iterable[Example]:
    """The forums: published labels say whether something lived through is told, ours what sort of text it is."""
    ours = {row["id"]: row for row in lines(LABELS / "reports.jsonl")}
    for row in lines(folder / "anecdote_train.jsonl.gz"):
        rhmd = row["source"] == "rhmd"
        answers = {"told": (int(row["anecdote"]), 1.0 if rhmd else 2.0)}
        answers["written"] = (1, 1.0 if row["anecdote"] or not rhmd else 0.2)
        if row["source"] == "psytar":
            answers |= {"asks": (0, 0.3), "near": (0, 0.3), "sells": (0, 0.3)}
        if row["id"] in ours:
            answers |= kinds(ours[row["id"]]["label"], 1.0)
        yield Example(row["source"], row["text"], answers)


def synthetic() -> Iterable[Example]:
    """The texts written for this purpose, those of the train half."""
    for row in lines(LABELS / "reports-synthetic.jsonl"):
        if row["split"] == "train":
            anecdote = row["label"] in {"first-person", "second-hand"}
            by_user = row["label"] not in {"information", "marketing"}
            yield Example(
                "synthetic",
                row["text"],
                {"told": (int(anecdote), 4.0)} | ({"written": (1, 2.0)} if by_user else {}) | kinds(row["label"], 1.0),
            )


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


def sentences(folder: Path) -> Iterable[Example]:
    """Sentences of patients' reviews: did it work, did it harm, was it hard to leave."""
    for row in lines(folder / "psytar_sentences_train_dev.jsonl.gz"):
        if row["split"] == "train":
            answers = {head: (int(label in row["label"]), 1.0) for head, label in SENTENCES.items()}
            yield Example("psytar_sentences", row["text"], answers)


def kinds(label: str, weight: float) -> dict[str, tuple[int, float]]:
    """What a label of five says to the heads of its own; who is meant matters only where something is told."""
    answers = {"asks": (int(label == "question"), weight), "sells": (int(label == "marketing"), weight)}
    if label in {"first-person", "second-hand"}:
        answers["near"] = (int(label == "second-hand"), weight)
    return answers


def train(head: str, examples: list[Example], rows: sp.csr_matrix) -> dict[str, Any]:
    """One head: its weights as whole numbers, its scaling to log-odds, and its figures on held-out folds."""
    known = np.array([number for number, example in enumerate(examples) if head in example.answers])
    mine, answers = rows[known], np.array([examples[number].answers[head][0] for number in known])
    weights = np.array([examples[number].answers[head][1] for number in known])
    corpora = np.array([examples[number].corpus for number in known])
    held = np.zeros(len(known))
    groups = [f"{corpus} {answer}" for corpus, answer in zip(corpora, answers, strict=True)]
    for taught, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(mine, groups):
        coefficients, bias = fit(head, mine[taught], answers[taught], weights[taught])
        held[asked] = mine[asked] @ coefficients + bias
    coefficients, bias = fit(head, mine, answers, weights)
    scale = float(np.abs(coefficients).max()) / LARGEST
    platt = LogisticRegression(C=1e6).fit(held[:, None], answers, sample_weight=weights)
    return {
        "weights": np.rint(coefficients / scale).astype(np.int8),
        "scale": scale,
        "bias": bias,
        "slope": float(platt.coef_[0, 0]),
        "offset": float(platt.intercept_[0]),
        "figures": figures(platt.predict(held[:, None]), answers, corpora),
    }


def fit(head: str, rows: sp.csr_matrix, answers: npt.NDArray[np.int64], weights: Numbers) -> tuple[Numbers, float]:
    """Logistic regression whose features are weighed by how unevenly they fall."""
    seen = (rows > 0).astype(float)
    yes, no = 0.5 + seen.T @ (weights * answers), 0.5 + seen.T @ (weights * (1 - answers))
    ratio = (1 - MIX) + MIX * np.abs(np.log((yes / yes.sum()) / (no / no.sum())))
    found = LogisticRegression(C=STRENGTH.get(head, 8.0), solver="liblinear", random_state=SEED)
    found.fit(rows @ sp.diags(ratio), answers, sample_weight=weights)
    return found.coef_[0] * ratio, float(found.intercept_[0])


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
    main(Path(sys.argv[1]))
