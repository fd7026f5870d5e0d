"""What writers do before power is lost: each story begins on a durable disk and promises as it goes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from harvest.errors import LedgerError
from harvest.ledger import Ledger
from tests.ledger.room import SECOND_RUN, START, Room, ticking
from tests.torture.crash_states.calls import Promise

THIRD_RUN: Final = "01J00000000000000000000003"
HOME: Final = "home"
"""The folder below the root in which a story's ledger and state live; the root alone is there from the beginning."""


class Writer:
    """One process that writes to the ledger of a room and promises what it has been promised."""

    def __init__(self, room: Room, promises: Callable[[Promise], None]) -> None:
        self.room = room
        self._promises = promises
        self._sealed = 0
        self._erased: frozenset[str] = frozenset()

    @contextmanager
    def open(self, run: str = SECOND_RUN) -> Iterator[Ledger]:
        """An open ledger; what a killed process left in it is not acknowledged by that."""
        with self.room.open(run) as ledger:
            yield ledger

    def append(self, ledger: Ledger, *sizes: int) -> None:
        """One batch of sources, with abstracts of so many letters."""
        with ledger.batch() as batch:
            for size in sizes:
                sid = f"s{batch.next_seq}"
                batch.append("source", {"abstract": (f"Семакс {sid} " * size)[:size], "sid": sid})
        self.promise()

    def post(self, ledger: Ledger, *sizes: int) -> list[int]:
        """One batch of sources with erasable texts of so many letters; their `seq`."""
        with ledger.batch() as batch:
            seqs = [
                batch.append("source", {"sid": f"s{batch.next_seq}"}, content={"text": "x" * size}) for size in sizes
            ]
        self.promise()
        return seqs

    def erase(self, ledger: Ledger, *seqs: int) -> None:
        """Erases the content of these lines, and of what a killed writer had begun to erase."""
        ledger.redact(seqs, "deleted-by-author")
        committed = (entry for entry in self.room.folded if entry.seq in seqs)
        self._erased |= {entry.body["content"]["commitment"] for entry in committed}
        self._sealed = self.room.folded[-1].seq + 1
        self.promise()

    def seal(self, ledger: Ledger) -> None:
        self._sealed = ledger.seal().size
        self.promise()

    def rotate(self, ledger: Ledger) -> None:
        self._sealed = ledger.rotate().size
        self.promise()

    def adopt(self) -> None:
        """Takes over the ledger as `harvest adopt` does."""
        room = self.room
        adopted = room.adopt(reason="moved")
        self._sealed = adopted.size
        self.promise()

    def promise(self) -> None:
        """Everything in the file now is acknowledged."""
        self._promises(Promise(self.room.path.read_bytes(), self._sealed, self._erased))


def begin(writer: Writer) -> None:
    with writer.open() as ledger:
        writer.seal(ledger)


def append(writer: Writer) -> None:
    with writer.open() as ledger:
        writer.append(ledger, 10)
        writer.append(ledger, 900, 40, 2_500, 10)
        writer.append(ledger, 6_000)
        writer.append(ledger, *[30] * 9)


def seal(writer: Writer) -> None:
    with writer.open() as ledger:
        for size in (10, 700):
            writer.append(ledger, size, 20)
            writer.seal(ledger)


def seal_when_due(writer: Writer) -> None:
    with writer.open() as ledger:
        writer.append(ledger, 300)
        writer.room.clock = ticking(START + timedelta(days=1, seconds=61))
        writer.append(ledger, 300)
        writer.append(ledger, 20)


def rotate(writer: Writer) -> None:
    with writer.open() as ledger:
        writer.append(ledger, 200)
        writer.rotate(ledger)
        writer.append(ledger, 200)
        writer.seal(ledger)


def take_turns(writer: Writer) -> None:
    with writer.open(SECOND_RUN) as one, writer.open(THIRD_RUN) as two:
        for ledger in (one, two, one):
            writer.append(ledger, 400, 10)
        writer.seal(two)
        writer.append(one, 10)


def live_long(writer: Writer) -> None:
    """From nothing to a second run, all in one."""
    with writer.open() as ledger:
        writer.append(ledger, 100, 600)
        writer.seal(ledger)
        writer.rotate(ledger)
    with writer.open() as ledger:
        writer.append(ledger, 1_500)
        writer.seal(ledger)


def erase(writer: Writer) -> None:
    with writer.open() as ledger:
        writer.post(ledger, 600, 20, 5_000)
        writer.append(ledger, 40)
        writer.erase(ledger, 6, 8)
        writer.post(ledger, 20)
        writer.erase(ledger, 7)


def adopt(writer: Writer) -> None:
    writer.adopt()
    with writer.open() as ledger:
        writer.append(ledger, 100)


def nothing(room: Room) -> None:
    """An empty disk."""


def a_run(room: Room) -> None:
    """A sealed run of the day before."""
    room.crawl()
    room.clock = ticking(START + timedelta(days=1))


def a_torn_tail(tail: bytes) -> Callable[[Room], None]:
    """A sealed run, and after it what a crash left."""

    def prepare(room: Room) -> None:
        a_run(room)
        room.path.write_bytes(room.path.read_bytes() + tail)

    return prepare


def a_run_without(*names: str) -> Callable[[Room], None]:
    """A sealed run whose key or kept head is gone."""

    def prepare(room: Room) -> None:
        a_run(room)
        for name in names:
            getattr(room, name).unlink()

    return prepare


@dataclass(frozen=True, slots=True)
class Story:
    """How a disk was before, and what a writer did on it."""

    before: Callable[[Room], None]
    tell: Callable[[Writer], None]
    adopts: bool = False
    """After a crash the ledger may have to be adopted, since that is what the writer was about."""


STORIES: Final[Mapping[str, Story]] = {
    "a new ledger": Story(nothing, begin),
    "appends in batches": Story(a_run, append),
    "seals": Story(a_run, seal),
    "a seal that is due": Story(a_run, seal_when_due),
    "a rotation": Story(a_run, rotate),
    "two writers": Story(a_run, take_turns),
    "a long life": Story(nothing, live_long),
    "an erasure": Story(a_run, erase),
    "a torn line": Story(a_torn_tail(b'{"body":{"abstract":"' + b"x" * 1_500), seal),
    "a tail of zeros": Story(a_torn_tail(bytes(5_000)), append),
    "an adoption without head": Story(a_run_without("head"), adopt, adopts=True),
    "an adoption without key": Story(a_run_without("key"), adopt, adopts=True),
    "an adoption without both": Story(a_run_without("head", "key"), adopt, adopts=True),
}


def recover(room: Room, story: Story) -> None:
    """What the next run does on what a crash left.

    Raises:
        LedgerError: if it refuses.
    """
    try:
        room.open(SECOND_RUN).close()
    except LedgerError as refused:
        if not (story.adopts and "harvest adopt" in refused.hint):
            raise
        Writer(room, lambda _: None).adopt()
        room.open(SECOND_RUN).close()
