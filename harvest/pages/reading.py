"""Bytes of a page to what it is and says; pure, no network."""

from dataclasses import replace
from datetime import date
from typing import Final

from lxml.html import HtmlElement

from harvest.model import Key
from harvest.pages import dating, hidden, markup
from harvest.pages.bibliography import bibliography, listed
from harvest.pages.citing import citations
from harvest.pages.commerce import commerce
from harvest.pages.dosing import dosing
from harvest.pages.extraction import extracted
from harvest.pages.head import Head, address, author, canonical, head, site, title
from harvest.pages.identifiers import places
from harvest.pages.kinds import is_forum, kind
from harvest.pages.language import language
from harvest.pages.links import links, outside
from harvest.pages.page import Page, Refusal
from harvest.pages.walls import refusal
from harvest.passages.sentences import sentences
from harvest.text.sketch import sketch

_HTML: Final = frozenset({"text/html", "application/xhtml+xml", ""})
_PLAIN: Final = frozenset({"text/plain", "text/markdown"})
_OWN: Final = ("citation_doi", "citation_pmid", "citation_pmcid", "dc.identifier", "prism.doi")
_SCHEMES: Final = {"citation_pmid": "PMID:"}


def read(body: bytes, *, url: str, content_type: str, fetched: date) -> Page:
    """Read a page.

    Hostile bytes may take seconds of processor time and much memory: call it where it can be killed.

    Args:
        body: as delivered, after content decoding.
        url: where it came from, after redirects.
        content_type: as the server said; empty where it said nothing.
        fetched: no date on the page can be later.
    """
    sort = content_type.partition(";")[0].strip().lower()
    if sort not in _HTML | _PLAIN:
        return Page(canonical(url), Refusal.NOT_TEXT)
    text = markup.decoded(body, content_type)
    if not text.strip():
        return Page(canonical(url), Refusal.EMPTY)
    if sort in _PLAIN:
        lines = "\n".join(line for each in text.splitlines() if (line := " ".join(each.split())))
        return _page(markup.blank(), url=url, fetched=fetched, plain=lines)
    tree = None if markup.has_too_many_attributes(text) else markup.parsed(text)
    if tree is None or markup.is_too_complex(tree):
        return Page(canonical(url), Refusal.TOO_COMPLEX)
    return _page(tree, url=url, fetched=fetched)


def _page(tree: HtmlElement, *, url: str, fetched: date, plain: str = "") -> Page:
    """What a tree says; `plain` is the text of one that is blank."""
    of = head(tree)
    concealed = hidden.without_hidden(tree)
    text, extractor = (plain, "plain") if plain else extracted(tree, forum=is_forum(of, tree, url=url))
    shapeless = hidden.has_shapeless(plain or tree.text_content())
    named = Page(address(url, tree), title=title(of), site=site(of, url))
    if refused := refusal(of, tree, text, url=url):
        return replace(named, refusal=refused)
    found = links(tree, text, url)
    bought = commerce(of, tree, text, found)
    told, why = kind(of, tree, text, url=named.url, commerce=bought)
    entries = bibliography(tree, text, url)
    return replace(
        named,
        text=text,
        extractor=extractor,
        language=language(text, declared=tree.get("lang") or of.first("content-language", "og:locale")),
        author=author(of, tree),
        kind=told,
        why=why,
        published=dating.published(of, tree, url=url, fetched=fetched),
        modified=dating.modified(of, tree, fetched=fetched),
        commerce=bought,
        references=tuple(entry.reference for entry in entries),
        listed=listed(entries),
        citations=tuple(citations(text, entries, found)),
        keys=_own(of),
        links=outside(found),
        sketch=sketch(text),
        flags=_flags(text, commercial=bool(bought), concealed=concealed, shapeless=shapeless),
    )


def _own(of: Head) -> tuple[Key, ...]:
    """What the page says that it is."""
    said = (f"{_SCHEMES.get(name, '')}{content}" for name in _OWN for content in of.every(name))
    return tuple(dict.fromkeys(place.key for each in said for place in places(each)))


def _flags(text: str, *, commercial: bool, concealed: bool, shapeless: bool) -> tuple[str, ...]:
    seen = (
        ("commercial", commercial),
        ("hidden-text", concealed),
        ("invisible-characters", shapeless),
        ("dosing", any(dosing(text[start:end]) for start, end in sentences(text))),
    )
    return tuple(name for name, holds in seen if holds)
