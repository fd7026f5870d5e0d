"""Numbers of registrations in texts: `NCT01234567`, also as `NCT 01234567` or `nct-01234567`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from harvest.model import Key

_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])NCT[\s:#\u2010-\u2015-]{0,3}(\d{8})(?!\d)", re.IGNORECASE | re.ASCII)


def registrations_in(text: str) -> tuple[Key, ...]:
    """The registrations that a text names, in order, each once."""
    return tuple(dict.fromkeys(f"nct:NCT{found[1]}" for found in _NUMBER.finditer(text)))


def registrations_of(sources: Iterable[Mapping[str, Any]]) -> tuple[Key, ...]:
    """The registrations that catalogued sources name: as their data bank's number, or in their abstract.

    Args:
        sources: bodies of `source` lines, as they now stand.
    """
    found: dict[Key, None] = {}
    for source in sources:
        found |= dict.fromkeys(key for key in source["keys"] if key.startswith("nct:"))
        found |= dict.fromkeys(registrations_in(str(source.get("abstract", ""))))
    return tuple(found)
