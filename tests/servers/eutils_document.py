"""What the emulated index knows of one record, read from the record's own XML."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from tests.servers.eutils_words import fold, fold_all

SEGMENTS = ("title", "abstract", "keywords", "textwords", "other", "affiliation", "vernacular")
"""The searchable texts of a record; a search field is a choice of them (`eutils_fields.TEXT_FIELDS`)."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}


@dataclass(frozen=True, slots=True)
class Document:
    """One record as the index sees it.

    Attributes:
        texts: folded text of each of `SEGMENTS`, with a blank at both ends.
        dates: ordinals of `date` by field (`crdt edat mdat pdat mhda cdat`); `pdat` may hold two.
        journal, author, title: what `sort` goes by.
    """

    pmid: int
    version: int
    texts: tuple[str, ...]
    dates: dict[str, tuple[int, ...]]
    journal: str
    author: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with the exact terms that it is filed under."""

    document: Document
    terms: tuple[tuple[str, str], ...]


def text_of(node: etree._Element | None) -> str:
    """Give the whole text of mixed content."""
    if node is None:
        return ""
    return "".join(map(str, node.itertext())) if len(node) else node.text or ""


class _Parts:
    """The elements of a record by name, gathered in one walk that leaves its reference list out."""

    def __init__(self, record: etree._Element) -> None:
        self.record = record
        self._nodes: defaultdict[str, list[etree._Element]] = defaultdict(list)
        described = record.find("MedlineCitation")
        for node in (record[0] if described is None else described).iter(tag=etree.Element):
            self._nodes[str(node.tag)].append(node)

    def nodes(self, name: str) -> list[etree._Element]:
        return self._nodes.get(name, [])

    def first(self, name: str) -> etree._Element | None:
        return next(iter(self.nodes(name)), None)

    def texts(self, *names: str) -> list[str]:
        return [text_of(node) for name in names for node in self.nodes(name)]


def _ordinal(node: etree._Element | None) -> int | None:
    """Read Year, Month, Day (month and day may lack, the month may be a name); MedlineDate gives its year."""
    if node is None:
        return None
    year = (node.findtext("Year") or (node.findtext("MedlineDate") or "").strip()[:4]).strip()
    if not year.isdigit():
        return None
    month = (node.findtext("Month") or "").strip().lower()
    season = (node.findtext("Season") or "").strip().lower()
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3], _SEASONS.get(season, 1))
    day = (node.findtext("Day") or "").strip()
    try:
        return date(int(year), number, int(day) if day.isdigit() else 1).toordinal()
    except ValueError:
        return date(int(year), 1, 1).toordinal()


def _dates(parts: _Parts) -> dict[str, tuple[int, ...]]:
    """Give the dates that can be searched; `crdt` is the `entrez` date, `edat` the `pubmed` date (reference 1.11)."""
    history = {node.get("PubStatus"): _ordinal(node) for node in parts.record.iterfind("*/History/PubMedPubDate")}
    published = [_ordinal(parts.first("PubDate")), _ordinal(parts.first("ArticleDate"))]
    candidates = {
        "crdt": [history.get("entrez") or history.get("pubmed")],
        "edat": [history.get("pubmed") or history.get("entrez")],
        "mhda": [history.get("medline") or history.get("pubmed")],
        "mdat": [_ordinal(parts.first("DateRevised")) or history.get("medline")],
        "cdat": [_ordinal(parts.first("DateCompleted"))],
        "pdat": published,
    }
    found = {kind: tuple(day for day in days if day is not None) for kind, days in candidates.items()}
    found["crdt"] = found["crdt"] or found["pdat"][:1] or (1,)
    found["edat"] = found["edat"] or found["crdt"]
    return found


def _author_terms(authors: list[etree._Element]) -> Iterator[tuple[str, str]]:
    named: list[tuple[str, str]] = []
    for author in authors:
        last = fold(author.findtext("LastName") or "")
        if last:
            short = f"{last} {fold(author.findtext('Initials') or '')}".strip()
            full = f"{last} {fold(author.findtext('ForeName') or '')}".strip()
            named.append((short, full))
        collective = fold(author.findtext("CollectiveName") or "")
        if collective:
            yield "cn", collective
    for short, full in named:
        yield from (("au", short), ("au", full))
    for field, chosen in (("1au", named[:1]), ("lastau", named[-1:])):
        yield from ((field, name) for pair in chosen for name in pair)


def _mesh_terms(parts: _Parts) -> Iterator[tuple[str, str]]:
    for heading in parts.nodes("MeshHeading"):
        descriptor = heading.find("DescriptorName")
        if descriptor is None:
            continue
        name = fold(text_of(descriptor))
        qualifiers = heading.findall("QualifierName")
        yield "mh", name
        if any(node.get("MajorTopicYN") == "Y" for node in (descriptor, *qualifiers)):
            yield "majr", name
        for qualifier in qualifiers:
            yield "mh", f"{name}/{fold(text_of(qualifier))}"
            yield "sh", fold(text_of(qualifier))


def _substance_terms(parts: _Parts) -> Iterator[tuple[str, str]]:
    for substance in parts.nodes("NameOfSubstance"):
        name = fold(text_of(substance))
        yield "nm", name
        if (substance.get("UI") or "").startswith("C"):
            yield "scr", name
    for number in parts.texts("RegistryNumber"):
        if number.strip() != "0":
            yield "rn", number.strip().lower()
    for name in parts.texts("SupplMeshName"):
        yield from (("nm", fold(name)), ("scr", fold(name)))


def _identifier_terms(parts: _Parts) -> Iterator[tuple[str, str]]:
    for node in parts.record.iterfind("PubmedData/ArticleIdList/ArticleId"):
        value = text_of(node).strip().lower()
        yield "aid", value
        if node.get("IdType") == "doi":
            yield "doi", value
        if node.get("IdType") == "pmc":
            yield "sb", "pubmed pmc"
    for node in parts.nodes("ELocationID"):
        if node.get("ValidYN") != "N":
            value = text_of(node).strip().lower()
            yield from (("aid", value), ("lid", value))
            if node.get("EIdType") == "doi":
                yield "doi", value


_PLAIN_TERMS = {
    "pt": "PublicationType",
    "ta": "MedlineTA",
    "jt": "Title",
    "iso": "ISOAbbreviation",
    "vi": "Volume",
    "ip": "Issue",
    "pg": "MedlinePgn",
    "pl": "Country",
    "jid": "NlmUniqueID",
    "si": "AccessionNumber",
    "gr": "GrantID",
}
_SUBSETS = {
    "MEDLINE": ("medline",),
    "OLDMEDLINE": ("oldmedline",),
    "Completed": ("medline",),
    "In-Process": ("inprocess",),
    "In-Data-Review": ("inprocess",),
    "Publisher": ("publisher",),
    "PubMed-not-MEDLINE": ("pubmednotmedline",),
}


def _subset_terms(parts: _Parts) -> Iterator[tuple[str, str]]:
    citation = parts.first("MedlineCitation")
    for name in _SUBSETS.get(citation.get("Status") or "", ()) if citation is not None else ("pubmed books",):
        yield "sb", name
    if parts.nodes("Abstract"):
        yield "sb", "hasabstract"


def _plain_terms(parts: _Parts) -> Iterator[tuple[str, str]]:
    for field, name in _PLAIN_TERMS.items():
        yield from ((field, fold(text)) for text in parts.texts(name))
    yield from (("ps", fold(node.findtext("LastName") or "")) for node in parts.nodes("PersonalNameSubject"))
    yield from (("la", language.strip().lower()) for language in parts.texts("Language"))
    yield from (("issn", issn.strip().lower()) for issn in parts.texts("ISSN", "ISSNLinking"))


def _segments(parts: _Parts) -> tuple[str, ...]:
    headings = [" ".join(text_of(part) for part in node) for node in parts.nodes("MeshHeading")]
    byline = [
        " ".join(text_of(part) for part in node if part.tag != "AffiliationInfo") for node in parts.nodes("Author")
    ]
    marks = parts.texts(
        "NameOfSubstance", "SupplMeshName", "PublicationType", "RegistryNumber", "AccessionNumber", "GeneralNote"
    )
    return (
        fold_all(parts.texts("ArticleTitle", "BookTitle")),
        fold_all(parts.texts("AbstractText")),
        fold_all(parts.texts("Keyword")),
        fold_all(headings + marks),
        fold_all(byline + parts.texts("Title", "MedlineTA", "GrantID", "Agency", "Country", "CoiStatement")),
        fold_all(parts.texts("Affiliation")),
        fold_all(parts.texts("VernacularTitle")),
    )


def read(record: etree._Element) -> Reading:
    """Read one PubmedArticle or PubmedBookArticle.

    Raises:
        ValueError: the record has no PMID.
    """
    pmid = record.find("*/PMID")
    if pmid is None or not (pmid.text or "").strip().isdigit():
        raise ValueError(f"expected a record with a PMID, got {etree.tostring(record)[:80]!r}")
    parts = _Parts(record)
    makers = (_mesh_terms, _substance_terms, _identifier_terms, _plain_terms, _subset_terms)
    named = tuple(_author_terms(parts.nodes("Author")))
    terms = (*named, *(term for make in makers for term in make(parts)))
    journal = parts.texts("ISOAbbreviation") or parts.texts("Title") or [""]
    document = Document(
        pmid=int(pmid.text or ""),
        version=int(pmid.get("Version") or "1"),
        texts=_segments(parts),
        dates=_dates(parts),
        journal=fold(journal[0]),
        author=next((name for field, name in named if field == "au"), ""),
    )
    return Reading(document, tuple(dict.fromkeys(term for term in terms if term[1])))
