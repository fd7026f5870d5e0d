"""Lists inside lists, `{"authorList": {"author": [...]}}`: any part may be missing, or bare where there is one."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def objects(held: Json, outer: str, inner: str) -> list[Json]:
    """The objects of a list."""
    return [one for one in _members(held, outer, inner) if isinstance(one, Mapping)]


def strings(held: Json, outer: str, inner: str) -> list[str]:
    """The texts of a list."""
    return [one for one in _members(held, outer, inner) if isinstance(one, str)]


def text(held: Json, name: str) -> str:
    """A text or number as text; empty where it is missing."""
    return str(held.get(name) or "").strip()


def _members(held: Json, outer: str, inner: str) -> list[Any]:
    listed = (held.get(outer) or {}).get(inner) or []
    return listed if isinstance(listed, list) else [listed]
