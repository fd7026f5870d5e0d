"""The words by which walls, kinds of page, commerce and dosing are known: the patterns of `words.toml`, compiled."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(table: str, name: str) -> re.Pattern[str]:
    """One pattern of the file; its alternatives are searched anywhere, in any case."""
    return re.compile("|".join(f"(?:{one})" for one in _table()[table][name]), re.IGNORECASE)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("harvest.pages").joinpath("words.toml").read_text(encoding="utf-8"))
