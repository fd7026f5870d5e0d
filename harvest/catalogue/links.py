"""How documents stand to each other, as `linked` entries say it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """How document `one` (a `sid` or a key) stands to document `other`; `relation` is one of `RELATIONS`."""

    one: str
    other: str
    relation: str
