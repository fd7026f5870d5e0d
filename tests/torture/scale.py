"""How much of a torture suite runs: a sample with every `make test`, the whole with `make torture`."""

import os
import sys
from typing import Final

WHOLE: Final = os.environ.get("HARVEST_TORTURE") == "1"
"""Was the whole asked for?"""


def scaled(sample: int, whole: int) -> int:
    """How many rounds to go: `sample` with every test run, `whole` when the whole was asked for."""
    return whole if WHOLE else sample


def said(figures: str) -> None:
    """Print figures of a whole run past pytest's capture, so that they can be quoted."""
    if WHOLE:
        sys.__stderr__.write(f"\n{figures}\n")  # type: ignore[union-attr]  # the process has a standard error
