"""Which posts and comments still exist: the deletion sweep (external contract 11.8)."""

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

from harvest.configuration import Configuration
from harvest.crawl.duty import NAMELESS, There
from harvest.crawl.politeness import limiters
from harvest.crawl.reddit.client import GROUP, Client
from harvest.crawl.reddit.opening import opened
from harvest.errors import ParseError
from harvest.reddit import things
from harvest.reddit.things import Standing


@lru_cache(maxsize=1)
def client(configuration: Configuration) -> Client:
    """The client of a recheck, which asks group after group with one token.

    Raises:
        CredentialsMissing, UsageError: Reddit cannot be asked.
    """
    return opened(configuration, pause=time.sleep, limiter=limiters())


def still_there(asked: Client, fullnames: Sequence[str]) -> Mapping[str, There]:
    """Says of each whether the public can read it, and who wrote it; an id missing from the answer was deleted.

    An answer without any of them is asked for twice before it is believed: a fault there would erase a hundred texts.
    None stands for what came and cannot be read.

    Args:
        asked: whom to ask.
        fullnames: at most 100.

    Raises:
        ProviderError: no answer came.
    """
    came = _standings(asked, fullnames) or _standings(asked, fullnames)
    return {name: came.get(name, False) for name in fullnames}


def _standings(asked: Client, fullnames: Sequence[str]) -> dict[str, There]:
    standings: dict[str, There] = {}
    for start in range(0, len(fullnames), GROUP):
        for thing in asked.info(fullnames[start : start + GROUP]):
            standings[_name(thing)] = _there(thing)
    return standings


def _name(thing: things.Body) -> str:
    given = thing.get("data")
    return str(given.get("name") or f"{thing.get('kind')}_{given.get('id')}") if isinstance(given, dict) else ""


def _there(thing: things.Body) -> There:
    try:
        standing = _standing(thing)
    except ParseError:
        return None
    return NAMELESS if standing is Standing.ACCOUNT_DELETED else standing.has_text


def _standing(thing: things.Body) -> Standing:
    if thing.get("kind") == things.POST:
        return things.post(thing).standing
    return things.comment(thing, thread="").standing
