"""One page of studies and the state of the register, as far as paging and the search entry need them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from harvest.errors import ParseError
from harvest.model import Key

Json = Mapping[str, Any]

NUMBER: Final = re.compile(r"NCT\d{8}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of studies; it may be short, or empty, and still not be the last (external contract 6.2).

    Attributes:
        studies: one object per study that has a number.
        total: how many there are; on the first page only.
        next: the token of the next page; empty on the last.
        nameless: studies without a number.
    """

    studies: tuple[Json, ...]
    total: int | None
    next: str
    nameless: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """The state of the register."""

    api: str
    timestamp: str
    """When its data were last refreshed, in the register's own time: `2026-11-20T09:00:05`."""

    @property
    def day(self) -> date | None:
        """The day of the last refresh; None where it cannot be read."""
        try:
            return date.fromisoformat(self.timestamp[:10])
        except ValueError:
            return None


def page(body: bytes) -> Page:
    """Read an answer to `/studies`.

    Raises:
        ParseError: it is none.
    """
    answer = _object(body)
    try:
        listed = [one for one in answer["studies"] if isinstance(one, Mapping)]
        total = answer.get("totalCount")
        studies = tuple(one for one in listed if nct(one))
        token = str(answer.get("nextPageToken") or "")
        return Page(studies, int(total) if total is not None else None, token, len(listed) - len(studies))
    except (KeyError, TypeError, ValueError) as error:
        raise ParseError(f"expected a page of studies, got one without {error}") from None


def study(body: bytes) -> Json:
    """Read an answer to `/studies/{nctId}`; of a study that was merged it is the one that it is now.

    Raises:
        ParseError: it is none.
    """
    answer = _object(body)
    if not nct(answer):
        raise ParseError("expected a study, got one without a number")
    return answer


def studies(body: bytes) -> tuple[Json, ...]:
    """The studies of an answer of either form.

    Raises:
        ParseError: it is neither.
    """
    return page(body).studies if "studies" in _object(body) else (study(body),)


def version(body: bytes) -> Version:
    """Read an answer to `/version`.

    Raises:
        ParseError: it is none.
    """
    answer = _object(body)
    return Version(str(answer.get("apiVersion", "")), str(answer.get("dataTimestamp", "")))


def nct(one: Json) -> str:
    """The number of a study; empty where it has none."""
    named = str(module(one, "identificationModule").get("nctId", ""))
    return named if NUMBER.fullmatch(named) else ""


def registration_key(number: str) -> Key:
    """The key of a registration."""
    return f"nct:{number}"


def results_key(number: str) -> Key:
    """The key of the results that are posted with a registration: a record of their own."""
    return f"nct-results:{number}"


def module(one: Json, name: str, *, section: str = "protocolSection") -> Json:
    """A module of a study; empty where it is missing, as any may be."""
    held = (one.get(section) or {}).get(name)
    return held if isinstance(held, Mapping) else {}


def _object(body: bytes) -> Json:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ParseError(f"expected JSON of ClinicalTrials.gov, got {error}") from None
    if not isinstance(answer, Mapping):
        raise ParseError("expected an object of ClinicalTrials.gov, got something else")
    return answer
