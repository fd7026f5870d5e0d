"""The search fields of PubMed: the tags that may follow a term, and what each of them searches."""

from dataclasses import dataclass

from tests.servers.eutils_document import SEGMENTS


@dataclass(frozen=True, slots=True)
class Field:
    """One search field.

    Attributes:
        code: how the evaluator knows it.
        name: how a query translation calls it.
        segments: texts that it searches by word; empty for fields of exact terms and of dates.
    """

    code: str
    name: str
    segments: tuple[str, ...] = ()


_TIAB = ("title", "abstract", "keywords")
_FIELDS = (
    (Field("all", "All Fields", SEGMENTS), "all all fields"),
    (Field("ti", "Title", ("title",)), "ti titl"),
    (Field("ab", "Abstract", ("abstract",)), "ab"),
    (Field("tiab", "Title/Abstract", _TIAB), "tiab"),
    (Field("tw", "Text Word", (*_TIAB, "textwords", "vernacular")), "tw word text word"),
    (Field("ot", "Other Term", ("keywords",)), "ot otrm"),
    (Field("tt", "Transliterated Title", ("vernacular",)), "tt"),
    (Field("ad", "Affiliation", ("affiliation",)), "ad affl"),
    (Field("mh", "MeSH Terms"), "mh mesh"),
    (Field("mh:noexp", "MeSH Terms:noexp"), "mh:noexp mesh:noexp"),
    (Field("majr", "MeSH Major Topic"), "majr"),
    (Field("majr:noexp", "MeSH Major Topic:noexp"), "majr:noexp"),
    (Field("sh", "MeSH Subheading"), "sh subh"),
    (Field("nm", "Supplementary Concept"), "nm subs"),
    (Field("rn", "EC/RN Number"), "rn ecno"),
    (Field("pt", "Publication Type"), "pt ptyp"),
    (Field("pt:noexp", "Publication Type:noexp"), "pt:noexp ptyp:noexp"),
    (Field("la", "Language"), "la lang"),
    (Field("au", "Author"), "au auth full fau"),
    (Field("1au", "Author - First"), "1au faut"),
    (Field("lastau", "Author - Last"), "lastau laut"),
    (Field("cn", "Author - Corporate"), "cn coln"),
    (Field("ta", "Journal"), "ta jour"),
    (Field("jid", "NLM Unique ID"), "jid"),
    (Field("vi", "Volume"), "vi vol"),
    (Field("ip", "Issue"), "ip iss"),
    (Field("pg", "Pagination"), "pg page"),
    (Field("pl", "Place of Publication"), "pl cnty"),
    (Field("ps", "Subject - Personal Name"), "ps"),
    (Field("si", "Secondary Source ID"), "si"),
    (Field("gr", "Grants and Funding"), "gr grnt"),
    (Field("sb", "Filter"), "sb filt subset"),
    (Field("uid", "UID"), "uid pmid"),
    (Field("aid", "Article Identifier"), "aid"),
    (Field("doi", "DOI"), "doi"),
    (Field("lid", "Location ID"), "lid"),
    (Field("crdt", "Date - Create"), "crdt"),
    (Field("edat", "Date - Entry"), "edat"),
    (Field("mdat", "Date - Modification"), "mdat lr"),
    (Field("pdat", "Date - Publication"), "pdat dp"),
    (Field("mhda", "Date - MeSH"), "mhda"),
    (Field("cdat", "Date - Completion"), "cdat dcom"),
)
_BY_TAG = {field.name.lower(): field for field, _ in _FIELDS} | {
    tag: field for field, tags in _FIELDS for tag in tags.split(" ")
}
_BY_TAG |= {"all fields": _BY_TAG["all"], "text word": _BY_TAG["tw"], "entry date": _BY_TAG["edat"]}

ALL_FIELDS = _BY_TAG["all"]
DATES = frozenset(("crdt", "edat", "mdat", "pdat", "mhda", "cdat"))
LANGUAGES = {
    "chinese": "chi",
    "croatian": "hrv",
    "czech": "cze",
    "danish": "dan",
    "dutch": "dut",
    "english": "eng",
    "finnish": "fin",
    "french": "fre",
    "german": "ger",
    "hebrew": "heb",
    "hungarian": "hun",
    "italian": "ita",
    "japanese": "jpn",
    "korean": "kor",
    "norwegian": "nor",
    "polish": "pol",
    "portuguese": "por",
    "russian": "rus",
    "serbian": "srp",
    "slovak": "slo",
    "spanish": "spa",
    "swedish": "swe",
    "turkish": "tur",
    "ukrainian": "ukr",
}


def field_of(tag: str) -> Field | None:
    """Give the field of a tag (without brackets), None if PubMed knows no such field."""
    return _BY_TAG.get(" ".join(tag.lower().split()))
