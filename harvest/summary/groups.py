"""Which documents report one study: linked by an entry, by the provider's own links, or by one registration number.

A preprint and its article, an original and its translation, a registration and its results are one study and count
once (design section 6, "Counting unit").
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from harvest.catalogue import Catalogue
from harvest.summary.documents import SYNTHESES, Document

FALLS: Final = frozenset({"preprint-of", "translation-of", "erratum-of", "cross-post"})
"""Relations of one text to another: when the other is retracted, this one has no weight either."""
_SAME_STUDY: Final = FALLS | {"results-of"}
_STATED: Final = {
    "updated-in": ("preprint-of", False),
    "update-of": ("preprint-of", True),
    "reprint-of": ("translation-of", False),
    "reprinted-in": ("translation-of", True),
    "republication-of": ("translation-of", False),
    "republished-in": ("translation-of", True),
    "erratum-for": ("erratum-of", False),
    "erratum-in": ("erratum-of", True),
    "corrected-republication-of": ("results-of", False),
    "corrected-and-republished-in": ("results-of", True),
    "republication-of-retracted": ("results-of", False),
    "retracted-and-republished-in": ("results-of", True),
}
"""A provider's own links in the words of ours, and whether they are read from the other side.

A corrected republication is of the same study, and does not fall with what it corrects.
"""
_REGISTERED: Final = re.compile(r"\bNCT\d{8}\b")


class Pair(NamedTuple):
    """Document `one` stands in `relation` to document `other`; both are ids of documents."""

    one: str
    other: str
    relation: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """How documents hang together; ids of documents everywhere.

    Attributes:
        pairs: relations that an entry or a provider states.
        study: each document to its group; documents of one group report one study.
        fallen: those without weight: retracted, or another text of what is retracted.
        open: pairs that may be one document and wait for a person.
        merged: each document to its group if every open pair were one.
    """

    pairs: tuple[Pair, ...]
    study: Mapping[str, str]
    fallen: frozenset[str]
    open: tuple[tuple[Document, Document], ...]
    merged: Mapping[str, str]


def grouped(documents: Sequence[Document], catalogue: Catalogue) -> Grouping:
    """Which of the documents belong together, and which have no weight."""
    stated = _pairs(documents, catalogue)
    ids = [document.id for document in documents]
    linked = [(pair.one, pair.other) for pair in stated if pair.relation in _SAME_STUDY]
    study = joined(ids, [*linked, *_by_registration(documents)])
    without_weight = _fallen(documents, stated, catalogue)
    waiting = tuple(_open(documents, study, without_weight, catalogue))
    merged = joined(ids, [*study.items(), *((one.id, other.id) for one, other in waiting)])
    return Grouping(stated, study, without_weight, waiting, merged)


def _pairs(documents: Sequence[Document], catalogue: Catalogue) -> tuple[Pair, ...]:
    """Every relation between two of the documents that an entry or a provider states."""
    named = _names(documents, catalogue)
    stated = [Pair(link.one, link.other, link.relation) for link in catalogue.links]
    stated += [pair for document in documents for pair in _provided(document)]
    known = (Pair(named.get(one, ""), named.get(other, ""), relation) for one, other, relation in stated)
    return tuple(pair for pair in known if pair.one and pair.other and pair.one != pair.other)


def joined(members: Iterable[str], linked: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The classes that the links make of the members: each member to the smallest of its class."""
    parent = {member: member for member in members}

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for one, other in linked:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return {member: root(member) for member in parent}


def _names(documents: Sequence[Document], catalogue: Catalogue) -> dict[str, str]:
    """Every identifier that may name a document, to its id; a further record's key names the source it doubles."""
    named = {key: document.id for document in documents for key in (document.id, *document.body["keys"])}
    doubles = {key: settled.sid for key, settled in catalogue.settled.items() if settled.kind == "duplicate"}
    return {key: sid for key, sid in doubles.items() if sid in named} | named


def _provided(document: Document) -> Iterator[Pair]:
    for link in document.body.get("links", ()):
        relation, reversed_ = _STATED.get(link["relation"], ("", False))
        if relation and link["key"]:
            one, other = (link["key"], document.id) if reversed_ else (document.id, link["key"])
            yield Pair(one, other, relation)


def _by_registration(documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Reports that state one and the same registration number, and the registration itself."""
    reports: defaultdict[str, list[str]] = defaultdict(list)
    for document in documents:
        if number := _registration(document):
            reports[number].append(document.id)
    for first, *others in reports.values():
        yield from ((first, other) for other in others)


def _registration(document: Document) -> str:
    """The number under which the study is registered; empty where a text names none, or several."""
    body = document.body
    if own := [key for key in body["keys"] if key.startswith("nct:")]:
        return str(own[0]).removeprefix("nct:")
    if body["evidence"] != "human" or body["design"] in SYNTHESES:
        return ""
    named = set(_REGISTERED.findall(document.text("abstract")))
    return named.pop() if len(named) == 1 else ""


def _open(
    documents: Iterable[Document], study: Mapping[str, str], fallen: frozenset[str], catalogue: Catalogue
) -> Iterator[tuple[Document, Document]]:
    """Sources written as possible duplicates of another, until they are linked or called distinct."""
    known = {document.id: document for document in documents if document.id not in fallen}
    for one in known.values():
        other = known.get(one.body.get("maybe_duplicate_of", ""))
        if other and one.id not in catalogue.distinct and study[one.id] != study[other.id]:
            yield one, other


def _fallen(documents: Iterable[Document], stated: Iterable[Pair], catalogue: Catalogue) -> frozenset[str]:
    """What is marked as retracted, by itself or by a further record of it, and what falls with that."""
    marked = {document.id for document in documents if "retracted" in document.body.get("flags", ())}
    marked |= {
        settled.sid
        for settled in catalogue.settled.values()
        if settled.kind == "duplicate" and "retracted" in settled.body.get("flags", ())
    }
    texts = _texts(stated)
    waiting = list(marked)
    while waiting:
        falling = [other for other in texts.get(waiting.pop(), ()) if other not in marked]
        marked.update(falling)
        waiting.extend(falling)
    return frozenset(marked)


def _texts(stated: Iterable[Pair]) -> dict[str, list[str]]:
    """Each document to those that fall with it."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for pair in stated:
        if pair.relation in FALLS:
            texts[pair.other].append(pair.one)
    return texts
