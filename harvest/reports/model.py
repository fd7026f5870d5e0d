"""The trained weights: small linear models over hashed features, in a plain file with its recipe beside it."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from harvest.reports.views import Vector, pair_buckets, word_buckets

_FOLDER = files("harvest.reports")


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` is buckets by heads; a head's score is scaled to log-odds by `slopes` and `offsets` (Platt)."""

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
        odds = (vector.values @ self.weights[vector.buckets] + self.biases) * self.slopes + self.offsets
        return dict(zip(self.heads, (1 / (1 + np.exp(-odds.clip(-30, 30)))).tolist(), strict=True))

    def contributions(self, words: list[str], head: str) -> npt.NDArray[np.float32]:
        """What each word adds to a head's score, with half of what it adds in the pairs beside it."""
        column = self.weights[:, self.heads.index(head)]
        added = column[word_buckets(words)]
        halves = column[pair_buckets(words)] / 2
        added[:-1] += halves
        added[1:] += halves
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
