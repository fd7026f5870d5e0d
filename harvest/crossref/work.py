"""A work as Crossref describes it, as far as we read it (external APIs 7.2, 7.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvest.errors import ParseError
from harvest.identity import Fingerprint, normal_key
from harvest.model import Key, Related

Json = Mapping[str, Any]

_ALWAYS: Final = frozenset({"indexed", "deposited", "created"})
"""What a whole answer never lacks; one that was cut to selected fields does."""
_RELATIONS: Final = {
    "is-preprint-of": "preprint-of",
    "has-preprint": "has-preprint",
    "is-translation-of": "translation-of",
    "has-translation": "has-translation",
}
_ROLES: Final = {"posted-content": "preprint"}


@dataclass(frozen=True, slots=True)
class Update:
    """One entry of `updated-by` (on the original) or `update-to` (on the notice).

    Attributes:
        doi: of the other work; sometimes the work's own.
        kind: as given: `retraction`, `expression_of_concern`, `correction`.
        source: `publisher` or `retraction-watch`; empty where it does not say.
        day: `2015-05-04`, or as much of it as is given.
    """

    doi: str
    kind: str
    source: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A registered work.

    Attributes:
        doi: lower case.
        whole: the answer holds all that Crossref has; else a field that is not there says nothing.
        updated_by: what happened to it.
        update_to: what it is a notice of.
        related: preprints and translations.
    """

    doi: str
    document: Fingerprint
    whole: bool
    updated_by: tuple[Update, ...]
    update_to: tuple[Update, ...]
    related: tuple[Related, ...]


def read_work(message: Json) -> Work:
    """A work of an answer.

    Raises:
        ParseError: it has no DOI, or one of its fields is not of its form.
    """
    try:
        doi = normal_key(message["DOI"], scheme="doi").removeprefix("doi:")
        return Work(
            doi=doi,
            document=_document(message, doi),
            whole=message.keys() >= _ALWAYS,
            updated_by=tuple(_updates(message.get("updated-by"))),
            update_to=tuple(_updates(message.get("update-to"))),
            related=tuple(_related(message.get("relation"))),
        )
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ParseError(f"expected a work of Crossref, got one without its form ({type(error).__name__})") from error


def _document(message: Json, doi: str) -> Fingerprint:
    titles = [text for name in ("title", "original-title") for one in message.get(name) or () if (text := _text(one))]
    first: Json = next(iter(message.get("author") or ()), {})
    return Fingerprint(
        keys=(f"doi:{doi}",),
        title=titles[0] if titles else "",
        year=_year(message.get("issued")),
        first_author=_text(first.get("family")) or _text(first.get("name")),
        volume=_text(message.get("volume")),
        pages=_text(message.get("page")) or _text(message.get("article-number")),
        journal=_text(next(iter(message.get("container-title") or ()), "")),
        vernacular=titles[1] if len(titles) > 1 else "",
        role=_ROLES.get(_text(message.get("type")), ""),
    )


def _text(value: Any) -> str:
    """A text; empty for null and for what is none."""
    return value if isinstance(value, str) else ""


def _updates(given: Any) -> Iterator[Update]:
    """What cannot be told by DOI or by type is no update; neither occurs in what was recorded."""
    for update in given or ():
        if update.get("DOI") and update.get("type"):
            doi = normal_key(update["DOI"], scheme="doi").removeprefix("doi:")
            yield Update(doi, _text(update["type"]), _text(update.get("source")), _day(update.get("updated")))


def _related(given: Any) -> Iterator[Related]:
    for name, others in (given or {}).items():
        for other in others if name in _RELATIONS else ():
            if other.get("id-type") == "doi":
                yield Related(_RELATIONS[name], _doi_key(other.get("id") or ""))


def _doi_key(text: str) -> Key:
    """The key of a DOI; empty where a publisher deposited something else as one."""
    try:
        return normal_key(text, scheme="doi")
    except ParseError:
        return ""


def _year(date: Any) -> int | None:
    year = ((date or {}).get("date-parts") or [[None]])[0][0]
    return int(year) if year is not None else None


def _day(date: Any) -> str:
    """`2015-05-04` from date parts, which may end after the year or be `[[null]]`."""
    parts = ((date or {}).get("date-parts") or [[None]])[0]
    known = [int(part) for part in parts if part is not None]
    return "-".join(f"{part:04d}" if place == 0 else f"{part:02d}" for place, part in enumerate(known))
