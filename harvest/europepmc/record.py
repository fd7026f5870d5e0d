"""One result of a core search -> Record (external contract 5.2).

Keys that are missing are not known; `Y` and `N` are text. What drifts and says nothing of the document (`citedByCount`)
is left out, so that a record's digest changes with the record alone.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from harvest.errors import ParseError
from harvest.europepmc import links
from harvest.europepmc.answers import key
from harvest.europepmc.lists import Json, objects, strings, text
from harvest.europepmc.markup import plain, sections
from harvest.identity import normal_key
from harvest.model import (
    Author,
    Journal,
    Key,
    Keyword,
    MeshHeading,
    PublicationDate,
    Qualifier,
    Record,
    Substance,
    Term,
)

PROVIDER: Final = "europepmc"
PREPRINTS: Final = "PPR"
_PAGE: Final = "https://europepmc.org/article"
_UIS: Final = {
    "comment": "D016420",
    "expression of concern": "D000075742",
    "preprint": "D000076942",
    "published erratum": "D016425",
    "retracted publication": "D016441",
    "retraction of publication": "D016440",
}
"""MeSH unique ids of the publication types that decide what a record is; the others are known by name."""
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FLAGS: Final = {"isOpenAccess": "open_access", "inEPMC": "in_epmc", "inPMC": "in_pmc"}
_MONTHS: Final = 12


def record(result: Json) -> Record:
    """Read one result; of a lite result what it has.

    Raises:
        ParseError: it cannot be read.
    """
    try:
        return _record(result)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ParseError(f"expected a record of Europe PMC, got one that cannot be read: {error!r}") from None


def _record(result: Json) -> Record:
    own = key(result)
    return Record(
        provider=PROVIDER,
        key=own,
        keys=(own, *_identifiers(result)),
        title=plain(text(result, "title")),
        abstract=sections(text(result, "abstractText")),
        copyright=text(result, "license"),
        authors=tuple(_authors(result)),
        date=_date(result),
        electronic_date=_day(text(result, "electronicPublicationDate") or text(result, "firstPublicationDate")),
        revised=_day(text(result, "dateOfRevision")),
        journal=_journal(result),
        languages=tuple(filter(None, [text(result, "language")])),
        publication_types=tuple(_types(result)),
        mesh=tuple(_headings(result)),
        substances=tuple(_substances(result)),
        keywords=tuple(Keyword(plain(word)) for word in strings(result, "keywordList", "keyword")),
        corrections=links.corrections(result),
        version=int(result.get("versionNumber") or 1),
        url=f"{_PAGE}/{result['source']}/{result['id']}",
        related=links.related(result),
        details=_details(result),
    )


def _identifiers(result: Json) -> Iterator[Key]:
    """Own identifiers of other schemes; one of the wrong form names nothing."""
    pmid = result["id"] if result["source"] == "MED" else text(result, "pmid")
    pmcid = result["id"] if result["source"] == "PMC" else text(result, "pmcid")
    for scheme, value in (("pmid", pmid), ("pmcid", pmcid), ("doi", text(result, "doi"))):
        if value:
            try:
                yield normal_key(str(value), scheme=scheme)
            except ParseError:
                continue


def _authors(result: Json) -> Iterator[Author]:
    listed = objects(result, "authorList", "author")
    for one in listed:
        if group := text(one, "collectiveName"):
            yield Author(collective=plain(group))
        elif family := text(one, "lastName") or text(one, "fullName"):
            yield Author(plain(family), text(one, "firstName"), text(one, "initials"), orcid=_orcid(one))
    if not listed:
        yield from _named(text(result, "authorString"))


def _named(names: str) -> Iterator[Author]:
    """`Flaherty KT, METRIC Study Group.`: the only form of a lite result."""
    for name in filter(None, (part.strip() for part in names.rstrip(".").split(","))):
        family, _, initials = name.rpartition(" ")
        yield Author(family, initials=initials) if family and initials.isupper() else Author(collective=name)


def _orcid(author: Json) -> str:
    held = author.get("authorId") or {}
    return str(held.get("value", "")) if held.get("type") == "ORCID" else ""


def _date(result: Json) -> PublicationDate:
    """The issue's date; of what has no issue, the day of its first publication."""
    info = result.get("journalInfo") or {}
    year, month, raw = info.get("yearOfPublication"), info.get("monthOfPublication"), text(info, "dateOfPublication")
    if not year:
        first = _day(text(result, "firstPublicationDate"))
        bare = text(result, "pubYear")
        return first or (
            PublicationDate(bare, int(bare), precision="year") if bare.isdecimal() else PublicationDate(bare)
        )
    if month and 1 <= int(month) <= _MONTHS:
        return PublicationDate(raw, int(year), int(month), precision="month")
    return PublicationDate(raw, int(year), precision="year")


def _day(day: str) -> PublicationDate | None:
    found = _DAY.fullmatch(day)
    if not found:
        return None
    year, month, number = map(int, found.groups())
    return PublicationDate(day, year, month, number, "day")


def _journal(result: Json) -> Journal:
    """The journal; of a preprint the server, of a book its publisher."""
    info, book = result.get("journalInfo") or {}, result.get("bookOrReportDetails") or {}
    journal = info.get("journal") or {}
    issns = (text(journal, "issn"), text(journal, "essn"), *text(result, "journalIssn").split(";"))
    return Journal(
        title=text(journal, "title") or text(result, "journalTitle") or text(book, "publisher"),
        abbreviation=text(journal, "medlineAbbreviation") or text(journal, "isoabbreviation"),
        nlm_id=text(journal, "nlmid"),
        issn=tuple(dict.fromkeys(issn.strip() for issn in issns if issn.strip())),
        volume=text(info, "volume") or text(result, "journalVolume"),
        issue=text(info, "issue") or text(result, "issue"),
        pages=text(result, "pageInfo"),
    )


def _types(result: Json) -> Iterator[Term]:
    """Publication types by name; a lite result has them in one line."""
    joined = (name.strip() for name in text(result, "pubType").split(";"))
    names = [plain(name) for name in strings(result, "pubTypeList", "pubType") or joined if name]
    if result["source"] == PREPRINTS and not any(name.lower() == "preprint" for name in names):
        names.append("Preprint")
    yield from (Term(_UIS.get(name.lower(), ""), name) for name in names)


def _headings(result: Json) -> Iterator[MeshHeading]:
    for heading in objects(result, "meshHeadingList", "meshHeading"):
        qualifiers = tuple(
            Qualifier("", text(one, "qualifierName"), one.get("majorTopic_YN") == "Y")
            for one in objects(heading, "meshQualifierList", "meshQualifier")
        )
        major = heading.get("majorTopic_YN") == "Y"
        if name := text(heading, "descriptorName"):
            yield MeshHeading("", name, major, qualifiers=qualifiers)


def _substances(result: Json) -> Iterator[Substance]:
    for chemical in objects(result, "chemicalList", "chemical"):
        if name := text(chemical, "name"):
            yield Substance("", name, text(chemical, "registryNumber"))


def _details(result: Json) -> dict[str, Any]:
    """What only Europe PMC says; what is missing there is missing here."""
    said: dict[str, Any] = {"source": result["source"]}
    said |= {ours: result[theirs] == "Y" for theirs, ours in _FLAGS.items() if theirs in result}
    if licence := text(result, "license"):
        said["licence"] = licence.lower()
    if accessions := strings(result, "tmAccessionTypeList", "accessionType"):
        said["accession_types"] = list(accessions)
    if likened := links.set_by_machine(result):
        said["linked_by_machine"] = list(likened)
    return said
