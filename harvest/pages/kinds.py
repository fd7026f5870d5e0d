"""What sort of page it is: what its markup, its address and its words say is weighed."""

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from harvest.model import Reason
from harvest.pages.extraction import posts
from harvest.pages.head import Head, author
from harvest.pages.page import PageKind
from harvest.pages.words import words
from harvest.text import fold

_LEAST: Final = 2.0
"""What speaks for a kind must weigh so much."""
_NAV: Final = 30
_SHOWN: Final = 3
_LABEL: Final = 4
"""Letters of a host's name that are no chance."""
_FIRST: Final = 12
_TYPES: Final = {
    "ScholarlyArticle": (PageKind.ARTICLE, 4.0),
    "MedicalScholarlyArticle": (PageKind.ARTICLE, 4.0),
    "NewsArticle": (PageKind.NEWS, 4.0),
    "ReportageNewsArticle": (PageKind.NEWS, 4.0),
    "AnalysisNewsArticle": (PageKind.NEWS, 4.0),
    "OpinionNewsArticle": (PageKind.NEWS, 4.0),
    "ReviewNewsArticle": (PageKind.NEWS, 4.0),
    "NewsMediaOrganization": (PageKind.NEWS, 2.0),
    "BlogPosting": (PageKind.BLOG, 2.5),
    "Blog": (PageKind.BLOG, 2.0),
    "DiscussionForumPosting": (PageKind.FORUM, 4.0),
    "QAPage": (PageKind.FORUM, 4.0),
    "Product": (PageKind.VENDOR, 3.0),
    "Store": (PageKind.VENDOR, 3.0),
    "MedicalClinic": (PageKind.VENDOR, 3.0),
    "MedicalBusiness": (PageKind.VENDOR, 3.0),
    "Physician": (PageKind.VENDOR, 2.5),
    "LocalBusiness": (PageKind.VENDOR, 2.0),
    "Pharmacy": (PageKind.VENDOR, 3.0),
}
"""Types of schema.org that say what a page is."""


class Sign(NamedTuple):
    """What speaks for a kind, how much, and the words."""

    kind: PageKind
    weight: float
    rule: str
    text: str


def kind(
    of: Head, tree: HtmlElement, text: str, *, url: str, commerce: tuple[Reason, ...]
) -> tuple[PageKind, tuple[Reason, ...]]:
    """The kind for which most speaks, and the strongest signs; `other` where little does."""
    every = list(signs(of, tree, text, url=url, commerce=commerce))
    weights = {each: sum(sign.weight for sign in every if sign.kind is each) for each in PageKind}
    best = max(weights, key=lambda each: weights[each])
    if weights[best] < _LEAST:
        return PageKind.OTHER, ()
    shown = sorted((sign for sign in every if sign.kind is best), key=lambda sign: -sign.weight)[:_SHOWN]
    return best, tuple(Reason(f"page.kind-{sign.rule}", "markup", text=sign.text[:80]) for sign in shown)


def is_forum(of: Head, tree: HtmlElement, *, url: str) -> bool:
    """Do several people write on it? To be known before its text is looked for."""
    weight = sum(sign.weight for sign in _of_markup(of, tree, url) if sign.kind is PageKind.FORUM)
    return weight >= _LEAST and weight > sum(
        sign.weight for sign in _of_markup(of, tree, url) if sign.kind in (PageKind.NEWS, PageKind.ENCYCLOPAEDIA)
    )


def signs(of: Head, tree: HtmlElement, text: str, *, url: str, commerce: tuple[Reason, ...]) -> Iterator[Sign]:
    """All that speaks for one kind or another."""
    yield from _of_markup(of, tree, url)
    yield from _of_address(url)
    yield from _of_owner(of, tree, url)
    yield from _of_navigation(tree)
    yield from _of_text(of, tree, text)
    sorts = {reason.rule for reason in commerce}
    for rule, weight in (("page.product", 1.5), ("page.cart", 1.5), ("page.service", 1.5), ("page.buy", 0.5)):
        if rule in sorts:
            yield Sign(PageKind.VENDOR, weight, "commerce", rule)


def _of_markup(of: Head, tree: HtmlElement, url: str) -> Iterator[Sign]:
    for name in sorted(of.types() & _TYPES.keys()):
        each, weight = _TYPES[name]
        yield Sign(each, weight, "type", name)
    if of.first("citation_title") and of.first("citation_journal_title", "citation_doi", "citation_pmid"):
        yield Sign(PageKind.ARTICLE, 5.0, "citation", "citation_title")
    if of.first("news_keywords"):
        yield Sign(PageKind.NEWS, 2.0, "meta", "news_keywords")
    if of.first("article:section", "section", "parsely-section"):
        yield Sign(PageKind.NEWS, 0.5, "meta", "article:section")
    yield from _of_maker(of, tree)
    host = urlsplit(url).hostname or ""
    if posts(tree) and not words("kinds", "news_host").search(host):
        yield Sign(PageKind.FORUM, 1.0, "posts", "several posts")


def _of_maker(of: Head, tree: HtmlElement) -> Iterator[Sign]:
    """What programme made it, by its generator and its classes."""
    maker = of.first("generator")
    classes = " ".join(element.get("class") or "" for element in (*tree.iter("html"), *tree.iter("body")))
    if "mediawiki" in f"{maker} {classes}".lower():
        yield Sign(PageKind.ENCYCLOPAEDIA, 4.0, "generator", "MediaWiki")
    if found := words("kinds", "forum_made_by").search(maker):
        yield Sign(PageKind.FORUM, 3.0, "generator", found.group())
    if found := words("kinds", "blog_made_by").search(maker):
        yield Sign(PageKind.BLOG, 2.0, "generator", found.group())
    if "woocommerce" in classes or of.first("og:type").startswith("product"):
        yield Sign(PageKind.VENDOR, 2.5, "markup", "product")


def _of_address(url: str) -> Iterator[Sign]:
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    for name, each, weight, said in (
        ("encyclopaedia_host", PageKind.ENCYCLOPAEDIA, 4.0, host),
        ("encyclopaedia_path", PageKind.ENCYCLOPAEDIA, 1.5, path),
        ("article_host", PageKind.ARTICLE, 3.0, host),
        ("forum_host", PageKind.FORUM, 3.0, host),
        ("forum_path", PageKind.FORUM, 2.0, path),
        ("news_host", PageKind.NEWS, 1.5, host),
        ("news_path", PageKind.NEWS, 1.0, path),
        ("blog_host", PageKind.BLOG, 2.5, host),
        ("blog_path", PageKind.BLOG, 2.0, path),
    ):
        if found := words("kinds", name).search(said):
            yield Sign(each, weight, "address", found.group())


def _of_navigation(tree: HtmlElement) -> Iterator[Sign]:
    """What sections the site has."""
    labels = {
        label
        for anchor in tree.iter("a")
        if (label := " ".join(anchor.text_content().split()).lower()) and len(label) <= _NAV
    }
    news = sorted(label for label in labels if words("kinds", "news_section").search(label))
    vendor = sorted(label for label in labels if words("kinds", "vendor_nav").search(label))
    if news:
        yield Sign(PageKind.NEWS, min(2.5, 0.5 * len(news)), "sections", ", ".join(news[:3]))
    if vendor:
        yield Sign(PageKind.VENDOR, min(2.0, 0.5 * len(vendor)), "sections", ", ".join(vendor[:3]))


def _of_owner(of: Head, tree: HtmlElement, url: str) -> Iterator[Sign]:
    """A firm that announces something of itself, a person under whose name the site is."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    label = max(labels[:-1], key=len, default="")
    if len(label) < _LABEL:
        return
    words_of_title = fold(of.title).text.replace("'s", "").split()[:_FIRST]
    if label in words_of_title and words("releases", "announces").search(of.title):
        yield Sign(PageKind.VENDOR, 2.0, "release", of.title)
    for name in author(of, tree).split("; "):
        if " " in name and fold(name).text.replace(" ", "") == label.replace("-", ""):
            yield Sign(PageKind.BLOG, 2.0, "own-name", name)
            return


def _of_text(of: Head, tree: HtmlElement, text: str) -> Iterator[Sign]:
    if found := words("kinds", "news_line").search(text):
        yield Sign(PageKind.NEWS, 1.5, "words", found.group())
    names = f"{of.title} {of.first('og:site_name')} {of.first('description')[:80]}"
    if found := words("kinds", "blog_word").search(names):
        yield Sign(PageKind.BLOG, 1.5, "title", found.group())
    whole = " ".join(" ".join(tree.itertext()).split()).lower()
    lines = {found.group() for found in words("kinds", "blog_line").finditer(whole)}
    if lines:
        yield Sign(PageKind.BLOG, min(2.1, 0.7 * len(lines)), "words", ", ".join(sorted(lines)[:3]))
    lines = {found.group() for found in words("kinds", "vendor_line").finditer(text)}
    if lines:
        yield Sign(PageKind.VENDOR, min(2.0, 0.5 * len(lines)), "words", ", ".join(sorted(lines)[:3]))
