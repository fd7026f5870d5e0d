"""A record as the trained model sees it: rows of its weights, each with how much of it there is.

Words and pairs of neighbours count by the logarithm of how often they stand there and of how rare they are; those of
the abstract and those of all else are each brought to length one, so that a long abstract says no more than a short
one. Rules that match count by themselves, and by what their votes add up to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from harvest.evidence.text import Text
from harvest.evidence.votes import Vote
from harvest.evidence.weights import BLOCKS, Block, Floats, Ints, Weights

_OFTEN: Final = np.array([0.0, *(1 + np.log(np.arange(1, 256)))], np.float32)
"""What a word counts that stands there so often."""
VOTE: Final = 0.5
"""A unit of the votes' weights in units of a rule that matches."""


@dataclass(frozen=True, slots=True)
class Features:
    """Rows of the weights, no row twice, and the value of each."""

    rows: Ints
    values: Floats
    words: int
    """So many are words and pairs, in the order of their rows; the others are rules."""


def features(text: Text, cast: Iterable[Vote], opinion: str, weights: Weights) -> Features:
    """What the model knows of a record; `opinion` is what the rules make of their votes."""
    rows, counts = np.unique(_words(text, weights), return_counts=True)
    values = _OFTEN[np.minimum(counts, len(_OFTEN) - 1)] * weights.importance[rows]
    abstract = int(np.searchsorted(rows, weights.abstract_from))
    for part in (slice(None, abstract), slice(abstract, None)):
        values[part] /= max(float(np.sqrt(values[part] @ values[part])), 1e-9)
    named = {weights.rules[name]: value for name, value in voted(cast, opinion).items() if name in weights.rules}
    rule_rows = np.fromiter(named, np.int32, len(named))
    rule_values = np.fromiter(named.values(), np.float32, len(named)) * weights.rule_weight
    return Features(
        np.concatenate((rows, rule_rows)), np.concatenate((values, rule_values)).astype(np.float32), len(rows)
    )


def blocks(text: Text) -> dict[Block, list[str]]:
    """The words of each block."""
    return {block: text.plain[block].split() for block in BLOCKS}


def voted(cast: Iterable[Vote], opinion: str) -> dict[str, float]:
    """Rules that match (`rule`), that match in the title (`rule@title`), sums by what they vote for (`=votes`)."""
    found: dict[str, float] = {f"?{opinion}": 1.0}
    for vote in cast:
        found[vote.rule.id] = 1.0
        if vote.field == "title":
            found[f"{vote.rule.id}@title"] = 1.0
        total = f"={vote.rule.votes}"
        found[total] = found.get(total, 0.0) + VOTE * vote.weight
    return found


def _words(text: Text, weights: Weights) -> Ints:
    """The row of every word and pair, repeats included."""
    told = blocks(text).items()
    found = [weights.parts[block].rows(said, weights.numbers, weights.vocabulary) for block, said in told]
    return np.concatenate([np.array(rows, np.int32) for rows in found])
