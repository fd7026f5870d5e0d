"""The trained weights: small linear models over hashed features, in a plain file with its recipe beside it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import exp
from typing import Any

import numpy as np
import numpy.typing as npt

from harvest.reports.views import Token, Vector, bucket

_FOLDER = files("harvest.reports")


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` is heads by buckets; a head's score is scaled to log-odds by `slopes` and `offsets` (Platt)."""

    version: str
    heads: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    biases: npt.NDArray[np.float32]
    slopes: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32]
    thresholds: dict[str, float]
    """Probabilities from which on something is said, by name."""

    def probabilities(self, vector: Vector) -> dict[str, float]:
        """For each head how probable it is that its name is true of the text."""
        buckets = np.fromiter(vector.buckets, dtype=np.intp, count=len(vector.buckets))
        values = np.fromiter(vector.values, dtype=np.float32, count=len(vector.values))
        odds = (self.weights[buckets].T @ values + self.biases) * self.slopes + self.offsets
        return dict(zip(self.heads, (1 / (1 + exp(-max(-30.0, min(30.0, value)))) for value in odds), strict=True))

    def contributions(self, tokens: Sequence[Token], head: str) -> list[float]:
        """What each token adds to a head's score as a word, with half of what it adds in the pairs beside it."""
        column = self.weights[:, self.heads.index(head)]
        words = [token.word for token in tokens]
        added: list[float] = column[[bucket(f"w{word}") for word in words]].tolist()
        pairs: list[float] = column[[bucket(f"w{left} {right}") for left, right in pairwise(words)]].tolist()
        for place, value in enumerate(pairs):
            added[place] += value / 2
            added[place + 1] += value / 2
        return added


@cache
def model() -> Model:
    """The model of the package, read once."""
    manifest: dict[str, Any] = json.loads(_FOLDER.joinpath("model.json").read_text(encoding="utf-8"))
    with _FOLDER.joinpath("model.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        weights = arrays["weights"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]
        return Model(
            version=manifest["version"],
            heads=tuple(manifest["heads"]),
            weights=np.ascontiguousarray(weights.T),
            biases=arrays["biases"],
            slopes=arrays["slopes"],
            offsets=arrays["offsets"],
            thresholds=manifest["thresholds"],
        )


def version() -> str:
    """The version of the weights, `reports-` and a digest of their file."""
    return model().version
