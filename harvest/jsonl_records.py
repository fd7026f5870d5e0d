"""Records that people hand us as JSON Lines (design section 6, `harvest classify`): one line -> one Record.

Reading is liberal in spelling and strict in kind: null and an empty value mean absent, unknown fields are passed over,
a field of another kind than expected is an error. Texts are taken as they are, so that offsets into the record's title,
abstract and journal are offsets into what was given.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from reprlib import Repr
from typing import Any, BinaryIO, Final, NoReturn, TypeVar

from harvest.errors import ParseError
from harvest.model import AbstractSection, Journal, Keyword, MeshHeading, Qualifier, Record, Term

Fields = Mapping[str, Any]
Id = str | int
T = TypeVar("T")

LINE_LIMIT: Final = 1 << 20
"""Bytes of a line; the longest abstract that a ledger keeps takes a fifth of it, every letter escaped."""

_BEGINS_WITH_ID: Final = re.compile(rb'\s*\{\s*"id"\s*:\s*(?:"(?:[^"\\]|\\.){0,200}"|-?\d{1,20}(?=[\s,}]))')
_UI: Final = re.compile(r"\s*([A-Z]\d{4,}):\s*")
_MAJOR: Final = {"Y": True, "N": False, True: True, False: False, None: False}
_LANGUAGES: Final = {"en": "eng", "english": "eng", "ru": "rus", "de": "ger", "fr": "fre", "es": "spa", "zh": "chi"}
"""Codes of two letters as MEDLINE spells them (https://www.nlm.nih.gov/bsd/language_table.html)."""
_SHOWN = Repr()
_SHOWN.maxstring = _SHOWN.maxother = 40
_SHOWN.maxlevel = 2


@dataclass(frozen=True, slots=True)
class Given:
    """A record as it was given."""

    id: Id
    record: Record
    """`provider` is empty where none was named; `key` is the id as text."""
    body: str
    """Name of the input's field that the abstract was read from: `abstract` or `text`.

    Where that field is a list of sections, offsets count in the sections joined by newlines, labels as `METHODS: `.
    """

    def field(self, name: str) -> str:
        """What the input calls a field of the record."""
        return {"abstract": self.body, "languages": "language"}.get(name, name)


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers, blank ones left out; of one that is too long only so much that this can be seen."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        rest = line
        while len(rest) > LINE_LIMIT and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_LIMIT + 1)
        if not line.isspace():
            yield number, line


def fields(line: bytes) -> Fields:
    """The JSON object that a line holds.

    Raises:
        ParseError: it holds something else.
    """
    if len(line) > LINE_LIMIT:
        raise ParseError(f"expected at most {LINE_LIMIT} bytes, got more")
    try:
        value = _DECODER.decode(line.removeprefix(BOM_UTF8).decode())
    except UnicodeDecodeError as error:
        raise ParseError(f"expected UTF-8, got byte 0x{line[error.start]:02x} at {error.start}") from None
    except json.JSONDecodeError as error:
        raise ParseError(f"expected JSON, got something else: {error.msg.lower()} at character {error.pos}") from None
    except RecursionError:
        raise ParseError("expected JSON of few levels, got many") from None
    except ValueError:
        raise ParseError("expected numbers of at most 4,300 digits, got more") from None
    if not isinstance(value, dict):
        raise unexpected("a JSON object", value)
    return value


def id_of(given: Fields) -> Id:
    """The record's id, as given: a text that is not empty, or a whole number.

    Raises:
        ParseError: it has none.
    """
    value = given.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise unexpected("a text or whole number as id", value)
    if isinstance(value, str):
        _whole("id", value)
    return value


def id_in(line: bytes) -> Id | None:
    """The id that a line begins with which could not be read as a whole; None where it does not begin with one."""
    begun = _BEGINS_WITH_ID.match(line)
    try:
        return id_of(fields(begun.group() + b"}")) if begun else None
    except ParseError:
        return None


def read(given: Fields) -> Given:
    """The record that a line's object describes.

    Raises:
        ParseError: a field is of another kind than expected, or no Unicode text.
    """
    name = id_of(given)
    key = str(name)
    body = "abstract" if given.get("abstract") or not given.get("text") else "text"
    record = Record(
        provider=text_of("provider", given).strip().lower(),
        key=key,
        keys=(key,),
        title=text_of("title", given),
        abstract=_sections(body, given.get(body)),
        journal=Journal(title=text_of("journal", given)),
        languages=_listed("language", given, _language),
        publication_types=_listed("publication_types", given, _term),
        mesh=_listed("mesh", given, _heading),
        keywords=_listed("keywords", given, _keyword),
        indexing_method=text_of("indexing_method", given),
    )
    return Given(name, record, body)


def text_of(name: str, given: Fields) -> str:
    """The text of a field; empty where there is none.

    Raises:
        ParseError: it is no text.
    """
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise unexpected(f"text as {name}", value)
    return _whole(name, value)


def _whole(name: str, text: str) -> str:
    """The text, unless a surrogate stands alone in it: no program could write it out again."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ParseError(f"expected Unicode in {name}, got half a surrogate pair at character {error.start}") from None
    return text


def _sections(name: str, value: Any) -> tuple[AbstractSection, ...]:
    if not value and value in (None, "", []):
        return ()
    if isinstance(value, str):
        return (AbstractSection(_whole(name, value)),)
    if not isinstance(value, list):
        raise unexpected(f"text or a list of sections as {name}", value)
    return tuple(_section(name, one) for one in value if one is not None)


def _section(name: str, value: Any) -> AbstractSection:
    if isinstance(value, str):
        return AbstractSection(_whole(name, value))
    if not isinstance(value, dict):
        raise unexpected(f"sections with label and text in {name}", value)
    return AbstractSection(text_of("text", value), text_of("label", value), text_of("category", value))


def _listed(name: str, given: Fields, read_one: Callable[[str, Any], T | None]) -> tuple[T, ...]:
    """The values of a list, or of a text with semicolons between them; those that are null or empty are left out."""
    value = given.get(name)
    if not value and value in (None, "", []):
        return ()
    if isinstance(value, str):
        value = value.split(";")
    if not isinstance(value, list):
        raise unexpected(f"a list as {name}", value)
    return tuple(one for one in (read_one(name, each) for each in value if each is not None) if one is not None)


def _language(name: str, value: Any) -> str | None:
    said, _ = _named(name, value)
    return _LANGUAGES.get(said.lower(), said.lower()) or None


def _keyword(name: str, value: Any) -> Keyword | None:
    said, _ = _named(name, value)
    return Keyword(said) if said else None


def _term(name: str, value: Any) -> Term | None:
    said, ui = _named(name, value)
    return Term(ui, said) if said or ui else None


def _heading(name: str, value: Any) -> MeshHeading | None:
    """A heading as an object, or as text: `Rats`, `Depression/*drug therapy`, `D051381:Rats`."""
    said, ui = _named(name, value)
    descriptor, *subheadings = said.split("/")
    if not descriptor and not ui:
        return None
    parts = value if isinstance(value, dict) else {}
    qualifiers = _listed("qualifiers", parts, _qualifier) + tuple(_said_qualifier(each) for each in subheadings)
    return MeshHeading(
        ui,
        descriptor.strip("* "),
        major="*" in descriptor or _flag(name, parts.get("major")),
        automatic=_flag(name, parts.get("automatic")),
        qualifiers=qualifiers,
    )


def _qualifier(name: str, value: Any) -> Qualifier | None:
    said, ui = _named(name, value)
    parts = value if isinstance(value, dict) else {}
    return Qualifier(ui, said.strip("* "), major="*" in said or _flag(name, parts.get("major")))


def _said_qualifier(said: str) -> Qualifier:
    return Qualifier("", said.strip("* "), major="*" in said)


def _named(name: str, value: Any) -> tuple[str, str]:
    """Name and identifier of a term, from an object or a text."""
    if isinstance(value, str):
        ui = _UI.match(value)
        return _whole(name, value[ui.end() :] if ui else value).strip(), ui.group(1) if ui else ""
    if isinstance(value, dict):
        return text_of("name", value).strip(), text_of("ui", value).strip()
    raise unexpected(f"texts or objects with a name in {name}", value)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool | str | None) or value not in _MAJOR:
        raise unexpected(f"true or false in {name}", value)
    return _MAJOR[value]


def unexpected(expected: str, value: Any) -> ParseError:
    """The error that says what was expected and what came."""
    return ParseError(f"expected {expected}, got {'none' if value is None else _SHOWN.repr(value)}")


def _no_constant(name: str) -> NoReturn:
    raise ParseError(f"expected JSON, got {name}, which it does not have")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant)
