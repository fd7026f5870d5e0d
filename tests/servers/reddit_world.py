"""What the emulated Reddit holds: communities, posts, comments, accounts, and what happens to them."""

from dataclasses import dataclass, field
from datetime import datetime

STATUSES = ("public", "private", "quarantined", "banned", "missing", "withheld")
"""What a community may be; all but the first are refused, each in its own way."""


@dataclass(slots=True)
class Thing:
    """A post (`t3`) or a comment (`t1`).

    Attributes:
        parent: fullname of what it answers; empty for a post.
        post: id of the post it belongs to; its own for a post.
        fate: `live`, `deleted` (by its author), `removed` (by moderators), `gone` (no longer handed out at all).
    """

    kind: str
    id: str
    subreddit: str
    author: str
    text: str
    created: int
    title: str = ""
    parent: str = ""
    post: str = ""
    edited: int | None = None
    score: int = 1
    cross_post_of: str = ""
    fate: str = "live"
    url: str = ""

    @property
    def name(self) -> str:
        """The fullname."""
        return f"{self.kind}_{self.id}"


@dataclass(slots=True)
class World:
    """Everything there is."""

    things: dict[str, Thing] = field(default_factory=dict)
    communities: dict[str, str] = field(default_factory=dict)
    """Status by name; names are compared without regard to case."""
    accounts_deleted: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    """Comments that `morechildren` never hands out."""
    given: int = 0

    def community(self, name: str, status: str = "public") -> None:
        """Open a community, or change what it is.

        Raises:
            ValueError: there is no such status.
        """
        if status not in STATUSES:
            raise ValueError(f"expected one of {', '.join(STATUSES)}, got {status!r}")
        self.communities[name.lower()] = status

    def status(self, name: str) -> str:
        """What a community is; one that nobody opened is missing."""
        return self.communities.get(name.lower(), "missing")

    def post(self, subreddit: str, author: str, title: str, text: str, *, when: datetime, **more: object) -> str:
        """Write a post; gives its id."""
        one = Thing("t3", self._id(), subreddit, author, text, int(when.timestamp()), title=title)
        for name, value in more.items():
            setattr(one, name, value)
        one.post = one.id
        self.things[one.name] = one
        return one.id

    def comment(self, parent: str, author: str, text: str, *, when: datetime) -> str:
        """Write a comment below the thing of that fullname; gives its id."""
        above = self.things[parent]
        one = Thing(
            "t1", self._id(), above.subreddit, author, text, int(when.timestamp()), parent=parent, post=above.post
        )
        self.things[one.name] = one
        return one.id

    def children(self, name: str) -> list[Thing]:
        """What answers a thing, best first: by score, then by age."""
        below = [one for one in self.things.values() if one.parent == name and one.fate != "gone"]
        return sorted(below, key=lambda one: (-one.score, one.created, one.id))

    def below(self, name: str) -> int:
        """How many comments there are below a thing."""
        return sum(1 + self.below(one.name) for one in self.children(name))

    def posts(self) -> list[Thing]:
        """All posts that are handed out."""
        return [one for one in self.things.values() if one.kind == "t3" and one.fate != "gone"]

    def _id(self) -> str:
        """Ids of a range of their own: no real one begins with `zzz`."""
        self.given += 1
        return f"zzz{self.given:04d}"
