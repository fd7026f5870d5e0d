"""Which threads a ledger says were read to the end, and how many comments they had then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from harvest.reddit.records import PROVIDER
from harvest.reddit.threads import Thread

KIND: Final = "comments"
"""Window of the `search` entry that says what the threads found came to."""
QUERY: Final = "(all comments of the threads found)"
ROWS: Final = 1_000
"""Threads that one entry tells of."""

Row = list[str | int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One thread, read to the end.

    Attributes:
        post_id: of its post.
        stated: comments that the post stated.
        came: comments that came, deleted ones too.
        missing: how many less than stated.
        lost: comments that were named and never came.
    """

    post_id: str
    stated: int
    came: int
    missing: int
    lost: int

    @classmethod
    def of(cls, thread: Thread) -> Self:
        """What a thread came to."""
        post = thread.post
        return cls(post.id, post.num_comments, len(thread.comments), thread.missing, thread.lost)

    @property
    def row(self) -> Row:
        """As it stands in an entry."""
        return [self.post_id, self.stated, self.came, self.missing, self.lost]


def body(read: Sequence[Reading]) -> dict[str, Any]:
    """What an entry about threads says of them."""
    return {"threads": [one.row for one in read], "missing_comments": sum(one.missing for one in read)}


def readings(searches: Iterable[Mapping[str, Any]]) -> dict[str, Reading]:
    """The last reading of each thread, by the id of its post.

    Args:
        searches: bodies of the ledger's search entries, in order.
    """
    return {
        row[0]: Reading(*row)
        for search in searches
        if search["provider"] == PROVIDER and search.get("window", {}).get("kind") == KIND
        for row in search.get("threads", ())
    }
