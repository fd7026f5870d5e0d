# ruff: noqa: RUF001 - the look-alikes, dashes and apostrophes that ruff warns of are what is folded here
"""One form for the many ways in which the same words are written, with the way back to the raw text.

Each code point is folded by itself, so the table is computed once per code point and the way back is a list of
offsets: compatibility decomposition (Unicode NFKD, UAX 15), full case folding, accents dropped, every dash a
hyphen-minus, every white space a space, invisible code points dropped, look-alikes of Latin letters (the single
letters of UTS 39's confusables that are used to disguise Latin words) made Latin, Greek letters spelled out.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

_LOOK_ALIKES = dict(
    zip(
        "авекмнорстухіјѕһԁԛԝӏ" + "οıℓ",
        "abekmhopctyxijshdqwl" + "oil",
        strict=True,
    )
)
_GREEK_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
_GREEK_INSIDE_LATIN = re.compile("(?<=[A-Za-z])[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+(?=[A-Za-z])")
"""A Greek capital between Latin letters is a disguise; at a word's edge (`IL-1Β`) it is a letter of its own."""
_GREEK = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_PIECES = re.compile(r"([^\x00-\x7f]+)")
_PRINTED_MARKS = "™℠©®"
_APOSTROPHES = "’‘ʼ`´ʹ＇′"
_DASHES = "−⁃﹣－‐‑‒–—―"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded `text`, and the `raw` text that it came from."""

    raw: str
    text: str
    starts: Sequence[int] | None = field(default=None, repr=False)
    """For each folded code point the raw one that it came from; None where both stand at the same place."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded slice `start:end` stands in `raw`, as code points, end exclusive.

        What one raw code point became (`ß` to `ss`) always counts whole; invisible code points at the edges of
        the slice are left out, accents on its last letter are kept.
        """
        if self.starts is None:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.raw)
            return at, at
        first, last = self.starts[start], self.starts[end - 1] + 1
        while last < len(self.raw) and unicodedata.combining(self.raw[last]):
            last += 1
        return first, last


def fold(text: str) -> Folded:
    """Fold `text`; equal words become equal, whatever their dashes, case, accents, look-alikes or Greek letters."""
    if text.isascii():
        return Folded(text, _fold_ascii(text))
    plain = text
    if not _GREEK.isdisjoint(text):
        plain = _GREEK_INSIDE_LATIN.sub(lambda letters: letters.group().translate(_GREEK_CAPITALS), text)
    pieces = _PIECES.split(plain)
    if all(len(_TABLE[char]) == 1 for char in set().union(*pieces[1::2])):
        return Folded(text, "".join([_fold_piece(number, piece) for number, piece in enumerate(pieces)]))
    starts: list[int] = []
    at = 0
    for number, piece in enumerate(pieces):
        until = at + len(piece)
        starts += [raw for raw in range(at, until) for _ in _TABLE[plain[raw]]] if number % 2 else range(at, until)
        at = until
    return Folded(text, "".join([_fold_piece(number, piece) for number, piece in enumerate(pieces)]), starts)


def _fold_piece(number: int, piece: str) -> str:
    """Every second piece is beyond ASCII."""
    return "".join([_TABLE[char] for char in piece]) if number % 2 else _fold_ascii(piece)


def _fold_ascii(text: str) -> str:
    """As bytes, since those are translated ten times as fast."""
    return text.encode("ascii").translate(_ASCII).decode("ascii")


def _fold_char(char: str) -> str:
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    if char.isspace() or unicodedata.category(char) == "Cc":
        return " "
    if char in _APOSTROPHES:
        return "'"
    if char in _DASHES or unicodedata.category(char) == "Pd":
        return "-"
    if char in _PRINTED_MARKS or _is_invisible(char):
        return ""
    return _spell_out(char)


def _spell_out(char: str) -> str:
    # marks go first: a Greek iota below a letter would become a letter of its own in lower case
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not "\u0300" <= part <= "\u036f")
    return "".join(_letter(part) for part in unicodedata.normalize("NFKD", bare.casefold()))


def _letter(char: str) -> str:
    if "\u0300" <= char <= "\u036f":
        return ""
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    if "α" <= char <= "ω":
        return unicodedata.name(char).removeprefix("GREEK SMALL LETTER ").removeprefix("FINAL ").lower()
    return " " if char.isspace() else char


def _is_invisible(char: str) -> bool:
    return (
        unicodedata.category(char) == "Cf"
        or "\u0300" <= char <= "\u036f"
        or "\ufe00" <= char <= "\ufe0f"  # variation selectors
        or char in "\u115f\u1160\u3164\uffa0\u034f"  # fillers and the grapheme joiner
    )


class _Table(dict[str, str]):
    """Folded forms, computed when first asked for."""

    def __missing__(self, char: str) -> str:
        self[char] = sys.intern(_fold_char(char))
        return self[char]


_TABLE = _Table()
_ASCII = bytes(ord(_fold_char(chr(code))) for code in range(128)).ljust(256)  # one to one: needs no offsets
