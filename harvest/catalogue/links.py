"""How documents stand to each other, as `linked` entries say it."""

from dataclasses import dataclass
from typing import Final

RELATIONS: Final = frozenset(
    {"preprint-of", "results-of", "translation-of", "same-thread", "cross-post", "erratum-of", "included-in"}
)
"""How one document may stand to another in a `linked` entry: read "one is the `preprint-of` other"."""


@dataclass(frozen=True, slots=True)
class Link:
    """How document `one` (a `sid` or a key) stands to document `other`; `relation` is one of `RELATIONS`."""

    one: str
    other: str
    relation: str
