"""The trained weights: which words, word pairs and rules speak for which class, as package data without any code."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise, repeat
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from harvest.evidence.words import NUMBER

Block = Literal["title", "journal", "keywords", "abstract"]
BLOCKS: Final[tuple[Block, ...]] = ("title", "journal", "keywords", "abstract")
"""Parts of a record whose words are kept apart; the order of their rows."""
UNKNOWN: Final = -1
_FILE: Final = "weights.npz"

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one block: first its words (`alone`: their numbers), then its pairs (their codes, sorted).

    `single` has for every word's number its row, or `UNKNOWN`. A pair's code is its first word's number times the
    size of the vocabulary plus its second's. `few` has the rows by number and, for pairs, by code plus that size;
    of a block with long texts it is empty.
    """

    first_row: int
    alone: Ints
    single: Ints
    pairs: Ints
    first_pair: int
    few: Mapping[int, int]

    def rows(self, told: Sequence[str], numbers: Mapping[str, int], vocabulary: int) -> Sequence[int] | Ints:
        """The rows of words, and of each two that follow each other; repeats stay.

        Args:
            told: the words of a block, in their order.
            numbers: the number of each known word.
            vocabulary: how many numbers there are, the last for every other word.
        """
        of_words = map(numbers.get, told, repeat(vocabulary - 1))
        if self.few:
            known = list(of_words)
            following = [first * vocabulary + second + vocabulary for first, second in pairwise(known)]
            found = map(self.few.get, chain(known, following))
            return [row for row in found if row is not None]
        if len(told) < 2:  # noqa: PLR2004 - a pair has two
            return [row for row in self.single[list(of_words)].tolist() if row >= 0]
        each = np.fromiter(of_words, np.int32, len(told))
        alone = self.single[each]
        codes = each[:-1] * np.int32(vocabulary) + each[1:]
        at = self.pairs.searchsorted(codes).astype(np.int32)
        at[at == len(self.pairs)] = 0
        return np.concatenate((alone[alone >= 0], at[self.pairs[at] == codes] + np.int32(self.first_pair)))


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model: `matrix` has a row for each word, pair and rule, a column for each class and each design."""

    listed: tuple[str, ...]
    """The words by their numbers."""
    numbers: Mapping[str, int]
    """Each known word's number; the number after the last stands for every other word."""
    parts: Mapping[Block, Part]
    text_rows: int
    """Rows below it are words and pairs, those from it on are rules."""
    abstract_from: int
    """Rows from it on, up to `text_rows`, are of the abstract."""
    rules: Mapping[str, int]
    importance: Floats
    """For each word or pair the logarithm of how rare it is (inverse document frequency)."""
    matrix: NDArray[np.int8]
    scale: Floats
    """What one step of a column's weights is worth."""
    bias: Floats
    columns: tuple[str, ...]
    """`human/rct` for a class; `human_other>cohort` for a design within one."""
    rule_weight: float

    def words(self, row: int) -> tuple[Block, tuple[str, ...]]:
        """The block and the word or pair that a row stands for."""
        block = next(name for name in reversed(BLOCKS) if row >= self.parts[name].first_row)
        part = self.parts[block]
        if row < part.first_pair:
            return block, (self.listed[part.alone[row - part.first_row]],)
        first, second = divmod(int(part.pairs[row - part.first_pair]), self.vocabulary)
        return block, (self.listed[first], self.listed[second])

    @property
    def vocabulary(self) -> int:
        """How many numbers there are for words, the one for unknown words counted."""
        return len(self.listed) + 1


@cache
def weights() -> Weights:
    """The package's weights."""
    with files("harvest.evidence").joinpath(_FILE).open("rb") as file:
        stored: Any = np.load(file, allow_pickle=False)
        return assembled({name: stored[name] for name in stored.files})


def assembled(stored: Mapping[str, Any]) -> Weights:
    """Weights from the arrays of the file, as `tools/train/evidence.py` writes them."""
    known = bytes(stored["words"]).decode().split("\n")
    rules = bytes(stored["rules"]).decode().split("\n")
    size, row, parts, abstract_from = len(known) + 1, 0, {}, 0
    for block in BLOCKS:
        if block == "abstract":
            abstract_from = row
        alone, pairs = stored[f"{block}_words"], np.cumsum(stored[f"{block}_pairs"]).astype(np.int32)
        single = np.full(size, UNKNOWN, np.int32)
        single[alone] = np.arange(row, row + len(alone))
        keys = [*alone.tolist(), *(pairs + size).tolist()] if block != "abstract" else []
        few = {key: row + number for number, key in enumerate(keys)}
        parts[block] = Part(row, alone, single, pairs, row + len(alone), few)
        row += len(alone) + len(pairs)
    return Weights(
        listed=tuple(known),
        numbers=_digits(known) | {word: number for number, word in enumerate(known)},
        parts=parts,
        text_rows=row,
        abstract_from=abstract_from,
        rules={rule: row + number for number, rule in enumerate(rules)},
        importance=stored["importance"].astype(np.float32),
        matrix=stored["matrix"],
        scale=stored["scale"].astype(np.float32),
        bias=stored["bias"].astype(np.float32),
        columns=tuple(bytes(stored["columns"]).decode().split("\n")),
        rule_weight=float(stored["rule_weight"]),
    )


def _digits(known: list[str]) -> dict[str, int]:
    """Numbers of lengths that training has not seen are what one digit is."""
    return {NUMBER * n: known.index(NUMBER) for n in range(1, 13)}


@cache
def manifest() -> Mapping[str, Any]:
    """How the weights were trained, on what, and how right they were."""
    text = files("harvest.evidence").joinpath("weights.json").read_text(encoding="utf-8")
    read: Mapping[str, Any] = json.loads(text)
    return read


@cache
def digest() -> str:
    """The first 8 hexadecimal digits of the SHA-256 over weights and rules: what labels depend on."""
    read = (files("harvest.evidence").joinpath(name).read_bytes() for name in (_FILE, "rules.toml", "ids.toml"))
    return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in read)).hexdigest()[:8]
