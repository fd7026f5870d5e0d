"""What a page says of itself: its meta elements, its JSON-LD, its title, its address, who wrote it and where."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from w3lib.url import canonicalize_url, url_query_cleaner

_LONGEST: Final = 1_000_000
"""Of one JSON-LD script, in characters."""
_MOST: Final = 2_000
"""Objects of JSON-LD that are looked at."""
_TRACKING: Final = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "fbclid", "gclid", "dclid",
    "msclkid", "yclid", "mc_cid", "mc_eid", "igshid", "_ga", "ref_src", "spm",
)  # fmt: skip
_TITLE_PARTS: Final = re.compile(r"\s+[|\u2013\u2014\u00b7\u00bb-]\s+")
_TITLES: Final = ("citation_title", "og:title", "dc.title", "twitter:title")
_SITES: Final = ("og:site_name", "application-name", "citation_journal_title", "dc.publisher")
_AUTHORS: Final = ("citation_author", "author", "article:author", "dc.creator", "parsely-author", "sailthru.author")
_BYLINE: Final = re.compile(r"(?:^|[\s_-])(?:byline|author(?:[_-]?name)?|vcard|p-author)(?:$|[\s_-])", re.IGNORECASE)
_BY: Final = re.compile(r"^\s*(?:written |posted |medically reviewed )?(?:by|von|par|por|автор:?)\s+", re.IGNORECASE)
_NAME: Final = 80
"""Characters, at most."""
_WORDS: Final = 7
_ENDS: Final = re.compile(
    r"\s*(?:[|\u2022\u00b7<]|\b(?:published|updated|posted|last modified|on)\b|\d"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d).*$",
    re.IGNORECASE,
)
"""What follows a name in a line that says by whom and when."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself; anybody may say anything."""

    meta: tuple[tuple[str, str], ...]
    """Names in lower case and contents, in order; a name may stand several times."""
    linked: tuple[dict[str, Any], ...]
    """The objects of its JSON-LD, outermost first."""
    title: str
    heading: str
    """The first `h1`."""

    def first(self, *names: str) -> str:
        """The first content that is not empty, of the first of the names that has one."""
        for name in names:
            for said, content in self.meta:
                if said == name and content:
                    return content
        return ""

    def every(self, name: str) -> list[str]:
        """All contents of a name."""
        return [content for said, content in self.meta if said == name and content]

    def types(self) -> set[str]:
        """The schema.org types of its JSON-LD, without their namespace."""
        return {kind.rpartition("/")[2] for one in self.linked for kind in _strings(one.get("@type"))}


def head(tree: HtmlElement) -> Head:
    """Read what a page says of itself."""
    meta = tuple(
        (
            (element.get("property") or element.get("name") or element.get("itemprop") or "").lower().strip(),
            _line(content),
        )
        for element in tree.iter("meta")
        if (content := element.get("content"))
    )
    title = next((_line(element.text_content()) for element in tree.iter("title")), "")
    heading = next((text for element in tree.iter("h1") if (text := _line(element.text_content()))), "")
    return Head(meta, tuple(_linked(tree)), title, heading)


def title(of: Head) -> str:
    """The title without the site's name; that of the page's heading where it is a part of it."""
    if of.heading and of.heading.lower() in of.title.lower():
        return of.heading
    named = of.first(*_TITLES) or of.title or of.heading
    name = site(of, "").lower()
    parts = _TITLE_PARTS.split(named)
    kept = [part for part in parts if part.lower() != name]
    return named if len(kept) in (0, len(parts)) else named[: named.rfind(kept[-1]) + len(kept[-1])].strip()


def site(of: Head, url: str) -> str:
    """The site's name, as the page says it; else its host without `www.`."""
    publisher = (one.get("publisher") for one in of.linked)
    named = (each.get("name") for each in publisher if isinstance(each, dict))
    said = of.first(*_SITES) or next((each for each in named if isinstance(each, str) and each), "")
    return said or (urlsplit(url).hostname or "").removeprefix("www.")


def author(of: Head, tree: HtmlElement) -> str:
    """Who wrote it, as the page says: by JSON-LD, by meta elements, by its line with `by`; several parted by `; `."""
    names = [name for one in of.linked for name in _names(one.get("author"))]
    names = names or next((found for name in _AUTHORS if (found := of.every(name))), []) or _byline(tree)
    plain = (_ENDS.sub("", _BY.sub("", _line(name).lstrip("| "))) for name in names if "://" not in name)
    return "; ".join(dict.fromkeys(name for name in plain if 1 < len(name) <= _NAME and len(name.split()) <= _WORDS))


def address(url: str, tree: HtmlElement) -> str:
    """Without fragment and tracking parameters; what `rel=canonical` says where that is on the same site."""
    own = canonical(url)
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            said = canonical(_joined(url, link.get("href") or ""))
            if said and _site(said) == _site(own) and not _is_front(said, own):
                return said
    return own


def canonical(url: str) -> str:
    """An address in one form: no fragment, no tracking parameters, the rest in order; empty if none of the web."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            return ""
        return str(canonicalize_url(url_query_cleaner(url.strip(), _TRACKING, remove=True, unique=False)))
    except ValueError:
        return ""


def _is_front(said: str, own: str) -> bool:
    """Many pages name their site's front as canonical by mistake."""
    return urlsplit(said).path in ("", "/") and urlsplit(own).path not in ("", "/")


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def _byline(tree: HtmlElement) -> list[str]:
    for element in tree.iter("a", "span", "div", "p", "address"):
        named = element.get("rel") == "author" or element.get("itemprop") == "author"
        if named or _BYLINE.search(element.get("class") or ""):
            text = _line(element.text_content())
            if 1 < len(text) <= _NAME:
                return [text]
    return []


def _linked(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    seen = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or len(script.text or "") > _LONGEST:
            continue
        for one in _objects(script.text or ""):
            if (seen := seen + 1) > _MOST:
                return
            yield one


def _objects(text: str) -> Iterator[dict[str, Any]]:
    try:
        waiting: list[Any] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting = [*one, *waiting]
        elif isinstance(one, dict):
            yield one
            waiting += [one[name] for name in ("@graph", "mainEntity") if name in one]


def _names(author: Any) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        name = one.get("name") if isinstance(one, dict) else one
        yield from _strings(name)


def _strings(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _line(text: str) -> str:
    return " ".join(text.split())
