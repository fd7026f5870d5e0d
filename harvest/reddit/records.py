"""Posts and comments as records: erasable, without a user name, each under its thread."""

from datetime import UTC, datetime
from typing import Any, Final

from harvest.model import AbstractSection, Found, Keyword, PublicationDate, Record, Related, Snapshot
from harvest.reddit.names import without_names
from harvest.reddit.things import POST, Comment, Post, Standing

PROVIDER: Final = "reddit"
OF_THE_THREAD: Final = "thread"
"""Owner of the keyword that says what a thread or its community is about."""
_PROFILE: Final = "u_"
"""How the subreddit of somebody's own page begins; the rest of it is the user name."""
_POST_URL: Final = "https://www.reddit.com/comments/{}/"
_COMMENT_URL: Final = "https://www.reddit.com/comments/{}/_/{}/"


def key(fullname: str) -> str:
    """`reddit:t3_1abcde`."""
    return f"{PROVIDER}:{fullname}"


def post_record(post: Post, *, about: str = "", missing_comments: int | None = None) -> Record:
    """What a post says.

    Args:
        post: one that its author has not deleted.
        about: the compound's name where the post does not say it and its community does.
        missing_comments: how many of its comments never came; None where its thread was not read.
    """
    details: dict[str, Any] = {
        "kind": "post",
        "thread": post.name,
        "subreddit": _subreddit(post.subreddit),
        "created": post.created,
    }
    if missing_comments is not None:
        details["missing_comments"] = missing_comments
    return Record(
        provider=PROVIDER,
        key=key(post.name),
        keys=(key(post.name),),
        title=without_names(post.title, post.author),
        abstract=_sections(post.text, post.author, post.standing),
        date=_day(post.created),
        keywords=(Keyword(about, OF_THE_THREAD),) if about else (),
        url=_POST_URL.format(post.id),
        related=(Related("cross-post", key(post.cross_post_of)),) if post.cross_post_of else (),
        flags=_flags(post.standing, post.edited) + (("cross-post",) if post.cross_post_of else ()),
        details=details,
        basis="post",
        erasable=True,
        writer=post.author.lower(),
    )


def comment_record(comment: Comment, *, about: str = "") -> Record:
    """What a comment says.

    Args:
        comment: one whose text stands.
        about: the compound's name where the comment does not say it and its thread's title does. The title itself is
            another writer's and goes when that one deletes it, so it is not kept here.
    """
    return Record(
        provider=PROVIDER,
        key=key(comment.name),
        keys=(key(comment.name),),
        title="",
        abstract=_sections(comment.text, comment.author, comment.standing),
        date=_day(comment.created),
        keywords=(Keyword(about, OF_THE_THREAD),) if about else (),
        url=_COMMENT_URL.format(comment.thread.removeprefix(f"{POST}_"), comment.id),
        related=(Related("same-thread", key(comment.thread)),),
        flags=_flags(comment.standing, comment.edited),
        details={
            "kind": "comment",
            "thread": comment.thread,
            "parent": comment.parent,
            "subreddit": _subreddit(comment.subreddit),
            "created": comment.created,
        },
        basis="post",
        erasable=True,
        writer=comment.author.lower(),
    )


def found(record: Record, sha256: str, search: int, *, synthetic: bool) -> Found:
    """A record with what it was read from; nothing of Reddit's is ever archived.

    Args:
        record: the record.
        sha256: of the thing's JSON.
        search: `seq` of the search entry that led to it.
        synthetic: the answer came from an emulator or a made-up recording.
    """
    return Found(record, Snapshot("", "", sha256, synthetic=synthetic), search)


def _sections(text: str, author: str, standing: Standing) -> tuple[AbstractSection, ...]:
    return (AbstractSection(without_names(text, author)),) if standing.has_text and text.strip() else ()


def _flags(standing: Standing, edited: int | None) -> tuple[str, ...]:
    seen = () if standing is Standing.PRESENT else (str(standing),)
    return (*seen, "edited") if edited else seen


def _subreddit(name: str) -> str:
    return "(a profile)" if name.lower().startswith(_PROFILE) else name


def _day(seconds: int) -> PublicationDate:
    day = datetime.fromtimestamp(seconds, UTC)
    return PublicationDate(day.date().isoformat(), day.year, day.month, day.day, "day")
