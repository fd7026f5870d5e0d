"""A whole comment tree: what to ask next, and what the answers come to (external contract 11.5, 11.6)."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from harvest.errors import ParseError
from harvest.reddit import things
from harvest.reddit.things import COMMENT, MORE, POST, Comment, More, Post

AT_ONCE: Final = 100
"""Ids that one request for left-out comments may name."""
PAGE: Final = 2048
"""Comments wanted at once; Reddit gives what it likes."""
SORT: Final = "confidence"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request about a thread.

    `thread` asks for post and comments, `more` for the comments `ids`, `continued` for those below the comment
    `ids[0]`.
    """

    kind: Literal["thread", "more", "continued"]
    thread: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A post with every comment that came, in the order met.

    Attributes:
        lost: how many comments were named and never came: deleted ones, mostly.
        unanswered: requests and comments that came to nothing; with any, the thread is not whole.
    """

    post: Post
    comments: tuple[Comment, ...]
    lost: int
    unanswered: int

    @property
    def missing(self) -> int:
        """How many comments less came than the post states."""
        return max(0, self.post.num_comments - len(self.comments))


@dataclass(slots=True)
class _Reading:
    """What came so far.

    Attributes:
        comments: by id, in the order met.
        waiting: what answers left out and nobody asked for yet.
        asked: ids that were asked for, but those that the answer put off.
        below: comments below which more was asked for.
        unanswered: requests and comments that came to nothing.
    """

    thread: str
    comments: dict[str, Comment] = field(default_factory=dict)
    waiting: deque[More] = field(default_factory=deque)
    asked: set[str] = field(default_factory=set)
    below: set[str] = field(default_factory=set)
    unanswered: int = 0

    def take(self, given: Sequence[Any]) -> None:
        """Take in comments with all their replies, and note what was left out."""
        for thing in _flat(given):
            try:
                if thing.get("kind") == MORE:
                    self.waiting.append(things.more(thing))
                elif thing.get("kind") == COMMENT:
                    comment = things.comment(thing, thread=f"{POST}_{self.thread}")
                    self.comments.setdefault(comment.id, comment)
            except ParseError:
                self.unanswered += 1

    def take_answer(self, answer: Any, read: Callable[[Any], list[things.Body]]) -> None:
        """Take in the answer to a part of the thread; one that cannot be read is none."""
        try:
            self.take(read(answer))
        except ParseError:
            self.unanswered += 1

    def lost(self) -> list[str]:
        """Ids that were asked for and did not come."""
        return sorted(self.asked - self.comments.keys())


def reading(thread: str, *, at_once: int = AT_ONCE) -> Generator[Ask, Any, Thread]:
    """Read one thread: yields requests, is sent the answer's JSON (None where none came), returns what it came to.

    Args:
        thread: id of the post, without its kind.
        at_once: ids to name in one request.

    Raises:
        ParseError: an answer is not what was asked for.
    """
    held = _Reading(thread)
    post, given = _pair((yield Ask("thread", thread)))
    held.take(given)
    yield from _left_out(held, at_once)
    for ids in _parts(held.lost(), at_once):  # some ids never come; asked for again, they may
        yield from _by_id(held, ids)
    yield from _left_out(held, at_once)
    return Thread(post, tuple(held.comments.values()), len(held.lost()), held.unanswered)


def _left_out(held: _Reading, at_once: int) -> Generator[Ask, Any, None]:
    """Ask for what answers left out, until nothing new is left out."""
    while held.waiting:
        one = held.waiting.popleft()
        if not one.children:
            yield from _below(held, one.parent)
        fresh = [child for child in one.children if child not in held.asked and child not in held.comments]
        for ids in _parts(fresh, at_once):
            yield from _by_id(held, ids)


def _by_id(held: _Reading, ids: tuple[str, ...]) -> Generator[Ask, Any, None]:
    """Ask for comments; what the answer puts off may be asked for again, if only it brought something."""
    held.asked.update(ids)
    came, queued = len(held.comments), len(held.waiting)
    held.take_answer((yield Ask("more", held.thread, ids)), _things)
    if len(held.comments) > came:
        held.asked.difference_update(*(more.children for more in list(held.waiting)[queued:]))


def _below(held: _Reading, parent: str) -> Generator[Ask, Any, None]:
    """Ask for the comments below one at which the tree was cut."""
    if parent in held.below:
        return
    held.below.add(parent)
    below = yield Ask("continued", held.thread, (parent.removeprefix(f"{COMMENT}_"),))
    held.take_answer(below, lambda answer: _pair(answer)[1])


def _pair(answer: Any) -> tuple[Post, list[things.Body]]:
    """Post and comments of one answer."""
    if not isinstance(answer, list) or len(answer) != 2:  # noqa: PLR2004 - the post's Listing and the comments'
        raise ParseError(f"expected two Listings, got {type(answer).__name__}")
    posts = things.children(answer[0])
    if len(posts) != 1 or posts[0].get("kind") != POST:
        raise ParseError(f"expected one post, got {len(posts)} things")
    return things.post(posts[0]), things.children(answer[1])


def _things(answer: Any) -> list[things.Body]:
    """Comments of an answer of `morechildren`."""
    try:
        given = answer["json"]["data"]["things"]
    except (KeyError, TypeError):
        raise ParseError("expected the things of json.data, got none") from None
    if not isinstance(given, list) or not all(isinstance(thing, dict) for thing in given):
        raise ParseError(f"expected a list of things, got {type(given).__name__}")
    return given


def _flat(given: Sequence[Any]) -> Iterator[things.Body]:
    """Comments and what stands for left-out ones, parents first, without recursion."""
    stack = list(reversed(given))
    while stack:
        thing = stack.pop()
        yield thing
        given_below = thing.get("data")
        replies = given_below.get("replies") if isinstance(given_below, dict) else None
        if isinstance(replies, dict):
            stack.extend(reversed(things.children(replies)))


def _parts(ids: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(ids[start : start + size]) for start in range(0, len(ids), size))
