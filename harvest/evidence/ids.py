"""What publication types and MeSH headings say: they decide where a person indexed the record (design section 6)."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from harvest.evidence.designs import SYNTHESES, TRIALS, WITHOUT_RESULTS, Design
from harvest.evidence.opinion import Opinion
from harvest.model import EvidenceKind, MeshHeading, Reason, Record, Term

_SURE = 985_000
_HEADINGS = 975_000
_HUMANS_ALONE = 600_000
"""Humans is set for human cells as well, and for reviews; an age or a sex is set for people (or animals) studied."""
_MACHINE = 800_000
_FORM_ALONE = 750_000
_BOOK = "book"
_A_BOOK = Reason("evidence.book", "status", text=_BOOK)
_MOSTLY_OF_PEOPLE = 800_000


@dataclass(frozen=True, slots=True)
class PublicationType:
    """A publication type that says something; `says` and `rank` as ids.toml explains them."""

    ui: str
    name: str
    rank: int
    says: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading that says something; `says` as ids.toml explains it."""

    ui: str
    name: str
    says: str


@cache
def publication_types() -> dict[str, PublicationType]:
    """The published table, by UI and by name in small letters."""
    entries = [PublicationType(**table) for table in _tables()["publication_types"]]
    return {key: entry for entry in entries for key in (entry.ui, _named(entry.name))}


@cache
def headings() -> dict[str, Heading]:
    """The published table, by UI and by name in small letters."""
    entries = [Heading(**table) for table in _tables()["headings"]]
    return {key: entry for entry in entries for key in (entry.ui, _named(entry.name))}


def _named(name: str) -> str:
    """A name however its letters are set."""
    return name.casefold()


def _key(term: Term | MeshHeading) -> str:
    """A term's identifier; its name only where that is missing."""
    return term.ui or _named(term.name)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("harvest.evidence").joinpath("ids.toml").read_text(encoding="utf-8"))


def opinion(record: Record) -> Opinion | None:
    """What the record's identifiers say; None where they say nothing of evidence."""
    indexed = Indexed.of(record)
    veterinary = [term for term in record.publication_types if _named(term.name).endswith(", veterinary")]
    if veterinary:
        return _settled(EvidenceKind.PRECLINICAL, [Design.ANIMAL], _type_reasons("veterinary", veterinary))
    typed = sorted(_known_types(record), key=lambda pair: pair[1].rank)
    if typed:
        term, entry = typed[0]
        return _typed(entry, term, indexed, told=bool(record.abstract))
    if record.status == _BOOK:
        return Opinion("types", EvidenceKind.NONE, (Design.NARRATIVE_REVIEW,), _FORM_ALONE, (_A_BOOK,))
    return indexed.opinion()


def _known_types(record: Record) -> list[tuple[Term, PublicationType]]:
    """The record's types that say something; a name counts only where the UI is missing."""
    table = publication_types()
    return [(term, table[_key(term)]) for term in record.publication_types if _key(term) in table]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a record's headings say of who was studied, with the headings."""

    people: tuple[MeshHeading, ...]
    animals: tuple[MeshHeading, ...]
    laboratory: tuple[MeshHeading, ...]
    designs: tuple[MeshHeading, ...]
    by_machine: bool
    sexed: bool
    """Male or Female is among the headings: somebody was studied."""

    @classmethod
    def of(cls, record: Record) -> "Indexed":
        """Headings set by a person where there are any, else those set by a machine."""
        machine = record.indexing_method == "Automated"
        curated = [h for h in record.mesh if not (machine or h.automatic)]
        table = headings()
        says = [(h, table[_key(h)].says) for h in curated or record.mesh if _key(h) in table]
        of = {what: tuple(h for h, said in says if said == what) for what in ("people", "animals")}
        laboratory = tuple(h for h, said in says if said in ("laboratory", "model"))
        designs = tuple(h for h, said in says if said in set(Design))
        return cls(
            of["people"],
            of["animals"],
            laboratory,
            designs,
            by_machine=not curated,
            sexed=any(said == "sex" for _, said in says),
        )

    @property
    def kind(self) -> EvidenceKind | None:
        """Whose results these are; None for both, for human material in a laboratory, and for neither."""
        if self.animals and not self.people:
            return EvidenceKind.PRECLINICAL
        if self.people and not (self.animals or self.laboratory):
            return EvidenceKind.HUMAN
        return None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """One reason for each group of headings that stands there."""
        rule = "machine" if self.by_machine else "mesh"
        groups = (("humans", self.people), ("animals", self.animals), ("laboratory", self.laboratory))
        return tuple(Reason(f"evidence.{rule}-{name}", "mesh", text=_names(found)) for name, found in groups if found)

    def opinion(self) -> Opinion | None:
        """The headings' view alone."""
        if not self.reasons:
            return None
        designs = (Design.ANIMAL,) if self.kind is EvidenceKind.PRECLINICAL else self.named_designs
        return Opinion("headings", self.kind, designs, self._probability, self.reasons)

    @property
    def named_designs(self) -> tuple[Design, ...]:
        """The designs that headings name."""
        return tuple(Design(headings()[_key(heading)].says) for heading in self.designs)

    @property
    def _probability(self) -> int:
        if self.by_machine:
            return _MACHINE
        told = self.sexed or self.animals or len(self.people) > 1
        return _HEADINGS if told else _HUMANS_ALONE


def _typed(entry: PublicationType, term: Term, indexed: Indexed, *, told: bool) -> Opinion:
    """The view of the publication type that ranks first; headings say of whom."""
    reasons = (*_type_reasons(entry.says, [term]), *indexed.reasons)
    if entry.says == "notice":
        return _settled(EvidenceKind.NONE, [Design.OTHER], reasons)
    if entry.says in ("people", "trial"):
        found = _in_people(indexed.named_designs, reasons, indexed)
        return replace(found, among=TRIALS) if entry.says == "trial" else found
    design = Design(entry.says)
    if design is Design.ANIMAL:
        return _settled(EvidenceKind.PRECLINICAL, [design], reasons)
    if design in SYNTHESES:
        kind = indexed.kind or EvidenceKind.HUMAN
        return Opinion("types", kind, (design,), _SURE if indexed.kind else _MOSTLY_OF_PEOPLE, reasons)
    if design in WITHOUT_RESULTS or design is Design.OTHER:
        form_alone = entry.weak and told
        return Opinion(
            "types",
            EvidenceKind.NONE,
            (design,),
            _FORM_ALONE if form_alone else _SURE,
            reasons,
            decisive=not form_alone,
        )
    return _in_people((design,), reasons, indexed)


def _in_people(designs: tuple[Design, ...], reasons: tuple[Reason, ...], indexed: Indexed) -> Opinion:
    """A study in people, unless its headings name animals alone: then the words of the type were borrowed."""
    if indexed.kind is EvidenceKind.PRECLINICAL:
        return _settled(EvidenceKind.PRECLINICAL, [Design.ANIMAL], reasons)
    return _settled(EvidenceKind.HUMAN, designs, reasons)


def _settled(kind: EvidenceKind, designs: Iterable[Design], reasons: tuple[Reason, ...]) -> Opinion:
    return Opinion("types", kind, tuple(designs), _SURE, reasons, decisive=True)


def _type_reasons(rule: str, terms: Iterable[Term]) -> tuple[Reason, ...]:
    return tuple(Reason(f"evidence.type-{rule}", "publication_types", text=term.name) for term in terms)


def _names(found: tuple[MeshHeading, ...]) -> str:
    return ", ".join(heading.name for heading in found)
