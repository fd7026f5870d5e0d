"""The names of a topic's compound, compiled once."""

from functools import lru_cache

from harvest.text import Terms
from harvest.topics import Topic


def terms(topic: Topic) -> Terms:
    """All names of the topic's compound and of its derivatives."""
    compound = topic.compound
    return _terms((*compound.names, *compound.derivatives), compound.false_friends)


@lru_cache(maxsize=256)
def _terms(names: tuple[str, ...], friends: tuple[str, ...]) -> Terms:
    return Terms(names, except_=friends)
