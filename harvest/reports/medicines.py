"""Medicines that people write of beside each other, so that a text on several is noticed."""

from collections.abc import Sequence
from functools import lru_cache

from harvest.reports.lexicon import MEDICINE_ENDINGS, MEDICINE_PAIRS, MEDICINE_STEMS, MEDICINES
from harvest.reports.views import Token

_SHORTEST_BEGINNING = 3
_FIRST_OF_PAIRS = frozenset(pair.split()[0] for pair in MEDICINE_PAIRS)


def medicines(found: Sequence[Token]) -> list[Token]:
    """The medicines named among the words of a text, in order; one of two words is said as one."""
    return [
        Token(name, found[place].start, found[place + name.count(" ")].end)
        for place, name in named([token.word for token in found])
    ]


def named(words: list[str]) -> list[tuple[int, str]]:
    """Which words name a medicine: the place of the first, and the name."""
    places = []
    for place, word in enumerate(words):
        if word in _FIRST_OF_PAIRS and (pair := " ".join(words[place : place + 2])) in MEDICINE_PAIRS:
            places.append((place, pair))
        elif _is_medicine(word):
            places.append((place, word))
    return places


@lru_cache(maxsize=1 << 15)
def _is_medicine(word: str) -> bool:
    begun = word[_SHORTEST_BEGINNING:]
    return word in MEDICINES or word.startswith(MEDICINE_STEMS) or begun.endswith(MEDICINE_ENDINGS)
