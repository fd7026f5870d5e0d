"""esummary: brief records, in XML version 1 and in JSON (reference 1.6)."""

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lxml import etree

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_document import text_of
from tests.servers.eutils_esearch import database_error
from tests.servers.eutils_fields import LANGUAGES
from tests.servers.eutils_messages import Request, error, jsonic, xml
from tests.servers.eutils_records import Asked, Records, asked_ids
from tests.servers.messages import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_JSON = 500
_MOST_XML = 10_000
_ID_NUMBERS = {"pubmed": 1, "doi": 3, "pii": 4, "pmcid": 5, "pmc": 8}
_STATUS = {
    "MEDLINE": "PubMed - indexed for MEDLINE",
    "Publisher": "PubMed - as supplied by publisher",
    "In-Process": "PubMed - in process",
    "In-Data-Review": "PubMed - in process",
    "PubMed-not-MEDLINE": "PubMed",
}
_LANGUAGE_NAMES = {code: name.capitalize() for name, code in LANGUAGES.items()}


def _date(node: etree._Element | None) -> str:
    """Give a date as it is printed: year, month, day or season, or the free form."""
    if node is None:
        return ""
    if node.findtext("MedlineDate"):
        return node.findtext("MedlineDate") or ""
    return " ".join(filter(None, (node.findtext(name) for name in ("Year", "Season", "Month", "Day"))))


def _stamp(node: etree._Element) -> str:
    year, month, day, hour, minute = (
        int(node.findtext(name) or 0) for name in ("Year", "Month", "Day", "Hour", "Minute")
    )
    return f"{year}/{month:02}/{day:02} {hour:02}:{minute:02}"


def _name(author: etree._Element) -> tuple[str, str]:
    collective = author.findtext("CollectiveName")
    if collective:
        return collective, "CollectiveName"
    parts = (author.findtext("LastName"), author.findtext("Initials"), author.findtext("Suffix"))
    return " ".join(filter(None, parts)), "Author"


class Summary:
    """One record, brief."""

    def __init__(self, record: etree._Element) -> None:
        self._record = record
        self.pmid = self._text("*/PMID")
        self.authors = [_name(node) for node in record.iterfind(".//AuthorList/Author")]
        self.history = [
            (node.get("PubStatus") or "", _stamp(node)) for node in record.iterfind("*/History/PubMedPubDate")
        ]
        self.ids = [
            (node.get("IdType") or "", text_of(node)) for node in record.iterfind("PubmedData/ArticleIdList/ArticleId")
        ]

    def _text(self, path: str) -> str:
        return text_of(self._record.find(path))

    def _all(self, path: str) -> list[str]:
        return [text_of(node) for node in self._record.iterfind(path)]

    def _issn(self, kind: str) -> str:
        node = self._record.find(".//Journal/ISSN")
        return text_of(node) if node is not None and node.get("IssnType") == kind else ""

    def _citation(self, published: str) -> str:
        volume, issue = self._text(".//JournalIssue/Volume"), self._text(".//JournalIssue/Issue")
        pages = self._text(".//Pagination/MedlinePgn")
        return f"{published};{volume}" + (f"({issue})" if issue else "") + (f":{pages}" if pages else "")

    def facts(self) -> dict[str, Any]:
        """Give what both forms say, by the name of the XML form; a list of pairs holds a name for each value."""
        published = _date(self._record.find(".//PubDate"))
        citation = self._record.find("MedlineCitation")
        status = citation.get("Status") or "" if citation is not None else "PubMed-not-MEDLINE"
        locations = [
            f"{node.get('EIdType')}: {text_of(node)}" for node in self._record.iterfind(".//Article/ELocationID")
        ]
        has_abstract = self._record.find(".//Abstract/AbstractText") is not None
        return {
            "PubDate": published,
            "EPubDate": _date(self._record.find(".//ArticleDate")),
            "Source": self._text(".//MedlineTA") or self._text(".//ISOAbbreviation"),
            "AuthorList": [("Author", name) for name, _ in self.authors],
            "LastAuthor": self.authors[-1][0] if self.authors else "",
            "Title": self._text(".//ArticleTitle"),
            "Volume": self._text(".//JournalIssue/Volume"),
            "Issue": self._text(".//JournalIssue/Issue"),
            "Pages": self._text(".//Pagination/MedlinePgn"),
            "LangList": [("Lang", _LANGUAGE_NAMES.get(code, code)) for code in self._all(".//Language")],
            "NlmUniqueID": self._text("*/MedlineJournalInfo/NlmUniqueID"),
            "ISSN": self._issn("Print"),
            "ESSN": self._issn("Electronic"),
            "PubTypeList": [("PubType", name) for name in self._all(".//PublicationTypeList/PublicationType")],
            "RecordStatus": _STATUS.get(status, "PubMed"),
            "PubStatus": self._text("*/PublicationStatus"),
            "ArticleIds": self.ids,
            "History": self.history,
            "References": [],
            "HasAbstract": int(has_abstract),
            "PmcRefCount": 0,
            "FullJournalName": self._text(".//Journal/Title"),
            "ELocationID": " ".join(locations),
            "SO": self._citation(published),
        }


def _item(name: str, value: Any) -> str:
    if isinstance(value, list):
        kind = "Date" if name == "History" else "String"
        inner = "".join(f'\n\t\t<Item Name="{key}" Type="{kind}">{escape(text)}</Item>' for key, text in value)
        return f'\n\t<Item Name="{name}" Type="List">{inner}' + ("\n\t</Item>" if inner else "</Item>")
    kind = "Integer" if isinstance(value, int) else "Date" if name in {"PubDate", "EPubDate"} else "String"
    return f'\n\t<Item Name="{name}" Type="{kind}">{escape(str(value))}</Item>'


def _as_xml(summary: Summary) -> str:
    items = "".join(_item(name, value) for name, value in summary.facts().items())
    return f"\n<DocSum>\n\t<Id>{summary.pmid}</Id>{items}\n</DocSum>\n"


def _as_json(summary: Summary) -> dict[str, Any]:
    facts = summary.facts()
    plain = "PubDate EPubDate Source LastAuthor Title Volume Issue Pages NlmUniqueID ISSN ESSN RecordStatus"
    first = summary.authors[0][0] if summary.authors else ""
    return {
        "uid": summary.pmid,
        **{name.lower(): facts[name] for name in plain.split()},
        "authors": [{"name": name, "authtype": kind, "clusterid": ""} for name, kind in summary.authors],
        "sorttitle": facts["Title"].lower().rstrip("."),
        "lang": [code[:3].lower() for _, code in facts["LangList"]],
        "pubtype": [name for _, name in facts["PubTypeList"]],
        "pubstatus": facts["PubStatus"],
        "articleids": [
            {"idtype": kind, "idtypen": _ID_NUMBERS.get(kind, 0), "value": value} for kind, value in summary.ids
        ],
        "history": [{"pubstatus": status, "date": stamp} for status, stamp in summary.history],
        "references": [],
        "attributes": ["Has Abstract"] if facts["HasAbstract"] else [],
        "pmcrefcount": "",
        "fulljournalname": facts["FullJournalName"],
        "elocationid": facts["ELocationID"],
        "doctype": "citation",
        "sortpubdate": next((stamp for status, stamp in summary.history if status == "pubmed"), ""),
        "sortfirstauthor": first,
    }


class Summaries:
    """Answers esummary over a corpus."""

    def __init__(self, corpus: Corpus, records: Records) -> None:
        self._corpus = corpus
        self._records = records

    def answer(self, request: Request, today: int) -> Answer:
        """Answer one esummary request."""
        refused = database_error(request)
        if refused:
            return refused
        asked = asked_ids(request)
        if "id" in request.params:
            chosen: Sequence[int] | Answer = asked.pmids
        else:
            chosen = self._records.chosen(request)
        if isinstance(chosen, Answer):
            return chosen
        most = MOST_JSON if request.json else _MOST_XML
        if len(chosen) > most:
            form = "JSON" if request.json else "XML"
            limit = f"Maximum number of UIDs is {most} for {form} format output."
            return error(request, f"Too many UIDs in request. {limit}")
        visible = self._corpus.visible(today)
        found: dict[int, Summary | None] = {}
        for pmid in chosen:
            number = self._corpus.number(pmid)
            there = number is not None and number in visible
            found[pmid] = Summary(etree.fromstring(self._corpus.raw(number))) if there and number is not None else None
        return _json_answer(found, asked) if request.json else _xml_answer(found, asked)


def _wrong(asked: Asked) -> list[str]:
    return [f"Invalid uid {text} at position= {at}" for text, at in asked.invalid]


def _json_answer(found: dict[int, Summary | None], asked: Asked) -> Answer:
    result: dict[str, Any] = {"uids": [str(pmid) for pmid in found]}
    for pmid, summary in found.items():
        lacking = {"uid": str(pmid), "error": "cannot get document summary"}
        result[str(pmid)] = _as_json(summary) if summary else lacking
    wrong = _wrong(asked)
    return jsonic("esummary", {**({"error": wrong[0]} if wrong else {}), "result": result})


def _xml_answer(found: dict[int, Summary | None], asked: Asked) -> Answer:
    pieces = [f"\n\t<ERROR>{escape(message)}</ERROR>" for message in _wrong(asked)]
    for pmid, summary in found.items():
        lacking = f"\n\t<ERROR>UID={pmid}: cannot get document summary</ERROR>"
        pieces.append(_as_xml(summary) if summary else lacking)
    return xml("esummary", "".join(pieces) + "\n")
