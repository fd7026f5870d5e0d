"""Records of PubMed as others read them: Bio.Entrez, and the bibliographies that JabRef's authors expect.

`HARVEST_ALL_RECORDS=1` holds all 35,790 articles of the two large files against Bio.Entrez, not 1,500.

Where we differ from Bio.Entrez on purpose, `expected` says so and why; everything else must be equal.
"""

import datetime as dt
import gzip
import html
import io
import json
import lzma
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez

from harvest.errors import ParseError
from harvest.medline import articles, iter_articles
from harvest.model import PublicationDate, Record

pytestmark = pytest.mark.recorded

ALL = bool(os.environ.get("HARVEST_ALL_RECORDS"))
FILES = {"pubmed21n1298.xml.xz": 20_788, "pubmed20n0014_even.xml.xz": 15_002}
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
    b'January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
ARTICLE = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def plain(text: Any) -> str:
    """Bio.Entrez leaves tags in the text; read with `escape=True`, they can be told from what is only written so."""
    return spaced(html.unescape(re.sub(r"<[^<>]*>", "", str(text))))


def spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def marked(node: Any, name: str, default: str = "") -> str:
    return str(node.attributes.get(name, default))


def expected(article: Any) -> dict[str, Any]:
    """What Bio.Entrez has read of one PubmedArticle, under our names."""
    citation, pubmed = article["MedlineCitation"], article["PubmedData"]
    inner = citation["Article"]
    return {
        "key": f"pmid:{citation['PMID']}",
        "version": int(marked(citation["PMID"], "Version", "1")),
        "keys": {f"pmid:{citation['PMID']}", *_keys(inner, pubmed)},
        "title": plain(inner["ArticleTitle"]),
        "vernacular_title": plain(inner.get("VernacularTitle", "")),
        "abstract": _sections(inner.get("Abstract", {})),
        "other_abstracts": [
            # Bio.Entrez does not apply the DTD's default for Language
            (marked(other, "Type"), marked(other, "Language", "eng"), _sections(other))
            for other in citation.get("OtherAbstract", [])
        ],
        "copyright": plain(inner.get("Abstract", {}).get("CopyrightInformation", "")),
        "authors": _authors(inner),
        "date": _date(inner["Journal"]["JournalIssue"]["PubDate"]),
        "electronic_date": next((_date(date) for date in inner.get("ArticleDate", [])), None),
        "revised": _date(citation["DateRevised"]) if "DateRevised" in citation else None,
        "completed": _date(citation["DateCompleted"]) if "DateCompleted" in citation else None,
        "journal": _journal(citation),
        "languages": [str(language) for language in inner["Language"]],
        "publication_types": [(marked(kind, "UI"), plain(kind)) for kind in inner.get("PublicationTypeList", [])],
        "mesh": _mesh(citation),
        "supplementary_concepts": [(marked(name, "UI"), plain(name)) for name in citation.get("SupplMeshList", [])],
        "substances": [
            (
                marked(chemical["NameOfSubstance"], "UI"),
                plain(chemical["NameOfSubstance"]),
                plain(chemical["RegistryNumber"]),
            )
            for chemical in citation.get("ChemicalList", [])
        ],
        "keywords": [
            (plain(word), marked(words, "Owner"), marked(word, "MajorTopicYN") == "Y")
            for words in citation.get("KeywordList", [])
            for word in words
            if plain(word)
        ],
        "databanks": [
            (plain(bank["DataBankName"]), [plain(number) for number in bank.get("AccessionNumberList", [])])
            for bank in inner.get("DataBankList", [])
        ],
        "corrections": [
            (
                marked(one, "RefType"),
                plain(one["RefSource"]),
                f"pmid:{one['PMID']}" if one.get("PMID") else "",
                plain(one.get("Note", "")),
            )
            for one in citation.get("CommentsCorrectionsList", [])
        ],
        "history": [(marked(date, "PubStatus"), _date(date)) for date in pubmed.get("History", [])],
        "status": marked(citation, "Status"),
        # the model leaves this empty where a person indexed
        "indexing_method": marked(citation, "IndexingMethod").replace("Manual", ""),
        "coi_statement": plain(citation.get("CoiStatement", "")),
    }


def _keys(inner: Any, pubmed: Any) -> Iterator[str]:
    # DOIs are compared in lower case, and only what has the form of a DOI can be one
    for location in inner.get("ELocationID", []):
        if marked(location, "EIdType") == "doi" and marked(location, "ValidYN") != "N":
            yield f"doi:{plain(location).lower()}"
    for own in pubmed.get("ArticleIdList", []):
        if marked(own, "IdType") == "doi":
            yield f"doi:{plain(own).lower()}"
        # the digits after the dot are the version of the deposit, not of the document
        if marked(own, "IdType") == "pmc":
            yield f"pmcid:{plain(own).partition('.')[0]}"
    for bank in inner.get("DataBankList", []):
        for number in bank.get("AccessionNumberList", []):
            if re.fullmatch(r"NCT\d{8}", str(number)):
                yield f"nct:{number}"


def _sections(abstract: Any) -> list[tuple[str, str, str]]:
    texts = abstract.get("AbstractText", [])
    found = [(plain(text), spaced(marked(text, "Label")), marked(text, "NlmCategory")) for text in texts]
    return [section for section in found if section[0] or section[1]]


def _authors(inner: Any) -> list[tuple[str, ...]]:
    found = []
    for author in inner.get("AuthorList", []):
        if marked(author, "ValidYN") == "N":
            continue
        # ORCIDs come as bare digits, as http: and as https: addresses; some are one digit short
        orcids = [re.sub(r"[^\dX]", "", str(one)) for one in author["Identifier"] if marked(one, "Source") == "ORCID"]
        orcid = "-".join(re.findall("....", orcids[0])) if orcids and len(orcids[0]) == 16 else ""
        names = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
        found.append((*(plain(author.get(name, "")) for name in names), orcid))
    return [author for author in found if any(author)]


def _journal(citation: Any) -> tuple[Any, ...]:
    journal, info, pages = citation["Article"]["Journal"], citation["MedlineJournalInfo"], citation["Article"]
    issue, pages = journal["JournalIssue"], pages.get("Pagination", {})
    issn = [plain(number) for number in (journal.get("ISSN", ""), info.get("ISSNLinking", "")) if number]
    return (
        plain(journal.get("Title", "")),
        plain(journal.get("ISOAbbreviation") or info.get("MedlineTA", "")),
        plain(info.get("NlmUniqueID", "")),
        tuple(dict.fromkeys(issn)),
        plain(info.get("Country", "")),
        plain(issue.get("Volume", "")),
        plain(issue.get("Issue", "")),
        plain(pages.get("MedlinePgn") or "-".join(filter(None, [pages.get("StartPage"), pages.get("EndPage")]))),
    )


def _mesh(citation: Any) -> list[tuple[Any, ...]]:
    return [
        (
            marked(heading["DescriptorName"], "UI"),
            plain(heading["DescriptorName"]),
            marked(heading["DescriptorName"], "MajorTopicYN") == "Y",
            [(marked(one, "UI"), plain(one), marked(one, "MajorTopicYN") == "Y") for one in heading["QualifierName"]],
        )
        for heading in citation.get("MeshHeadingList", [])
    ]


def _date(date: Any) -> tuple[str, str]:
    """What is printed, and as an ISO date what of it holds: worked out here by other means than in the reader."""
    names = ("Year", "Month", "Day", "Season", "MedlineDate")
    raw = " ".join(plain(date[name]) for name in names if date.get(name))
    if "MedlineDate" in date:
        whole = re.fullmatch(r"(\d{4}) ([A-Z][a-z]{2}) \d+-\d+", raw)
        year = re.search(r"\d{4}", raw)
        iso = f"{whole[1]}-{MONTHS.index(whole[2].lower()) + 1:02}" if whole else year[0] if year else ""
        return raw, iso
    month = str(date.get("Month", "")).lower()
    number = MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else int(month or 0)
    if not number:
        return raw, str(date["Year"])
    try:
        return raw, dt.date(int(date["Year"]), number, int(date["Day"])).isoformat()
    except (KeyError, ValueError):
        return raw, f"{date['Year']}-{number:02}"


def ours(record: Record) -> dict[str, Any]:
    """Our record in the shape of `expected`."""
    return {
        "key": record.key,
        "version": record.version,
        "keys": set(record.keys),
        "title": record.title,
        "vernacular_title": record.vernacular_title,
        "abstract": [(one.text, one.label, one.category) for one in record.abstract],
        "other_abstracts": [
            (other.kind, other.language, [(one.text, one.label, one.category) for one in other.sections])
            for other in record.other_abstracts
        ],
        "copyright": record.copyright,
        "authors": [(a.family, a.given, a.initials, a.suffix, a.collective, a.orcid) for a in record.authors],
        "date": _shape(record.date),
        "electronic_date": _shape(record.electronic_date),
        "revised": _shape(record.revised),
        "completed": _shape(record.completed),
        "journal": tuple(getattr(record.journal, name) for name in record.journal.__slots__),
        "languages": list(record.languages),
        "publication_types": [(one.ui, one.name) for one in record.publication_types],
        "mesh": [
            (one.ui, one.name, one.major, [(q.ui, q.name, q.major) for q in one.qualifiers]) for one in record.mesh
        ],
        "supplementary_concepts": [(one.ui, one.name) for one in record.supplementary_concepts],
        "substances": [(one.ui, one.name, one.registry) for one in record.substances],
        "keywords": [(one.text, one.owner, one.major) for one in record.keywords],
        "databanks": [(one.name, list(one.accessions)) for one in record.databanks],
        "corrections": [(one.kind, one.citation, one.key, one.note) for one in record.corrections],
        "history": [(one.status, _shape(one.date)) for one in record.history],
        "status": record.status,
        "indexing_method": record.indexing_method,
        "coi_statement": record.coi_statement,
    }


def _shape(date: PublicationDate | None) -> tuple[str, str] | None:
    return None if date is None else (date.raw, date.iso)


def differences(body: bytes) -> tuple[int, list[str]]:
    """How many articles of `body` were compared, and each field that differs."""
    theirs = Entrez.read(io.BytesIO(body), escape=True)["PubmedArticle"]
    records = articles(body).records
    assert len(records) == len(theirs)
    found = []
    for record, article in zip(records, theirs, strict=True):
        mine, other = ours(record), expected(article)
        found += [
            f"{record.key} {name}: {mine[name]!r} != {other[name]!r}" for name in other if mine[name] != other[name]
        ]
    return len(records), found


def wrapped(parts: list[bytes]) -> bytes:
    return HEAD + b"<PubmedArticleSet>" + b"".join(parts) + b"</PubmedArticleSet>"


def xz(path: Path) -> bytes:
    with lzma.open(path) as stream:
        return stream.read()


@pytest.mark.parametrize("name", FILES)
def test_the_large_files_are_read_as_bio_entrez_reads_them(recorded: Path, name: str) -> None:
    parts = ARTICLE.findall(xz(recorded / "pubmed" / name))
    assert len(parts) == FILES[name]
    sample = parts if ALL else parts[:: len(parts) // 750]
    compared = 0
    for start in range(0, len(sample), 100):
        count, found = differences(wrapped(sample[start : start + 100]))
        assert found == []
        compared += count
    assert compared == len(sample)


def test_single_answers_are_read_as_bio_entrez_reads_them(recorded: Path) -> None:
    """52 of metapub's answers name no DTD; Bio.Entrez reads them only because it is given one here."""
    folder = recorded / "pubmed"
    paths = [*folder.glob("metapub_pmid_xml/*.xml"), *folder.glob("biopython_entrez/pubmed*.xml")]
    parts = [part for path in sorted(paths) for part in ARTICLE.findall(path.read_bytes())]
    count, found = differences(wrapped(parts))
    assert found == []
    assert count == 214 + 8


def test_edge_cases_are_read_as_bio_entrez_reads_them(recorded: Path) -> None:
    with gzip.open(recorded / "pubmed" / "edge_cases.xml.gz") as stream:
        parts = ARTICLE.findall(stream.read())
    count, found = differences(wrapped(parts))
    assert found == []
    assert count == 775


TRAPS = {
    "no_mesh": lambda record: not record.mesh,
    "no_abstract": lambda record: not record.abstract,
    "no_doi": lambda record: not any(key.startswith("doi:") for key in record.keys),
    "no_author": lambda record: not record.authors,
    "empty_title": lambda record: record.title in ("", "[Not Available]."),
    "version_gt_1": lambda record: record.version > 1,
    "vernacular_title": lambda record: record.vernacular_title,
    "medline_date": lambda record: record.date.precision != "day",
    "other_abstract": lambda record: record.other_abstracts,
    "only_other_abstract": lambda record: record.other_abstracts and not record.abstract,
    "structured_abstract": lambda record: len(record.abstract) > 1 or record.abstract[0].label,
    "collective_name": lambda record: any(author.collective for author in record.authors),
    "multi_language": lambda record: len(record.languages) > 1,
    "russian": lambda record: "rus" in record.languages,
    "mesh_humans": lambda record: "D006801" in {heading.ui for heading in record.mesh},
    "mesh_animals": lambda record: "D000818" in {heading.ui for heading in record.mesh},
    "rct": lambda record: "D016449" in {kind.ui for kind in record.publication_types},
    "retracted": lambda record: "RetractionIn" in {one.kind for one in record.corrections},
    "retraction_notice": lambda record: "D016440" in {kind.ui for kind in record.publication_types},
    "has_erratum": lambda record: "ErratumIn" in {one.kind for one in record.corrections},
    "update_in_of": lambda record: {one.kind for one in record.corrections} & {"UpdateIn", "UpdateOf"},
}


def test_each_record_holds_the_trap_that_the_index_names(recorded: Path) -> None:
    with gzip.open(recorded / "pubmed" / "edge_cases.xml.gz") as stream:
        records = {(record.key, str(record.version)): record for record in iter_articles(stream)}
    with gzip.open(recorded / "pubmed" / "edge_cases.index.jsonl.gz", "rt", encoding="utf-8") as lines:
        named = [case for case in map(json.loads, lines) if "tags" in case]
    assert len(records) == len(named) == 775
    for case in named:
        record = records[f"pmid:{case['pmid']}", case["version"]]
        assert record.title == spaced(case["title"])
        assert (record.status, list(record.languages)) == (case["status"], case["lang"])
        for tag in TRAPS.keys() & set(case["tags"]):
            assert TRAPS[tag](record), f"{record.key} is not {tag}"


def test_no_id_of_a_cited_paper_becomes_an_own_id(recorded: Path) -> None:
    with gzip.open(recorded / "pubmed" / "edge_cases.xml.gz") as stream:
        records = articles(stream.read()).records
    assert all(record.key.count(":") == 1 and record.keys[0] == record.key for record in records)
    assert all(sum(key.startswith("pmid:") for key in record.keys) == 1 for record in records)


def test_deletions_of_the_update_file_are_read(recorded: Path) -> None:
    tail = xz(recorded / "pubmed" / "pubmed21n1298.xml.xz").rpartition(b"</PubmedArticle>")[2]
    assert len(articles(b"<PubmedArticleSet>" + tail).deleted) == 20


def test_what_bio_entrez_refuses_is_read(recorded: Path) -> None:
    """No DOCTYPE, no declaration, an `http:` DOCTYPE; one answer holds no article at all, one a book."""
    paths = sorted((recorded / "pubmed" / "metapub_pmid_xml").glob("*.xml"))
    parsed = {path.stem: articles(path.read_bytes()) for path in paths}
    assert len(parsed) == 216
    assert [pmid for pmid, answer in parsed.items() if not answer.records] == ["37909814"]
    assert all(answer.records[0].key == f"pmid:{pmid}" for pmid, answer in parsed.items() if answer.records)
    assert [pmid for pmid, answer in parsed.items() for one in answer.records if one.status == "book"] == ["20301546"]
    assert not any(answer.unreadable or answer.deleted for answer in parsed.values())


def entry(path: Path) -> dict[str, str]:
    first = path.read_text(encoding="utf-8").partition("\n}")[0]
    return dict(re.findall(r"^\s*([\w-]+)\s*=\s*\{?(.*?)\}?,?$", first, re.MULTILINE))


@pytest.mark.parametrize(
    "name",
    ["ArticleID", "ArticleItalics", "ArticleNoISSN", "KeywordSingleEntry", "MathML", "MeshHeadingList", "Nbib"],
)
def test_facts_agree_with_what_another_team_expects(recorded: Path, name: str) -> None:
    folder = recorded / "pubmed" / "jabref_medline"
    raw = (folder / f"MedlineImporterTest{name}.xml").read_bytes()
    inner = re.search(rb"<PubmedArticle>.*</PubmedArticle>", raw, re.DOTALL)
    assert inner is not None
    record = articles(b"<PubmedArticleSet>" + inner[0] + b"</PubmedArticleSet>").records[0]
    wanted = entry(folder / f"MedlineImporterTest{name}.bib")
    assert record.key == f"pmid:{wanted['pmid']}"
    assert record.title == wanted["title"]
    assert record.status == wanted["status"]
    assert record.journal.title == wanted["journal"]
    assert record.journal.volume == wanted.get("volume", "")
    assert record.journal.issue == wanted.get("issue", "")
    assert record.journal.country == wanted.get("country", "")
    assert record.journal.nlm_id == wanted.get("nlm-id", "")
    assert str(record.date.year or "") == wanted.get("year", "")
    assert set(record.journal.issn) == {wanted[name] for name in ("issn", "issn-linking") if name in wanted}
    assert (f"doi:{wanted['doi'].lower()}" in record.keys) if "doi" in wanted else len(record.keys) == 1
    if "revised" in wanted and record.revised:
        assert record.revised.iso == wanted["revised"]
    if name not in ("KeywordSingleEntry", "MeshHeadingList"):  # the person named there is the subject, not the author
        named = [f"{a.family}, {a.given}" if a.family else a.collective for a in record.authors]
        assert " and ".join(named) == wanted["author"]


def test_a_book_agrees_with_what_another_team_expects(recorded: Path) -> None:
    folder = recorded / "pubmed" / "jabref_medline"
    raw = (folder / "MedlineImporterTestPubmedBook.xml").read_bytes()
    record = articles(b"<PubmedArticleSet>" + raw + b"</PubmedArticleSet>").records[0]
    wanted = entry(folder / "MedlineImporterTestPubmedBook.bib")
    assert (record.title, record.date.iso) == (wanted["title"], "2009-02")
    assert record.abstract_text == wanted["abstract"]
    assert record.copyright == wanted["copyright"]
    assert [author.collective or author.family for author in record.authors] == [
        "National Collaborating Centre for Chronic Conditions (UK)",
        "Williams",
    ]
    assert ", ".join(kind.name for kind in record.publication_types) == wanted["pubtype"]
    two = articles((folder / "MedlineImporterTestBookArticleSet.xml").read_bytes()).records
    assert [one.journal.pages for one in two] == ["", "1831"]
    assert two[1].revised is not None
    assert two[1].revised.iso == "2014-10-11"


def test_broken_files_are_refused_and_an_empty_article_is_reported(recorded: Path) -> None:
    folder = recorded / "pubmed" / "jabref_medline"
    for name in ("MedlineImporterTestMalformedEntry.xml", "MedlinePlainImporterTestInvalidFormat.xml"):
        with pytest.raises(ParseError):
            articles((folder / name).read_bytes())
    minimal = articles((folder / "MedlineImporterTestMinimalEntry.xml").read_bytes())
    assert minimal.records == ()
    assert len(minimal.unreadable) == 1
    for name in ("pubmed3.html", "esearch1.xml", "esummary1.xml", "efetch_pmc.xml"):
        with pytest.raises(ParseError):
            articles((recorded / "pubmed" / "biopython_entrez" / name).read_bytes())
