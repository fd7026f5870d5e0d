"""An inverted index: which records hold a term, by field; the large part is frozen, additions lie beside it."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate

from tests.servers.eutils_document import SEGMENTS, Reading
from tests.servers.eutils_words import BREAK

_NO_WORDS = {"", BREAK}


class Postings:
    """Terms of one field and the records that hold each of them."""

    def __init__(self) -> None:
        self._terms: list[str] = []
        self._starts = array("I", [0])
        self._numbers = array("I")
        self._added: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def __getstate__(self) -> tuple[str, bytes, bytes]:
        self.freeze()
        return "\x00".join(self._terms), self._starts.tobytes(), self._numbers.tobytes()

    def __setstate__(self, state: tuple[str, bytes, bytes]) -> None:
        self._terms = state[0].split("\x00") if state[0] else []
        self._starts, self._numbers = array("I"), array("I")
        self._starts.frombytes(state[1])
        self._numbers.frombytes(state[2])
        self._added = defaultdict(lambda: array("I"))

    def add_all(self, terms: Iterable[str], number: int) -> None:
        """File record `number` under each of `terms`."""
        added = self._added
        for term in terms:
            added[term].append(number)

    def freeze(self) -> None:
        """Move what was added into the frozen columns."""
        if not self._added:
            return
        lists = {term: self._frozen(at) for at, term in enumerate(self._terms)}
        for term, numbers in self._added.items():
            lists[term] = lists.get(term, array("I")) + numbers
        self._terms = sorted(lists)
        self._starts = array("I", accumulate((len(lists[term]) for term in self._terms), initial=0))
        self._numbers = array("I")
        for term in self._terms:
            self._numbers.extend(lists[term])
        self._added.clear()

    def get(self, term: str) -> set[int]:
        """Give the records that hold `term`."""
        at = bisect_left(self._terms, term)
        held = at < len(self._terms) and self._terms[at] == term
        found = set(self._frozen(at)) if held else set()
        if term in self._added:
            found.update(self._added[term])
        return found

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """Give the terms that begin with `prefix`."""
        for at in range(bisect_left(self._terms, prefix), len(self._terms)):
            if not self._terms[at].startswith(prefix):
                break
            yield self._terms[at]
        yield from (term for term in self._added if term.startswith(prefix))

    def _frozen(self, at: int) -> "array[int]":
        return self._numbers[self._starts[at] : self._starts[at + 1]]


class Index:
    """Postings of every field: the seven text segments by word, and the exact terms."""

    def __init__(self) -> None:
        self._fields: dict[str, Postings] = {name: Postings() for name in SEGMENTS}

    def add(self, reading: Reading, number: int) -> None:
        """File a record under its words and its terms."""
        for segment, text in zip(SEGMENTS, reading.document.texts, strict=True):
            self._fields[segment].add_all(set(text.split(" ")) - _NO_WORDS, number)
        for field, term in reading.terms:
            self.field(field).add_all((term,), number)

    def field(self, name: str) -> Postings:
        """Give the postings of one field, empty if nothing is filed there."""
        if name not in self._fields:
            self._fields[name] = Postings()
        return self._fields[name]

    def holding(self, fields: Iterable[str], term: str) -> set[int]:
        """Give the records that hold `term` in any of `fields`."""
        found: set[int] = set()
        for name in fields:
            found |= self.field(name).get(term)
        return found

    def holding_any(self, fields: Iterable[str], terms: Iterable[str]) -> set[int]:
        """Give the records that hold any of `terms` in any of `fields`."""
        names = tuple(fields)
        return set().union(*(self.holding(names, term) for term in terms))
