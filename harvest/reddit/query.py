"""A topic in Reddit's language: names x communities x orders x time windows (external contract 11.5).

A listing ends at some hundred posts and knows no dates, so one search says little: the same name is asked for in
several orders and windows, and the ids are joined.
"""

import json
import re
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from harvest.catalogue import Watermark
from harvest.searching import query_digest
from harvest.topics import Topic

Sort = Literal["new", "relevance", "top", "comments", "hot"]
Span = Literal["all", "year", "month", "week", "day"]

LONGEST: Final = 512
"""Characters that Reddit takes as a query."""
OVERLAP: Final = timedelta(days=3)
"""How far before the last run a search reaches back: posts are indexed late."""
_SUBREDDIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}")
_SPANS: Final[tuple[tuple[Span, timedelta], ...]] = (
    ("day", timedelta(days=1)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
    ("year", timedelta(days=365)),
)


def _subreddits(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not _SUBREDDIT.fullmatch(name):
            raise ValueError(f"expected a subreddit's name without r/, got {name!r}")
    if len({name.lower() for name in names}) != len(names):
        raise ValueError("expected each subreddit once")
    return names


class RedditOptions(BaseModel):
    """The table [providers.reddit] of a topic file.

    Attributes:
        subreddits: where to look; `all` searches everywhere.
        omit: names of the compound that are not asked for.
        sorts: orders in which a listing is asked for, in this sequence.
        spans: time windows, each asked for in every order.
        patience: this many listings on end without a new post, and a name is done with in a community.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subreddits: Annotated[tuple[str, ...], AfterValidator(_subreddits)]
    omit: tuple[str, ...] = ()
    sorts: tuple[Sort, ...] = ("new", "relevance", "top", "comments")
    spans: tuple[Span, ...] = ("all", "year", "month")
    patience: Annotated[int, AfterValidator(lambda number: max(1, number))] = 2


def names(topic: Topic, options: RedditOptions) -> tuple[str, ...]:
    """The names to ask for: the compound's, then its derivatives', without those of `omit` and those too long."""
    wanted = (*topic.compound.names, *topic.compound.derivatives)
    return tuple(name for name in wanted if name not in options.omit and len(phrase(name)) <= LONGEST)


def beside(topic: Topic) -> tuple[str, ...]:
    """What is asked for beside a name where its posts are too many for a listing: the condition and its context."""
    return (*topic.condition.names, *topic.condition.context)


def phrase(name: str) -> str:
    """The query for one name: word for word."""
    return '"' + name.replace('"', " ").replace("\\", " ") + '"'


def listings(options: RedditOptions, since: date | None, today: date) -> tuple[tuple[Sort, Span], ...]:
    """The listings to ask for of one name in one community, most telling first.

    Args:
        options: the topic's.
        since: up to which day everything was found; None for a first or a full search.
        today: the day of this run.
    """
    if since is None:
        return tuple((sort, span) for span in options.spans for sort in options.sorts)
    far = today - since + OVERLAP
    span: Span = next((name for name, length in _SPANS if far <= length), "all")
    return (("new", span), ("relevance", span))


def digest(topic: Topic, options: RedditOptions) -> str:
    """What a watermark is bound to: everything that is asked."""
    asked = {"names": names(topic, options), **options.model_dump()}
    return query_digest(json.dumps(asked, sort_keys=True, ensure_ascii=False))


def since(mark: Watermark | None, *, query: str, topic_sha256: str, today: date, refresh_days: int) -> date | None:
    """Up to which day all was found; None where everything is to be asked for anew.

    That is so the first time, for another question, when the last full search is as old as `refresh_days`, and where
    a clock that has been put right since set the mark.
    """
    if mark is None or mark.query_digest != query or mark.topic_sha256 != topic_sha256:
        return None
    until, refreshed = date.fromisoformat(mark.until), date.fromisoformat(mark.refreshed)
    aged = refresh_days and today - refreshed >= timedelta(days=refresh_days)
    return None if aged or until > today or refreshed > today else until
