"""One line of JSON Lines in, one line out: what `harvest classify` answers to a record (design section 6)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from harvest import jsonl_records
from harvest.errors import ParseError
from harvest.evidence import classify
from harvest.jsonl_records import Given, Id
from harvest.model import Evidence, Reason

Body = dict[str, Any]

MILLION: Final = 1_000_000
"""Probabilities are kept in millionths and said as a number from 0 to 1."""


RULES: Final = frozenset({"evidence", "report"})
"""What the ids of rules begin with; anything else that stands in a reason is a model's version."""
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode
"""ASCII alone: no reader takes U+2028 for the end of a line, no terminal obeys what a text hides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one line."""

    line: bytes
    """A JSON object, with its line feed."""
    complaint: str = ""
    """What was expected and what came; empty where the line held a record."""


def answers(lines: Iterable[bytes]) -> list[Answer]:
    """One answer to each line."""
    return [answer(line) for line in lines]


def answer(line: bytes) -> Answer:
    """Classify the record that a line holds; a line that holds none is answered with `error`, under its id if known."""
    name = None
    try:
        fields = jsonl_records.fields(line)
        name = jsonl_records.id_of(fields)
        given = jsonl_records.read(fields)
    except ParseError as error:
        return _refused(jsonl_records.id_in(line) if name is None else name, error.message)
    try:
        return Answer(_line(judged(given, classify(given.record))))
    except Exception as error:  # noqa: BLE001  # whatever one text sets off, the others are classified
        return _refused(name, f"internal error: {error!r}; please report it with the record")


def _refused(name: Id | None, complaint: str) -> Answer:
    return Answer(_line({"id": name, "error": complaint}), complaint)


def _line(body: Body) -> bytes:
    return _encode(body).encode() + b"\n"


def judged(given: Given, evidence: Evidence) -> Body:
    """The evidence of a record in the words of the input: its id, its names of fields, offsets into its texts."""
    return {
        "id": given.id,
        "evidence": str(evidence.kind),
        "design": str(evidence.design),
        "tier": evidence.tier,
        "probability": evidence.probability / MILLION,
        "needs_review": evidence.needs_review,
        "reasons": [_reason(given, reason) for reason in evidence.reasons],
    }


def _reason(given: Given, reason: Reason) -> Body:
    """A rule's id stands under `rule`, a model's version under `model`; offsets are null where there is no text."""
    by = "rule" if reason.rule.partition(".")[0] in RULES else "model"
    placed = reason.start >= 0
    return {
        by: reason.rule,
        "field": given.field(reason.field),
        "start": reason.start if placed else None,
        "end": reason.end if placed else None,
        "text": reason.text,
    }
