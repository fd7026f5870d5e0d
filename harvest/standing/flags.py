"""The flags of a source that say how far it may be relied on: its own record's, and those that services give it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from harvest.corrections import EVENTS
from harvest.standing.status import State

Body = Mapping[str, Any]

UNCONFIRMED: Final = "retraction-unconfirmed"
"""Only a service whose word has been wrong before calls it retracted: it keeps its weight, and is named."""
FLAGS: Final = ("retracted", "concern", "erratum", UNCONFIRMED)
_WEAK: Final = frozenset({"openalex"})
"""OpenAlex's `is_retracted` has had false positives (external APIs 8)."""
_FLAG_OF: Final = {"retraction": "retracted", "concern": "concern", "erratum": "erratum"}
_RETRACTED_TYPE: Final = "D016441"
"""MeSH's publication type Retracted Publication."""
_GAINED: Final = {"retracted": "retraction"}


def by_services(services: Mapping[str, Body]) -> tuple[str, ...]:
    """The flags that follow from what services say (`services` of a source)."""
    found: set[str] = set()
    for name, said in services.items():
        retracted = said.get("state") == State.RETRACTED
        if name in _WEAK:
            found |= {UNCONFIRMED} if retracted else set()
            continue
        happened = {_FLAG_OF.get(notice["event"], "") for notice in said.get("notices", ())}
        found |= (happened - {"retracted"}) | ({"retracted"} if retracted else set())
    return tuple(flag for flag in FLAGS if flag in found and (flag != UNCONFIRMED or "retracted" not in found))


def standing_flags(body: Body, services: Mapping[str, Body]) -> list[str]:
    """All flags of a source whose services now say this: what its own record says stays, and all other flags."""
    flags = body.get("flags", ())
    before = by_services(body.get("services", {}))
    own = by_record(body) | {flag for flag in flags if flag in FLAGS and flag not in before}
    return also([flag for flag in flags if flag not in FLAGS or flag in own], services)


def also(flags: Iterable[str], services: Mapping[str, Body]) -> list[str]:
    """The flags of a record and those that services give; a retraction that is certain needs no other word."""
    joined = list(dict.fromkeys((*flags, *by_services(services))))
    return [flag for flag in joined if flag != UNCONFIRMED or "retracted" not in joined]


def by_record(body: Body) -> set[str]:
    """The flags that the record's own links and publication types give, without what services say."""
    events = {EVENTS.get(link["relation"], "") for link in body.get("links", ())}
    found = {_FLAG_OF[event] for event in events if event in _FLAG_OF}
    return found | {"retracted" for kind in body.get("types", ()) if kind["ui"] == _RETRACTED_TYPE}


def events(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """What `changed` says happened: `retraction`, `concern`, `erratum`, `reinstated`; `enriched` if none of these."""
    gained = [_GAINED.get(flag, flag) for flag in FLAGS if flag in now and flag not in before]
    lost = ["reinstated"] if "retracted" in before and "retracted" not in now else []
    return [*gained, *lost] or ["enriched"]
