"""Words, as the trained model sees them."""

from collections.abc import Sequence
from typing import Final

NUMBER: Final = "#"
"""What every digit is: how long a number is may be told, which one it is says nothing of a design."""


_KEPT: Final = "abcdefghijklmnopqrstuvwxyz%=<>±"
_PLAIN: Final = bytes(
    code if chr(code) in _KEPT else ord(NUMBER) if chr(code) in "0123456789" else ord(" ") for code in range(256)
)


def plain(folded: str) -> str:
    """A folded text with nothing in it but words and spaces, every code point in its place.

    Small letters and the signs of statistics stay, digits become `#`, all else parts words.
    """
    return folded.encode("latin-1", "replace").translate(_PLAIN).decode("latin-1")


def span(text: str, said: Sequence[str]) -> tuple[int, int] | None:
    """Where these words first follow each other in a plain text; None where they do not."""
    at = text.find(said[0])
    while at >= 0:
        end = _end(text, at, said)
        if end is not None and not text[at - 1 : at].strip():
            return at, end
        at = text.find(said[0], at + 1)
    return None


def _end(text: str, at: int, said: Sequence[str]) -> int | None:
    """Where the words end that start at a place; None where others stand there."""
    for word in said:
        while text[at : at + 1] == " ":
            at += 1
        if not text.startswith(word, at) or text[at + len(word) : at + len(word) + 1].strip():
            return None
        at += len(word)
    return at
