"""How deep lists and objects stand within one another; whoever asks, and from however deep a stack, hears the same."""

from collections.abc import Iterable
from itertools import chain
from typing import Final

MAX_NESTING: Final = 100
"""Levels of lists and objects in a line, the line itself and its body among them, at most."""
SCALARS: Final = frozenset({str, int, bool, type(None)})


def is_deeper(levels: int, *values: object) -> bool:
    """Are there more levels of lists and objects than that in values of which each is one, or holds nothing?"""
    level = _holding(values)
    while level and levels:
        level = _holding(chain.from_iterable(map(_held, level)))
        levels -= 1
    return bool(level)


def _holding(values: Iterable[object]) -> list[object]:
    return [value for value in values if type(value) not in SCALARS]


def _held(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
