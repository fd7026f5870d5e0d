"""What a term finds, how PubMed would say it translated the term, and what it dropped on the way (reference 1.3)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_dates import span
from tests.servers.eutils_fields import ALL_FIELDS, DATES, LANGUAGES, Field, field_of
from tests.servers.eutils_mapping import STOP_WORDS, Mapping, map_words, word_forms
from tests.servers.eutils_mesh import DESCRIPTORS, PUBLICATION_TYPES, explode
from tests.servers.eutils_query import Atom, Joined, Node, Range, Stored, parse
from tests.servers.eutils_words import fold

_NEAR = re.compile(r"^(ti|title|tiab|title/abstract|ad|affiliation):~(\d+)$")
_NUMBER = re.compile(r"^[1-9]\d{0,8}$")
_SHORTEST_STEM = 4
_VALUE_FIELDS = {
    "au": ("au",),
    "1au": ("1au",),
    "lastau": ("lastau",),
    "ta": ("ta", "jt", "iso", "issn"),
    "pt": ("pt",),
    "pt:noexp": ("pt",),
    "aid": ("aid",),
    "lid": ("lid",),
    "doi": ("doi",),
}
_VERBATIM = frozenset(("aid", "doi", "lid", "rn"))


@dataclass(frozen=True, slots=True)
class Found:
    """What a part of the term finds.

    Attributes:
        numbers: the records; None if the part was dropped.
        text: its translation.
        loose: the translation needs parentheses beside another operator.
    """

    numbers: set[int] | None
    text: str
    loose: bool = False

    def closed(self) -> str:
        """Give the translation as it stands beside an operator."""
        return f"({self.text})" if self.loose else self.text


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
    """The term names a history set that is not there."""


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
        self._corpus = corpus
        self._index = corpus.index
        self._visible = corpus.visible(today)
        self._today = today
        self._stored = stored
        self._untagged = untagged
        self.notes = Notes()
        self.title_words: set[str] = set()

    def run(self, term: str) -> Found:
        """Evaluate a whole term; a term of which nothing is left finds nothing."""
        tree = parse(term)
        found = Found(None, "") if tree is None else self._node(tree)
        if found.numbers is None:
            return Found(set(), f"({term.strip()})")
        return Found(found.numbers & self._visible, found.text, found.loose)

    def _node(self, node: Node) -> Found:
        if isinstance(node, Joined):
            return self._joined(node)
        if isinstance(node, Stored):
            return self._history(node)
        if isinstance(node, Range):
            return self._range(node)
        return self._atom(node)

    def _joined(self, node: Joined) -> Found:
        left, right = self._node(node.left), self._node(node.right)
        if left.numbers is None or right.numbers is None:
            return left if right.numbers is None else right
        numbers = {
            "AND": left.numbers.__and__,
            "OR": left.numbers.__or__,
            "NOT": left.numbers.__sub__,
        }[node.operator](right.numbers)
        same = isinstance(node.left, Joined) and node.left.operator == node.operator
        head = left.text if same else left.closed()
        return Found(numbers, f"{head} {node.operator} {right.closed()}", loose=True)

    def _history(self, node: Stored) -> Found:
        if self._stored is None:
            raise UnknownSet(node.key)
        return Found(self._stored(node.key), f"#{node.key}")

    def _range(self, node: Range) -> Found:
        chosen = field_of(node.tag or "") if node.tag else None
        if chosen is not None and chosen.code == "uid":
            first, last = int(node.first), int(node.last)
            numbers = {self._corpus.number(pmid) for pmid in self._corpus.pmids() if first <= pmid <= last}
            return Found({n for n in numbers if n is not None}, f"{first}:{last}[UID]")
        lower, upper = span(node.first, self._today), span(node.last, self._today)
        if chosen is None or chosen.code not in DATES or lower is None or upper is None:
            self.notes.phrases_not_found.append(f"{node.first}:{node.last}" + (f"[{node.tag}]" if node.tag else ""))
            return Found(None, "")
        numbers = self._corpus.between(chosen.code, lower[0], upper[1])
        return Found(numbers, f"{node.first}:{node.last}[{chosen.name}]")

    def _atom(self, node: Atom) -> Found:
        tag = node.tag if node.tag is not None else self._untagged
        near = _NEAR.match((tag or "").lower())
        if near:
            return self._near(node, near.group(1), int(near.group(2)))
        chosen = field_of(tag) if tag is not None else None
        if tag is not None and chosen is None:
            self.notes.fields_not_found.append(tag)
        if chosen is None or (chosen is ALL_FIELDS and node.tag is None):
            return self._quoted(node, ALL_FIELDS) if node.quoted else self._mapped(node)
        if chosen.segments:
            return self._quoted(node, chosen) if node.quoted else self._words(node, chosen)
        return self._exact(node, chosen)

    # words in texts

    def _holding(self, text: str, chosen: Field) -> set[int] | None:
        """Give the living records whose texts hold the words in this order, None if there are none."""
        truncated = text.endswith("*")
        words = fold(text).split(" ")
        self.title_words.update(words)
        found: set[int] = set()
        for segment in chosen.segments:
            found |= self._in_segment(words, segment, truncated=truncated)
        return (found & self._visible) or None

    def _in_segment(self, words: list[str], segment: str, *, truncated: bool) -> set[int]:
        postings = self._index.field(segment)
        sets = [postings.get(word) for word in (words[:-1] if truncated else words)]
        if truncated:
            sets.append({n for word in postings.beginning_with(words[-1]) for n in postings.get(word)})
        numbers = set.intersection(*sorted(sets, key=len)) & self._visible
        if len(words) == 1:
            return numbers
        at = self._corpus.segment(segment)
        sought = f" {' '.join(words)}" + ("" if truncated else " ")
        return {n for n in numbers if sought in self._corpus.documents[n].texts[at]}

    def _quoted(self, node: Atom, chosen: Field) -> Found:
        """Search a quoted phrase; one that is not in the index is searched as separate words, with a warning."""
        numbers = self._holding(node.text, chosen) if fold(node.text) else None
        if numbers is not None:
            return Found(numbers, f'"{node.text}"[{chosen.name}]')
        words = fold(node.text).split()
        if len(words) < 2:  # a phrase has two words
            return self._dropped(node)
        self.notes.quoted_not_found.append(f'"{node.text}"' + (f"[{node.tag}]" if node.tag else ""))
        return self._each(words, chosen)

    def _words(self, node: Atom, chosen: Field) -> Found:
        """Search unquoted words before a tag: as a phrase if the index has it, else each word."""
        text = node.text
        if text.endswith("*") and len(fold(text)) < _SHORTEST_STEM:
            self.notes.phrases_ignored.append(text)
            return Found(None, "")
        if all(word in STOP_WORDS for word in fold(text).split()):
            self.notes.phrases_ignored.append(text)
            return Found(None, "")
        numbers = self._holding(text, chosen)
        if numbers is not None:
            shown = f"{text.lower()}[{chosen.name}]" if text.endswith("*") else f'"{fold(text)}"[{chosen.name}]'
            return Found(numbers, shown)
        words = text.split()
        return self._each(words, chosen) if len(words) > 1 else self._dropped(node)

    def _each(self, words: Iterable[str], chosen: Field) -> Found:
        parts = []
        for word in words:
            if fold(word) in STOP_WORDS:
                self.notes.phrases_ignored.append(word)
                continue
            numbers = self._holding(word, chosen) if fold(word) else None
            if numbers is None:
                self.notes.phrases_not_found.append(word)
            else:
                parts.append(Found(numbers, f'"{fold(word)}"[{chosen.name}]'))
        return self._all_of(parts)

    def _all_of(self, parts: list[Found]) -> Found:
        if not parts:
            return Found(None, "")
        if len(parts) == 1:
            return parts[0]
        numbers = set.intersection(*(part.numbers or set() for part in parts))
        return Found(numbers, " AND ".join(part.closed() for part in parts), loose=True)

    def _dropped(self, node: Atom) -> Found:
        shown = f'"{node.text}"' if node.quoted else node.text
        self.notes.phrases_not_found.append(shown + (f"[{node.tag}]" if node.tag else ""))
        return Found(None, "")

    def _near(self, node: Atom, name: str, distance: int) -> Found:
        """Words in any order, with at most `distance` others between the first and the last."""
        chosen = field_of(name) or ALL_FIELDS
        words = fold(node.text).split()
        numbers = set()
        for segment in chosen.segments:
            at = self._corpus.segment(segment)
            together = set.intersection(*(self._index.field(segment).get(word) for word in words)) & self._visible
            numbers |= {n for n in together if _within(self._corpus.documents[n].texts[at].split(), words, distance)}
        return Found(numbers, f'"{node.text}"[{chosen.name}:~{distance}]') if numbers else self._dropped(node)

    # automatic term mapping

    def _mapped(self, node: Atom) -> Found:
        words = node.text.split()
        if all(_NUMBER.match(word.strip(",")) for word in words):
            return self._pmids(words)
        return self._all_of(
            [found for part in map_words(words, self._index) if (found := self._part(part)).numbers is not None]
        )

    def _part(self, part: Mapping) -> Found:
        if part.kind == "filter":
            return Found(self._index.field("sb").get(part.text), f"{part.text}[All Fields]")
        if part.kind == "word":
            return self._one_word(part)
        return self._translated(part)

    def _one_word(self, part: Mapping) -> Found:
        word = fold(part.text)
        if not word or word in STOP_WORDS:
            self.notes.phrases_ignored.append(part.text)
            return Found(None, "")
        if part.text.endswith("*"):
            return self._words(Atom(part.text), ALL_FIELDS)
        forms = [form for form in word_forms(word) if self._holding(form, ALL_FIELDS) is not None]
        if not forms:
            return self._dropped(Atom(part.text))
        numbers = set().union(*(self._holding(form, ALL_FIELDS) or set() for form in forms))
        text = " OR ".join(f'"{form}"[All Fields]' for form in forms)
        if len(forms) > 1:
            self.notes.translations.append((part.text, text))
        return Found(numbers, text, loose=len(forms) > 1)

    def _translated(self, part: Mapping) -> Found:
        """The table's hit, OR-ed with the words in All Fields."""
        words = fold(part.text).split()
        shown = f'"{part.target}"[{part.field}]'
        numbers = set(self._table(part))
        free = [set(self._holding(word, ALL_FIELDS) or ()) for word in words]
        numbers |= set.intersection(*free)
        pieces = [shown]
        if len(words) > 1:
            pieces.append("(" + " AND ".join(f'"{word}"[All Fields]' for word in words) + ")")
        phrases = dict.fromkeys((fold(part.target), fold(part.text)))
        for phrase in phrases:
            numbers |= self._holding(phrase, ALL_FIELDS) or set()
        pieces.extend(f'"{phrase}"[All Fields]' for phrase in phrases)
        text = " OR ".join(pieces)
        said = text.replace(shown, f'"{part.said}"', 1) if part.said else text
        self.notes.translations.append((part.text, said))
        return Found(numbers & self._visible, text, loose=True)

    def _table(self, part: Mapping) -> set[int]:
        if part.field == "MeSH Terms":
            return self._index.holding_any(("mh",), explode(part.target, DESCRIPTORS))
        if part.field == "Supplementary Concept":
            return self._index.holding(("nm",), part.target)
        return self._index.holding(("ta", "jt", "iso"), fold(part.target))

    def _pmids(self, words: list[str]) -> Found:
        wanted = [word.strip(",") for word in words]
        numbers = {self._corpus.number(int(word)) for word in wanted}
        text = " OR ".join(f"{word}[UID]" for word in wanted)
        return Found({n for n in numbers if n is not None}, text, loose=len(wanted) > 1)

    # exact terms and dates

    def _exact(self, node: Atom, chosen: Field) -> Found:
        if chosen.code == "uid":
            return self._uid(node)
        if chosen.code in DATES:
            return self._day(node, chosen)
        numbers = self._filed(node.text, chosen) & self._visible
        if not numbers and not self._is_known(node.text, chosen):
            return self._dropped(node)
        shown = node.text if node.quoted or chosen.code in _VERBATIM else fold(node.text)
        return Found(numbers, f'"{shown}"[{chosen.name}]')

    def _is_known(self, text: str, chosen: Field) -> bool:
        """A descriptor or publication type of the tree is known, though no record may have it."""
        trees = {"mh": DESCRIPTORS, "majr": DESCRIPTORS, "pt": PUBLICATION_TYPES}
        return fold(text) in trees.get(chosen.code.removesuffix(":noexp"), {})

    def _filed(self, text: str, chosen: Field) -> set[int]:
        code = chosen.code.removesuffix(":noexp")
        term = text.strip().lower() if code in _VERBATIM else fold(text)
        exploded = chosen.code == code
        if code in {"mh", "majr"}:
            name, _, qualifier = text.partition("/")
            names = explode(fold(name), DESCRIPTORS) if exploded else {fold(name)}
            if qualifier:
                names = {f"{each}/{fold(qualifier)}" for each in names}
            return self._index.holding_any((code,), names)
        if code == "pt":
            return self._index.holding_any(("pt",), explode(term, PUBLICATION_TYPES) if exploded else {term})
        if code == "la":
            return self._index.holding(("la",), LANGUAGES.get(term, term[:3]))
        if code in {"au", "1au", "lastau"}:
            return self._author(term, code)
        return self._prefixed(text, term, _VALUE_FIELDS.get(code, (code,)))

    def _prefixed(self, text: str, term: str, fields: tuple[str, ...]) -> set[int]:
        if not text.endswith("*"):
            return self._index.holding(fields, term)
        names = {name for each in fields for name in self._index.field(each).beginning_with(term)}
        return self._index.holding_any(fields, names)

    def _author(self, term: str, code: str) -> set[int]:
        """A name without initials finds all initials; initials are truncated by themselves."""
        names = {term} if " " in term else set()
        stem = term if " " in term else f"{term} "
        names.update(self._index.field(code).beginning_with(stem))
        return self._index.holding_any((code,), names | {term})

    def _uid(self, node: Atom) -> Found:
        wanted = [word for word in re.split(r"[\s,]+", node.text) if word]
        numbers = {self._corpus.number(int(word)) for word in wanted if _NUMBER.match(word)}
        found = {n for n in numbers if n is not None} & self._visible
        if not found:
            return self._dropped(node)
        return Found(found, " OR ".join(f"{word}[UID]" for word in wanted), loose=len(wanted) > 1)

    def _day(self, node: Atom, chosen: Field) -> Found:
        days = span(node.text, self._today)
        if days is None:
            return self._dropped(node)
        numbers = self._corpus.between(chosen.code, *days)
        first, last = (date.fromordinal(day).strftime("%Y/%m/%d") for day in days)
        return Found(numbers, f"{first}:{last}[{chosen.name}]")


def _within(text: list[str], words: list[str], distance: int) -> bool:
    """Say whether all words stand within a window of their number plus `distance`."""
    width = len(words) + distance
    places = [at for at, word in enumerate(text) if word in words]
    return any(set(words) <= set(text[at : at + width]) for at in places)
