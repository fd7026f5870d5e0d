"""Medicines that people write of beside each other, so that a text on several is noticed."""

from collections.abc import Sequence
from functools import lru_cache

from harvest.reports.lexicon import MEDICINE_ENDINGS, MEDICINE_PAIRS, MEDICINE_STEMS, MEDICINES
from harvest.reports.views import Token

_SHORTEST_BEGINNING = 3


def medicines(found: Sequence[Token]) -> list[Token]:
    """The medicines named among the words of a text, in order; one of two words is said as one."""
    named = []
    for place, token in enumerate(found):
        pair = f"{token.word} {found[place + 1].word}" if place + 1 < len(found) else ""
        if pair in MEDICINE_PAIRS:
            named.append(Token(pair, token.start, found[place + 1].end))
        elif _is_medicine(token.word):
            named.append(token)
    return named


@lru_cache(maxsize=1 << 15)
def _is_medicine(word: str) -> bool:
    begun = word[_SHORTEST_BEGINNING:]
    return word in MEDICINES or word.startswith(MEDICINE_STEMS) or begun.endswith(MEDICINE_ENDINGS)
