"""Posts and comments as Reddit's API gives them (external contract 11.6), and what has become of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from harvest.errors import ParseError

Body = Mapping[str, Any]

POST: Final = "t3"
COMMENT: Final = "t1"
MORE: Final = "more"
DELETED: Final = "[deleted]"
REMOVED: Final = "[removed]"
_REMOVED_BY_REDDIT: Final = "[ Removed by Reddit"
_BY_ITS_AUTHOR: Final = frozenset({"deleted", "author"})
"""Values of `removed_by_category` that name the writer; every other one names somebody else."""
_FAR: Final = 1 << 32
"""Seconds since 1970 that lie in the year 2106."""


class Standing(StrEnum):
    """What has become of a post or comment; its text may be kept in the first two cases alone."""

    PRESENT = "present"
    ACCOUNT_DELETED = "account-deleted"
    """The text stands, nobody is named any more."""
    DELETED = "deleted"
    """Deleted by its author."""
    REMOVED = "removed"
    """Removed by moderators or by Reddit."""

    @property
    def has_text(self) -> bool:
        """Can the public read it?"""
        return self in (Standing.PRESENT, Standing.ACCOUNT_DELETED)


@dataclass(frozen=True, slots=True)
class Post:
    """A submission (`t3`).

    Attributes:
        id: without the kind before it, base 36.
        author: the user name, empty where nobody is named; never shown or stored.
        created: seconds since 1970.
        edited: the same, of the last edit; None where there was none.
        num_comments: as stated; deleted ones may be among them.
        cross_post_of: fullname of the post that this one repeats; empty where it is none.
        sha256: of its JSON, keys sorted.
    """

    id: str
    subreddit: str
    title: str
    text: str
    author: str = field(repr=False)
    standing: Standing
    created: int
    edited: int | None
    num_comments: int
    cross_post_of: str
    sha256: str

    @property
    def name(self) -> str:
        """The fullname."""
        return f"{POST}_{self.id}"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment (`t1`); as `Post`, `thread` and `parent` are fullnames."""

    id: str
    thread: str
    parent: str
    subreddit: str
    text: str
    author: str = field(repr=False)
    standing: Standing
    created: int
    edited: int | None
    sha256: str

    @property
    def name(self) -> str:
        """The fullname."""
        return f"{COMMENT}_{self.id}"


@dataclass(frozen=True, slots=True)
class More:
    """Comments that an answer left out: `children` can be asked for by id; without any, the thread goes on at `parent`.

    Below the children there may be more, which their answer names.
    """

    parent: str
    children: tuple[str, ...]


def post(thing: Body) -> Post:
    """Read one `t3`.

    Raises:
        ParseError: it is none, or lacks what every post has.
    """
    given = _given(thing, POST)
    text = _text(given, "selftext")
    return Post(
        id=_text(given, "id"),
        subreddit=_text(given, "subreddit"),
        title=_text(given, "title"),
        text=text,
        author=_author(given),
        standing=standing(author=given.get("author"), text=text, removed_by=given.get("removed_by_category")),
        created=_seconds(given.get("created_utc")) or 0,
        edited=_seconds(given.get("edited")),
        num_comments=_count(given.get("num_comments")),
        cross_post_of=_text(given, "crosspost_parent"),
        sha256=digest(given),
    )


def comment(thing: Body, *, thread: str) -> Comment:
    """Read one `t1`; `thread` is the fullname of the post whose answer it stood in.

    Raises:
        ParseError: it is none, or lacks what every comment has.
    """
    given = _given(thing, COMMENT)
    text = _text(given, "body")
    return Comment(
        id=_text(given, "id"),
        thread=_text(given, "link_id") or thread,
        parent=_text(given, "parent_id") or thread,
        subreddit=_text(given, "subreddit"),
        text=text,
        author=_author(given),
        standing=standing(author=given.get("author"), text=text, removed_by=None),
        created=_seconds(given.get("created_utc")) or 0,
        edited=_seconds(given.get("edited")),
        sha256=digest({name: value for name, value in given.items() if name != "replies"}),
    )


def more(thing: Body) -> More:
    """Read one `more`."""
    given = _given(thing, MORE)
    children = given.get("children")
    named = tuple(str(child) for child in children) if isinstance(children, list) else ()
    return More(_text(given, "parent_id"), named)


def standing(*, author: str | None, text: str, removed_by: str | None) -> Standing:
    """What the markers say (external contract 11.6, "Deletion markers").

    Args:
        author: as given; None or `[deleted]` where the account is gone, or shown to nobody.
        text: `selftext` or `body`.
        removed_by: `removed_by_category`, which posts alone have.
    """
    if text == DELETED or removed_by in _BY_ITS_AUTHOR:
        return Standing.DELETED
    if text == REMOVED or text.startswith(_REMOVED_BY_REDDIT) or removed_by:
        return Standing.REMOVED
    return Standing.ACCOUNT_DELETED if author in (None, DELETED) else Standing.PRESENT


def children(listing: Any) -> list[Body]:
    """The things of a Listing.

    Raises:
        ParseError: it is none.
    """
    if not isinstance(listing, dict) or listing.get("kind") != "Listing":
        raise ParseError(f"expected a Listing, got {_kind(listing)}")
    things = listing.get("data", {}).get("children")
    if not isinstance(things, list) or not all(isinstance(thing, dict) for thing in things):
        raise ParseError("expected the children of a Listing, got none")
    return things


def after(listing: Body) -> str:
    """The fullname with which the next page begins; empty at the end."""
    return str(listing["data"].get("after") or "")


def digest(given: Body) -> str:
    """SHA-256 of JSON as the API gave it, keys sorted; lower-case hex."""
    return hashlib.sha256(json.dumps(given, sort_keys=True, ensure_ascii=False).encode(errors="replace")).hexdigest()


def _given(thing: Any, kind: str) -> Body:
    if not isinstance(thing, dict) or thing.get("kind") != kind or not isinstance(thing.get("data"), dict):
        raise ParseError(f"expected a thing of kind {kind}, got {_kind(thing)}")
    given: Body = thing["data"]
    if not given.get("id") and kind != MORE:
        raise ParseError(f"expected a thing of kind {kind} with an id, got one without")
    return given


def _kind(value: Any) -> str:
    return repr(value.get("kind")) if isinstance(value, dict) else type(value).__name__


def _text(given: Body, name: str) -> str:
    """A text with nothing in it that UTF-8 has no bytes for; empty where it is absent or null."""
    value = given.get(name)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _author(given: Body) -> str:
    name = _text(given, "author")
    return "" if name == DELETED else name


def _seconds(value: Any) -> int | None:
    """A time as whole seconds; None for `false`, null and whatever else is no time that Reddit has seen."""
    plausible = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _FAR
    return int(value) if plausible else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
