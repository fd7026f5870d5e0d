"""What the models see of a text: its words, what stands around a condition, the sentence without its matter, its shape.

Features are counted in buckets by a hash of their name, so no vocabulary has to be kept. Each view has length one, so
that a long text does not weigh more than a short one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from zlib import crc32

from harvest.reports.lexicon import (
    ASKING,
    CONDITION,
    EFFECT,
    FIRST,
    FUNCTION_WORDS,
    OTHERS,
    OURS,
    OWNING,
    PAST,
    SELLING,
    THIRD,
    USING,
    WANTING,
)

BUCKETS = 1 << 17
TOKEN = re.compile(r"[^\W\d_]+(?:(?:['’]|‚Äô)[^\W\d_]+)?|\d+|[?!.]+|[:\"*>(\[%$€]")  # noqa: RUF001 - curly as typed
_CURLY = re.compile("’|‚Äô")  # noqa: RUF001 - an apostrophe as typed, and as an encoding error leaves it
_ENDINGS = ("ed", "ing", "ly", "s")
_NEAR = 4
_ANCHORS = 3

Span = tuple[int, int]
"""First and last token of a feature; (-1, -1) where it speaks of the whole text."""
WHOLE: Span = (-1, -1)


@dataclass(frozen=True, slots=True)
class Token:
    """A lower-case word or mark and where it stands, in code points."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vector:
    """The features of one text: bucket, value and tokens of each, in step."""

    buckets: tuple[int, ...]
    values: tuple[float, ...]
    spans: tuple[Span, ...]
    tokens: tuple[Token, ...]


def tokens(text: str) -> tuple[Token, ...]:
    """Words, numbers and marks of `text`, lower case, apostrophes straight."""
    return tuple(Token(_plain(match.group()), match.start(), match.end()) for match in TOKEN.finditer(text))


def vector(text: str) -> Vector:
    """The features of `text` in all views."""
    found = tokens(text)
    words = [token.word for token in found]
    buckets: list[int] = []
    values: list[float] = []
    spans: list[Span] = []
    for name, view in VIEWS.items():
        features = dict(view(words))
        value = WEIGHTS[name] / sqrt(len(features)) if features else 0.0
        for feature, span in features.items():
            buckets.append(_bucket(name + feature))
            values.append(value)
            spans.append(span)
    return Vector(tuple(buckets), tuple(values), tuple(spans), found)


def _words(words: list[str]) -> Iterator[tuple[str, Span]]:
    """Words and pairs of words."""
    for place, word in enumerate(words):
        yield word, (place, place)
    for place, (left, right) in enumerate(pairwise(words)):
        yield f"{left} {right}", (place, place + 1)


def _around(words: list[str]) -> Iterator[tuple[str, Span]]:
    """What stands within four words of the first conditions named, and how it is joined to them."""
    anchors = [place for place, word in enumerate(words) if _is_condition(word)][:_ANCHORS]
    if not anchors:
        yield "nothing", WHOLE
    for place in anchors:
        before, after = words[max(0, place - _NEAR) : place], words[place + 1 : place + 1 + _NEAR]
        yield f"={words[place][:5]}", (place, place)
        yield from ((f"<{word}", (place - len(before) + n, place)) for n, word in enumerate(before))
        yield from ((f">{word}", (place, place + 1 + n)) for n, word in enumerate(after))
        for length in range(1, min(3, len(before)) + 1):
            yield f"<{length} {' '.join(before[-length:])}", (place - length, place)
        for length in range(1, min(2, len(after)) + 1):
            yield f">{length} {' '.join(after[:length])}", (place, place + length)
        if before:
            yield f"{before[-1]} {words[place][:5]}", (place - 1, place)
        if before and after:
            yield f"{before[-1]} _ {after[0]}", (place - 1, place + 1)


def _bare(words: list[str]) -> Iterator[tuple[str, Span]]:
    """Pairs and triples of the sentence without its matter: pronouns, auxiliaries, endings."""
    bare = ["^", *(_without_matter(word) for word in words), "$"]
    last = len(words) - 1
    for place, (one, two) in enumerate(pairwise(bare)):
        yield f"{one} {two}", (max(0, place - 1), min(last, place))
    for place in range(len(bare) - 2):
        yield " ".join(bare[place : place + 3]), (max(0, place - 1), min(last, place + 1))


def _shape(words: list[str]) -> Iterator[tuple[str, Span]]:
    """How long it is, how often the writer and others are spoken of, how it begins and ends, how much is asked."""
    size = len(words).bit_length()
    own = min(6, sum(word in FIRST for word in words))
    asked = min(2, sum(word[0] == "?" for word in words))
    yield f"size {size}", WHOLE
    yield f"own {own}", WHOLE
    yield f"own {own} of {size}", WHOLE
    yield f"others {min(5, sum(word in THIRD for word in words))}", WHOLE
    yield f"asked {asked}", WHOLE
    yield f"asked {asked} own {min(own, 2)}", WHOLE
    if words:
        yield f"begins {words[0]}", (0, 0)
        yield f"begins {' '.join(words[:2])}", (0, min(1, len(words) - 1))
        yield f"ends {words[-1]}", (len(words) - 1, len(words) - 1)


def _asking(words: list[str]) -> Iterator[tuple[str, Span]]:
    """Which sentences ask, which tell of the writer, which only say what the writer wants."""
    kinds = [_kind(sentence) for sentence in _sentences(words)]
    asked, told, past = (min(3, kinds.count(kind)) for kind in ("asks", "tells", "told"))
    yield f"asks {asked} tells {told} told {past}", WHOLE
    yield f"asks {asked}", WHOLE
    yield f"tells {told}", WHOLE
    yield f"told {past}", WHOLE
    yield f"wants {min(2, kinds.count('wants'))}", WHOLE
    if kinds:
        yield f"first {kinds[0]}", WHOLE
        yield f"last {kinds[-1]}", WHOLE
        yield f"first {kinds[0]} last {kinds[-1]}", WHOLE
        yield f"share {round(4 * kinds.count('asks') / len(kinds))}", WHOLE


def _sentences(words: list[str]) -> Iterator[list[str]]:
    sentence: list[str] = []
    for word in words:
        sentence.append(word)
        if word[0] in ".?!":
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _kind(sentence: list[str]) -> str:
    if sentence[-1][0] == "?" or " ".join(sentence[:2]) in ASKING:
        return "asks"
    if FIRST.isdisjoint(sentence):
        return "other"
    if not WANTING.isdisjoint(sentence):
        return "wants"
    return "told" if any(word in PAST or word.endswith("ed") for word in sentence) else "tells"


def _cues(words: list[str]) -> Iterator[tuple[str, Span]]:
    """How much of it sells, and how often the writer does something with a medicine or feels what it does."""
    sold = min(4, len(SELLING.intersection(words)))
    yield f"sells {sold}", WHOLE
    yield f"sells {sold} ours {min(2, len(OURS.intersection(words)))} own {not FIRST.isdisjoint(words)}", WHOLE
    own = [place for place, word in enumerate(words) if word in FIRST]
    used = sum(not USING.isdisjoint(words[place + 1 : place + 4]) for place in own)
    felt = sum(not EFFECT.isdisjoint(words[max(0, place - 3) : place + 4]) for place in own)
    yield f"uses {min(3, used)}", WHOLE
    yield f"feels {min(3, felt)}", WHOLE
    yield f"uses {min(1, used)} feels {min(1, felt)}", WHOLE
    others = [place for place, word in enumerate(words) if word in OTHERS and words[max(0, place - 1)] in OWNING]
    yield f"near {min(3, len(others))}", WHOLE
    yield f"near {min(1, len(others))} uses {min(1, used)} feels {min(1, felt)}", WHOLE
    yield f"near first {bool(others) and others[0] < _NEAR}", WHOLE


VIEWS: dict[str, Callable[[list[str]], Iterator[tuple[str, Span]]]] = {
    "w": _words,
    "l": _around,
    "d": _bare,
    "s": _shape,
    "q": _asking,
    "c": _cues,
}
WEIGHTS = {"w": 1.0, "l": 1.0, "d": 0.7, "s": 0.4, "q": 0.5, "c": 0.5}
"""How long each view is; found by cross-validation."""


@lru_cache(maxsize=1 << 17)
def _bucket(name: str) -> int:
    return crc32(name.encode()) % BUCKETS


@lru_cache(maxsize=1 << 15)
def _plain(word: str) -> str:
    return _CURLY.sub("'", word.lower())


@lru_cache(maxsize=1 << 15)
def _is_condition(word: str) -> bool:
    return CONDITION.match(word) is not None


@lru_cache(maxsize=1 << 15)
def _without_matter(word: str) -> str:
    if word in FUNCTION_WORDS or not word[0].isalpha():
        return "#" if word[0].isdigit() else word
    if _is_condition(word):
        return "=condition"
    return next((f"-{ending}" for ending in _ENDINGS if word.endswith(ending)), "-" if word.isascii() else "~")
