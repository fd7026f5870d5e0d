"""The values of a topic file (design section 5)."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, PrivateAttr, field_validator, model_validator

from harvest.errors import ParseError
from harvest.identity import normal_key
from harvest.model import Key
from harvest.text import fold
from harvest.topics import identifiers as substance_identifiers
from harvest.topics.lines import Lines

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 64
_NAME_LENGTH = 200
_EVERY = re.compile(r"([1-9]\d{0,3})([hd])")


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("expected a name, got an empty string")
    if text != text.strip() or not text.isprintable():
        raise ValueError(f"expected a name without control characters or white space around it, got {text!r}")
    if not any(char.isalnum() for char in text) or len(text) > _NAME_LENGTH:
        raise ValueError(f"expected a name with letters, of at most {_NAME_LENGTH} characters, got {text!r}")
    return text


def _no_name_twice(names: tuple[str, ...]) -> tuple[str, ...]:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"expected each name once, got {name!r} twice")
    return names


def _key(text: str) -> Key:
    try:
        key = normal_key(text)
    except ParseError as error:
        raise ValueError(error.message) from error
    if key != text:
        raise ValueError(f"expected the normal form {key!r}, got {text!r}")
    return key


Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[tuple[Name, ...], AfterValidator(_no_name_twice)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compound(_Table):
    """What is taken, and every name it goes by."""

    name: Name
    synonyms: Names = ()
    derivatives: Names = ()
    """Other substances made from it: matched, but marked as derivatives."""
    false_friends: Names = ()
    """Words that look like one of the names and mean something else: never a match."""
    identifiers: Mapping[str, str | int] = {}
    """Scheme to value, for this substance alone."""
    mesh: Names = ()
    """MeSH descriptors, by name, for `[mh]`; empty where MeSH has none."""
    substances: Names = ()
    """Names in PubMed's substance index, for `[nm]`."""

    @field_validator("identifiers")
    @classmethod
    def _identifiers_name_one_substance(cls, given: Mapping[str, str | int]) -> Mapping[str, str | int]:
        substance_identifiers.check(given)
        return given

    @field_validator("false_friends")
    @classmethod
    def _a_friend_is_not_false_too(cls, friends: tuple[str, ...], info: Any) -> tuple[str, ...]:
        names = [info.data.get("name", ""), *info.data.get("synonyms", ()), *info.data.get("derivatives", ())]
        _no_name_in_both(friends, names, "a name of the compound")
        return friends

    @field_validator("derivatives")
    @classmethod
    def _a_derivative_is_another_substance(cls, derivatives: tuple[str, ...], info: Any) -> tuple[str, ...]:
        names = [info.data.get("name", ""), *info.data.get("synonyms", ())]
        _no_name_in_both(derivatives, names, "a name of the compound itself")
        return derivatives

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its synonyms."""
        return (self.name, *self.synonyms)


class Condition(_Table):
    """What it is taken for. Words of `context` must stand beside the condition's for a record to be direct."""

    name: Name
    synonyms: Names = ()
    context: Names = ()
    false_friends: Names = ()
    """Phrases with one of the names in them that mean something else (`stroke volume`): never a match."""
    mesh: Names = ()

    @field_validator("false_friends")
    @classmethod
    def _a_friend_is_not_false_too(cls, friends: tuple[str, ...], info: Any) -> tuple[str, ...]:
        names = [info.data.get("name", ""), *info.data.get("synonyms", ())]
        _no_name_in_both(friends, names, "a name of the condition")
        return friends

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its synonyms."""
        return (self.name, *self.synonyms)


class Schedule(_Table):
    """How often the topic is to be run: `12h`, `7d`."""

    every: str

    @field_validator("every")
    @classmethod
    def _is_hours_or_days(cls, every: str) -> str:
        if not _EVERY.fullmatch(every):
            raise ValueError(f"expected a number of hours or days such as '12h' or '7d', got {every!r}")
        return every

    @property
    def interval(self) -> timedelta:
        """`every` as a length of time."""
        number, unit = int(self.every[:-1]), self.every[-1]
        return timedelta(hours=number) if unit == "h" else timedelta(days=number)


class TopicFile(_Table):
    """What stands in a topic file."""

    slug: str
    title: Name
    compound: Compound
    condition: Condition
    providers: Mapping[str, Mapping[str, Any]] = {}
    """Each provider's own table, as written; `provider_options` validates it for the provider that asks."""
    schedule: Schedule | None = None
    """None: the topic is run by hand only."""
    expect: tuple[Annotated[str, AfterValidator(_key)], ...] = ()
    """Documents that a search is known to have to find."""

    @field_validator("slug")
    @classmethod
    def _is_a_slug(cls, slug: str) -> str:
        if not is_slug(slug):
            raise ValueError(
                f"expected lower-case words joined by hyphens, at most {SLUG_LENGTH} characters, got {slug!r}"
            )
        return slug

    @model_validator(mode="after")
    def _each_document_is_expected_once(self) -> Self:
        _no_name_twice(self.expect)
        return self


class Topic(TopicFile):
    """A compound-condition pair."""

    digest: str
    """SHA-256 of the topic file's bytes, lower-case hex."""
    _lines: Lines | None = PrivateAttr(default=None)


def is_slug(text: str) -> bool:
    """Is it `semax-ssri` and not `../semax`, `.semax` or `Semax`?"""
    return len(text) <= SLUG_LENGTH and SLUG.fullmatch(text) is not None


def _no_name_in_both(names: Iterable[str], others: Iterable[str], words: str) -> None:
    taken = {_bare(other): other for other in others}
    for name in names:
        if _bare(name) in taken:
            raise ValueError(f"expected another name, got {name!r}, which is {words}, {taken[_bare(name)]!r}, too")


def _bare(name: str) -> str:
    return "".join(char for char in fold(name).text if char.isalnum())
