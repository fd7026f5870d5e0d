"""Whether two ledgers say the same: every record settled once, in the same words, whatever run wrote it and when."""

import json
from pathlib import Path
from typing import Any

OF_A_RUN = frozenset({"query", "sid", "snapshot"})
"""Fields that say where and when a record was read and which number it got; they differ between honest runs."""
REFERENCES = ("maybe_duplicate_of", "of")


def settled(ledger: Path) -> dict[str, dict[str, Any]]:
    """What is settled, by key; a source that is referred to by its number is named by its key.

    Raises:
        ValueError: a key is settled twice, or a number given twice.
    """
    bodies = [
        line["body"] | {"type": line["type"]}
        for line in map(json.loads, ledger.read_bytes().splitlines())
        if line["type"] in {"source", "excluded", "duplicate"}
    ]
    keys: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    for body in bodies:
        if body["key"] in found or body.get("sid") in keys:
            raise ValueError(f"expected {body['key']} once, got it twice")
        if "sid" in body:
            keys[body["sid"]] = body["key"]
        named = {name: keys[body[name]] for name in REFERENCES if name in body}
        found[body["key"]] = {name: value for name, value in (body | named).items() if name not in OF_A_RUN}
    return found


def differences(ledger: Path, other: Path) -> list[str]:
    """One line for each key that one of two ledgers lacks or words differently; none if they say the same."""
    ours, theirs = settled(ledger), settled(other)
    said = [f"only in {ledger.name}: {key}" for key in ours.keys() - theirs.keys()]
    said += [f"only in {other.name}: {key}" for key in theirs.keys() - ours.keys()]
    for key in ours.keys() & theirs.keys():
        here, there = ours[key], theirs[key]
        fields = [name for name in here.keys() | there.keys() if here.get(name) != there.get(name)]
        said += [f"{key}: {', '.join(sorted(fields))}"] if fields else []
    return sorted(said)
