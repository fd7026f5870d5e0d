"""Readers that articles and books share."""

from harvest.medline import abstracts, ids, indexing, people
from harvest.medline.dates import history_date
from harvest.medline.draft import Draft
from harvest.medline.text import Element, flat


def pmid(node: Element, draft: Draft) -> None:
    """PMID and its Version."""
    draft.pmid = ids.pmid(node.text or "")
    version = node.get("Version", "1")
    draft.version = int(version) if version.isascii() and version.isdigit() else 1


def language(node: Element, draft: Draft) -> None:
    """One of several Language elements."""
    if text := flat(node):
        draft.extend("languages", [text])


def abstract(node: Element, draft: Draft) -> None:
    """The main abstract and its licence line."""
    draft.extend("abstract", abstracts.sections(node))
    draft.fields["copyright"] = abstracts.licence(node)


def authors(node: Element, draft: Draft) -> None:
    """AuthorList; NLM cut long lists in some years and says so in CompleteYN."""
    draft.fields["authors_complete"] = node.get("CompleteYN") != "N"
    draft.extend("authors", people.authors(node))


def pages(node: Element, draft: Draft) -> None:
    """MedlinePgn holds what StartPage and EndPage cannot (`1-4, 9`), so it goes first."""
    parts = {child.tag: flat(child) for child in node}
    ends = (parts.get("StartPage", ""), parts.get("EndPage", ""))
    draft.journal["pages"] = parts.get("MedlinePgn") or "-".join(filter(None, ends))


def location(node: Element, draft: Draft) -> None:
    """ELocationID: a DOI, unless it is marked invalid."""
    if node.get("EIdType") == "doi" and node.get("ValidYN") != "N":
        draft.add_key(ids.doi(node.text or ""))


def keywords(node: Element, draft: Draft) -> None:
    """One of several KeywordLists."""
    draft.extend("keywords", indexing.keywords(node))


def history(node: Element, draft: Draft) -> None:
    """PubMedPubDates in their order."""
    draft.extend("history", [history_date(child) for child in node if child.tag == "PubMedPubDate"])


def article_ids(node: Element, draft: Draft) -> None:
    """The record's own ArticleIdList; the DTD's default for `IdType` is pubmed."""
    for child in node:
        kind = child.get("IdType", "pubmed")
        if kind == "doi":
            draft.add_key(ids.doi(child.text or ""))
        elif kind in ("pmc", "pmcid"):
            draft.add_key(ids.pmcid(child.text or ""))
        elif kind == "pubmed" and not draft.pmid:
            draft.pmid = ids.pmid(child.text or "")
