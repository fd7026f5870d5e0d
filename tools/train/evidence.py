"""Train the weights of the evidence classification anew.

    python -m tools.train.evidence [FOLDER]

FOLDER is the recorded material beside the checkout: the labelled corpora in `evidence/`, the bulk files of MEDLINE in
`pubmed/`. Labels of our own, given by a language model that read each record, are in `data/labels/evidence.jsonl`;
those of `data/labels/evidence-hard.jsonl` and of the development corpus are never trained on. Writes `weights.npz`
and `weights.json` into `harvest/evidence/`, the same bytes for the same versions on one type of processor.
"""

import hashlib
import importlib.metadata
import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from harvest.evidence.weights import BLOCKS
from tools.train.evidence_examples import BULK, LABELS, OUR_WEIGHT, OUTCOMES, ROOT, Example, examples
from tools.train.evidence_space import LEAST, RULE_WEIGHT, Space, space

TARGET: Final = ROOT / "harvest" / "evidence"
SEED: Final = 1
FOLDS: Final = 5
STRENGTH: Final = 10.0
"""Inverse of the regularisation, of classes and of designs."""
KEPT: Final = 70_000
"""Words and pairs of the package; those with the smallest weights are left out."""
EIGHT: Final = (
    "animal_in_vivo", "case_report", "human_other", "in_vitro", "protocol", "rct", "review_opinion", "sr_ma",
)  # fmt: skip
WITHIN: Final = {
    "human_other": (
        "cohort", "case-control", "cross-sectional", "qualitative", "controlled-trial", "uncontrolled-trial",
        "pharmacovigilance", "pharmacokinetic", "other",
    ),
    "sr_ma": ("systematic-review", "meta-analysis", "pooled-analysis"),
    "in_vitro": ("ex-vivo", "in-vitro", "in-silico"),
    "review_opinion": ("narrative-review", "opinion", "news"),
}  # fmt: skip
"""The designs that are told apart within a class."""


def fitted(matrix: Any, labels: Sequence[str], weights: Sequence[float]) -> LogisticRegression:
    """A multinomial logistic regression in which every class weighs the same."""
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=400, tol=1e-3)
    return model.fit(matrix, list(labels), sample_weight=np.array(weights))


def scored(model: LogisticRegression, matrix: Any) -> Any:
    """Scores in the order of `OUTCOMES`; a class that was not trained has none."""
    told = np.full((matrix.shape[0], len(OUTCOMES)), -30.0)
    for column, name in enumerate(model.classes_):
        told[:, OUTCOMES.index(name)] = model.decision_function(matrix)[:, column]
    return told


def crossed(of: Sequence[Example]) -> Any:
    """For each example the scores of a model that has not seen it."""
    labels = np.array([one.outcome for one in of])
    told = np.zeros((len(of), len(OUTCOMES)))
    parts = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in parts.split(labels, labels):
        train, test = [of[i] for i in seen], [of[i] for i in unseen]
        about = space(train)
        model = fitted(about.matrix(train), labels[seen], [one.weight for one in train])
        told[unseen] = scored(model, about.matrix(test))
    return told


def calibrated(told: Any, of: Sequence[Example]) -> tuple[Any, Any]:
    """A factor and an addition for each class that make the scores' softmax a probability, by Newton-free descent."""
    labels = np.array([OUTCOMES.index(one.outcome) for one in of])
    weights = np.array([one.weight for one in of])
    factor, added = np.ones(1), np.zeros(len(OUTCOMES))
    target = np.eye(len(OUTCOMES))[labels]
    for _ in range(4_000):
        likely = _softmax(told * factor + added)
        wrong = (likely - target) * weights[:, None] / weights.sum()
        factor = factor - 0.5 * np.array([(wrong * told).sum()])
        added = added - 2.0 * (wrong.sum(axis=0) + 1e-4 * added)
    return factor, added


def _softmax(scores: Any) -> Any:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def designs(of: Sequence[Example], matrix: Any) -> Iterator[tuple[str, Any, Any]]:
    """For each class with designs within: column names, weights, bias."""
    for outcome, within in WITHIN.items():
        chosen = [i for i, one in enumerate(of) if one.outcome.endswith("/" + outcome) and one.design in within]
        model = fitted(matrix[chosen], [of[i].design for i in chosen], [1.0] * len(chosen))
        if len(model.classes_) == 2:  # noqa: PLR2004 - scikit-learn gives two classes one row
            coefficients, bias = np.vstack([-model.coef_, model.coef_]), np.append(-model.intercept_, model.intercept_)
        else:
            coefficients, bias = model.coef_, model.intercept_
        for name, row, start in zip(model.classes_, coefficients, bias, strict=True):
            yield f"{outcome}>{name}", row, start


def pruned(about: Space, model: LogisticRegression) -> set[tuple[str, tuple[str, ...]]]:
    """The `KEPT` features that weigh most."""
    listed = sorted(about.vocabulary, key=about.vocabulary.__getitem__)
    weigh = np.abs(model.coef_[:, : len(about.features)]).max(axis=0) * about.importance
    best = np.argsort(-weigh, kind="stable")[:KEPT]
    return {(about.features[i][0], tuple(listed[n] for n in about.features[i][1])) for i in best}


def stored(about: Space, columns: Iterable[tuple[str, Any, Any]]) -> dict[str, Any]:
    """The arrays of `weights.npz`; see `harvest.evidence.weights.assembled`."""
    names, coefficients, bias = zip(*columns, strict=True)
    matrix = np.array(coefficients).T
    scale = np.abs(matrix).max(axis=0) / 127
    arrays = {
        "words": _listed(sorted(about.vocabulary, key=about.vocabulary.__getitem__)),
        "rules": _listed(about.rules),
        "columns": _listed(names),
        "importance": about.importance.astype(np.float16),
        "matrix": np.rint(matrix / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": np.array(bias, np.float32),
        "rule_weight": np.array(RULE_WEIGHT, np.float32),
    }
    size = len(about.vocabulary) + 1
    for block in BLOCKS:
        numbers = [said for name, said in about.features if name == block]
        codes = [said[0] * size + said[1] for said in numbers if len(said) > 1]
        arrays[f"{block}_words"] = np.array([said[0] for said in numbers if len(said) == 1], np.int32)
        arrays[f"{block}_pairs"] = np.diff(np.array(codes, np.int64), prepend=0)
    return arrays


def _listed(texts: Iterable[str]) -> Any:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def written(path: Path, arrays: Mapping[str, Any]) -> None:
    """An npz whose bytes depend on the arrays alone: no time stands in it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            held = io.BytesIO()
            np.save(held, array, allow_pickle=False)
            archive.writestr(entry, held.getvalue(), zipfile.ZIP_DEFLATED, 9)


def measured(told: Any, of: Sequence[Example]) -> dict[str, Any]:
    """How right the scores are on examples that their models had not seen."""
    given = [OUTCOMES[i] for i in told.argmax(axis=1)]
    found = {}
    for name, chosen in (("all", range(len(of))), ("published", [i for i, one in enumerate(of) if one.published])):
        kinds = [(of[i].outcome.split("/")[0], given[i].split("/")[0]) for i in chosen]
        tiers = [(_tier(of[i].outcome), _tier(given[i])) for i in chosen if _tier(of[i].outcome) in EIGHT]
        found[name] = {
            "examples": len(kinds),
            "three_class_macro_f1": round(_macro(kinds, ("human", "preclinical", "none")), 4),
            "eight_tier_macro_f1": round(_macro(tiers, EIGHT), 4),
            "rct_f1": round(_macro(tiers, ("rct",)), 4),
            "class_accuracy": round(sum(of[i].outcome == given[i] for i in chosen) / len(kinds), 4),
            "preclinical_called_human": sum(pair == ("preclinical", "human") for pair in kinds),
            "none_called_human": sum(pair == ("none", "human") for pair in kinds),
        }
    return found


def _tier(outcome: str) -> str:
    """The corpora's tier of a class; a series of cases that is not called one is a study like others."""
    return outcome.split("/")[1].replace("case_series", "human_other")


def _macro(pairs: Sequence[tuple[str, str]], labels: Iterable[str]) -> float:
    each = []
    for label in labels:
        right = sum(a == b == label for a, b in pairs)
        each.append(2 * right / (sum(a == label for a, _ in pairs) + sum(b == label for _, b in pairs)))
    return sum(each) / len(each)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(folder: Path) -> None:
    """Train, measure by cross-validation, write."""
    of = examples(folder)
    labels, weights = [one.outcome for one in of], [one.weight for one in of]
    print(f"{len(of)} examples: {dict(Counter(labels))}")
    told = crossed(of)
    factor, added = calibrated(told, of)
    cross = measured(told * factor + added, of)
    print(json.dumps(cross, indent=1))
    whole = space(of)
    wanted = pruned(whole, fitted(whole.matrix(of), labels, weights))
    about = space(of, wanted)
    matrix = about.matrix(of)
    model = fitted(matrix, labels, weights)
    classes = ((n, factor[0] * model.coef_[i], factor[0] * model.intercept_[i] + added[OUTCOMES.index(n)])
               for i, n in enumerate(model.classes_))  # fmt: skip
    arrays = stored(about, [*classes, *designs(of, matrix)])
    written(TARGET / "weights.npz", arrays)
    manifest = {
        "method": "multinomial logistic regression over words, pairs and rules; probabilities calibrated on folds",
        "features": len(about.features),
        "rules": len(about.rules),
        "examples": dict(sorted(Counter(labels).items())),
        "labels": {
            "published": sum(one.published for one in of),
            "read by a language model": sum(not one.published for one in of),
        },
        "cross_validation": {"folds": FOLDS, **cross},
        "settings": {"seed": SEED, "C": STRENGTH, "our_weight": OUR_WEIGHT, "rule_weight": RULE_WEIGHT, "least": LEAST},
        "corpora": {
            name: _digest(folder / "evidence" / name)
            for name in ("research_train.jsonl.gz", "medline_distant.jsonl.gz")
        } | {name: _digest(folder / "pubmed" / name) for name in BULK} | {LABELS.name: _digest(LABELS)},
        "versions": {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
    }  # fmt: skip
    (TARGET / "weights.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data")
