"""Train the models that choose an outcome (`harvest/findings/outcome.json`) and claims (`harvest/claims/choice.json`).

    python -m tools.train.findings [RECORDED]

RECORDED is the folder of recorded answers and labelled corpora. The labels are the development half of
`data/labels/findings.jsonl`; the other half is left for `benchmarks/findings.py`. Prints what cross-validation over
that half says. Needs scikit-learn.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from benchmarks.findings import Labelled, labelled, overlap
from harvest.claims import features as claim_features
from harvest.evidence import classify
from harvest.findings import features as outcome_features
from harvest.findings.reading import Sentence, read
from harvest.model import Claim, EvidenceKind

ROOT = Path(__file__).resolve().parents[2]
STRENGTH = 0.3
"""Inverse of the penalty, chosen by cross-validation."""
BEST = 2.0
"""How much more the sentence that the reader put first counts."""

Example = tuple[dict[str, float], str, float, int]
"""Features, label, weight, and the number of the record."""


def outcomes(rows: list[Labelled]) -> Iterator[Example]:
    """What speaks for an outcome, and the outcome that the reader saw."""
    for number, row in enumerate(rows):
        evidence = classify(row.record)
        if row.topic and evidence.kind is not EvidenceKind.NONE:
            yield outcome_features.features(read(row.record, row.topic), evidence), row.outcome, 1.0, number


def quoted(rows: list[Labelled]) -> Iterator[Example]:
    """What speaks for a sentence, and whether the reader would quote it."""
    for number, row in enumerate(rows):
        if row.topic and row.claims and classify(row.record).kind is not EvidenceKind.NONE:
            reading = read(row.record, row.topic)
            for sentence in reading.sentences:
                rank = place(sentence, row)
                label = "quoted" if rank else "not"
                weight = BEST if rank == 1 else 1.0
                yield claim_features.features(sentence, reading), label, weight, number


def place(sentence: Sentence, row: Labelled) -> int:
    """1 for the reader's best sentence, 2 and 3 for the next, 0 for any other."""
    told = sentence.passage
    claim = Claim(told.field, told.start, told.end, sentence.text)
    return next((rank for rank, one in enumerate(row.claims, 1) if overlap(claim, one)), 0)


def train(examples: list[Example], into: Path) -> None:
    """Fit, say what cross-validation over whole records gives, write."""
    found, labels, weights, groups = zip(*examples, strict=True)
    vectors = DictVectorizer(sparse=False)
    seen = vectors.fit_transform(found)
    expected = np.array(labels)
    model = LogisticRegression(C=STRENGTH, max_iter=5_000, fit_intercept=False)
    given = cross_val_predict(
        model, seen, expected, groups=groups, cv=GroupKFold(10), params={"sample_weight": weights}
    )
    print(f"{into.name}: {len(labels)} examples, {np.mean(given == expected):.3f} right in cross-validation")
    model.fit(seen, expected, sample_weight=weights)
    written: dict[str, Any] = {
        "recipe": {"by": "tools/train/findings.py", "scikit-learn": sklearn.__version__, "examples": len(labels)},
        "classes": [str(name) for name in model.classes_[-len(model.coef_) :]],
        "weights": {
            name: [round(float(each), 4) for each in column]
            for name, column in zip(vectors.get_feature_names_out(), model.coef_.T, strict=True)
        },
    }
    into.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def main(recorded: Path) -> None:
    """Train both from the development half."""
    rows = [row for row in labelled(recorded) if row.half == "development"]
    train(list(outcomes(rows)), ROOT / "harvest" / "findings" / "outcome.json")
    train(list(quoted(rows)), ROOT / "harvest" / "claims" / "choice.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data")
