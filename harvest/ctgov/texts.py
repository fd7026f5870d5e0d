"""Texts of the register in a form that does not change with its markup.

The register re-releases texts without any change of content: Markdown instead of plain text in 2025, other escapes,
other bullets (external contract 6.6). What is compared from run to run must not depend on that.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from harvest.model import PublicationDate

_BULLET: Final = re.compile(r"^[ \t]*(?:[*+\u2022-]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS: Final = re.compile(r"(?<!\w)(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def plain(text: Any) -> str:
    """A text in one line, without Markdown's bullets, escapes and emphasis, references resolved."""
    bare = _BULLET.sub("", html.unescape(str(text or "")))
    return " ".join(_ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", bare)).split())


def date(struct: Any) -> PublicationDate | None:
    """The date of a struct (`{"date": "2016-07"}`), as precise as it is given; None where there is none."""
    given = str(struct.get("date", "")) if isinstance(struct, Mapping) else ""
    found = _DATE.fullmatch(given)
    if not found:
        return PublicationDate(given) if given else None
    year, month, day = (int(part) if part else None for part in found.groups())
    return PublicationDate(given, year, month, day, "day" if day else "month" if month else "year")


def objects(held: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list, which may be missing."""
    listed: Sequence[Any] = held.get(name) or ()
    return [one for one in listed if isinstance(one, Mapping)]


def words(held: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a list, which may be missing."""
    listed: Iterable[Any] = held.get(name) or ()
    return [text for one in listed if (text := plain(one))]
