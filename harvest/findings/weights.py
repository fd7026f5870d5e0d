"""Small linear models kept as JSON: a weight for every feature of every class."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import exp


@dataclass(frozen=True, slots=True)
class Linear:
    """Scores by class: for each feature, by its name, one weight a class."""

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]

    @classmethod
    def load(cls, package: str, name: str) -> "Linear":
        """Read `name`, a JSON file of `package`."""
        stored = json.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
        return cls(tuple(stored["classes"]), {feature: tuple(each) for feature, each in stored["weights"].items()})

    def scores(self, features: Mapping[str, float]) -> list[float]:
        """One score a class; a feature that the model does not know counts nothing."""
        totals = [0.0] * len(self.classes)
        for name, value in features.items():
            if value and name in self.weights:
                totals = [total + weight * value for total, weight in zip(totals, self.weights[name], strict=True)]
        return totals

    def score(self, features: Mapping[str, float]) -> float:
        """The score of the only class."""
        total = 0.0
        for name, value in features.items():
            if value and name in self.weights:
                total += self.weights[name][0] * value
        return total

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """How likely each class is; together 1."""
        scores = self.scores(features)
        highest = max(scores)
        raised = [exp(score - highest) for score in scores]
        whole = sum(raised)
        return {name: each / whole for name, each in zip(self.classes, raised, strict=True)}
