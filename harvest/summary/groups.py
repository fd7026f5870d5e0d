"""Which documents report one study: linked by an entry, by the provider's own links, or by one registration number.

A preprint and its article, an original and its translation, a registration and its results are one study and count
once (design section 6, "Counting unit").
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from harvest.catalogue import Catalogue
from harvest.relations import CLAIMED, FALLS, SAME_STUDY, registration, stated
from harvest.summary.documents import Document


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
    pairs = _pairs(documents, catalogue)
    ids = [document.id for document in documents]
    linked = [(pair.one, pair.other) for pair in pairs if pair.relation in SAME_STUDY]
    study = joined(ids, [*linked, *_by_registration(documents)])
    without_weight = _fallen(documents, pairs, catalogue)
    waiting = tuple(_open(documents, study, without_weight, catalogue))
    merged = joined(ids, [*study.items(), *((one.id, other.id) for one, other in waiting)])
    return Grouping(pairs, study, without_weight, waiting, merged)


def _pairs(documents: Sequence[Document], catalogue: Catalogue) -> tuple[Pair, ...]:
    """Every relation between two of the documents that an entry, a provider or a service states."""
    named = _names(documents, catalogue)
    bodies = [*((document.id, document.body) for document in documents), *catalogue.further]
    said = [Pair(link.one, link.other, link.relation) for link in catalogue.links]
    said += [pair for name, body in bodies for pair in _stated(name, body)]
    known = (Pair(named.get(one, ""), named.get(other, ""), relation) for one, other, relation in said)
    return tuple(pair for pair in known if pair.one and pair.other and pair.one != pair.other)


def _stated(name: str, body: Mapping[str, Any]) -> Iterator[Pair]:
    """What a record says itself; what a page claims to be is believed only as an entry."""
    for relation, key, reversed_ in stated(body):
        if relation not in CLAIMED:
            yield Pair(key, name, relation) if reversed_ else Pair(name, key, relation)


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
    """Every identifier that may name a document, to its id; a further record names the source that it doubles."""
    own = {key: document.id for document in documents for key in (document.id, *document.body["keys"])}
    further = {
        key: own[sid] for sid, body in catalogue.further if sid in own for key in (body["key"], body.get("sid", sid))
    }
    return further | own


def _by_registration(documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Reports that state one and the same registration number, and the registration itself."""
    reports: defaultdict[str, list[str]] = defaultdict(list)
    for document in documents:
        if number := registration(document.body):
            reports[number].append(document.id)
    for first, *others in reports.values():
        yield from ((first, other) for other in others)


def _open(
    documents: Iterable[Document], study: Mapping[str, str], fallen: frozenset[str], catalogue: Catalogue
) -> Iterator[tuple[Document, Document]]:
    """Sources written as possible duplicates of another, until they are linked or called distinct."""
    known = {document.id: document for document in documents if document.id not in fallen}
    for one in known.values():
        double = one.body.get("maybe_duplicate_of", "")
        other = known.get(catalogue.merges.kept(double)) if double else None
        decided = one.id in catalogue.distinct or (other and catalogue.merges.were_parted(one.id, other.id))
        if other and not decided and study[one.id] != study[other.id]:
            yield one, other


def _fallen(documents: Iterable[Document], stated: Iterable[Pair], catalogue: Catalogue) -> frozenset[str]:
    """What is marked as retracted, by itself or by a further record of it, and what falls with that."""
    marked = {document.id for document in documents if "retracted" in document.body.get("flags", ())}
    marked |= {sid for sid, body in catalogue.further if "retracted" in body.get("flags", ())}
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
