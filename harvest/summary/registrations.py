"""Registered trials: going on, completed with results owed, or stopped. None of them is evidence by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvest.summary.documents import Document
from harvest.summary.studies import Study

_ONGOING: Final = frozenset({"NOT_YET_RECRUITING", "RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING"})
_STOPPED: Final = frozenset({"TERMINATED", "SUSPENDED", "WITHDRAWN"})
_OWED_AFTER: Final = 12
"""Months after completion by which results are to be posted (42 CFR 11.44)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One registered trial.

    Attributes:
        state: `ongoing`, `completed`, `stopped`, or `not known`.
        results: its results section or an article that reports it is in the ledger.
        months_overdue: months since results were due; 0 where they are there or not yet due, None where not known.
        why_stopped: as the register says.
    """

    sid: str
    title: str
    state: str
    results: bool
    months_overdue: int | None
    why_stopped: str


def registrations(
    documents: Iterable[Document], reported: Iterable[Study], study: Mapping[str, str], *, as_of: str
) -> tuple[Registration, ...]:
    """The registrations among the documents.

    Args:
        documents: those that have weight.
        reported: the studies that have results.
        study: each document's id to that of its group.
        as_of: the day up to which overdue months are counted, `2026-11-21`.
    """
    with_results = {study[one.id] for one in reported}
    found = (document for document in documents if is_registration(document))
    return tuple(_registration(one, as_of, results=study[one.id] in with_results) for one in found)


def is_registration(document: Document) -> bool:
    """It stands in a register, with or without results of its own."""
    planned = document.body["design"] == "trial-registration" and document.body["evidence"] == "none"
    return planned or str(document.body["key"]).startswith("nct:")


def _registration(document: Document, as_of: str, *, results: bool) -> Registration:
    entry = document.body.get("details") or {}
    state = _state(entry)
    return Registration(
        sid=document.id,
        title=document.text("title"),
        state=state,
        results=results,
        months_overdue=0 if results or state == "ongoing" else _overdue(_completed(entry), as_of),
        why_stopped=str(entry.get("why_stopped") or ""),
    )


def _completed(entry: Mapping[str, Any]) -> str:
    """The day from which results are owed: of the last look at the primary outcome, else of the end."""
    return str(entry.get("primary_completion") or entry.get("completion") or "")


def _state(entry: dict[str, Any]) -> str:
    status = entry.get("status")
    if status in _ONGOING:
        return "ongoing"
    if status in _STOPPED:
        return "stopped"
    return "completed" if status == "COMPLETED" else "not known"


def _overdue(completed: str, as_of: str) -> int | None:
    """Whole months between the day on which results were due and `as_of`; a day that is not given is the last."""
    if not completed:
        return None
    return max(_months(as_of) - _months(completed) - _OWED_AFTER - (completed[8:10] > as_of[8:10]), 0)


def _months(day: str) -> int:
    return 12 * int(day[:4]) + int(day[5:7] or 12)
