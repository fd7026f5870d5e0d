"""What einfo says: databases, and the fields and links of pubmed (names and flags as of November 2025)."""

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.servers.eutils_messages import Request, error, jsonic, xml
from tests.servers.messages import Answer

_DATABASES = """
    pubmed protein nuccore ipg nucleotide structure genome annotinfo assembly bioproject biosample blastdbinfo books
    cdd clinvar gap gapplus grasp dbvar gene gds geoprofiles medgen mesh nlmcatalog omim orgtrack pmc proteinclusters
    pcassay protfam pccompound pcsubstance seqannot snp sra taxonomy biocollections gtr
"""
DATABASES = _DATABASES.split()

_FLAGS = ("IsDate", "IsNumerical", "SingleToken", "Hierarchy", "IsHidden")
_FIELDS = """
ALL NNNNN All Fields
UID NYYNY UID
FILT NNYNN Filter
TITL NNNNN Title
MESH NNYYN MeSH Terms
MAJR NNYYN MeSH Major Topic
JOUR NNYNN Journal
AFFL NNNNN Affiliation
ECNO NNYNN EC/RN Number
SUBS NNYNN Supplementary Concept
PDAT YNYNN Date - Publication
EDAT YNYNN Date - Entry
VOL NNYNN Volume
PAGE NNYNN Pagination
PTYP NNYYN Publication Type
LANG NNYNN Language
ISS NNYNN Issue
SUBH NNYYN MeSH Subheading
SI NNYNN Secondary Source ID
MHDA YNYNN Date - MeSH
TIAB NNNNN Title/Abstract
OTRM NNNNN Other Term
COLN NNNNN Author - Corporate
CNTY NNNNY Place of Publication
PAPX NNYNN Pharmacological Action
GRNT NNYNN Grants and Funding
MDAT YNYNN Date - Modification
CDAT YNYNN Date - Completion
PID NNYNY Publisher ID
FAUT NNYNN Author - First
FULL NNYNN Author
FINV NNYNN Investigator
TT NNNNN Transliterated Title
LAUT NNYNN Author - Last
PPDT YNYNY Print Publication Date
EPDT YNYNY Electronic Publication Date
LID NNYNN Location ID
CRDT YNYNN Date - Create
BOOK NNYNN Book
ED NNYNN Editor
ISBN NNYNN ISBN
PUBN NNYNN Publisher
AUCL NNYNY Author Cluster ID
EID NNYNY Extended PMID
DSO NNNNY DSO
AUID NNYNN Author - Identifier
PS NNYNN Subject - Personal Name
COIS NNNNN Conflict of Interest Statements
WORD NNNNN Text Word
P1DAT YNYNY P1DAT
"""
_LINKS = (
    ("pubmed_pmc", "PMC Links", "pmc"),
    ("pubmed_pubmed", "Similar articles", "pubmed"),
    ("pubmed_pubmed_citedin", "Cited by", "pubmed"),
    ("pubmed_pubmed_refs", "References for PMC Articles", "pubmed"),
)


def _fields() -> list[dict[str, str]]:
    found = []
    for line in _FIELDS.strip().splitlines():
        name, flags, full = line.split(" ", 2)
        described = {"Name": name, "FullName": full, "Description": f"Search field {full}", "TermCount": ""}
        found.append(described | dict(zip(_FLAGS, flags, strict=True)))
    return found


def _links() -> list[dict[str, str]]:
    return [{"Name": name, "Menu": menu, "Description": menu, "DbTo": to} for name, menu, to in _LINKS]


def _elements(parts: dict[str, str]) -> str:
    return "".join(f"<{key}>{escape(value)}</{key}>" if value else f"<{key}/>" for key, value in parts.items())


def einfo(request: Request, *, count: int, built: datetime) -> Answer:
    """Answer einfo: the list of databases, or what pubmed is made of."""
    database = request.get("db")
    if not database:
        listed = "".join(f"\n\t<DbName>{name}</DbName>" for name in DATABASES)
        found: Any = {"einforesult": {"dblist": DATABASES}}
        return jsonic("einfo", found) if request.json else xml("einfo", f"\n<DbList>\n{listed}\n</DbList>\n\n")
    if database != "pubmed":
        return error(request, f"Can not retrieve DbInfo for db={database}")
    facts = {
        "DbName": "pubmed",
        "MenuName": "PubMed",
        "Description": "PubMed bibliographic record",
        "DbBuild": f"Build-{built:%Y.%m.%d.%H.%M}",
        "Count": str(count),
        "LastUpdate": f"{built:%Y/%m/%d %H:%M}",
    }
    if request.json:
        lists = {"fieldlist": [_lower(one) for one in _fields()], "linklist": [_lower(one) for one in _links()]}
        return jsonic("einfo", {"einforesult": {"dbinfo": [{**_lower(facts), **lists}]}})
    fields = "".join(f"<Field>{_elements(one)}</Field>\n" for one in _fields())
    links = "".join(f"<Link>{_elements(one)}</Link>\n" for one in _links())
    lists_xml = f"<FieldList>\n{fields}</FieldList>\n<LinkList>\n{links}</LinkList>"
    return xml("einfo", f"\n<DbInfo>\n{_elements(facts)}\n{lists_xml}\n</DbInfo>\n\n")


def _lower(parts: dict[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in parts.items()}
