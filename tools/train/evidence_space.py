"""The features that the evidence classification is trained over, and examples as rows of numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix

from harvest.evidence.weights import BLOCKS
from tools.train.evidence_examples import Example

RULE_WEIGHT: Final = 0.06
LEAST: Final = 3
"""A word or pair stands in so many records at least."""


@dataclass(frozen=True, slots=True)
class Space:
    """The features' columns: per block its words and its pairs, then the rules."""

    vocabulary: Mapping[str, int]
    """Each word's number."""
    features: Sequence[tuple[str, tuple[int, ...]]]
    """Block and word numbers, one or two, in the order of the rows of the weights."""
    rules: Sequence[str]
    importance: Any

    def matrix(self, of: Sequence[Example]) -> Any:
        """One row an example, one column a feature; as `harvest.evidence.features` does it for one record."""
        column = {feature: number for number, feature in enumerate(self.features)}
        rule = {name: len(self.features) + number for number, name in enumerate(self.rules)}
        boundary = next(n for n, (block, _) in enumerate(self.features) if block == "abstract")
        starts, columns, values = [0], [], []
        for one in of:
            counts = Counter(column[f] for f in _features(one, self.vocabulary) if f in column)
            told = {c: (1 + np.log(n)) * self.importance[c] for c, n in counts.items()}
            for keep in (lambda c: c < boundary, lambda c: c >= boundary):
                part = {c: value for c, value in told.items() if keep(c)}
                length = max(float(np.sqrt(sum(v * v for v in part.values()))), 1e-9)
                columns += part
                values += [value / length for value in part.values()]
            voted_for = {rule[name]: value for name, value in one.rules.items() if name in rule}
            columns += voted_for
            values += [value * RULE_WEIGHT for value in voted_for.values()]
            starts.append(len(columns))
        shape = (len(of), len(self.features) + len(self.rules))
        return csr_matrix((np.array(values, np.float64), np.array(columns), np.array(starts)), shape=shape)


def _features(one: Example, vocabulary: Mapping[str, int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for block, told in one.words.items():
        numbers = [vocabulary.get(word, -1) for word in told]
        yield from ((block, (number,)) for number in numbers if number >= 0)
        yield from ((block, pair) for pair in pairwise(numbers) if min(pair) >= 0)


def space(of: Sequence[Example], wanted: set[tuple[str, tuple[str, ...]]] | None = None) -> Space:
    """The features that stand in enough examples, or those of `wanted`, with words as text."""
    stands: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for one in of:
        stands.update({(block, said) for block, told in one.words.items() for said in _said(told)})
    kept = {feature for feature, count in stands.items() if count >= LEAST and (wanted is None or feature in wanted)}
    listed = sorted({word for _, said in kept for word in said})
    vocabulary = {word: number for number, word in enumerate(listed)}
    coded = [(block, tuple(vocabulary[word] for word in said)) for block, said in kept]
    ordered = sorted(coded, key=lambda feature: (BLOCKS.index(feature[0]), len(feature[1]), feature[1]))
    back = {(block, numbers): (block, tuple(listed[n] for n in numbers)) for block, numbers in ordered}
    rare = [np.log((1 + len(of)) / (1 + stands[back[feature]])) + 1 for feature in ordered]
    rules = sorted({name for one in of for name in one.rules})
    return Space(vocabulary, ordered, rules, np.array(rare, np.float16).astype(np.float64))


def _said(told: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from ((word,) for word in told)
    yield from pairwise(told)
