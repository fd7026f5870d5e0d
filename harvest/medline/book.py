"""PubmedBookArticle (StatPearls, GeneReviews, reports) -> Record."""

from collections.abc import Mapping

from harvest.medline import indexing, readers
from harvest.medline.dates import date
from harvest.medline.draft import Draft, Reader, in_journal, read, scalar, within
from harvest.medline.text import Element
from harvest.model import Record


def book(node: Element) -> Record | None:
    """Read one book or chapter; None when it has no PMID.

    A chapter (its ArticleTitle is given) is titled by itself, and the book stands as its journal; ContributionDate is
    its electronic date. A whole book bears the book's own title and DOI.
    """
    draft = Draft()
    draft.fields["status"] = "book"
    read(node, draft, _PUBMED_BOOK_ARTICLE)
    return draft.record()


def _document(node: Element, draft: Draft) -> None:
    is_chapter = node.find("ArticleTitle") is not None
    for part in node.iterfind("Book"):
        read(part, draft, _BOOK_AROUND_CHAPTER if is_chapter else _WHOLE_BOOK)
    read(node, draft, _DOCUMENT)
    if lists := [*node.iterfind("AuthorList"), *node.iterfind("Book/AuthorList")]:
        # the chapter's authors, else the book's, else editors
        readers.authors(min(lists, key=lambda names: names.get("Type") == "editors"), draft)


def _publication_type(node: Element, draft: Draft) -> None:
    draft.extend("publication_types", [indexing.term(node)])


_BOOK: Mapping[str, Reader] = {"PubDate": scalar("date", date), "Volume": in_journal("volume")}
_BOOK_AROUND_CHAPTER: Mapping[str, Reader] = {**_BOOK, "BookTitle": in_journal("title")}
_WHOLE_BOOK: Mapping[str, Reader] = {**_BOOK, "BookTitle": scalar("title"), "ELocationID": readers.location}
_DOCUMENT: Mapping[str, Reader] = {
    "PMID": readers.pmid,
    "ArticleIdList": readers.article_ids,
    "ArticleTitle": scalar("title"),
    "VernacularTitle": scalar("vernacular_title"),
    "Pagination": readers.pages,
    "Language": readers.language,
    "PublicationType": _publication_type,
    "Abstract": readers.abstract,
    "KeywordList": readers.keywords,
    "ContributionDate": scalar("electronic_date", date),
    "DateRevised": scalar("revised", date),
}
_PUBMED_BOOK_DATA: Mapping[str, Reader] = {"History": readers.history, "ArticleIdList": readers.article_ids}
_PUBMED_BOOK_ARTICLE: Mapping[str, Reader] = {"BookDocument": _document, "PubmedBookData": within(_PUBMED_BOOK_DATA)}
