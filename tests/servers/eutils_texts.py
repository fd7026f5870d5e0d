"""Searching the texts of the records: words, phrases, truncation, words near each other."""

from collections.abc import Set as AbstractSet

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_words import fold


class Texts:
    """Searches the texts of those records that can be seen."""

    def __init__(self, corpus: Corpus, visible: AbstractSet[int]) -> None:
        self._corpus = corpus
        self._visible = visible
        self.sought: set[str] = set()

    def holding(self, text: str, segments: tuple[str, ...]) -> set[int]:
        """Give the records in one of whose segments the words of `text` stand one after the other.

        A `*` at the end lets the last word go on.
        """
        words = fold(text).split()
        self.sought.update(words)
        found: set[int] = set()
        for segment in segments if words else ():
            found |= self._in_segment(words, segment, truncated=text.endswith("*"))
        return found

    def _in_segment(self, words: list[str], segment: str, *, truncated: bool) -> set[int]:
        postings = self._corpus.index.field(segment)
        sets = [postings.get(word) for word in (words[:-1] if truncated else words)]
        if truncated:
            sets.append({n for word in postings.beginning_with(words[-1]) for n in postings.get(word)})
        numbers = set.intersection(*sorted(sets, key=len)) & self._visible
        if len(words) == 1:
            return numbers
        at = self._corpus.segment(segment)
        sought = f" {' '.join(words)}" + ("" if truncated else " ")
        return {n for n in numbers if sought in self._corpus.documents[n].texts[at]}

    def near(self, text: str, segments: tuple[str, ...], distance: int) -> set[int]:
        """Give the records where all words of `text` stand, in any order, with at most `distance` others between."""
        words = fold(text).split()
        found: set[int] = set()
        for segment in segments if words else ():
            at = self._corpus.segment(segment)
            postings = self._corpus.index.field(segment)
            together = set.intersection(*(postings.get(word) for word in words)) & self._visible
            found |= {n for n in together if _within(self._corpus.documents[n].texts[at].split(), words, distance)}
        return found


def _within(text: list[str], words: list[str], distance: int) -> bool:
    width = len(words) + distance
    places = [at for at, word in enumerate(text) if word in words]
    return any(set(words) <= set(text[at : at + width]) for at in places)
