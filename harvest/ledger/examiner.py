"""Lines looked at one by one, each for itself: is it what the format allows, and does its body say what it must?"""

from collections.abc import Mapping, Sequence
from operator import call
from typing import Any, Final, NamedTuple

from harvest.ledger.chain import Divergence
from harvest.ledger.entry import Entry
from harvest.ledger.line import LineRefused, are_runs, are_times, body_before, decode, is_plain
from harvest.ledger.references import NAMED, Event
from harvest.ledger.schemas import Check, fault, held

FAULTS_KEPT: Final = 20
"""Faults that are told one by one; further ones are counted."""
_SHAPES_KEPT: Final = 10_000


class Columns(NamedTuple):
    """What stands behind the bodies of lines, in the one spelling, escapes left out.

    Attributes:
        first: `seq` of the first line.
        ends: from `"prev"` on, without LF.
    """

    first: int
    ends: list[bytes]
    runs: list[bytes]
    times: list[bytes]
    types: list[bytes]


class _Looks(NamedTuple):
    """What is to be done with a body that has the names and types of fields of one that was right.

    Attributes:
        nested: fields that are lists or objects.
        named: those by which entries refer to others.
        held: those of which more must be true than their types, and what.
    """

    nested: tuple[str, ...]
    named: tuple[str, ...]
    held: tuple[str, ...]
    checks: tuple[Check, ...]

    @classmethod
    def of(cls, type_: str, body: Mapping[str, Any]) -> "_Looks":
        """Of a body that is plain."""
        nested = (name for name, value in body.items() if isinstance(value, list | dict))
        checks = held(type_, body)
        return cls(tuple(nested), tuple(NAMED.intersection(body)), tuple(checks), tuple(checks.values()))

    def find_right(self, body: Mapping[str, Any]) -> bool:
        """Is such a body plain, and says what it must?"""
        nested = filter(None, map(body.__getitem__, self.nested))
        return all(map(call, self.checks, map(body.__getitem__, self.held))) and is_plain(*nested)

    def reference(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What of such a body other entries may refer to."""
        return {name: body[name] for name in self.named}


_known: Final[dict[tuple[object, ...], _Looks]] = {}
"""By type, names and types of fields: most bodies look like one before."""


class Examiner:
    """What was found in a stretch of lines.

    Attributes:
        events: of all lines, in order: what other lines may refer to.
        faults: bodies that are not as they should be, the first `FAULTS_KEPT` of them.
        more: how many others.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.faults: list[Divergence] = []
        self.more = 0

    def take_lines(self, lines: Sequence[bytes], columns: Columns, offset: int) -> bool:
        """Takes lines without their LF, the first of which begins at byte `offset`; False if one is no entry."""
        names = {name: name.decode() for name in {*columns.runs, *columns.types}}
        if not are_times(columns.times) or not are_runs(map(names.__getitem__, set(columns.runs))):
            return False
        rows = zip(lines, columns.ends, columns.runs, columns.types, strict=True)
        try:
            for seq, (line, end, run, type_) in enumerate(rows, columns.first):
                body = body_before(line, len(line) - len(end))
                looks = _known.get(_shape(names[type_], body)) if body is not None else None
                if body is not None and looks and looks.find_right(body):
                    self.events.append(Event(seq, offset, names[type_], names[run], looks.reference(body)))
                else:
                    self.take(decode(line + b"\n"), offset)
                offset += len(line) + 1
        except LineRefused:
            return False
        return True

    def take(self, entry: Entry, offset: int) -> None:
        """Takes one entry, whose line begins at `offset`."""
        type_, body = entry.type, entry.body
        self.events.append(Event.of(entry, offset))
        if wrong := fault(type_, body):
            if len(self.faults) < FAULTS_KEPT:
                self.faults.append(Divergence(entry.seq + 1, offset, *wrong))
            else:
                self.more += 1
        elif len(_known) < _SHAPES_KEPT:
            _known[_shape(type_, body)] = _Looks.of(type_, body)


def _shape(type_: str, body: Mapping[str, Any]) -> tuple[object, ...]:
    return (type_, *body, *map(type, body.values()))
