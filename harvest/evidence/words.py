"""Words, as the trained model sees them."""

import re
from collections.abc import Sequence
from typing import Final

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|#+|[%±=<]")
_BETWEEN = re.compile(r"[^a-z#%±=<]*")
NUMBER: Final = "#"
"""What every digit is: how long a number is may be told, which one it is says nothing of a design."""
_DIGITS: Final = str.maketrans("0123456789", NUMBER * 10)


def words(folded: str) -> list[str]:
    """The words of a folded text in their order; a number is as many `#`, of signs only those of statistics stand."""
    return _WORD.findall(folded.translate(_DIGITS))


def span(folded: str, said: Sequence[str]) -> tuple[int, int] | None:
    """Where these words first follow each other in a folded text; None where they do not."""
    text = folded.translate(_DIGITS)
    first = said[0]
    at = text.find(first)
    while at >= 0:
        end = _end(text, at, said)
        if end is not None and not (at and _goes_on(text[at - 1], first)):
            return at, end
        at = text.find(first, at + 1)
    return None


def _end(text: str, at: int, said: Sequence[str]) -> int | None:
    """Where the words end that start at a place; None where others stand there."""
    for number, word in enumerate(said):
        if number:
            between = _BETWEEN.match(text, at)
            at = between.end() if between else at
        if not text.startswith(word, at) or (at + len(word) < len(text) and _goes_on(text[at + len(word)], word)):
            return None
        at += len(word)
    return at


def _goes_on(letter: str, word: str) -> bool:
    """Does this letter beside a word belong to it?"""
    if word[0] == NUMBER:
        return letter == NUMBER
    return word[0].isalpha() and letter.isalpha() and letter.isascii()
