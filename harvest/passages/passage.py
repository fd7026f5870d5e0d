"""One sentence of a record and what it does there."""

from typing import Literal, NamedTuple

Role = Literal["title", "background", "aim", "methods", "results", "conclusions", "unknown"]
"""`background`: what was known before; it never counts as found here (design section 6)."""


class Passage(NamedTuple):
    """One sentence: where it stands (code points into `field`) and what it does."""

    field: Literal["title", "abstract"]
    start: int
    end: int
    role: Role
