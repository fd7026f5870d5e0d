"""Train the model that tells what a sentence of a plain abstract does (`harvest/passages/roles.npz`).

    python -m tools.train.roles [ANSWER.xml.xz...]

Each argument is a PubMed file (`PubmedArticleSet`), compressed with xz; without any, those beside the checkout are
read. Teachers are the structured abstracts in them: NLM's category of a section is the role of its sentences, and the
labels are taken away. One abstract in five, by a hash of its identifier, is held out; the manifest says how right the
model is on those. Needs scikit-learn.
"""

import hashlib
import json
import lzma
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from harvest.medline import iter_articles
from harvest.model import Record
from harvest.passages.model import ROLES, Model, places, plain, words
from harvest.passages.sentences import sentences

CATEGORIES = {name.upper(): number for number, name in enumerate(ROLES)} | {"OBJECTIVE": ROLES.index("aim")}
AIM = re.compile(
    r"^to\b|\b(?:aims?|aimed|objectives?|purpose|goal|hypothesi[sz]ed?|sought|here(?:in)?,? we"
    r"|we (?:investigat|examin|evaluat|assess|test|compar|stud|explor|analy|determin)\w*"
    r"|(?:this|present|current) (?:\w+ )?(?:study|trial|paper|review|work|article|report))\b",
    re.IGNORECASE,
)
"""Sections are coarser than sentences: a background may end with the aim, an aim may begin with the background."""
LEAST_SECTIONS = 3
LEAST_SEEN = 12
"""Abstracts' sentences in which a word must stand."""
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "harvest" / "passages"
BULK = [
    ROOT.parent / "shared" / "data" / "pubmed" / f"{name}.xml.xz" for name in ("pubmed21n1298", "pubmed20n0014_even")
]

Told = list[tuple[bytes, int]]


def teachers(paths: Iterable[str]) -> Iterator[tuple[bool, Told]]:
    """Is it held out, and its sentences with their roles, for every structured abstract."""
    for path in paths:
        with lzma.open(path) as file:
            for record in iter_articles(file):
                told = sentences_told(record)
                if len({role for _, role in told}) >= LEAST_SECTIONS:
                    yield int(hashlib.sha256(record.key.encode()).hexdigest(), 16) % 5 == 0, told


def sentences_told(record: Record) -> Told:
    """The sentences of the sections that have a category, made plain, with the role that it names."""
    known = [section for section in record.abstract if section.category in CATEGORIES]
    return [
        (
            plain(section.text[start:end]),
            role(CATEGORIES[section.category], section.text[start:end], alone=len(spans) == 1),
        )
        for section in known
        for spans in [sentences(section.text)]
        for start, end in spans
    ]


def role(announced: int, sentence: str, *, alone: bool) -> int:
    """Of background and aim, the one that the sentence is."""
    background, aim = ROLES.index("background"), ROLES.index("aim")
    if announced not in (background, aim):
        return announced
    if AIM.search(sentence):
        return aim
    return announced if alone else background


def features(told: Told) -> Iterator[dict[str, int]]:
    """What the model sees of each sentence."""
    for number, (sentence, _) in enumerate(told):
        yield {name.decode(): 1 for name in (*words(sentence), *places(number, len(told)))}


def moves(abstracts: Iterable[Told]) -> Any:
    """Log probability of each role after each, damped: words say more than order."""
    counts = np.ones((len(ROLES), len(ROLES)))
    for told in abstracts:
        for (_, one), (_, following) in pairwise(told):
            counts[one, following] += 1
    return 0.5 * np.log(counts / counts.sum(axis=1, keepdims=True))


def main(paths: list[str]) -> None:
    """Train, measure, write."""
    every = list(teachers(paths))
    train = [told for held_out, told in every if not held_out]
    test = [told for held_out, told in every if held_out]
    vectors = DictVectorizer(dtype=np.float32)
    seen = vectors.fit_transform(each for told in train for each in features(told))
    vectors.restrict(np.asarray(seen.sum(axis=0)).ravel() >= LEAST_SEEN)
    seen = vectors.transform(each for told in train for each in features(told))
    expected = [role for told in train for _, role in told]
    fitted = LogisticRegression(C=0.1, max_iter=500, fit_intercept=False).fit(seen, expected)
    names = list(vectors.get_feature_names_out())
    weights = fitted.coef_.T.astype(np.float16)
    order = moves(train).astype(np.float16)
    stored = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
    np.savez_compressed(FOLDER / "roles.npz", words=stored, weights=weights, moves=order)
    whole = np.vstack([weights, np.zeros((1, len(ROLES)))]).astype(np.float32)
    report = measured(
        Model({name.encode(): number for number, name in enumerate(names)}, whole, order.astype(np.float32)), test
    )
    manifest = {
        "recipe": "tools/train/roles.py",
        "scikit-learn": sklearn.__version__,
        "abstracts": len(train),
        "sentences": len(expected),
        "words": len(names),
        "held out": {"abstracts": len(test), **report},
    }
    (FOLDER / "roles.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(manifest, indent=1))


def measured(model: Model, test: Iterable[Told]) -> dict[str, Any]:
    """Accuracy over the held-out sentences, and F1 of each role."""
    pairs = [
        (role, int(likely.argmax()))
        for told in test
        for (_, role), likely in zip(told, model.likelihoods([sentence for sentence, _ in told]), strict=True)
    ]
    expected, given = zip(*pairs, strict=True)
    each = f1_score(expected, given, average=None)
    right = sum(one == other for one, other in pairs) / len(pairs)
    return {"sentences": len(pairs), "accuracy": round(right, 3)} | {
        f"F1 {name}": round(float(score), 3) for name, score in zip(ROLES, each, strict=True)
    }


if __name__ == "__main__":
    main(sys.argv[1:] or [str(path) for path in BULK])
