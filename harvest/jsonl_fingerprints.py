"""What tells which document a record is, from records that people hand us as JSON Lines (`harvest dedupe`).

Reading is as liberal as in `harvest.jsonl_records`: an identifier that is none, or a year that cannot be told, counts
as absent; a field of another kind than expected is an error.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from harvest import jsonl_records
from harvest.errors import ParseError
from harvest.identity import Fingerprint, fingerprint, normal_key
from harvest.jsonl_records import Fields, Id, text_of, unexpected
from harvest.model import Key
from harvest.visiting import key_of

_SCHEMES: Final = ("doi", "pmid", "pmcid")
_BETWEEN: Final = re.compile(r"\s*(?:;|\||\band\b|&|\bet al\b)\s*", re.IGNORECASE)
"""What parts the names of a list that is one text; a comma may stand within a name."""
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def read(given: Fields) -> tuple[Id, Fingerprint]:
    """The id of a line's object, and which document it describes.

    Raises:
        ParseError: a field is of another kind than expected, or no Unicode text.
    """
    told = jsonl_records.read(given)
    found = fingerprint(told.record)
    return told.id, replace(
        found,
        keys=tuple(dict.fromkeys(_keys(given))),
        vernacular=text_of("vernacular_title", given),
        year=_year(given),
        first_author=_first_author(given.get("authors")),
        volume=_number_or_text("volume", given),
        pages=_number_or_text("pages", given),
    )


def _keys(given: Fields) -> Iterator[Key]:
    for scheme in _SCHEMES:
        yield from _key(_number_or_text(scheme, given), partial(normal_key, scheme=scheme))
    listed = given.get("keys") or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise unexpected("a list of texts as keys", listed)
    for text in listed:
        yield from _key(text, key_of if text.startswith("url:") else normal_key)


def _key(text: str, read_one: Callable[[str], Key]) -> Iterator[Key]:
    """What is no identifier is none of the document's."""
    try:
        yield read_one(text.removeprefix("url:"))
    except ParseError:
        return


def _year(given: Fields) -> int | None:
    """The first year that is named: `2006`, `"2006"`, `"2006 Oct 30"`."""
    found = _YEAR.search(_number_or_text("year", given))
    return int(found[1]) if found else None


def _number_or_text(name: str, given: Fields) -> str:
    value = given.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text_of(name, given).strip()


def _first_author(authors: Any) -> str:
    """The first name of a list of texts or of objects with `family` or `name`, or of one text."""
    if not authors and authors in (None, "", []):
        return ""
    if isinstance(authors, str):
        return next(filter(None, _BETWEEN.split(text_of("authors", {"authors": authors}))), "").strip()
    if not isinstance(authors, list):
        raise unexpected("a list or a text as authors", authors)
    first = next((one for one in authors if one is not None), "")
    if isinstance(first, dict):
        return text_of("family", first) or text_of("name", first) or text_of("collective", first)
    return text_of("authors", {"authors": first}).strip()
