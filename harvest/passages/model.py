"""What a sentence does in a plain abstract, told by its words and its place: a linear model and its neighbours.

Trained on structured abstracts, whose authors say what each section is, with their labels taken away
(`tools/train/roles.py`; `roles.json` says on how many, and how right it was on others).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, chain, repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harvest.passages.passage import Role

ROLES: Final[tuple[Role, ...]] = ("background", "aim", "methods", "results", "conclusions")
_LETTERS: Final = b"abcdefghijklmnopqrstuvwxyz"
_ALIKE: Final = bytes(
    each if each in _LETTERS else ord("0") if chr(each).isdigit() else ord(" ") for each in bytes(range(256)).lower()
)
"""Capitals are small letters, every digit is 0, everything else parts words."""
_LIKELY: Final = 0.5
"""Below it, nothing is said of the sentence."""
_ROUNDS: Final = 2
_COURSE: Final = 3
"""So many sentences go from what was known to what was found; fewer may be any of it."""

Floats = NDArray[np.float32]


def plain(text: str) -> bytes:
    """The letters and digits that the model looks at, one byte a code point; numbers differ by their length alone."""
    return text.encode("ascii", "replace").translate(_ALIKE)


def words(sentence: bytes) -> set[bytes]:
    """The words of a plain sentence."""
    return set(sentence.split())


@lru_cache(maxsize=4_096)
def places(number: int, of: int) -> tuple[bytes, ...]:
    """Where sentence `number` stands: anywhere, in which tenth, how far from the beginning and from the end."""
    return tuple(f"* #{number * 10 // of} <{min(number, 4)} >{min(of - 1 - number, 4)}".encode().split())


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of words and places for each role, and what tends to follow what."""

    numbers: dict[bytes, int]
    weights: Floats
    """One row a word or place, one column a role; the last row is for words that training did not know."""
    moves: Floats
    """Log probability of the column's role after the row's."""

    def likelihoods(self, sentences: Sequence[bytes]) -> Floats:
        """For each plain sentence the probability of each role, seen beside its neighbours."""
        seen = [(*words(each), *places(number, len(sentences))) for number, each in enumerate(sentences)]
        unknown = repeat(len(self.weights) - 1)
        rows = list(map(self.numbers.get, chain.from_iterable(seen), unknown))
        starts = [0, *accumulate(map(len, seen[:-1]))]
        scores = np.add.reduceat(self.weights.take(rows, axis=0), starts)
        likely = _normal(scores)
        for _ in range(_ROUNDS):
            beside = scores.copy()
            beside[1:] += likely[:-1] @ self.moves
            beside[:-1] += likely[1:] @ self.moves.T
            likely = _normal(beside)
        return likely


def roles(text: str, spans: Sequence[tuple[int, int]]) -> list[Role]:
    """The likeliest role of each sentence; `unknown` where none is likely, and where there is no course to follow."""
    if len(spans) < _COURSE:
        return ["unknown"] * len(spans)
    read = plain(text)
    likely = _model().likelihoods([read[start:end] for start, end in spans])
    best: list[int] = likely.argmax(axis=1).tolist()
    sure: list[float] = likely.max(axis=1).tolist()
    return [ROLES[role] if p >= _LIKELY else "unknown" for role, p in zip(best, sure, strict=True)]


def _normal(scores: Floats) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


@cache
def _model() -> Model:
    with files("harvest.passages").joinpath("roles.npz").open("rb") as file:
        stored: Any = np.load(file, allow_pickle=False)
        listed = bytes(stored["words"]).split(b"\n")
        weights = np.vstack([stored["weights"].astype(np.float32), np.zeros((1, len(ROLES)), np.float32)])
        moves = stored["moves"].astype(np.float32)
    return Model({word: number for number, word in enumerate(listed)}, weights, moves)
