"""Records as JSON Lines in, one line each out: what `harvest dedupe` answers (design section 6)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from harvest import jsonl_fingerprints, jsonl_records
from harvest.errors import ParseError
from harvest.identity import Clusters, Place
from harvest.jsonl_records import Id

Body = dict[str, Any]

_encode: Final = json.JSONEncoder(separators=(",", ":")).encode
"""ASCII alone: no reader takes U+2028 for the end of a line, no terminal obeys what a text hides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one line of the input, by its number there."""

    number: int
    line: bytes
    """A JSON object, with its line feed."""
    complaint: str = ""
    """What was expected and what came; empty where the line held a record."""


def answers(lines: Iterable[tuple[int, bytes]]) -> Iterator[Answer]:
    """One answer to each numbered line, in order, once all are read: a later record may join two that stood apart.

    Of a record only what tells which document it is stays in memory. A line that holds none is answered with `error`,
    under its id if known.
    """
    clusters = Clusters()
    given = [_take(number, line, clusters) for number, line in lines]
    ids = [one.id for one in given if not one.complaint]
    places = iter(clusters.places())
    for one in given:
        said = {"id": one.id, "error": one.complaint} if one.complaint else _said(one.id, next(places), ids)
        yield Answer(one.number, _encode(said).encode() + b"\n", one.complaint)


@dataclass(frozen=True, slots=True)
class _Given:
    number: int
    id: Id | None
    complaint: str = ""


def _take(number: int, line: bytes, clusters: Clusters) -> _Given:
    name: Id | None = None
    try:
        fields = jsonl_records.fields(line)
        name = jsonl_records.id_of(fields)
        _, fingerprint = jsonl_fingerprints.read(fields)
    except ParseError as error:
        return _Given(number, jsonl_records.id_in(line) if name is None else name, error.message)
    clusters.add(fingerprint)
    return _Given(number, name)


def _said(name: Id | None, place: Place, ids: list[Id | None]) -> Body:
    maybe = dict.fromkeys(ids[at] for at in place.maybe)
    return {"id": name, "cluster": ids[place.cluster], "maybe": list(maybe)}
