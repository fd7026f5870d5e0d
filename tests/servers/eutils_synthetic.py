"""Records that nobody wrote: made by code, marked synthetic in title, journal and note, PMIDs from 90,000,001."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_document import Document, Reading, read
from tests.servers.eutils_mesh import identifier

FIRST_OWN = 90_000_001
FIRST_GENERATED = 91_000_001
NOTE = "Synthetic record of the emulator; it describes no real study."
_COMPLETE = ' CompleteYN="Y"'
_BY_AUTHORS = ' Owner="NOTNLM"'
_JOURNAL = "Journal of Synthetic Records"


@dataclass(frozen=True, slots=True)
class Made:
    """What a synthetic record is to hold; `title` and `sections` are XML, so that markup can be part of them.

    Attributes:
        sections: label and text of each part of the abstract; an empty label gives none.
        created: History `entrez`, so `[crdt]`; `entered`: History `pubmed`, so `[edat]`, by default the same day.
        published: content of PubDate, as XML; by default year and month of `created`.
        substances: registry number, UI and name.
        links: RefType and PMID of CommentsCorrections.
    """

    pmid: int
    title: str
    sections: tuple[tuple[str, str], ...] = ()
    created: date = date(2024, 1, 10)
    entered: date | None = None
    revised: date | None = None
    published: str = ""
    status: str = "PubMed-not-MEDLINE"
    mesh: tuple[str, ...] = ()
    substances: tuple[tuple[str, str, str], ...] = ()
    types: tuple[tuple[str, str], ...] = (("D016428", "Journal Article"),)
    keywords: tuple[str, ...] = ()
    language: str = "eng"
    vernacular: str = ""
    doi: str = ""
    doi_only_in_location: bool = False
    registry: str = ""
    links: tuple[tuple[str, int], ...] = ()
    authors: tuple[tuple[str, str], ...] = (("Example", "Ada"), ("Sample", "Boris"))
    version: int = 1
    journal: str = _JOURNAL


def _day(name: str, day: date, attributes: str = "") -> str:
    return f"<{name}{attributes}><Year>{day:%Y}</Year><Month>{day:%m}</Month><Day>{day:%d}</Day></{name}>"


def _listed(name: str, entries: Sequence[str], attributes: str = "") -> str:
    return f"<{name}{attributes}>{''.join(entries)}</{name}>" if entries else ""


def _status(name: str) -> str:
    return f' PubStatus="{name}"'


def _labelled(label: str) -> str:
    return f" Label={quoteattr(label)} NlmCategory={quoteattr(label)}" if label else ""


def _article(made: Made) -> str:
    published = made.published or f"<Year>{made.created:%Y}</Year><Month>{made.created:%b}</Month>"
    sections = [f"<AbstractText{_labelled(label)}>{text}</AbstractText>" for label, text in made.sections]
    authors = [
        f'<Author ValidYN="Y"><LastName>{last}</LastName><ForeName>{fore}</ForeName><Initials>{fore[:1]}</Initials>'
        "</Author>"
        for last, fore in made.authors
    ]
    types = [f'<PublicationType UI="{ui}">{name}</PublicationType>' for ui, name in made.types]
    doi = f'<ELocationID EIdType="doi" ValidYN="Y">{escape(made.doi)}</ELocationID>' if made.doi else ""
    bank = (
        '<DataBankList CompleteYN="Y"><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>'
        f"<AccessionNumber>{made.registry}</AccessionNumber></AccessionNumberList></DataBank></DataBankList>"
        if made.registry
        else ""
    )
    return (
        '<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">0000-0000</ISSN>'
        f'<JournalIssue CitedMedium="Internet"><Volume>1</Volume><Issue>2</Issue><PubDate>{published}</PubDate>'
        f"</JournalIssue><Title>{made.journal}</Title><ISOAbbreviation>J Synth Rec</ISOAbbreviation></Journal>"
        f"<ArticleTitle>{made.title}</ArticleTitle>"
        f"<Pagination><MedlinePgn>{made.pmid % 1000}-{made.pmid % 1000 + 7}</MedlinePgn></Pagination>{doi}"
        f"{_listed('Abstract', sections)}{_listed('AuthorList', authors, _COMPLETE)}"
        f"<Language>{made.language}</Language>{bank}{_listed('PublicationTypeList', types)}"
        + (f"<VernacularTitle>{escape(made.vernacular)}</VernacularTitle>" if made.vernacular else "")
        + "</Article>"
    )


def _headings(made: Made) -> str:
    substances = [
        f'<Chemical><RegistryNumber>{number}</RegistryNumber><NameOfSubstance UI="{ui}">{escape(name)}'
        "</NameOfSubstance></Chemical>"
        for number, ui, name in made.substances
    ]
    links = [
        f'<CommentsCorrections RefType="{kind}"><RefSource>J Synth Rec. 2024;1(2)</RefSource>'
        f'<PMID Version="1">{pmid}</PMID></CommentsCorrections>'
        for kind, pmid in made.links
    ]
    major = ("Y", "N")
    mesh = [
        f'<MeshHeading><DescriptorName UI="{identifier(name)}" MajorTopicYN="{major[at > 0]}">{escape(name)}'
        "</DescriptorName></MeshHeading>"
        for at, name in enumerate(made.mesh)
    ]
    keywords = [f'<Keyword MajorTopicYN="N">{escape(word)}</Keyword>' for word in made.keywords]
    return (
        "<MedlineJournalInfo><Country>Nowhere</Country><MedlineTA>J Synth Rec</MedlineTA>"
        "<NlmUniqueID>900000001</NlmUniqueID></MedlineJournalInfo>"
        f"{_listed('ChemicalList', substances)}{_listed('CommentsCorrectionsList', links)}"
        f"{_listed('MeshHeadingList', mesh)}{_listed('KeywordList', keywords, _BY_AUTHORS)}"
        f'<GeneralNote Owner="NLM">{NOTE}</GeneralNote>'
    )


def article_xml(made: Made) -> bytes:
    """Write a record as PubMed would."""
    entered = made.entered or made.created
    ids = [f'<ArticleId IdType="pubmed">{made.pmid}</ArticleId>']
    if made.doi and not made.doi_only_in_location:
        ids.append(f'<ArticleId IdType="doi">{escape(made.doi)}</ArticleId>')
    completed = _day("DateCompleted", made.created + timedelta(days=30)) if made.status == "MEDLINE" else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="{made.status}" Owner="NLM">'
        f'<PMID Version="{made.version}">{made.pmid}</PMID>{completed}'
        f"{_day('DateRevised', made.revised or made.created)}{_article(made)}{_headings(made)}</MedlineCitation>"
        f"<PubmedData><History>{_day('PubMedPubDate', entered, _status('pubmed'))}"
        f"{_day('PubMedPubDate', entered, _status('medline'))}"
        f"{_day('PubMedPubDate', made.created, _status('entrez'))}</History>"
        f"<PublicationStatus>ppublish</PublicationStatus>{_listed('ArticleIdList', ids)}</PubmedData></PubmedArticle>"
    ).encode()


def own_corpus(into: Corpus | None = None) -> Corpus:
    """Give the emulator's own small set of records, each of which is some reader's trap."""
    from tests.servers.eutils_own import BOOK, RECORDS

    corpus = into or Corpus()
    for made in RECORDS:
        corpus.add(article_xml(made))
    corpus.add(BOOK)
    return corpus


def generate(
    corpus: Corpus, count: int, days: Sequence[int], *, first_pmid: int | None = None, word: str = "synthetic"
) -> list[int]:
    """Add `count` records spread evenly over `days` (ordinals); their XML is made when it is fetched.

    Args:
        word: a word of every title, by which they can be searched apart.

    Returns:
        Their PMIDs.
    """
    first = first_pmid or max([FIRST_GENERATED - 1, *corpus.pmids()[-1:]]) + 1
    sample = _generated(first, date.fromordinal(days[0]), word)
    reading = read(etree.fromstring(article_xml(sample)))
    made = []
    for at in range(count):
        pmid = first + at
        day = days[at * len(days) // count]
        made.append(corpus.file(_like(reading, pmid, day), lambda pmid=pmid, day=day: _xml(pmid, day, word)))  # type: ignore[misc]  # mypy cannot see through defaults
    return made


def _generated(pmid: int, day: date, word: str) -> Made:
    title = f"Synthetic record number {pmid} about {word}."
    text = f"This {word} record was generated; its number is {pmid}."
    published = f"<Year>{day:%Y}</Year><Month>{day:%m}</Month><Day>{day:%d}</Day>"
    return Made(pmid, title, (("", text),), created=day, published=published, keywords=("synthetic record",))


def _xml(pmid: int, day: int, word: str) -> bytes:
    return article_xml(_generated(pmid, date.fromordinal(day), word))


def _like(reading: Reading, pmid: int, day: int) -> Reading:
    """Give the reading of another generated record without parsing it: only number and day differ."""
    before, after = f" {reading.document.pmid} ", f" {pmid} "
    document: Document = replace(
        reading.document,
        pmid=pmid,
        texts=tuple(text.replace(before, after) for text in reading.document.texts),
        dates=dict.fromkeys(("crdt", "edat", "mdat", "pdat", "mhda"), (day,)) | {"cdat": ()},
    )
    terms = tuple(
        (field, str(pmid) if term == str(reading.document.pmid) else term)
        for field, term in reading.terms
        if field != "pg"
    )
    return Reading(document, terms)
