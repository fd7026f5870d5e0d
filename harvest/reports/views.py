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
from typing import NamedTuple
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


class Token(NamedTuple):
    """A lower-case word or mark and where it stands, in code points."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vector:
    """The features of one text: bucket and value of each, in step; and its tokens."""

    buckets: tuple[int, ...]
    values: tuple[float, ...]
    tokens: tuple[Token, ...]


def tokens(text: str) -> tuple[Token, ...]:
    """Words, numbers and marks of `text`, lower case, apostrophes straight."""
    return tuple([Token(_plain(match.group()), *match.span()) for match in TOKEN.finditer(text)])


def vector(text: str) -> Vector:
    """The features of `text` in all views."""
    found = tokens(text)
    words = [token.word for token in found]
    buckets: list[int] = []
    values: list[float] = []
    for name, view in VIEWS.items():
        features = [bucket(name + feature) for feature in dict.fromkeys(view(words))]
        buckets += features
        values += [WEIGHTS[name] / sqrt(max(1, len(features)))] * len(features)
    return Vector(tuple(buckets), tuple(values), found)


@lru_cache(maxsize=1 << 17)
def bucket(name: str) -> int:
    """Where a feature is counted; `name` begins with the letter of its view."""
    return crc32(name.encode()) % BUCKETS


def _words(words: list[str]) -> list[str]:
    """Words and pairs of words."""
    return words + [f"{left} {right}" for left, right in pairwise(words)]


def _around(words: list[str]) -> list[str]:
    """What stands within four words of the first conditions named, and how it is joined to them."""
    anchors = [place for place, word in enumerate(words) if _is_condition(word)][:_ANCHORS]
    if not anchors:
        return ["nothing"]
    features = []
    for place in anchors:
        before, after = words[max(0, place - _NEAR) : place], words[place + 1 : place + 1 + _NEAR]
        features.append(f"={words[place][:5]}")
        features += [f"<{word}" for word in before]
        features += [f">{word}" for word in after]
        features += [f"<{length} {' '.join(before[-length:])}" for length in range(1, min(3, len(before)) + 1)]
        features += [f">{length} {' '.join(after[:length])}" for length in range(1, min(2, len(after)) + 1)]
        if before:
            features.append(f"{before[-1]} {words[place][:5]}")
        if before and after:
            features.append(f"{before[-1]} _ {after[0]}")
    return features


def _bare(words: list[str]) -> list[str]:
    """Pairs and triples of the sentence without its matter: pronouns, auxiliaries, endings."""
    bare = ["^", *[_without_matter(word) for word in words], "$"]
    pairs = [f"{one} {two}" for one, two in pairwise(bare)]
    return pairs + [f"{pair} {third}" for pair, third in zip(pairs, bare[2:], strict=False)]


def _shape(words: list[str]) -> list[str]:
    """How long it is, how often the writer and others are spoken of, how it begins and ends, how much is asked."""
    size = len(words).bit_length()
    own = min(6, sum([word in FIRST for word in words]))
    asked = min(2, sum([word[0] == "?" for word in words]))
    features = [
        f"size {size}",
        f"own {own}",
        f"own {own} of {size}",
        f"others {min(5, sum([word in THIRD for word in words]))}",
        f"asked {asked}",
        f"asked {asked} own {min(own, 2)}",
    ]
    if words:
        features += [f"begins {words[0]}", f"begins {' '.join(words[:2])}", f"ends {words[-1]}"]
    return features


def _asking(words: list[str]) -> list[str]:
    """Which sentences ask, which tell of the writer, which only say what the writer wants."""
    kinds = [_kind(sentence) for sentence in _sentences(words)]
    asked, told, past = (min(3, kinds.count(kind)) for kind in ("asks", "tells", "told"))
    features = [
        f"asks {asked} tells {told} told {past}",
        f"asks {asked}",
        f"tells {told}",
        f"told {past}",
        f"wants {min(2, kinds.count('wants'))}",
    ]
    if kinds:
        features += [
            f"first {kinds[0]}",
            f"last {kinds[-1]}",
            f"first {kinds[0]} last {kinds[-1]}",
            f"share {round(4 * kinds.count('asks') / len(kinds))}",
        ]
    return features


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


def _cues(words: list[str]) -> list[str]:
    """How much of it sells, and how often the writer does something with a medicine or feels what it does."""
    sold = min(4, len(SELLING.intersection(words)))
    own = [place for place, word in enumerate(words) if word in FIRST]
    used = sum([not USING.isdisjoint(words[place + 1 : place + 4]) for place in own])
    felt = sum([not EFFECT.isdisjoint(words[max(0, place - 3) : place + 4]) for place in own])
    others = [place for place, word in enumerate(words) if word in OTHERS and words[max(0, place - 1)] in OWNING]
    return [
        f"sells {sold}",
        f"sells {sold} ours {min(2, len(OURS.intersection(words)))} own {bool(own)}",
        f"uses {min(3, used)}",
        f"feels {min(3, felt)}",
        f"uses {min(1, used)} feels {min(1, felt)}",
        f"near {min(3, len(others))}",
        f"near {min(1, len(others))} uses {min(1, used)} feels {min(1, felt)}",
        f"near first {bool(others) and others[0] < _NEAR}",
    ]


VIEWS: dict[str, Callable[[list[str]], list[str]]] = {
    "w": _words,
    "l": _around,
    "d": _bare,
    "s": _shape,
    "q": _asking,
    "c": _cues,
}
WEIGHTS = {"w": 1.0, "l": 1.0, "d": 0.7, "s": 0.4, "q": 0.5, "c": 0.5}
"""How long each view is; found by cross-validation."""


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
