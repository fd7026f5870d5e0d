"""What a plain classifier says of the development corpus, to measure ours beside it.

    python -m tools.train.baseline [FOLDER]

Word TF-IDF of the title and of the whole text, a linear SVM over the published labels: no rules, no labels of ours.
Writes `data/labels/baseline.jsonl`, one line a record, so that a benchmark need not train it.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "data" / "labels" / "baseline.jsonl"


def labelled(path: Path) -> list[dict[str, Any]]:
    """The records of a corpus that have a label."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["evid3"]]


def main(folder: Path) -> None:
    """Train on the training corpus, label the development corpus, write."""
    train, test = (labelled(folder / "evidence" / f"research_{name}.jsonl.gz") for name in ("train", "dev"))
    titles = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    texts = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    seen = hstack([titles.fit_transform(_titles(train)), texts.fit_transform(_texts(train))])
    unseen = hstack([titles.transform(_titles(test)), texts.transform(_texts(test))])
    model = LinearSVC(C=1.0, class_weight="balanced", random_state=1)
    model.fit(seen, [f"{row['evid3']}/{row['tier']}" for row in train])
    rows = zip(test, model.predict(unseen), strict=True)
    lines = (
        json.dumps({"id": row["id"], "kind": said.split("/")[0], "tier": said.split("/")[1]}) for row, said in rows
    )
    TARGET.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _titles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in rows]


def _texts(rows: list[dict[str, Any]]) -> list[str]:
    return [f"{row['title']} {row['text']}" for row in rows]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data")
