"""What a term finds, how PubMed would say it translated the term, and what it dropped on the way (reference 1.3)."""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_dates import span
from tests.servers.eutils_exact import VERBATIM, filed, is_known
from tests.servers.eutils_fields import ALL_FIELDS, DATES, Field, field_of
from tests.servers.eutils_mapping import STOP_WORDS, Mapping, map_words, table_hits, word_forms
from tests.servers.eutils_query import Atom, Joined, Node, Range, Stored, parse
from tests.servers.eutils_texts import Texts
from tests.servers.eutils_words import fold

_NEAR = re.compile(r"^(ti|title|tiab|title/abstract|ad|affiliation):~(\d+)$")
_NUMBER = re.compile(r"^[1-9]\d{0,8}$")
_SHORTEST_STEM = 4
_JOINS = {"AND": operator.and_, "OR": operator.or_, "NOT": operator.sub}


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of the term finds.

    Attributes:
        numbers: the records; None if the part was dropped.
        text: its translation.
        loose: the translation needs parentheses beside an operator.
    """

    numbers: set[int] | None
    text: str = ""
    loose: bool = False

    def closed(self) -> str:
        """Give the translation as it stands beside an operator."""
        return f"({self.text})" if self.loose else self.text


DROPPED = Found(None)


@dataclass(slots=True)
class Notes:
    """What was altered, by the element that reports it."""

    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    phrases_ignored: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    translations: list[tuple[str, str]] = field(default_factory=list)


class UnknownSet(LookupError):
    """The term names a history set, and no history was named."""


class Evaluator:
    """Evaluates terms over the records that exist on one day."""

    def __init__(
        self,
        corpus: Corpus,
        today: int,
        *,
        stored: Callable[[int], set[int]] | None = None,
        untagged: str | None = None,
    ) -> None:
        """Make an evaluator.

        Args:
            today: the day, as an ordinal; later records do not exist yet.
            stored: gives the records of a history set.
            untagged: tag for terms without one (the `field` parameter).
        """
        self._corpus = corpus
        self._visible = corpus.visible(today)
        self._today = today
        self._stored = stored
        self._untagged = untagged
        self.texts = Texts(corpus, self._visible)
        self.notes = Notes()

    def run(self, term: str) -> Found:
        """Evaluate a whole term; a term of which nothing is left finds nothing."""
        tree = parse(term)
        found = DROPPED if tree is None else self._node(tree)
        if found.numbers is None:
            return Found(set(), f"({term.strip()})")
        return Found(found.numbers & self._visible, found.text, found.loose)

    def _node(self, node: Node) -> Found:
        if isinstance(node, Joined):
            return self._joined(node)
        if isinstance(node, Stored):
            if self._stored is None:
                raise UnknownSet(node.key)
            return Found(self._stored(node.key), f"#{node.key}")
        if isinstance(node, Range):
            return self._range(node)
        return self._atom(node)

    def _joined(self, node: Joined) -> Found:
        """Join two parts; of a part that was dropped the other one is left, whatever joined them."""
        left, right = self._node(node.left), self._node(node.right)
        if left.numbers is None or right.numbers is None:
            return left if right.numbers is None else right
        same = isinstance(node.left, Joined) and node.left.operator == node.operator
        text = f"{left.text if same else left.closed()} {node.operator} {right.closed()}"
        return Found(_JOINS[node.operator](left.numbers, right.numbers), text, loose=True)

    def _range(self, node: Range) -> Found:
        chosen = field_of(node.tag or "")
        if chosen is not None and chosen.code == "uid" and node.first.isdecimal() and node.last.isdecimal():
            first, last = int(node.first), int(node.last)
            numbers = self._corpus.numbers(pmid for pmid in self._corpus.pmids() if first <= pmid <= last)
            return Found(numbers, f"{first}:{last}[UID]")
        lower, upper = span(node.first, self._today), span(node.last, self._today)
        if chosen is None or chosen.code not in DATES or lower is None or upper is None:
            return self._dropped(Atom(f"{node.first}:{node.last}", node.tag))
        numbers = self._corpus.between(chosen.code, lower[0], upper[1])
        return Found(numbers, f"{node.first}:{node.last}[{chosen.name}]")

    def _atom(self, node: Atom) -> Found:
        tag = node.tag if node.tag is not None else self._untagged
        if tag is None:
            return self._phrase(node, ALL_FIELDS) if node.quoted else self._mapped(node)
        near = _NEAR.match(tag.lower())
        if near:
            return self._near(node, field_of(near.group(1)) or ALL_FIELDS, int(near.group(2)))
        chosen = field_of(tag)
        if chosen is None:
            self.notes.fields_not_found.append(tag)
            chosen = ALL_FIELDS
        if chosen.segments:
            return self._phrase(node, chosen) if node.quoted else self._words(node, chosen)
        if chosen.code == "uid":
            return self._pmids(node)
        return self._day(node, chosen) if chosen.code in DATES else self._exact(node, chosen)

    def _dropped(self, node: Atom) -> Found:
        shown = f'"{node.text}"' if node.quoted else node.text
        self.notes.phrases_not_found.append(shown + (f"[{node.tag}]" if node.tag else ""))
        return DROPPED

    def _ignored(self, text: str) -> Found:
        self.notes.phrases_ignored.append(text)
        return DROPPED

    # words in texts

    def _phrase(self, node: Atom, chosen: Field) -> Found:
        """Search a quoted phrase; one that is not in the index is searched as separate words, with a warning."""
        numbers = self.texts.holding(node.text, chosen.segments)
        if numbers:
            return Found(numbers, f'"{node.text}"[{chosen.name}]')
        words = fold(node.text).split()
        if len(words) == 1:
            return self._dropped(node)
        if words:
            self.notes.quoted_not_found.append(f'"{node.text}"' + (f"[{node.tag}]" if node.tag else ""))
        return self._each(words, chosen)

    def _words(self, node: Atom, chosen: Field) -> Found:
        """Search unquoted words before a tag: as a phrase if the index has it, else each word."""
        text, folded = node.text, fold(node.text)
        short = text.endswith("*") and len(folded) < _SHORTEST_STEM
        if short or all(word in STOP_WORDS for word in folded.split()):
            return self._ignored(text)
        numbers = self.texts.holding(text, chosen.segments)
        if numbers:
            shown = text.lower() if text.endswith("*") else f'"{folded}"'
            return Found(numbers, f"{shown}[{chosen.name}]")
        words = text.split()
        return self._each(words, chosen) if len(words) > 1 else self._dropped(node)

    def _each(self, words: Iterable[str], chosen: Field) -> Found:
        parts = []
        for word in words:
            numbers = self.texts.holding(word, chosen.segments)
            if fold(word) in STOP_WORDS:
                self._ignored(word)
            elif numbers:
                parts.append(Found(numbers, f'"{fold(word)}"[{chosen.name}]'))
            else:
                self.notes.phrases_not_found.append(word)
        return _all_of(parts)

    def _near(self, node: Atom, chosen: Field, distance: int) -> Found:
        numbers = self.texts.near(node.text, chosen.segments, distance)
        return Found(numbers, f'"{node.text}"[{chosen.name}:~{distance}]') if numbers else self._dropped(node)

    # automatic term mapping

    def _mapped(self, node: Atom) -> Found:
        words = node.text.split()
        if all(_NUMBER.match(word.strip(",")) for word in words):
            return self._pmids(node)
        return _all_of([self._part(part) for part in map_words(words, self._corpus.index)])

    def _part(self, part: Mapping) -> Found:
        if part.kind == "filter":
            return Found(self._corpus.index.field("sb").get(part.text), f"{part.text}[All Fields]")
        return self._one_word(part.text) if part.kind == "word" else self._translated(part)

    def _one_word(self, word: str) -> Found:
        folded = fold(word)
        if not folded or folded in STOP_WORDS:
            return self._ignored(word)
        if word.endswith("*"):
            return self._words(Atom(word), ALL_FIELDS)
        held = {form: self.texts.holding(form, ALL_FIELDS.segments) for form in word_forms(folded)}
        text = " OR ".join(f'"{form}"[All Fields]' for form, numbers in held.items() if numbers)
        if not text:
            return self._dropped(Atom(word))
        several = " OR " in text
        if several:
            self.notes.translations.append((word, text))
        return Found(set().union(*held.values()), text, loose=several)

    def _translated(self, part: Mapping) -> Found:
        """The table's hit, OR-ed with the words, and with the phrase, in All Fields."""
        words = fold(part.text).split()
        numbers = table_hits(part, self._corpus.index) & self._visible
        numbers |= set.intersection(*(self.texts.holding(word, ALL_FIELDS.segments) for word in words))
        phrases = tuple(dict.fromkeys((part.target, fold(part.text))))
        for phrase in phrases:
            numbers |= self.texts.holding(phrase, ALL_FIELDS.segments)
        each = "(" + " AND ".join(f'"{word}"[All Fields]' for word in words) + ")"
        rest = " OR ".join([each][: len(words) - 1] + [f'"{phrase}"[All Fields]' for phrase in phrases])
        self.notes.translations.append((part.text, f"{part.said} OR {rest}"))
        return Found(numbers, f'"{part.target}"[{part.field}] OR {rest}', loose=True)

    # numbers, dates and exact terms

    def _pmids(self, node: Atom) -> Found:
        wanted = [word for word in re.split(r"[\s,]+", node.text) if word]
        numbers = self._corpus.numbers(int(word) for word in wanted if _NUMBER.match(word)) & self._visible
        if not numbers:
            return self._dropped(node)
        return Found(numbers, " OR ".join(f"{word}[UID]" for word in wanted), loose=len(wanted) > 1)

    def _exact(self, node: Atom, chosen: Field) -> Found:
        numbers = filed(self._corpus.index, node.text, chosen.code) & self._visible
        if not numbers and not is_known(node.text, chosen.code):
            return self._dropped(node)
        verbatim = node.quoted or chosen.code in VERBATIM or "/" in node.text
        return Found(numbers, f'"{node.text if verbatim else fold(node.text)}"[{chosen.name}]')

    def _day(self, node: Atom, chosen: Field) -> Found:
        days = span(node.text, self._today)
        if days is None:
            return self._dropped(node)
        first, last = (date.fromordinal(day).strftime("%Y/%m/%d") for day in days)
        return Found(self._corpus.between(chosen.code, *days), f"{first}:{last}[{chosen.name}]")


def _all_of(parts: Iterable[Found]) -> Found:
    """Join what was not dropped by AND."""
    kept = [(part, part.numbers) for part in parts if part.numbers is not None]
    if len(kept) < 2:  # one part stands as it is
        return kept[0][0] if kept else DROPPED
    text = " AND ".join(part.closed() for part, _ in kept)
    return Found(set.intersection(*(numbers for _, numbers in kept)), text, loose=True)
