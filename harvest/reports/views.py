"""What the models see of a text: its words, what stands around a condition, the sentence without its matter, its shape.

Whose the condition is stands in `whose`, how the text was typed in `typed`.

Features are counted in buckets by a hash, so no vocabulary has to be kept. Each view has length one, so that a long
text does not weigh more than a short one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from harvest.reports.lexicon import (
    ASKING,
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
    is_condition,
)
from harvest.reports.typed import typed
from harvest.reports.whose import whose

BUCKETS = 1 << 18
TOKEN = re.compile(r"[^\W\d_]+(?:(?:['’]|‚Äô)[^\W\d_]+)?|\d+|[?!.]+|[:\"*>(\[%$€]")  # noqa: RUF001 - curly as typed
_CURLY = re.compile("’|‚Äô")  # noqa: RUF001 - an apostrophe as typed, and as an encoding error leaves it
_ENDINGS = ("ed", "ing", "ly", "s")
_NEAR = 4
_ANCHORS = 3
_BESIDE = 2
_STEM = 5
_SPREAD, _LEFT, _RIGHT, _BARE_LEFT, _BARE_RIGHT = (
    np.uint64(odd)
    for odd in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
)
"""Odd numbers whose bits are well mixed; products wrap."""
_SHIFT = np.uint64(65 - BUCKETS.bit_length())
_TRUE = np.ones(1, bool)
Buckets = npt.NDArray[np.intp]
Codes = npt.NDArray[np.uint64]


class Token(NamedTuple):
    """A lower-case word or mark and where it stands, in code points."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vector:
    """The features of one text: bucket and value of each, in step; and its words and marks, in order."""

    buckets: npt.NDArray[np.intp]
    values: npt.NDArray[np.float32]
    words: list[str]


def tokens(text: str) -> list[Token]:
    """Words, numbers and marks of `text`, lower case, apostrophes straight."""
    return [Token(_plain(match.group()), *match.span()) for match in TOKEN.finditer(text)]


@lru_cache(maxsize=2)
def vector(text: str) -> Vector:
    """The features of `text` in all views; kept for whoever asks next of the same text."""
    words = [_plain(word) for word in TOKEN.findall(text)]
    codes = _codes(words)
    views = [_once(np.concatenate([_hashed(codes), _hashed(_pairs(codes))])), _once(_bare(words))]
    views += [_named(name, view(words)) for name, view in VIEWS.items()]
    views += [_named("t", typed(text, words)), _once(_beside(words, codes))]
    values = [np.full(len(view), weight / sqrt(max(1, len(view))), np.float32) for view, weight in _weighed(views)]
    return Vector(np.concatenate(views), np.concatenate(values), words)


def word_buckets(words: list[str]) -> Buckets:
    """Where each word is counted."""
    return _hashed(_codes(words))


def pair_buckets(words: list[str]) -> Buckets:
    """Where each pair of neighbours is counted."""
    return _hashed(_pairs(_codes(words)))


def _pairs(codes: Codes) -> Codes:
    paired: Codes = codes[:-1] * _LEFT + codes[1:] * _RIGHT
    return paired


def _weighed(views: list[Buckets]) -> Iterator[tuple[Buckets, float]]:
    return zip(views, WEIGHTS.values(), strict=True)


def _named(view: str, features: list[str]) -> Buckets:
    return np.array([_bucket(view + feature) for feature in dict.fromkeys(features)], np.intp)


def _once(buckets: Buckets) -> Buckets:
    """Each bucket once, in order."""
    if len(buckets) > 1:
        buckets.sort()
        buckets = buckets[np.concatenate([_TRUE, buckets[1:] != buckets[:-1]])]
    return buckets


def _codes(words: list[str]) -> Codes:
    return np.array([_code(word) for word in words], np.uint64)


def _hashed(codes: Codes) -> Buckets:
    """Multiplied and cut: the upper bits of the product choose the bucket."""
    return (codes * _SPREAD >> _SHIFT).astype(np.intp)


@lru_cache(maxsize=1 << 16)
def _code(word: str) -> int:
    return crc32(word.encode()) + 1


@lru_cache(maxsize=1 << 16)
def _bucket(name: str) -> int:
    """Where a feature with a name is counted; it begins with the letter of its view."""
    return crc32(name.encode()) % BUCKETS


def _bare(words: list[str]) -> Buckets:
    """Pairs and triples of the sentence without its matter: pronouns, auxiliaries, endings."""
    codes = _codes(["^", *[_without_matter(word) for word in words], "$"])
    pairs = codes[:-1] * _BARE_LEFT + codes[1:] * _BARE_RIGHT
    return np.concatenate([_hashed(pairs), _hashed(pairs[:-1] * _LEFT + codes[2:] * _RIGHT)])


def _around(words: list[str]) -> list[str]:
    """What stands within four words of the first conditions named, and how it is joined to them."""
    anchors = [place for place, word in enumerate(words) if is_condition(word)][:_ANCHORS]
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


def _beside(words: list[str], codes: Codes) -> Buckets:
    """Each word beside each of the first conditions named: words mean other things there."""
    conditions = dict.fromkeys([word[:_STEM] for word in words if is_condition(word)][:_BESIDE])
    joined = _codes(list(conditions))[:, None] * _BARE_LEFT + codes * _LEFT
    return _hashed(joined.ravel())


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
    "l": _around,
    "s": _shape,
    "q": _asking,
    "c": _cues,
    "p": whose,
}
"""The views whose features have names, by a letter of their own."""
WEIGHTS = {"words": 1.0, "bare": 0.7, "l": 1.0, "s": 0.4, "q": 0.5, "c": 0.5, "p": 0.7, "t": 0.5, "beside": 0.6}
"""How long each view is; found by cross-validation."""


@lru_cache(maxsize=1 << 15)
def _plain(word: str) -> str:
    return _CURLY.sub("'", word.lower())


@lru_cache(maxsize=1 << 15)
def _without_matter(word: str) -> str:
    if word in FUNCTION_WORDS or not word[0].isalpha():
        return "#" if word[0].isdigit() else word
    if is_condition(word):
        return "=condition"
    return next((f"-{ending}" for ending in _ENDINGS if word.endswith(ending)), "-" if word.isascii() else "~")
