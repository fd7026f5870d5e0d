#!/usr/bin/env python3
"""Train the model that tells what people's texts are (`harvest/reports/model.npz`).

    python -m tools.train.reports [FOLDER]

FOLDER is the recorded material beside the checkout. Of the labelled corpora only the train files are read;
`benchmarks/reports.py` scores the dev files. Needs scikit-learn. The same inputs and versions give the same bytes on
one type of processor. The figures in the manifest are of cross-validation.
"""

import json
import platform
import sys
from collections import Counter
from collections.abc import Iterable
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

from harvest.reports.reader import choose, meant
from harvest.reports.report import Kind
from harvest.reports.views import BUCKETS, vector
from tools.train.reports_examples import (
    CHECKOUT,
    SENTENCES,
    SOURCES,
    Example,
    pages,
    research,
    sentences,
    synthetic,
    told,
)

HOME = CHECKOUT / "harvest" / "reports"
SEED = 20261122
FOLDS = 5
LARGEST = 127
"""Weights are kept as whole numbers up to this, times a scale for each head."""
MIX = 0.5
"""How much of a feature's weight in training follows its naive Bayes log-count ratio; the rest is one."""
STRENGTH = {"told": 3.0, "literal": 3.0, "written": 8.0} | dict.fromkeys(SENTENCES, 4.0)
"""Inverse strength of regularisation; 8 where nothing stands."""

THRESHOLDS = {
    "told": 0.42,
    "asks": 0.25,
    "asks beside told": 0.7,
    "near": 0.5,
    "sells": 0.5,
    "written": 0.1,
    "written on the web": 0.5,
    "effective": 0.8,
    "ineffective": 0.6,
    "harm": 0.5,
}
"""Probabilities from which on something is said; chosen on held-out folds of the train files."""


Numbers = npt.NDArray[np.float64]


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
        "cross_validation": {
            "heads": {head: one["figures"] for head, one in zip(heads, trained, strict=True)},
            "labels": decided(examples, chances),
            "left out": left_out(examples, rows),
        },
    }
    (HOME / "model.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


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
        mine = {head: float(values[number]) for head, values in chances.items()}
        label = choose(meant(mine, vector(example.text).words), THRESHOLDS)
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
    truth = np.array([examples[number].answers["told"][0] for number in known]).astype(bool)

    def chance(head: str, taught: npt.NDArray[np.bool_], forum: str) -> Numbers:
        asked = np.array([head in examples[number].answers for number in known]) & taught
        answers, weights = np.array([examples[number].answers[head] for number in known[asked]]).T
        if answers.all():
            return np.ones(int((corpora == forum).sum()))
        coefficients, bias = fit(head, mine[asked], answers.astype(np.int64), weights)
        chances: Numbers = 1 / (1 + np.exp(-(mine[corpora == forum] @ coefficients + bias)))
        return chances

    def f1(taught: npt.NDArray[np.bool_], forum: str) -> float:
        said = chance("told", taught, forum) * chance("literal", taught, forum) >= THRESHOLDS["told"]
        return round(float(f1_score(truth[corpora == forum], said)), 3)

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
        buckets.append(found.buckets)
        values.append(found.values)
        ends.append(ends[-1] + len(found.buckets))
    places = (np.concatenate(values).astype(float), np.concatenate(buckets), ends)
    rows = sp.csr_matrix(places, shape=(len(ends) - 1, BUCKETS))
    rows.sum_duplicates()
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT.parent / "shared" / "data")
