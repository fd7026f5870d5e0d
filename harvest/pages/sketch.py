"""Copies of one text, spun ones too: told by what few of its hashed shingles are the least (bottom-k MinHash)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sketch:
    """The least hashes of a text's shingles; empty of a text too short to be told again."""

    least: tuple[int, ...] = ()
    """Ascending, 32 bits each."""

    @property
    def hex(self) -> str:
        """Eight digits a hash, as `Sketch.of_hex` reads it."""
        return "".join(f"{each:08x}" for each in self.least)

    @classmethod
    def of_hex(cls, text: str) -> "Sketch":
        """The sketch that `hex` wrote."""
        return cls(tuple(int(text[at : at + 8], 16) for at in range(0, len(text), 8)))


def sketch(text: str) -> Sketch:
    """The sketch of a text."""
    return Sketch() if not text else Sketch(())


def alike(one: Sketch, other: Sketch) -> bool:
    """Is one a copy of the other, spun or cut?"""
    return bool(one.least) and one == other
