"""PubmedArticle -> Record.

One pass over the children of each element, a reader per tag: XPath costs several times as much. Elements of the same
name elsewhere (PMID and ArticleId of cited papers and of CommentsCorrections) are out of reach, because a reader is
only found under the right parent.
"""

from collections.abc import Mapping

from harvest.medline import abstracts, ids, indexing, readers
from harvest.medline.dates import date
from harvest.medline.draft import Draft, Reader, in_journal, read, scalar, several, within
from harvest.medline.text import Element, flat
from harvest.model import Correction, Record


def article(node: Element) -> Record | None:
    """Read one PubmedArticle; None when it has no PMID."""
    draft = Draft()
    read(node, draft, _PUBMED_ARTICLE)
    return draft.record()


def _citation(node: Element, draft: Draft) -> None:
    method = node.get("IndexingMethod", "")
    draft.fields["status"] = node.get("Status", "")
    # `Manual` says what absence says: a person indexed
    draft.fields["indexing_method"] = "" if method == "Manual" else method
    read(node, draft, _CITATION)


def _issn(node: Element, draft: Draft) -> None:
    known = draft.journal.get("issn", ())
    if (text := flat(node)) and text not in known:
        draft.journal["issn"] = (*known, text)


def _abbreviation(node: Element, draft: Draft) -> None:
    """ISOAbbreviation, or MedlineTA where that is missing."""
    draft.journal["abbreviation"] = draft.journal.get("abbreviation") or flat(node)


def _databanks(node: Element, draft: Draft) -> None:
    banks = indexing.databanks(node)
    draft.extend("databanks", banks)
    for bank in banks:
        for accession in bank.accessions:
            draft.add_key(ids.nct(accession))


def _corrections(node: Element) -> list[Correction]:
    return [_correction(child) for child in node if child.tag == "CommentsCorrections"]


def _correction(node: Element) -> Correction:
    citation = key = note = ""
    for part in node:
        if part.tag == "RefSource":
            citation = flat(part)
        elif part.tag == "PMID":
            key = ids.pmid(part.text or "")
        elif part.tag == "Note":
            note = flat(part)
    return Correction(node.get("RefType", ""), citation, key, note)


_JOURNAL_ISSUE: Mapping[str, Reader] = {
    "Volume": in_journal("volume"),
    "Issue": in_journal("issue"),
    "PubDate": scalar("date", date),
}
_JOURNAL: Mapping[str, Reader] = {
    "ISSN": _issn,
    "JournalIssue": within(_JOURNAL_ISSUE),
    "Title": in_journal("title"),
    "ISOAbbreviation": _abbreviation,
}
_ARTICLE: Mapping[str, Reader] = {
    "Journal": within(_JOURNAL),
    "ArticleTitle": scalar("title"),
    "Pagination": readers.pages,
    "ELocationID": readers.location,
    "Abstract": readers.abstract,
    "AuthorList": readers.authors,
    "Language": readers.language,
    "DataBankList": _databanks,
    "PublicationTypeList": several("publication_types", lambda node: indexing.terms(node, tag="PublicationType")),
    "VernacularTitle": scalar("vernacular_title"),
    "ArticleDate": scalar("electronic_date", date),
}
_JOURNAL_INFO: Mapping[str, Reader] = {
    "Country": in_journal("country"),
    "MedlineTA": _abbreviation,
    "NlmUniqueID": in_journal("nlm_id"),
    "ISSNLinking": _issn,
}
_CITATION: Mapping[str, Reader] = {
    "PMID": readers.pmid,
    "DateCompleted": scalar("completed", date),
    "DateRevised": scalar("revised", date),
    "Article": within(_ARTICLE),
    "MedlineJournalInfo": within(_JOURNAL_INFO),
    "ChemicalList": several("substances", indexing.substances),
    "SupplMeshList": several("supplementary_concepts", lambda node: indexing.terms(node, tag="SupplMeshName")),
    "CommentsCorrectionsList": several("corrections", _corrections),
    "MeshHeadingList": several("mesh", indexing.headings),
    "OtherAbstract": several("other_abstracts", lambda node: [abstracts.other(node)]),
    "KeywordList": readers.keywords,
    "CoiStatement": scalar("coi_statement"),
}
_PUBMED_DATA: Mapping[str, Reader] = {"History": readers.history, "ArticleIdList": readers.article_ids}
_PUBMED_ARTICLE: Mapping[str, Reader] = {"MedlineCitation": _citation, "PubmedData": within(_PUBMED_DATA)}
