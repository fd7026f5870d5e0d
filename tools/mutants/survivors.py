"""The list of mutants that no test notices, each with a reason."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path


def listed(path: Path) -> dict[str, str]:
    """The reason for each listed mutant, by its name.

    Raises:
        ValueError: if one is listed twice.
    """
    reasons: dict[str, str] = {}
    for group in tomllib.loads(path.read_text(encoding="utf-8")).get("reason", []):
        for name in group["mutants"]:
            if name in reasons:
                raise ValueError(f"expected each survivor once, got twice: {name}")
            reasons[name] = group["why"]
    return reasons


def unlisted(survived: Iterable[str], reasons: Mapping[str, str]) -> list[str]:
    """Survivors without a reason."""
    return sorted(set(survived) - set(reasons))


def outdated(survived: Iterable[str], modules: Collection[str], reasons: Mapping[str, str]) -> list[str]:
    """Listed mutants of the modules tried that are noticed by now, or are no more: the list may lose them."""
    return sorted(name for name in set(reasons) - set(survived) if name.partition(" ")[0] in modules)
