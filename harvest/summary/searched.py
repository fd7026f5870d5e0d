"""Where a topic was searched, with which words, and how that ended: without it "none found" means nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest import wording
from harvest.catalogue import ENRICHING, REJUDGING
from harvest.reading import Reading
from harvest.topics import Topic

Body = Mapping[str, Any]

_NO_SEARCH: Final = (REJUDGING, ENRICHING, "pasted", "cited")
"""Runs that look for no document: what somebody pastes or a page cites was found by nobody's search."""
_WHERE_TOLD: Final = ("web",)
"""Providers that look only where the topic tells them to: told nothing, their run has looked at nothing."""
_NOTHING: Final = ("failed", "skipped")
"""Outcomes of a run that has looked at nothing."""


@dataclass(frozen=True, slots=True)
class Query:
    """One search as it was last asked, word for word.

    `stated` is the provider's own total, if it gave one; `window` is `all`, or the part that was asked for.
    """

    text: str
    day: str
    outcome: str
    stated: int | None
    window: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """Where a provider's searches stand: the last run that gave something to rely on, and the last one at all.

    Days are `2026-11-21`, empty where there was none; `outcome` is that of the last run, `skipped` without any;
    `topic_changed`: the search that is relied on was made for a topic file that said something else.
    """

    provider: str
    outcome: str
    relied_on: str = ""
    last: str = ""
    problems: tuple[str, ...] = ()
    queries: tuple[Query, ...] = ()
    topic_changed: bool = False

    @property
    def name(self) -> str:
        """As readers know it."""
        return wording.said(wording.PROVIDERS, self.provider)


def searched(reading: Reading, topic: Topic) -> tuple[Searched, ...]:
    """By provider, in the order first searched; those that the topic names and no run asked come last."""
    queries = _queries(reading)
    found: dict[str, Searched] = {}
    for run, body in reading.catalogue.runs.items():
        if body.get("spider") in _NO_SEARCH:
            continue
        day = reading.begun.get(run, "")[:10]
        accounts = body["finished"]["providers"] if "finished" in body else {body["spider"]: {"outcome": "failed"}}
        for provider, account in accounts.items():
            before = found.get(provider, Searched(provider, "skipped"))
            now = (day, body.get("topic_sha256") != topic.digest)
            relied_on, changed = now if _can_be_relied_on(account) else (before.relied_on, before.topic_changed)
            asked = tuple(queries.get(provider, {}).values())
            if provider in _WHERE_TOLD and not asked:
                continue
            problems = tuple(account.get("problems", ()))
            found[provider] = Searched(provider, account["outcome"], relied_on, day, problems, asked, changed)
    never = (name for name in topic.providers if name not in found and name not in _NO_SEARCH)
    return (*found.values(), *(Searched(name, "skipped") for name in never))


def where(providers: Sequence[Searched]) -> str:
    """`PubMed searched 2026-11-21; Reddit, web pages not searched`."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    failed: list[str] = []
    for one in providers:
        if one.relied_on:
            partly = " in part" if one.outcome == "partial" and one.relied_on == one.last else ""
            changed = ", before the topic was changed" if one.topic_changed else ""
            days[f"searched{partly} {one.relied_on}{changed}"].append(one.name)
        if one.last and (one.relied_on != one.last or one.outcome in _NOTHING):
            failed.append(f"search of {one.name} {_ended(one)} {one.last}")
    never = ", ".join(one.name for one in providers if not one.last)
    said = [f"{', '.join(names)} {when}" for when, names in days.items()]
    return "; ".join([*said, *failed, *([f"{never} not searched"] if never else [])]) or "nothing searched"


def none_found(providers: Sequence[Searched]) -> str:
    """That nothing was found, and where; a search that failed is never "none found" (design section 4)."""
    answer = "none found" if any(one.relied_on for one in providers) else "not known, no search has succeeded"
    return f"{answer} ({where(providers)})"


def _ended(one: Searched) -> str:
    return one.outcome if one.outcome in _NOTHING else "not finished"


def _can_be_relied_on(account: Body) -> bool:
    """A partial run counts if one of its searches was answered: one that was stopped before has looked at nothing.

    Some providers never state a total; that something was found says as much.
    """
    answered = account.get("stated_total") is not None or account.get("found", 0) > 0
    return account["outcome"] == "complete" or (account["outcome"] == "partial" and answered)


def _queries(reading: Reading) -> dict[str, dict[str, Query]]:
    """By provider, each query as it was last asked."""
    asked: defaultdict[str, dict[str, Query]] = defaultdict(dict)
    for search in reading.catalogue.searches:
        text, day = search["query"], reading.times.get(search["seq"], "")[:10]
        window = search.get("window", {}).get("kind", "")
        asked[search["provider"]][text] = Query(text, day, search["outcome"], search.get("stated_total"), window)
    return asked
