"""What the emulated index knows of one record, read from the record's own XML."""

from collections.abc import Iterable, Iterator
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
    return "" if node is None else "".join(str(piece) for piece in node.itertext())


def _texts(node: etree._Element, path: str) -> list[str]:
    return [text_of(found) for found in node.iterfind(path)]


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


def _dates(record: etree._Element) -> dict[str, tuple[int, ...]]:
    """Give the dates that can be searched; `crdt` is the `entrez` date, `edat` the `pubmed` date (reference 1.11)."""
    history = {node.get("PubStatus"): _ordinal(node) for node in record.iterfind("*/History/PubMedPubDate")}
    published = [_ordinal(record.find(".//PubDate")), _ordinal(record.find("*/Article/ArticleDate"))]
    candidates = {
        "crdt": [history.get("entrez") or history.get("pubmed")],
        "edat": [history.get("pubmed") or history.get("entrez")],
        "mhda": [history.get("medline") or history.get("pubmed")],
        "mdat": [_ordinal(record.find("*/DateRevised")) or history.get("medline")],
        "cdat": [_ordinal(record.find("*/DateCompleted"))],
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


def _mesh_terms(record: etree._Element) -> Iterator[tuple[str, str]]:
    for heading in record.iterfind("MedlineCitation/MeshHeadingList/MeshHeading"):
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


def _substance_terms(record: etree._Element) -> Iterator[tuple[str, str]]:
    for chemical in record.iterfind("MedlineCitation/ChemicalList/Chemical"):
        substance = chemical.find("NameOfSubstance")
        name = fold(text_of(substance))
        yield "nm", name
        if substance is not None and (substance.get("UI") or "").startswith("C"):
            yield "scr", name
        number = (chemical.findtext("RegistryNumber") or "").strip().lower()
        if number and number != "0":
            yield "rn", number
    for supplement in record.iterfind("MedlineCitation/SupplMeshList/SupplMeshName"):
        yield from (("nm", fold(text_of(supplement))), ("scr", fold(text_of(supplement))))


def _identifier_terms(record: etree._Element) -> Iterator[tuple[str, str]]:
    for node in record.iterfind("PubmedData/ArticleIdList/ArticleId"):
        value = text_of(node).strip().lower()
        yield "aid", value
        if node.get("IdType") == "doi":
            yield "doi", value
        if node.get("IdType") == "pmc":
            yield "sb", "pubmed pmc"
    for node in record.iterfind("MedlineCitation/Article/ELocationID"):
        if node.get("ValidYN") != "N":
            value = text_of(node).strip().lower()
            yield from (("aid", value), ("lid", value))
            if node.get("EIdType") == "doi":
                yield "doi", value


_PLAIN_TERMS = {
    "pt": ".//PublicationTypeList/PublicationType",
    "ta": "MedlineCitation/MedlineJournalInfo/MedlineTA",
    "jt": ".//Journal/Title",
    "iso": ".//Journal/ISOAbbreviation",
    "vi": ".//JournalIssue/Volume",
    "ip": ".//JournalIssue/Issue",
    "pg": ".//Pagination/MedlinePgn",
    "pl": "MedlineCitation/MedlineJournalInfo/Country",
    "jid": "MedlineCitation/MedlineJournalInfo/NlmUniqueID",
    "ps": "MedlineCitation/PersonalNameSubjectList/PersonalNameSubject/LastName",
    "si": ".//DataBank/AccessionNumberList/AccessionNumber",
    "gr": ".//Grant/GrantID",
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


def _subset_terms(record: etree._Element, *, has_abstract: bool) -> Iterator[tuple[str, str]]:
    citation = record.find("MedlineCitation")
    for name in _SUBSETS.get(citation.get("Status") or "", ()) if citation is not None else ("pubmed books",):
        yield "sb", name
    if has_abstract:
        yield "sb", "hasabstract"


def _plain_terms(record: etree._Element) -> Iterator[tuple[str, str]]:
    for field, path in _PLAIN_TERMS.items():
        yield from ((field, fold(text)) for text in _texts(record, path))
    for language in _texts(record, ".//Language"):
        yield "la", language.strip().lower()
    for issn in _texts(record, ".//Journal/ISSN") + _texts(record, "*/MedlineJournalInfo/ISSNLinking"):
        yield "issn", issn.strip().lower()


def _segments(record: etree._Element, authors: list[etree._Element]) -> tuple[str, ...]:
    abstract = _texts(record, ".//Abstract/AbstractText") + _texts(record, ".//OtherAbstract/AbstractText")
    substances = _texts(record, ".//NameOfSubstance") + _texts(record, ".//SupplMeshName")
    headings = [" ".join(text_of(part) for part in node) for node in record.iterfind(".//MeshHeading")]
    byline = [" ".join(text_of(part) for part in node if part.tag != "AffiliationInfo") for node in authors]
    journal = _texts(record, ".//Journal/Title") + _texts(record, ".//MedlineTA")
    kept = ("PublicationType", "RegistryNumber", "AccessionNumber", "GeneralNote")
    marks = [text for name in kept for text in _texts(record, f".//{name}")]
    outer = [text for name in ("GrantID", "Agency", "Country", "CoiStatement") for text in _texts(record, f".//{name}")]
    title = _texts(record, ".//ArticleTitle") + _texts(record, ".//Book/BookTitle")
    return (
        fold_all(title),
        fold_all(abstract),
        fold_all(_texts(record, ".//KeywordList/Keyword")),
        fold_all(headings + substances + marks),
        fold_all(byline + journal + outer),
        fold_all(_texts(record, ".//Affiliation")),
        fold_all(_texts(record, ".//VernacularTitle")),
    )


def read(record: etree._Element) -> Reading:
    """Read one PubmedArticle or PubmedBookArticle.

    Raises:
        ValueError: the record has no PMID.
    """
    pmid = record.find("*/PMID")
    if pmid is None or not (pmid.text or "").strip().isdigit():
        raise ValueError(f"expected a record with a PMID, got {etree.tostring(record)[:80]!r}")
    authors = record.findall("*/AuthorList/Author") + record.findall("*/*/AuthorList/Author")
    texts = _segments(record, authors)
    terms: Iterable[tuple[str, str]] = (
        *_author_terms(authors),
        *_mesh_terms(record),
        *_substance_terms(record),
        *_identifier_terms(record),
        *_plain_terms(record),
        *_subset_terms(record, has_abstract=record.find(".//Abstract/AbstractText") is not None),
    )
    first = next((name for field, name in terms if field == "au"), "")
    document = Document(
        pmid=int(pmid.text or ""),
        version=int(pmid.get("Version") or "1"),
        texts=texts,
        dates=_dates(record),
        journal=fold(record.findtext(".//ISOAbbreviation") or record.findtext(".//Journal/Title") or ""),
        author=first,
    )
    return Reading(document, tuple(dict.fromkeys(term for term in terms if term[1])))
