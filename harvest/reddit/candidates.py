"""Which posts and comments are about a topic's compound, by their own words or by where they stand."""

from collections.abc import Container, Iterator

from harvest.model import Key, Record
from harvest.reddit.records import comment_record, key
from harvest.reddit.things import Comment, Post
from harvest.reddit.threads import Thread
from harvest.reports import read
from harvest.reports.lexicon import FIRST
from harvest.reports.names import terms
from harvest.reports.views import tokens
from harvest.topics import Topic


def about(post: Post, topic: Topic) -> str:
    """The name of the compound that a thread is about by its title or its community; empty where neither says it."""
    for text in (post.title, post.subreddit):
        if found := terms(topic).find(text):
            return found[0].term
    return ""


def place_name(post: Post, topic: Topic) -> str:
    """The name that a post's community gives it, where its own words do not name the compound."""
    if terms(topic).find(post.title) or terms(topic).find(post.text):
        return ""
    return about(post, topic)


def names_compound(post: Post, topic: Topic) -> bool:
    """Is a post worth judging: does it name the compound, or stand in a community of that name?"""
    return bool(about(post, topic) or terms(topic).find(post.text))


def candidates(thread: Thread, topic: Topic, known: Container[Key] = ()) -> Iterator[tuple[Comment, Record]]:
    """The comments that are judged as documents of their own, in the order met.

    Those that name the compound, and in a thread about it those that tell what somebody went through; the others are
    counted with their thread.

    Args:
        thread: whole.
        topic: whose compound it is about.
        known: keys that were judged before and are again, whatever they say now.
    """
    name = about(thread.post, topic)
    for comment in thread.comments:
        if not comment.standing.has_text or not comment.text.strip():
            continue
        if terms(topic).find(comment.text):
            yield comment, comment_record(comment)
        elif name:
            record = comment_record(comment, about=name)
            if key(comment.name) in known or _is_a_report(record):
                yield comment, record
        elif key(comment.name) in known:
            yield comment, comment_record(comment)


def _is_a_report(record: Record) -> bool:
    """Does it tell what somebody went through, with the teller in it: of few words the model alone knows too little?"""
    own = any(token.word in FIRST for token in tokens(record.abstract_text))
    return own and read(record).is_anecdotal
