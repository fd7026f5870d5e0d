"""Listings and searches: words in posts, orders, time windows, and where they end (reference 11.5)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.servers.reddit_world import Thing

SPANS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w+")


def matches(query: str, one: Thing) -> bool:
    """Does a post hold the query? Words and phrases; OR between them, otherwise all of them must be there."""
    sides = re.split(r"\s+OR\s+", query.strip())
    return any(all(_holds(phrase, one) for phrase in _phrases(side)) for side in sides)


def within(one: Thing, span: str, now: datetime) -> bool:
    """Was it written in the time window?"""
    if span not in SPANS:
        return True
    return one.created >= (now - timedelta(days=SPANS[span])).timestamp()


def ordered(posts: list[Thing], sort: str, comments: Callable[[Thing], int]) -> list[Thing]:
    """The posts in the order asked for; an unknown one is relevance: here, the shorter text first."""
    keys: dict[str, Callable[[Thing], object]] = {
        "new": lambda one: (-one.created, one.id),
        "top": lambda one: (-one.score, one.id),
        "hot": lambda one: (-one.score, -one.created, one.id),
        "comments": lambda one: (-comments(one), one.id),
    }
    return sorted(posts, key=keys.get(sort, lambda one: (len(one.text), one.id)))  # type: ignore[arg-type,return-value]


def cut(posts: list[Thing], *, after: str, limit: int, ceiling: int) -> tuple[list[Thing], str | None]:
    """One page and where the next begins; None at the end, or where the listing ends although there is more."""
    held = posts[:ceiling]
    start = 0
    if after:
        names = [one.name for one in held]
        if after not in names:
            return [], None  # the post was deleted meanwhile
        start = names.index(after) + 1
    shown = held[start : start + limit]
    return shown, shown[-1].name if start + limit < len(held) else None


def _phrases(side: str) -> list[list[str]]:
    found = [(quoted or plain).lower() for quoted, plain in _PHRASE.findall(side)]
    return [_WORD.findall(one) for one in found if one not in {"and", "or"}]


def _holds(words: list[str], one: Thing) -> bool:
    text = _WORD.findall(f"{one.title} {one.text}".lower())
    width = len(words)
    return any(text[place : place + width] == words for place in range(len(text) - width + 1))
