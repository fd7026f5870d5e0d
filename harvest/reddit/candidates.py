"""Which posts and comments are about a topic's compound, by their own words or by where they stand."""

from collections.abc import Iterator

from harvest.model import Record
from harvest.reddit.records import comment_record
from harvest.reddit.things import Comment, Post
from harvest.reddit.threads import Thread
from harvest.reports import read
from harvest.reports.names import terms
from harvest.topics import Topic


def about(post: Post, topic: Topic) -> str:
    """The name of the compound that a thread is about by its title or its community; empty where neither says it."""
    for text in (post.title, post.subreddit):
        if found := terms(topic).find(text):
            return found[0].term
    return ""


def names_compound(post: Post, topic: Topic) -> bool:
    """Is a post worth judging: does it name the compound, or stand in a community of that name?"""
    return bool(about(post, topic) or terms(topic).find(post.text))


def candidates(thread: Thread, topic: Topic) -> Iterator[tuple[Comment, Record]]:
    """The comments that are judged as documents of their own, in the order met.

    Those that name the compound, and in a thread about it those that tell what somebody went through; the others are
    counted with their thread.
    """
    name = about(thread.post, topic)
    for comment in thread.comments:
        if not comment.standing.has_text or not comment.text.strip():
            continue
        if terms(topic).find(comment.text):
            yield comment, comment_record(comment)
        elif name:
            record = comment_record(comment, about=name)
            if read(record).is_anecdotal:
                yield comment, record
