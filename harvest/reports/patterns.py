"""How people say what became of it: the patterns of `patterns.toml`, compiled."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("harvest.reports").joinpath("patterns.toml").read_text(encoding="utf-8"))


@cache
def pattern(table: str, name: str) -> re.Pattern[str]:
    """One pattern of the file, its parts filled in.

    Args:
        table: `effects` (what it did) or `use` (was it taken, and by whom).
        name: The pattern's name in that table.
    """
    whole = "|".join(_table()[table][name])
    for part, alternatives in _table()["parts"].items():
        whole = whole.replace(f"<{part}>", f"(?:{'|'.join(alternatives)})")
    return re.compile(whole, re.IGNORECASE)
