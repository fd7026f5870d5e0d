"""Automatic term mapping: untagged words against MeSH, substances, journals and authors; the first hit wins."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.servers.eutils_index import Index
from tests.servers.eutils_mesh import DESCRIPTORS, ENTRY_TERMS, explode
from tests.servers.eutils_words import fold

_LONGEST = 6
_AUTHOR_WORDS = 2
_INITIALS = 2
_STOP_WORDS = """
    a about again all almost also although always among an and another any are as at be because been before being
    between both but by can could did do does done due during each either enough especially etc for found from further
    had has have having here how however i if in into is it its itself just kg km made mainly make may mg might ml mm
    most mostly must nearly neither no nor not obtained of often on or our overall perhaps quite rather really
    regarding seem seen several should show showed shown shows significantly since so some such than that the their
    theirs them then there therefore these they this those through thus to upon use used using various very was we
    were what when which while with within without would
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Mapping:
    """A stretch of untagged words and what it was mapped to.

    Attributes:
        kind: `word` where no table knows it.
        text: the words as they were typed.
        target: the table's term, empty for a word.
        field: the display name of the table's field.
        said: how the translation set writes the table's term and field.
    """

    kind: Literal["word", "filter", "table"]
    text: str
    target: str = ""
    field: str = ""
    said: str = ""


def word_forms(word: str) -> list[str]:
    """Give the plural and singular beside a word; the real service knows many more variants."""
    if len(word) < _INITIALS + 2 or not word.isalpha():
        return [word]
    return [word, word[:-1]] if word.endswith("s") else [word, f"{word}s"]


def map_words(words: list[str], index: Index) -> Iterator[Mapping]:
    """Divide a run of untagged words: the longest stretch that a table knows, else single words."""
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + _LONGEST), at, -1):
            mapping = _look_up(" ".join(words[at:end]), index)
            if mapping is not None:
                yield mapping
                at = end
                break
        else:
            yield Mapping("word", words[at])
            at += 1


def _look_up(text: str, index: Index) -> Mapping | None:
    phrase = fold(text)
    if not phrase or "*" in text or phrase in STOP_WORDS:
        return None
    if phrase == "hasabstract":
        return Mapping("filter", phrase)
    words = phrase.split()
    is_name = len(words) == _AUTHOR_WORDS and len(words[1]) <= _INITIALS
    tables = {
        "MeSH Terms": _descriptor(phrase, index),
        "Supplementary Concept": phrase if index.field("scr").get(phrase) else None,
        "Journal": phrase if index.holding(("ta", "jt"), phrase) else None,
        "Author": phrase if is_name and index.field("au").get(phrase) else None,
    }
    hits = ((name, target) for name, target in tables.items() if target)
    name, target = next(hits, ("", ""))
    return Mapping("table", text, target, name, f'"{target}"[{name}]') if target else None


def _descriptor(phrase: str, index: Index) -> str | None:
    """Find the descriptor of a phrase: its own name, an entry term, a plural, or `disorder, major` turned round."""
    words = phrase.split()
    turned = " ".join((words[-1], *words[:-1]))
    for candidate in (phrase, ENTRY_TERMS.get(phrase, ""), f"{phrase}s", " ".join((*words[1:], words[0])), turned):
        if candidate and (candidate in DESCRIPTORS or index.field("mh").get(candidate)):
            return candidate
    return None


def table_hits(part: Mapping, index: Index) -> set[int]:
    """Give the records that the table's term finds; a descriptor is exploded."""
    if part.field == "MeSH Terms":
        return index.holding_any(("mh",), explode(part.target, DESCRIPTORS))
    fields = {"Supplementary Concept": ("nm",), "Journal": ("ta", "jt", "iso"), "Author": ("au",)}[part.field]
    return index.holding(fields, part.target)
