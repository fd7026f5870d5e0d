"""Answers of esearch, einfo, espell and epost, read with Biopython from bytes (NBK25499; eutils/dtd).

`Bio.Entrez` looks for the DTD that a document names, downloads one that it does not carry, and makes a folder in the
user's home for it. Neither happens here: the DOCTYPE is replaced by that of the bundled DTD before Biopython sees it.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import Bio
from Bio import Entrez

from harvest.errors import ParseError
from harvest.eutils.failure import Tool, fault, redacted

__all__ = ["Index", "Posted", "Search", "Tool", "fault", "index", "posted", "search", "spelling"]

# byte order mark, (declaration), comments, a DOCTYPE that declares nothing itself, (the root element (its name) ...)
_ANSWER = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>)?(?>\s|<!--.*?-->)*+(?:<!DOCTYPE[^>\[]*>)?\s*(<([A-Za-z]+)[\s/>].*)",
    re.DOTALL,
)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
_ASK_AGAIN = "ask again; if it stays so, look at the snapshot"


@dataclass(frozen=True, slots=True)
class Search:
    """One esearch answer.

    `count` is the stated total, `ids` what was shown of it from `retstart` on, at most `retmax`. `translation` is the
    search that PubMed really did, `translations` what it made of single words (from, to).
    """

    count: int
    ids: tuple[str, ...] = ()
    retstart: int = 0
    retmax: int = 0
    translation: str = ""
    translations: tuple[tuple[str, str], ...] = ()
    phrases_not_found: tuple[str, ...] = ()
    fields_not_found: tuple[str, ...] = ()
    phrases_ignored: tuple[str, ...] = ()
    quoted_phrases_not_found: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    """Other messages, such as `No items found.`"""
    web_env: str = ""
    query_key: str = ""

    @property
    def altered(self) -> bool:
        """Something else was searched than was asked.

        A word or field was dropped, or a quoted phrase searched as separate words: the answer may be far wider, and
        its count is not zero.
        """
        return bool(
            self.phrases_not_found or self.fields_not_found or self.phrases_ignored or self.quoted_phrases_not_found
        )


@dataclass(frozen=True, slots=True)
class Index:
    """What einfo says of a database: its build, how fresh it is, how many records, and the names of its fields."""

    name: str
    build: str
    last_update: str
    """As given, US Eastern time: `2025/11/27 06:33`."""
    count: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """Where epost put an id list on the history server."""

    web_env: str
    query_key: str


def search(body: bytes) -> Search:
    """Read an esearch answer (`retmode=xml`, also with `rettype=count`).

    Raises:
        ParseError: it is something else, or says of itself that it failed.
    """
    answer = _read(body, root="eSearchResult", dtd="esearch.dtd")
    dropped = _mapping(answer.get("ErrorList"))
    warned = _mapping(answer.get("WarningList"))
    return Search(
        count=_number(answer, "Count"),
        ids=_strings(answer.get("IdList")),
        retstart=_number(answer, "RetStart", absent=0),
        retmax=_number(answer, "RetMax", absent=0),
        translation=str(answer.get("QueryTranslation", "")),
        translations=tuple((str(one["From"]), str(one["To"])) for one in answer.get("TranslationSet") or ()),
        phrases_not_found=_strings(dropped.get("PhraseNotFound")),
        fields_not_found=_strings(dropped.get("FieldNotFound")),
        phrases_ignored=_strings(warned.get("PhraseIgnored")),
        quoted_phrases_not_found=_strings(warned.get("QuotedPhraseNotFound")),
        messages=_strings(warned.get("OutputMessage")),
        web_env=str(answer.get("WebEnv", "")),
        query_key=str(answer.get("QueryKey", "")),
    )


def index(body: bytes) -> Index:
    """Read an einfo answer about one database.

    Raises:
        ParseError: it is something else, or says of itself that it failed.
    """
    databases = _read(body, root="eInfoResult", dtd="einfo.dtd").get("DbInfo") or ()
    answer = _mapping(next(iter(databases), None))
    return Index(
        name=str(answer.get("DbName", "")),
        build=str(answer.get("DbBuild", "")),
        last_update=str(answer.get("LastUpdate", "")),
        count=_number(answer, "Count"),
        fields=tuple(str(field["Name"]) for field in answer.get("FieldList") or ()),
    )


def spelling(body: bytes) -> str:
    """The spelling that espell would correct to; empty where it has none to offer.

    Raises:
        ParseError: it is something else, or says of itself that it failed.
    """
    return str(_read(body, root="eSpellResult", dtd="eSpell.dtd").get("CorrectedQuery", ""))


def posted(body: bytes) -> Posted:
    """Read an epost answer.

    Raises:
        ParseError: it is something else, or says of itself that it failed.
    """
    answer = _read(body, root="ePostResult", dtd="epost.dtd")
    if "WebEnv" not in answer or "QueryKey" not in answer:
        raise ParseError("expected WebEnv and QueryKey in the ePostResult, got neither", hint=_ASK_AGAIN)
    return Posted(str(answer["WebEnv"]), str(answer["QueryKey"]))


def _read(body: bytes, *, root: str, dtd: str) -> Mapping[str, Any]:
    """Let Biopython read `body` by the bundled `dtd`; tags that it does not list are passed over."""
    # the folder where Biopython would keep downloads: its own, which exists, instead of one made in the user's home
    entrez: Any = Entrez
    entrez.local_cache = entrez.local_cache or str(Path(Bio.__file__).parents[1])
    parts = _ANSWER.fullmatch(body)
    if parts is None or parts[3] != root.encode():
        raise ParseError(f"expected an {root}, got {redacted(body[:60].decode(errors='replace'))!r}", hint=_ASK_AGAIN)
    doctype = f'<!DOCTYPE {root} SYSTEM "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{dtd}">'.encode()
    text = (parts[1] or _DECLARATION) + doctype + parts[2]
    try:
        answer = entrez.read(io.BytesIO(text), validate=False)
    except (ValueError, RuntimeError, TypeError, KeyError, IndexError, AttributeError) as error:
        got = redacted(str(error)) or type(error).__name__
        raise ParseError(f"expected an {root}, got {got!r}", hint=_ASK_AGAIN) from None
    return _mapping(answer)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value or ())


def _number(answer: Mapping[str, Any], name: str, *, absent: int | None = None) -> int:
    text = str(answer.get(name, "" if absent is None else absent)).strip()
    if not (text.isascii() and text.isdigit()):
        raise ParseError(f"expected a number for {name}, got {text!r}", hint=_ASK_AGAIN)
    return int(text)
