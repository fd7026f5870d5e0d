"""What of a record tells which document it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harvest.identity.title import fold_title
from harvest.model import Key, Record
from harvest.text import fold

_ROLES = {
    "D016425": "erratum",
    "D016440": "retraction",
    "D000075742": "expression-of-concern",
    "D000076942": "preprint",
    "D016420": "comment",
}
"""Publication types (MeSH unique ids) whose records are never the paper that they speak of."""
_TITLE_ROLES = (
    (re.compile(r"(?:published )?(?:erratum|errata|corrigend|correction|author correction)", re.IGNORECASE), "erratum"),
    (re.compile(r"retraction(?: note| notice)?\b", re.IGNORECASE), "retraction"),
    (re.compile(r"expression of concern", re.IGNORECASE), "expression-of-concern"),
    (re.compile(r"(?:author'?s'? )?(?:reply|response) (?:to|by|from)\b", re.IGNORECASE), "reply"),
    (re.compile(r"(?:comments?|commentary) (?:on|to)\b", re.IGNORECASE), "comment"),
)
_PREPRINT_DOIS = re.compile(
    r"doi:10\.(?:1101/(?:\d{4}\.\d\d\.\d\d\.\d+|\d{6}$)|64898/|21203/rs\.|20944/preprints|31234/|31219/osf|31235/osf|"
    r"26434/chemrxiv|48550/arxiv|2139/ssrn|36227/techrxiv|22541/au\.|1590/scielopreprints|12688/verixiv\.)"
)
"""DOIs that preprint servers give: bioRxiv, medRxiv, Research Square, Preprints.org, PsyArXiv, ChemRxiv, arXiv, ..."""
_PREPRINT_SERVERS = re.compile(
    r"(?:bio|med|chem|ar|psyar|tech|soc|pa)rxiv\b|research square\b|preprints(?:\.org)?$|ssrn\b|authorea\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,4}|Jr\.?|Sr\.?|I{1,3}")


@dataclass(frozen=True)
class Fingerprint:
    """Own identifiers and bibliographic place; whatever is unknown is empty.

    Attributes:
        keys: normal forms of own identifiers.
        title: as listed; compared folded.
        year: of publication.
        first_author: `Dolotov OV`, `Dolotov, Oleg` or `Dolotov`; a group's name for a group.
        volume: with or without a supplement.
        pages: `54-60`, `e1001`, an article number.
        journal: name or abbreviation.
        vernacular: the title in the language of the paper.
        role: `article`, or what else it is: `erratum`, `comment`, `reply`, `retraction`, `expression-of-concern`,
            `preprint`, `registration`, `posted-results`, `page`; empty where unknown.
        authors: all names as they are listed, the first included.
        languages: codes of MEDLINE, `eng`; empty where unknown.
    """

    keys: tuple[Key, ...] = ()
    title: str = ""
    year: int | None = None
    first_author: str = ""
    volume: str = ""
    pages: str = ""
    journal: str = ""
    vernacular: str = ""
    role: str = ""
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def of_scheme(self, scheme: str) -> frozenset[Key]:
        """The own identifiers of one scheme."""
        return frozenset(key for key in self.keys if key.startswith(f"{scheme}:"))

    @cached_property
    def folded_titles(self) -> tuple[str, ...]:
        """The title and, where known, the one in the paper's own language, folded."""
        return tuple(dict.fromkeys(folded for t in (self.title, self.vernacular) if (folded := fold_title(t))))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The words of the first author's family name, folded; with the given name where it cannot be told apart."""
        return _family_words(self.first_author)

    @cached_property
    def family(self) -> str:
        """`names` as one word."""
        return "".join(self.names)

    @cached_property
    def families(self) -> frozenset[str]:
        """The family names of all authors, each as one word."""
        return frozenset(name for listed in self.authors if (name := "".join(_family_words(listed))))

    @property
    def translated(self) -> bool:
        """Its title stands here in another language than that of the paper, or the paper is not in English."""
        other = bool(self.languages) and "eng" not in self.languages
        return bool(self.vernacular) or self.title.startswith("[") or other

    @cached_property
    def first_page(self) -> str:
        """The first page or the article number, folded, without leading zeros."""
        found = re.search(r"[a-z]{0,8}\d+[a-z]?", fold(self.pages).text.replace(" ", ""))
        return re.sub(r"^([a-z]*)0+(?=\d)", r"\1", found.group()) if found else ""

    @cached_property
    def volume_number(self) -> str:
        """The number of the volume without supplement or part."""
        found = re.search(r"\d+", fold(self.volume).text)
        return found.group().lstrip("0") if found else ""


def number_of(page: str) -> str:
    """A folded page without the letters before its number."""
    return re.sub(r"^[a-z]+0*", "", page)


def fingerprint(record: Record) -> Fingerprint:
    """The fingerprint of a provider's record; what people write about themselves is known by its ids alone.

    A post that links to a paper bears the paper's title, and is not the paper.
    """
    if record.erasable:
        return Fingerprint(keys=record.keys)
    first = record.authors[0] if record.authors else None
    years = (record.date.year, record.electronic_date.year if record.electronic_date else None)
    return Fingerprint(
        keys=record.keys,
        title=record.title,
        year=next((year for year in years if year is not None), None),
        first_author=(first.collective or first.family or first.given) if first else "",
        volume=record.journal.volume,
        pages=record.journal.pages,
        journal=record.journal.title or record.journal.abbreviation,
        vernacular=record.vernacular_title,
        role=_role(record),
        authors=tuple(author.name for author in record.authors),
        languages=record.languages,
    )


def fingerprint_of_line(body: Mapping[str, Any]) -> Fingerprint:
    """The fingerprint of a `source` line; a document whose text lies in erasable content is known by its ids alone."""
    if "content" in body:
        return Fingerprint(keys=tuple(body["keys"]))
    authors = tuple(body["authors"])
    return Fingerprint(
        keys=tuple(body["keys"]),
        first_author=authors[0] if authors else "",
        vernacular=body["vernacular_title"],
        authors=authors,
        languages=tuple(body.get("language", ())),
        **{name: body[name] for name in ("title", "year", "volume", "pages", "journal", "role")},
    )


def _family_words(name: str) -> tuple[str, ...]:
    family = name.partition(",")[0].split()
    words = [word for word in family if not _INITIALS.fullmatch(word)] or family[:1]
    folded = ("".join(char for char in fold(word).text if char.isalnum()) for word in words)
    return tuple(word for word in folded if word)


def _role(record: Record) -> str:
    if record.key.startswith("nct:"):
        return "registration"
    if record.key.startswith("nct-results:"):
        return "posted-results"
    if record.key.startswith("url:"):
        return "page"
    for kind in record.publication_types:
        if kind.ui in _ROLES:
            return _ROLES[kind.ui]
    if any(map(_PREPRINT_DOIS.match, record.keys)) or _PREPRINT_SERVERS.match(record.journal.title):
        return "preprint"
    bare = record.title.lstrip("[( ")
    said = next((role for words, role in _TITLE_ROLES if words.match(bare)), "")
    return said or ("article" if record.publication_types else "")
