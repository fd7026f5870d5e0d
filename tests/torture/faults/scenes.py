"""What a process does with a ledger while its system calls fail: to begin, append, seal, recover, rotate, adopt."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from harvest.ledger import Index
from tests.ledger.room import START, Room, ticking
from tests.torture.faults.witness import Witness
from tests.torture.faults.writer import EXPECTED, Writer

SIGNED: Final = 6
"""Entries below the head of a finished run."""
FIRST_SAID: Final = 8
"""`seq` of the first entry with content."""
_PATIENCE: Final = 1
"""Seconds for which a neighbour waits for the lock."""
SIGNED_AT_LEAST: Final = timedelta(seconds=61)
"""After which a batch signs the head."""


@dataclass(frozen=True)
class Scene:
    """A ledger as it is found, and what is done with it; a broken one cannot be gone on with."""

    prepare: Callable[[Writer], None]
    act: Callable[[Writer], None]
    broken: bool = False


def _nothing(writer: Writer) -> None:
    """An empty folder."""


def _crawled(writer: Writer) -> None:
    """A finished run, and two acknowledged entries above its head."""
    writer.room.crawl()
    with writer.open():
        writer.add("found-1", "found-2")


def _indexed(writer: Writer) -> None:
    """As `_crawled`, the index of some of its lines beside it."""
    _crawled(writer)
    _look_up(writer)
    with writer.open():
        writer.add("found-3")


def _written(writer: Writer) -> None:
    """As `_crawled`, with content, of which some is below a head, some above, and some erased."""
    _crawled(writer)
    with writer.open():
        writer.add("said-1", "said-2", "said-3", content=True)
        writer.redact(FIRST_SAID)
        writer.add("said-4", content=True)


def _torn(writer: Writer) -> None:
    """As `_crawled`, then half a line of a writer that was killed."""
    _crawled(writer)
    _tear(writer.room)


def _strewn(writer: Writer) -> None:
    """As `_crawled`, then a whole line that does not chain, and more."""
    _crawled(writer)
    with writer.room.path.open("ab") as stream:
        stream.write(writer.room.stored()[1] + b"\0" * 5000)


def _cut(writer: Writer) -> None:
    """As `_crawled`, without its last signed line."""
    _crawled(writer)
    os.truncate(writer.room.path, sum(map(len, writer.room.stored()[: SIGNED - 1])))


def _changed(writer: Writer) -> None:
    """As `_crawled`, one signed line rewritten."""
    _crawled(writer)
    lines = writer.room.stored()
    writer.room.put([*lines[:2], lines[2].replace(b"pmid", b"pmed"), *lines[3:]])


def _headless(writer: Writer) -> None:
    """As `_crawled`, the kept head gone."""
    _crawled(writer)
    writer.room.head.unlink()


def _half_rotated(writer: Writer) -> None:
    """As `_crawled`, with a rotation whose writer was killed before the new key was in place."""
    _crawled(writer)
    key = writer.room.key.read_bytes()
    with writer.open() as ledger:
        ledger.rotate()
    writer.room.key.rename(writer.room.key.with_name("key.next"))
    key_path = writer.room.head.with_name("key")
    key_path.write_bytes(key)
    key_path.chmod(0o600)


def _tear(room: Room) -> None:
    """Half a line at the end, by a system call that no fault strikes."""
    opened = os.open(room.path, os.O_WRONLY | os.O_APPEND)
    os.writev(opened, [b'{"body":{"key":"torn"},"prev":"'])


def _begin(writer: Writer) -> None:
    writer.open()
    writer.add("one", "two")


def _append(writer: Writer) -> None:
    writer.open()
    writer.add("one", "two", "three")
    writer.add("four")
    writer.later(SIGNED_AT_LEAST)
    writer.add("five")


def _seal(writer: Writer) -> None:
    writer.open()
    writer.seal()
    writer.add("one")
    writer.seal()


def _recover(writer: Writer) -> None:
    writer.open()
    writer.add("one")
    writer.seal()


def _neighbours(writer: Writer) -> None:
    """Two processes by turns, of which no fault strikes the second, and a third that was killed between."""
    writer.open()
    writer.add("one")
    _neighbour(writer, "two", "three")
    _tear(writer.room)
    writer.add("four")
    _neighbour(writer, "five")
    writer.add("six")
    writer.seal()


def _neighbour(writer: Writer, *names: str) -> None:
    """Another process appends; it does not wait for a lock that is never given back."""
    process = os.fork()
    if process == 0:
        try:
            signal.alarm(_PATIENCE)
            writer.open()
            writer.add(*names)
        finally:
            os._exit(0)
    os.waitpid(process, 0)


def _say(writer: Writer) -> None:
    """Content comes and goes."""
    writer.open()
    writer.add("one", "two", content=True)
    writer.redact(FIRST_SAID + 1, FIRST_SAID + 2)
    writer.add("three", content=True)


def _rotate(writer: Writer) -> None:
    writer.open()
    writer.witness.tell("sealed", writer.ledger.rotate().size)
    writer.add("one")
    writer.seal()


def adopt(writer: Writer) -> None:
    """Takes over a ledger whose head is gone."""
    room = writer.room
    adopted = room.adopt(reason="lost")
    writer.witness.tell("sealed", adopted.size)


def _adopt(writer: Writer) -> None:
    adopt(writer)
    writer.open()
    writer.add("one")


def _verify(writer: Writer) -> None:
    writer.witness.tell("verdict", writer.room.verify().exit_code)


def _look_up(writer: Writer) -> None:
    """Says which entries it found where, as if it had been told of them."""
    with Index.open(writer.room.path) as index:
        found = {seq: index.at(seq).entry.body["key"] for seq in (SIGNED, SIGNED + 1)}
        writer.witness.tell("entries", {name: seq for seq, name in found.items()})


SCENES: Final = {
    "begin": Scene(_nothing, _begin),
    "append": Scene(_crawled, _append),
    "seal": Scene(_crawled, _seal),
    "recover": Scene(_torn, _recover),
    "recover-more": Scene(_strewn, _recover),
    "neighbours": Scene(_crawled, _neighbours),
    "rotate": Scene(_crawled, _rotate),
    "rotate-on": Scene(_half_rotated, _recover),
    "redact": Scene(_written, _say),
    "recover-said": Scene(_written, _recover),
    "adopt": Scene(_headless, _adopt),
    "look-up": Scene(_indexed, _look_up),
    "look-up-anew": Scene(_crawled, _look_up),
    "verify": Scene(_crawled, _verify),
    "verify-torn": Scene(_torn, _verify),
    "verify-cut": Scene(_cut, _verify, broken=True),
    "verify-changed": Scene(_changed, _verify, broken=True),
}
"""By name."""


def prepared(name: str, room: Room, witness: Witness, *, weight: int = 0) -> None:
    """Makes what the scene finds."""
    writer = Writer(room, witness, weight)
    SCENES[name].prepare(writer)
    writer.close()


def played(name: str, room: Room, witness: Witness, *, weight: int = 0) -> None:
    """Plays a scene to its end, saying what was acknowledged and what failed."""
    room.clock = ticking(START + timedelta(hours=1))
    writer = Writer(room, witness, weight)
    try:
        SCENES[name].act(writer)
    except EXPECTED as error:
        witness.tell("failures", f"{type(error).__name__}: {error}")
        writer.insist()
    except Exception as error:  # noqa: BLE001 - whichever it is, it is told
        witness.tell("crashed", repr(error))
    writer.close()
    witness.tell("finished", True)
