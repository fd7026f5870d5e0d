"""Every byte of a ledger of one hundred lines changed, every byte put in or taken out, every cut: all are found.

In the whole run:

- each of the eight bits of each byte flipped, each byte taken out, each cut, and a line feed and a blank put in at
  each place: by `harvest verify` as it is called, with its heads and its fast way;
- each byte replaced by each of the 255 others, and 16 telling bytes put in at each place: by the verifier's reading of
  lines, resumed from what it knows before the line of the change, which no change can alter.
"""

import random
from collections.abc import Iterator
from functools import partial

import pytest

from harvest.ledger import Divergence
from tests.torture import broken
from tests.torture.hundred import LINES, Hundred
from tests.torture.place import places
from tests.torture.scale import WHOLE, said, scaled

SHARES = 4
TELLING = b'\n\r\t \\"/0a,:{}\x00\x7f\xef'
Change = tuple[bytes, int]
"""The changed ledger, and the line (from 1) of the first divergence."""


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hundred]:
    with places() as place:
        yield Hundred.written(place.folder / "hundred")


def flips(hundred: Hundred, place: int, others: bytes) -> Iterator[Change]:
    """The byte at a place replaced by each of the others."""
    before, after, line = hundred.stored[:place], hundred.stored[place + 1 :], hundred.line_at(place)
    return ((before + bytes([other]) + after, line) for other in others if other != hundred.stored[place])


def bits(hundred: Hundred, place: int) -> Iterator[Change]:
    return flips(hundred, place, bytes(hundred.stored[place] ^ 1 << bit for bit in range(8)))


def insertions(hundred: Hundred, place: int, some: bytes) -> Iterator[Change]:
    """Each of the bytes put in before a place; an LF before an LF makes the next line the blank one."""
    before, after, line = hundred.stored[:place], hundred.stored[place:], hundred.line_at(place)
    for byte in some:
        yield before + bytes([byte]) + after, line + (byte == 0x0A and after.startswith(b"\n"))


def deletion(hundred: Hundred, place: int) -> Iterator[Change]:
    yield hundred.stored[:place] + hundred.stored[place + 1 :], hundred.line_at(place)


def cut(hundred: Hundred, place: int) -> Iterator[Change]:
    yield hundred.stored[:place], hundred.line_at(place)


WHOLLY = {
    "bits flipped": bits,
    "bytes taken out": deletion,
    "cuts": cut,
    "line feeds and blanks put in": partial(insertions, some=b"\n "),
}
RESUMED = {
    "bytes replaced by each other one": partial(flips, others=bytes(range(256))),
    "telling bytes put in": partial(insertions, some=TELLING),
}


def places_of(hundred: Hundred, share: int, sample: int) -> list[int]:
    """All places of a share; in a sample some, and those about line ends."""
    every = range(len(hundred.stored))
    if WHOLE:
        return list(every[share::SHARES])
    chance = random.Random(share)
    ends = [start + near for start in hundred.starts for near in (-1, 0) if 0 <= start + near < len(every)]
    return [*chance.sample(every, sample), *chance.sample(ends, sample // 4)]


def wrong(hundred: Hundred, at: Divergence | None, change: Change) -> str:
    """What is not as it should be about a verdict; nothing where all is."""
    changed, line = change
    if at is None:
        return f"not found in line {line}: {changed[hundred.starts[line - 1] :][:400]!r}"
    return "" if (at.line, at.offset) == (line, hundred.starts[line - 1]) else f"expected it in line {line}, got {at}"


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("kind", WHOLLY)
def test_whatever_is_done_to_a_byte_is_found_in_its_line(hundred: Hundred, kind: str, share: int) -> None:
    room, count, faults = hundred.room, 0, []
    try:
        for place in places_of(hundred, share, scaled(12, 0)):
            for change in WHOLLY[kind](hundred, place):
                room.path.write_bytes(change[0])
                report = room.verify()
                count += 1
                if report.exit_code != 1 or wrong(hundred, report.first_divergence, change):
                    faults.append(wrong(hundred, report.first_divergence, change) or str(report))
    finally:
        room.path.write_bytes(hundred.stored)
    assert room.verify().exit_code == 0
    said(f"{kind}, share {share}: {count} by harvest verify, {len(faults)} not found or not named right")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:10])


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("kind", RESUMED)
def test_each_of_all_bytes_is_found_in_its_line(hundred: Hundred, kind: str, share: int) -> None:
    count, faults = 0, []
    for place in places_of(hundred, share, scaled(2, 0)):
        for change in RESUMED[kind](hundred, place):
            count += 1
            if fault := wrong(hundred, hundred.resumed(change[0], hundred.line_at(place) - 1), change):
                faults.append(fault)
    said(f"{kind}, share {share}: {count} by resumed reading, {len(faults)} not found or not named right")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:10])


def test_resumed_reading_finds_what_the_whole_does(hundred: Hundred) -> None:
    chance = random.Random(0)
    try:
        for place in chance.sample(range(len(hundred.stored)), scaled(40, 2_000)):
            (change,) = flips(hundred, place, bytes([hundred.stored[place] ^ chance.randrange(1, 256)]))
            hundred.room.path.write_bytes(change[0])
            resumed = hundred.resumed(change[0], hundred.line_at(place) - 1)
            whole = hundred.room.verify().first_divergence
            assert resumed
            assert whole
            assert (resumed.line, resumed.offset) == (whole.line, whole.offset)  # a head may say it in other words
    finally:
        hundred.room.path.write_bytes(hundred.stored)


def test_bytes_put_in_at_the_end_are_found_behind_the_last_line(hundred: Hundred) -> None:
    for byte in range(256):
        at = hundred.resumed(hundred.stored + bytes([byte]), LINES)
        assert at
        assert (at.line, at.offset) == (LINES + 1, len(hundred.stored))


def test_a_verifier_that_writes_entries_anew_misses_flips_and_is_caught(hundred: Hundred) -> None:
    """A negative control: of an escape in two spellings it sees the value alone."""
    fault = next(fault for fault in broken.TOO_LAX if fault.name == "writes each entry anew before it hashes")
    escapes = [place for place in range(len(hundred.stored)) if hundred.stored[place : place + 6] == b"\\u000b"]
    missed = 0
    for place in escapes[:3]:
        for changed, _ in bits(hundred, place + 5):
            hundred.room.path.write_bytes(changed)
            found = fault.tool().main([str(hundred.room.path), "--state", str(hundred.room.state)])
            assert hundred.room.verify().exit_code == 1
            missed += found == 0
    hundred.room.path.write_bytes(hundred.stored)
    assert missed == 3
