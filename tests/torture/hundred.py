"""A finished, sealed ledger of one hundred lines, and what the verifier knows after each of them."""

import pickle
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from random import Random

from harvest.ledger import Divergence
from harvest.ledger.anchor import Anchor
from harvest.ledger.chain import Diverges
from harvest.ledger.inspection import Inspection
from tests.ledger.room import ORIGIN, Room
from tests.torture.chronicle import drawn

LINES = 100


@dataclass(frozen=True)
class Hundred:
    """The ledger in its room, and its bytes.

    `starts` are the bytes at which its lines begin, and its size.
    """

    room: Room
    stored: bytes
    starts: tuple[int, ...]
    _unused: dict[int, Inspection | None] = field(default_factory=dict)

    @classmethod
    def written(cls, folder: Path) -> "Hundred":
        """Some titles have letters that JSON escapes, which can be spelt in two ways."""
        room = Room(folder)
        with drawn(Random(100)):
            room.crawl(sources=1, seal=False)
            with room.open(run="01J00000000000000000000009") as ledger:
                with ledger.batch() as batch:
                    for number in range(LINES - 4):
                        body = {
                            "key": f"pmid:{number}",
                            "reason": 'семакс ≥ β \x0b "…" \\' if number % 3 else "off-topic",
                        }
                        batch.append("excluded", body)
                ledger.seal()
        lines = room.stored()
        return cls(room, b"".join(lines), tuple(sum(map(len, lines[:count])) for count in range(LINES + 1)))

    def line_at(self, place: int) -> int:
        """The line (from 1) in which the byte at that place stands; one more than there are for the end."""
        return bisect_right(self.starts, place)

    @cached_property
    def _after(self) -> list[bytes]:
        """What the verifier knows after each line."""
        head = Anchor.parse("kept head", self.room.head.read_bytes())
        known = []
        for end in self.starts:
            inspection = Inspection(self.room.path, origin=ORIGIN, heads=[head], kept=LINES)
            with suppress(Diverges):
                inspection.read(BytesIO(self.stored[:end]), end, None)
            known.append(pickle.dumps(inspection))
        return known

    def resumed(self, changed: bytes, lines: int) -> Divergence | None:
        """Where the verifier sees the first divergence, if the first so many lines are as they were written."""
        inspection = self._unused.get(lines) or pickle.loads(self._after[lines])  # noqa: S301 - our own
        try:
            inspection.read(BytesIO(changed[self.starts[lines] :]), len(changed), None)
        except Diverges as fault:
            return fault.at
        finally:
            # only a good line changes what it knows
            self._unused[lines] = inspection if inspection.chain.tree.size == lines else None
        return None
