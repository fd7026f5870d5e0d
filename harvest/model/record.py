"""What a provider says of one document, and the parts of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Key = str
"""Normal form of an identifier: `pmid:16996037`, `doi:10.1016/...` (lower case), `pmcid:PMC123`, `nct:NCT01234567`."""


Precision = Literal["day", "month", "season", "year", "none"]


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """A date as printed (`raw`) and what of it can be relied on."""

    raw: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    precision: Precision = "none"

    @property
    def iso(self) -> str:
        """`2006-10-30`, `2006-10`, `2006`, or empty: exactly as precise as the source."""
        if self.year is None:
            return ""
        if self.precision == "day":
            return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        if self.precision == "month":
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}"


@dataclass(frozen=True, slots=True)
class AbstractSection:
    """One AbstractText: the author's `label`, NLM's `category` (both empty when absent), and the text."""

    text: str
    label: str = ""
    category: str = ""


def joined(sections: Iterable[AbstractSection]) -> str:
    """Sections as one plain text, in order, labels kept as `METHODS: `, joined by newlines."""
    return "\n".join(f"{each.label}: {each.text}" if each.label else each.text for each in sections)


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract beside the main one (plain-language, another language, publisher's); never joined to it."""

    kind: str
    language: str
    sections: tuple[AbstractSection, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """A person (`family`, `given`, `initials`, `suffix`) or a group (`collective`); absent parts are empty."""

    family: str = ""
    given: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""

    @property
    def name(self) -> str:
        """`Dolotov OV`, `Smith J Jr`, or the group's name."""
        if self.collective:
            return self.collective
        return " ".join(part for part in (self.family, self.initials or self.given, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal and where in it; absent parts are empty."""

    title: str = ""
    abbreviation: str = ""
    nlm_id: str = ""
    issn: tuple[str, ...] = ()
    country: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A controlled term by its identifier: a publication type, a substance, a supplementary concept."""

    ui: str
    name: str


@dataclass(frozen=True, slots=True)
class Substance:
    """A Chemical: concept `ui`, `name`, and `registry` (CAS, UNII or EC number; `0` or empty when none)."""

    ui: str
    name: str
    registry: str = ""


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A MeSH subheading."""

    ui: str
    name: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor with its subheadings; `automatic` is AutoHM, a heading set by machine."""

    ui: str
    name: str
    major: bool = False
    automatic: bool = False
    qualifiers: tuple[Qualifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword; `owner` NOTNLM means the authors'."""

    text: str
    owner: str = ""
    major: bool = False


@dataclass(frozen=True, slots=True)
class DataBank:
    """Accession numbers in one register, e.g. `ClinicalTrials.gov`."""

    name: str
    accessions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One CommentsCorrections element, seen from this record.

    `kind` is the RefType as given (`RetractionIn` stands on the retracted paper, `RetractionOf` on the
    notice); `key` is the other record's key or empty when only `citation` text is given.
    """

    kind: str
    citation: str
    key: Key = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Another document that this one stands to, read "this record is the `relation` of the other": `preprint-of`, ...

    `key` is the other record's key, or empty when only `citation` text is given.
    """

    relation: str
    key: Key = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a text cites something: code points into `Record.abstract_text`; `key` is empty where not resolved."""

    start: int
    end: int
    text: str
    key: Key = ""


@dataclass(frozen=True, slots=True)
class HistoryDate:
    """One PubMedPubDate with its PubStatus."""

    status: str
    date: PublicationDate


@dataclass(frozen=True, slots=True)
class Record:
    """What a provider says of one document. Absent text is empty, absent lists are empty tuples."""

    provider: str
    key: Key
    keys: tuple[Key, ...]
    """Own identifiers only (never those of cited papers), `key` first, then in the order of the record."""
    title: str
    """As given, markup flattened; a translated title keeps its [brackets]."""
    vernacular_title: str = ""
    abstract: tuple[AbstractSection, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    copyright: str = ""
    """The licence or copyright line of the abstract."""
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    date: PublicationDate = field(default_factory=lambda: PublicationDate(""))
    """The issue's PubDate."""
    electronic_date: PublicationDate | None = None
    revised: PublicationDate | None = None
    completed: PublicationDate | None = None
    journal: Journal = field(default_factory=Journal)
    languages: tuple[str, ...] = ()
    publication_types: tuple[Term, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    supplementary_concepts: tuple[Term, ...] = ()
    substances: tuple[Substance, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    databanks: tuple[DataBank, ...] = ()
    corrections: tuple[Correction, ...] = ()
    history: tuple[HistoryDate, ...] = ()
    status: str = ""
    """MedlineCitation Status (`MEDLINE`, `Publisher`, ...), `book` for a PubmedBookArticle."""
    indexing_method: str = ""
    """`Automated` or `Curated` where the headings were machine-made; empty when a person indexed."""
    version: int = 1
    coi_statement: str = ""
    url: str = ""
    related: tuple[Related, ...] = ()
    citations: tuple[Citation, ...] = ()
    flags: tuple[str, ...] = ()
    """What was seen of the document (`edited`, `commercial`, ...); they join the flags of its line."""
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """JSON without floats: what only this kind of document has. Nothing anybody wrote about themselves."""
    basis: str = ""
    """What was read where it is not an abstract: `full-text`, `registry`, `post`."""
    erasable: bool = False
    """People wrote it about themselves: a line holds none of its words (ledger format 1, "Erasable content")."""
    quoted_only: bool = False
    """No copy of the text may be kept: a line holds its SHA-256 and the words that were quoted."""
    writer: str = field(default="", repr=False, compare=False)
    """Who wrote it, for the keyed hash that counts a person once; it leaves the process in no other form."""

    @property
    def abstract_text(self) -> str:
        """The abstract as one plain text, sections in order, labels kept as `METHODS: `, joined by newlines."""
        return joined(self.abstract)
