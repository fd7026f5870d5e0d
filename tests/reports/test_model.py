"""The weights and their recipe."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from harvest.reports import model as room
from harvest.reports import version

HOME = Path(room.__file__).parent
ROOM_FOR_WEIGHTS = 1_000_000


def test_the_version_is_the_digest_of_the_weights() -> None:
    assert version() == f"reports-{sha256((HOME / 'model.npz').read_bytes()).hexdigest()[:8]}"


def test_the_weights_are_small_and_plain() -> None:
    assert (HOME / "model.npz").stat().st_size <= ROOM_FOR_WEIGHTS
    with np.load(HOME / "model.npz", allow_pickle=False) as arrays:
        assert arrays["weights"].dtype == np.int8


def test_the_manifest_says_how_they_were_made() -> None:
    manifest = json.loads((HOME / "model.json").read_text(encoding="utf-8"))
    assert {"heads", "made_by", "method", "seed", "texts", "thresholds", "versions", "cross_validation"} <= set(
        manifest
    )
    assert tuple(manifest["heads"]) == room.model().heads
    assert not any("psytar" in head for head in manifest["heads"])


def test_labels_are_ids_and_labels_alone() -> None:
    path = HOME.parents[1] / "data" / "labels" / "reports.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {frozenset(row) for row in rows} == {frozenset({"id", "label", "who", "figurative", "drawn"})}
    assert len({row["id"] for row in rows}) == len(rows)
