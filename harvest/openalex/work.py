"""A work as OpenAlex describes it, as far as we read it (external APIs 8)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harvest.errors import ParseError
from harvest.identity import normal_key
from harvest.model import Key

Json = Mapping[str, Any]

_SCHEMES: Final = ("doi", "pmid", "pmcid")
_OWN: Final = re.compile(r"(?:https://openalex\.org/)?(W[1-9]\d*)")
_URL: Final = re.compile(r"https?://[^\s<>\"]{1,1000}")


@dataclass(frozen=True, slots=True)
class Work:
    """A work.

    Attributes:
        keys: its identifiers, `openalex:W…` first; identifiers come as URLs and may be null.
        retracted: None where OpenAlex does not say.
        open_access: `url`, `kind`, `licence`, `version` of a copy that anybody may read, as far as they are known.
    """

    keys: tuple[Key, ...]
    title: str
    year: int | None
    retracted: bool | None
    open_access: Mapping[str, str] = field(default_factory=dict)


def read_work(message: Json) -> Work:
    """A work of an answer.

    Raises:
        ParseError: it has no OpenAlex id, or one of its fields is not of its form.
    """
    try:
        own = _OWN.fullmatch(message["id"])
        if own is None:
            raise ParseError(f"expected an id of OpenAlex, got {message['id']!r}")
        retracted, year = message.get("is_retracted"), message.get("publication_year")
        return Work(
            keys=(f"openalex:{own[1]}", *_keys(message)),
            title=_text(message.get("title")),
            year=int(year) if year is not None else None,
            retracted=retracted if isinstance(retracted, bool) else None,
            open_access=_open_access(message),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ParseError(f"expected a work of OpenAlex, got one without its form ({type(error).__name__})") from error


def _text(value: Any) -> str:
    """A text; empty for null and for what is none."""
    return value if isinstance(value, str) else ""


def _keys(message: Json) -> Iterator[Key]:
    ids = {"doi": message.get("doi"), **(message.get("ids") or {})}
    for scheme in _SCHEMES:
        try:
            yield normal_key(_text(ids.get(scheme)), scheme=scheme)
        except ParseError:
            continue


def _open_access(message: Json) -> dict[str, str]:
    """The copy that OpenAlex calls best; nothing where it knows of none, or names no address of the web."""
    access, best = message.get("open_access") or {}, message.get("best_oa_location") or {}
    named = (best.get("landing_page_url"), best.get("pdf_url"), access.get("oa_url"))
    url = next(filter(None, map(_text, named)), "")
    if not access.get("is_oa") or not _URL.fullmatch(url):
        return {}
    said = {
        "url": url,
        "kind": _text(access.get("oa_status")),
        "licence": _text(best.get("license")),
        "version": _text(best.get("version")),
    }
    return {name: value for name, value in said.items() if value}
