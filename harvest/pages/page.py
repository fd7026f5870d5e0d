"""What a page of the web is and says: the value that reading one gives."""

from dataclasses import dataclass, field
from enum import StrEnum

from harvest.model import Citation, Key, PublicationDate, Reason
from harvest.text.sketch import Sketch


class PageKind(StrEnum):
    """What sort of page it is (issue 5, `web`)."""

    ARTICLE = "journal-article"
    """The page of a paper, at its publisher's or in an archive of papers."""
    VENDOR = "vendor"
    """A clinic, a shop or a maker, about what it offers."""
    BLOG = "blog"
    NEWS = "news"
    ENCYCLOPAEDIA = "encyclopaedia"
    FORUM = "forum"
    OTHER = "other"


class Refusal(StrEnum):
    """Why a page has no text that could be believed to be its own."""

    NOT_TEXT = "not-text"
    """Neither HTML nor plain text."""
    TOO_COMPLEX = "too-complex"
    """More tags, attributes or depth than any page needs: not parsed."""
    EMPTY = "empty"
    NEEDS_SCRIPT = "needs-script"
    """Its text would come by JavaScript."""
    BOT_CHECK = "bot-check"
    NOT_FOUND = "not-found"
    """Says with status 200 that there is nothing."""
    CONSENT = "consent-wall"
    LOGIN = "login-wall"
    PAYWALL = "paywall"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and what on the page said so.

    `said_by` is `json-ld:datePublished`, `meta:article:published_time`, `time:datetime`, `url`, or `htmldate` where
    that found it elsewhere; empty where there is no date.
    """

    date: PublicationDate = field(default_factory=lambda: PublicationDate(""))
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a page's list of references.

    Attributes:
        text: the entry, as it is printed.
        number: its number in the list, 0 where the list is not numbered.
        author: the first author's family name, empty where none can be told.
        year: as printed, 0 where none can be told.
        key: what it is, where the entry or its link says so; empty where not.
        url: where it leads to.
    """

    text: str
    number: int = 0
    author: str = ""
    year: int = 0
    key: Key = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read; with a `refusal` it has no text, and nothing that is taken from the text."""

    url: str
    """Without fragment and tracking parameters; that of `rel=canonical` where it is on the same site."""
    refusal: Refusal | None = None
    title: str = ""
    text: str = ""
    """The main text, a paragraph a line."""
    extractor: str = ""
    """What found the text, with its version: `trafilatura 2.3.1`, `beautifulsoup4 4.15.0`, `plain`."""
    language: str = ""
    """ISO 639-1; empty where not known."""
    author: str = ""
    site: str = ""
    """Its name, as it says itself; else the host."""
    kind: PageKind = PageKind.OTHER
    why: tuple[Reason, ...] = ()
    """What told its kind."""
    published: Dated = field(default_factory=Dated)
    modified: Dated = field(default_factory=Dated)
    commerce: tuple[Reason, ...] = ()
    """What shows that something is to be sold: `page.buy`, `page.price`, `page.affiliate`, ..."""
    references: tuple[Reference, ...] = ()
    citations: tuple[Citation, ...] = ()
    """Where the text cites something; the words are those of the reference that is meant, else of the mark there."""
    listed: tuple[tuple[int, int], ...] = ()
    """Where references stand in `text`."""
    keys: tuple[Key, ...] = ()
    """What the page says that it is (`citation_doi`, ...): believed by nobody, since anybody may say so."""
    links: tuple[str, ...] = ()
    """Where the main part of the page leads to, outside its site; absolute, in order, each once."""
    sketch: Sketch = field(default_factory=Sketch)
    """To tell a copy by."""
    flags: tuple[str, ...] = ()
    """`commercial`, `hidden-text`, `invisible-characters`, `dosing` (says how much, when or how to take something)."""
