"""Searching what records are filed under: headings, substances, types, names, journals, identifiers."""

from tests.servers.eutils_fields import LANGUAGES
from tests.servers.eutils_index import Index
from tests.servers.eutils_mesh import DESCRIPTORS, PUBLICATION_TYPES, explode
from tests.servers.eutils_words import fold

VERBATIM = frozenset(("aid", "doi", "lid", "rn"))
"""Fields whose terms are identifiers: case does not count, signs do."""
_JOURNAL = ("ta", "jt", "iso", "issn")
_TREES = {"mh": DESCRIPTORS, "majr": DESCRIPTORS, "pt": PUBLICATION_TYPES}


def is_known(text: str, code: str) -> bool:
    """Say whether a tree has this name, though no record may be filed under it."""
    return fold(text) in _TREES.get(code.removesuffix(":noexp"), {})


def filed(index: Index, text: str, code: str) -> set[int]:
    """Give the records filed under `text` in the field of that code (`eutils_fields`)."""
    base = code.removesuffix(":noexp")
    if base in _TREES:
        return _in_tree(index, text, base, exploded=code == base)
    term = text.strip().lower() if base in VERBATIM else fold(text)
    if base == "la":
        return index.holding(("la",), LANGUAGES.get(term, term[:3]))
    if base in {"au", "1au", "lastau"}:
        return _author(index, term, base)
    if base == "ta" and "-" in text:
        return index.holding(("issn",), text.strip().lower())
    return _prefixed(index, text, term, _JOURNAL if base == "ta" else (base,))


def _in_tree(index: Index, text: str, code: str, *, exploded: bool) -> set[int]:
    name, _, qualifier = text.partition("/") if code != "pt" else (text, "", "")
    names = explode(fold(name), _TREES[code]) if exploded else {fold(name)}
    if qualifier:
        names = {f"{each}/{fold(qualifier)}" for each in names}
    return index.holding_any((code,), names)


def _prefixed(index: Index, text: str, term: str, fields: tuple[str, ...]) -> set[int]:
    if not text.endswith("*"):
        return index.holding(fields, term)
    names = {name for each in fields for name in index.field(each).beginning_with(term.rstrip("*"))}
    return index.holding_any(fields, names)


def _author(index: Index, term: str, code: str) -> set[int]:
    """A name without initials finds all initials; initials are truncated by themselves."""
    stem = term if " " in term else f"{term} "
    return index.holding_any((code,), {term, *index.field(code).beginning_with(stem)})
