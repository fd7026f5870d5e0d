"""Pairs made of real records: one document written in other ways, and documents that only look like one.

Everything made here is synthetic: it says nothing of a document, only of how documents are told apart.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from harvest.model import Record

Row = dict[str, Any]
"""A record as `harvest dedupe` reads it."""
Way = Callable[[Row, Random], Row]

_DASHES: Final = "-\u2010\u2011\u2013\u2212"
_LOOK_ALIKES: Final = {"'": "\u2019", '"': "\u201d", " ": "\u00a0", "\u03b1": "alpha", "\u03b2": "beta", "&": "&amp;"}
_RANGE: Final = re.compile(r"(\D*)(\d+)-(\D*\d+)(.*)")
_TYPED: Final = 8
"""Letters from which on somebody may mistype one."""
_SERVERS: Final = ("bioRxiv : the preprint server for biology", "medRxiv", "Research Square")


def row(record: Record) -> Row:
    """A record of PubMed in the words of `harvest dedupe`, with all that it has."""
    keys = {
        scheme: next((key for key in record.keys if key.startswith(f"{scheme}:")), "") for scheme in ("doi", "pmid")
    }
    return {
        "id": record.key,
        "title": record.title,
        "authors": [author.name for author in record.authors],
        "year": record.date.year,
        "journal": record.journal.title,
        "short": record.journal.abbreviation,
        "volume": record.journal.volume,
        "pages": record.journal.pages,
        **keys,
        "vernacular_title": record.vernacular_title,
        "publication_types": [{"ui": term.ui, "name": term.name} for term in record.publication_types],
    }


def bare(of: Row) -> Row:
    """Without identifiers, and without what only PubMed says."""
    own = {name: of[name] for name in ("id", "title", "authors", "year", "journal", "volume", "pages")}
    return own | {"short": of["short"]}


def _typo(text: str, drawn: Random) -> str:
    """Two letters swapped, one lost, or one doubled; never the first."""
    if len(text) < _TYPED:
        return text
    at = drawn.randrange(2, len(text) - 2)
    return drawn.choice(
        (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
        )
    )


def retyped(of: Row, drawn: Random) -> Row:
    """The title typed by hand: one slip, no full stop, all in lower case."""
    return of | {"title": _typo(of["title"].rstrip(". ").lower(), drawn)}


def capitals(of: Row, _: Random) -> Row:
    """Title and authors in capitals, as some databases print them."""
    return of | {"title": of["title"].upper(), "authors": "; ".join(of["authors"]).upper()}


def dashes(of: Row, drawn: Random) -> Row:
    """Other dashes, quotation marks, spaces; Greek letters spelt out."""
    title = "".join(drawn.choice(_DASHES) if char in _DASHES else _LOOK_ALIKES.get(char, char) for char in of["title"])
    return of | {"title": title, "pages": of["pages"].replace("-", "\u2013")}


def marked_up(of: Row, _: Random) -> Row:
    """Numbers in subscript, a word in italics."""
    title = re.sub(r"(?<=[A-Z])(\d)\b", r"<sub>\1</sub>", of["title"])
    return of | {"title": re.sub(r"\b(in v\w+|et al|[A-Z][a-z]+ [a-z]+ii?)\b", r"<i>\1</i>", title)}


def bracketed(of: Row, drawn: Random) -> Row:
    """The title in brackets, as of a paper in another language, or with the language behind it."""
    title = of["title"].strip("[]. ")
    return of | {"title": drawn.choice((f"[{title}].", f"{title} [Spanish]", f"{title} (author's transl)"))}


def without_subtitle(of: Row, _: Random) -> Row:
    """Only what stands before a colon."""
    return of | {"title": of["title"].partition(": ")[0]}


def cut(of: Row, _: Random) -> Row:
    """The title ends after 80 letters."""
    return of | {"title": of["title"][:80]}


def authors_truncated(of: Row, drawn: Random) -> Row:
    """Only the first author, in one of four ways."""
    first = (of["authors"] or [""])[0]
    family, _, initials = first.rpartition(" ")
    ways = (
        f"{first}, et al.",
        f"{family}, {'. '.join(initials)}.",
        f"{'. '.join(initials)}. {family}",
        family or first,
    )
    return of | {"authors": drawn.choice(ways)}


def author_misspelt(of: Row, drawn: Random) -> Row:
    """A slip in the name of the first author."""
    first, *rest = of["authors"] or [""]
    return of | {"authors": [_typo(first, drawn), *rest]}


def journal_abbreviated(of: Row, drawn: Random) -> Row:
    """The journal's short title, with or without full stops."""
    short = of["short"] or of["journal"]
    return of | {"journal": drawn.choice((short, short.replace(" ", ". ") + ".", short.upper()))}


def pages_otherwise(of: Row, drawn: Random) -> Row:
    """`123-129`, `123-9`, `123`, `pp. 123-129`, `123-+`: what databases make of pages."""
    found = _RANGE.fullmatch(of["pages"])
    if not found:
        return of | {"pages": f"p. {of['pages']}" if of["pages"] else ""}
    start, first, last, _ = found.groups()
    whole = first[: max(0, len(first) - len(last))] + last
    ways = (
        f"{start}{first}-{whole}",
        f"{start}{first}",
        f"pp. {start}{first}-{last}",
        f"{start}{first}-+",
        f"{start}{first}-{last}",
    )
    return of | {"pages": drawn.choice(ways)}


def ahead_of_print(of: Row, _: Random) -> Row:
    """Listed the year before, without volume and pages."""
    return of | {"volume": "", "pages": "", "year": of["year"] - 1 if of["year"] else None}


def title_and_author_only(of: Row, _: Random) -> Row:
    """As a reference list may have it."""
    return of | {"journal": "", "volume": "", "pages": "", "year": None, "authors": of["authors"][:1]}


def several(of: Row, drawn: Random) -> Row:
    """Three of these ways at once."""
    ways = (retyped, dashes, authors_truncated, journal_abbreviated, pages_otherwise, marked_up, ahead_of_print)
    for way in drawn.sample(ways, 3):
        of = way(of, drawn)
    return of


SAME: Final[Mapping[str, Way]] = {
    "identifiers missing": lambda of, _: of,
    "title retyped": retyped,
    "capitals": capitals,
    "dashes, quotes, Greek": dashes,
    "markup": marked_up,
    "brackets, language": bracketed,
    "subtitle missing": without_subtitle,
    "title cut at 80": cut,
    "authors truncated": authors_truncated,
    "author misspelt": author_misspelt,
    "journal abbreviated": journal_abbreviated,
    "pages in another form": pages_otherwise,
    "ahead of print": ahead_of_print,
    "title and author only": title_and_author_only,
    "three of these": several,
}
"""Ways to write one document; none keeps an identifier."""


def next_part(of: Row, _: Random) -> Row:
    """The next part of a series, on the pages that follow."""
    return of | {"title": of["title"].rstrip(". ") + ". II.", "pages": _after(of["pages"])}


def next_year(of: Row, _: Random) -> Row:
    """The report of the year after, in the next volume."""
    year = of["year"] or 2000
    title = f"{of['title'].rstrip('. ')}, {year + 1}"
    return of | {"title": title, "year": year + 1, "volume": _after(of["volume"]), "pages": _after(of["pages"])}


def correction(of: Row, drawn: Random) -> Row:
    """A notice under the paper's own title."""
    word = drawn.choice(("Correction to: ", "Erratum: ", "Corrigendum to ", "Retraction notice to: "))
    return of | {"title": word + of["title"], "pages": _after(of["pages"])}


def reply(of: Row, drawn: Random) -> Row:
    """Somebody's comment, or the authors' reply."""
    word = drawn.choice(("Reply to: ", "Comment on: ", "Author's reply to ", "Response to: "))
    return of | {"title": word + of["title"], "pages": _after(of["pages"])}


def meeting_abstract(of: Row, drawn: Random) -> Row:
    """The same title and authors in a supplement of the year before."""
    return of | {
        "year": (of["year"] or 2000) - 1,
        "volume": _before(of["volume"]),
        "pages": f"S{drawn.randrange(1, 900)}",
    }


def preprint(of: Row, drawn: Random) -> Row:
    """The preprint with its own DOI."""
    doi = f"10.1101/2020.01.01.{drawn.randrange(100_000, 999_999)}"
    return of | {"journal": drawn.choice(_SERVERS), "volume": "", "pages": "", "doi": doi}


def _after(text: str) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0]) + 7), text) or "7"


def _before(text: str) -> str:
    return re.sub(r"\d+", lambda found: str(max(1, int(found[0]) - 1)), text)


OTHER: Final[Mapping[str, Way]] = {
    "next part of a series": next_part,
    "report of the next year": next_year,
    "correction, erratum": correction,
    "reply, comment": reply,
    "meeting abstract": meeting_abstract,
    "preprint": preprint,
}
"""Ways to write a document that is another one; at meeting abstracts and preprints a person should look."""
