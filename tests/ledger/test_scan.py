"""A scan says of any stretch what its lines come to, read one by one; of one that is not as it should be, nothing."""

import io
from collections import Counter
from collections.abc import Callable
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from harvest.ledger import Entry
from harvest.ledger.chain import KEY_TYPES
from harvest.ledger.leaf import NO_LEAF, leaf
from harvest.ledger.line import MAX_LINE, decode, encode
from harvest.ledger.scan import BLOCK, Mark, Notable, Stretch, _blocks, scan
from harvest.ledger.span import Span
from tests.ledger.room import FIRST_RUN, SECOND_RUN
from tests.ledger.test_chain import LATER, TIME

TYPES = ["ledger", "run-started", "source", "key-rotated", "adopted", "source", "run-finished", "run-started", "failed"]


def chained(entries: list[Entry]) -> list[bytes]:
    """Lines that are numbered as they say and linked."""
    raws: list[bytes] = []
    for entry in entries:
        prev = leaf(raws[-1]).hex() if raws else NO_LEAF
        raws.append(encode(entry._replace(prev=prev)))
    return raws


def numbered(types: list[str], first: int = 0) -> list[Entry]:
    runs = (FIRST_RUN, SECOND_RUN)
    return [
        Entry(1, first + place, TIME if place < 4 else LATER, runs[place % 3 == 2], type_, "", {"t": "x" * (place * 7)})
        for place, type_ in enumerate(types)
    ]


@pytest.fixture
def stored() -> list[bytes]:
    return chained(numbered(TYPES))


def put(folder: Path, stored: list[bytes]) -> Path:
    path = folder / "x.jsonl"
    path.write_bytes(b"".join(stored))
    return path


def slowly(stored: list[bytes], begin: int, end: int, sizes: list[int]) -> Stretch:
    """The same, line by line."""
    end = max(begin, min(end, sizes[-1] if sizes else 0))
    offsets = [0, *accumulate(map(len, stored))]
    entries, leaves = [decode(raw) for raw in stored], [leaf(raw) for raw in stored]
    keys = {place for place in range(begin, end) if entries[place].type in KEY_TYPES}
    runs = {place for place in range(begin, end) if entries[place].type.startswith("run-")}
    halts = {size for size in sizes if begin < size <= end} | {place + after for place in keys for after in (0, 1)}
    kinds = [(entries[place].run.encode(), entries[place].type.encode()) for place in range(begin, end)]
    times = [entries[place].time.encode() for place in (begin, end - 1)] if end > begin else [b"", b""]
    prev = entries[begin].prev.encode()

    def mark(size: int) -> Mark:
        last, subtrees = size - 1, Span(begin).extend(leaves[begin:size]).subtrees
        return Mark(size, offsets[size], offsets[last], leaves[last], entries[last].time.encode(), subtrees)

    return Stretch(
        begin,
        end,
        prev=prev,
        leaf=leaves[end - 1].hex().encode() if end > begin else prev,
        times=(times[0], times[1]),
        subtrees=Span(begin).extend(leaves[begin:end]).subtrees,
        marks=[mark(size) for size in sorted(halts - {begin})],
        notables=[Notable(place, offsets[place], stored[place]) for place in sorted(keys | runs)],
        kinds=Counter(kinds),
        runs={run: begin + place for place, (run, _) in enumerate(kinds)},
    )


def scanned(path: Path, stored: list[bytes], begin: int, end: int, sizes: list[int]) -> Stretch | None:
    offsets = [0, *accumulate(map(len, stored))]
    stretch = scan(path, offsets[begin], offsets[end], sizes)
    if stretch:
        stretch.marks = sorted(set(stretch.marks), key=lambda mark: mark.size)  # one at a block's border comes twice
    return stretch


@pytest.mark.parametrize("block", [1, 300, 500, BLOCK])
@pytest.mark.parametrize("sizes", [[9], [4, 6], [1, 2, 3, 5, 8], []])
def test_any_stretch_is_what_its_lines_come_to_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: list[bytes], block: int, sizes: list[int]
) -> None:
    monkeypatch.setattr("harvest.ledger.scan.BLOCK", block)
    path = put(tmp_path, stored)
    for begin in range(9):
        for end in range(begin + 1, 10):
            assert scanned(path, stored, begin, end, sizes) == slowly(stored, begin, end, sizes), (begin, end)


@pytest.mark.parametrize("first", [0, 8, 97, 998])
def test_numbers_grow_by_a_digit_within_a_block(tmp_path: Path, first: int) -> None:
    stored = chained(numbered(["source"] * 25, first))
    stretch = scan(put(tmp_path, stored), 0, sum(map(len, stored)), [2_000])
    assert stretch
    assert (stretch.begin, stretch.end, stretch.leaf) == (first, first + 25, leaf(stored[-1]).hex().encode())
    assert stretch.times == (TIME.encode(), LATER.encode())
    assert stretch.kinds == {(FIRST_RUN.encode(), b"source"): 17, (SECOND_RUN.encode(), b"source"): 8}


def test_no_bytes_are_no_stretch(tmp_path: Path) -> None:
    assert scan(put(tmp_path, []), 0, 0, [1]) is None


def spoilt(change: Callable[[list[Entry]], list[Entry]]) -> list[bytes]:
    return chained(change(numbered(["source"] * 6)))


def at(place: int, **changes: object) -> Callable[[list[Entry]], list[Entry]]:
    """Entries with one that is otherwise."""
    return lambda entries: [*entries[:place], entries[place]._replace(**changes), *entries[place + 1 :]]  # type: ignore[arg-type]  # the fields have their types


GOOD = chained(numbered(["source"] * 6))
BROKEN = {
    "a number twice": spoilt(at(2, seq=1)),
    "a number left out": spoilt(lambda entries: [entry._replace(seq=entry.seq + (entry.seq > 2)) for entry in entries]),
    "a number too long": spoilt(at(2, seq=22)),
    "a time that goes back": spoilt(at(5, time=TIME)),
    "a time that goes back early": spoilt(at(0, time=LATER)),
    "a line left out": [*GOOD[:2], *GOOD[3:]],
    "a line changed": [*GOOD[:2], GOOD[2].replace(b"xx", b"xy", 1), *GOOD[3:]],
    "two lines in each other's place": [*GOOD[:2], GOOD[3], GOOD[2], *GOOD[4:]],
    "a blank line": [*GOOD[:2], b"\n", *GOOD[2:]],
    "a blank line at the end": [*GOOD, b"\n"],
    "a line without an envelope": [*GOOD[:2], b"{}\n", *GOOD[2:]],
    "a last line without its end": [*GOOD[:-1], GOOD[-1][:-1]],
    "a last line cut": [*GOOD[:-1], GOOD[-1][:-9]],
    "another line end": [*GOOD[:2], GOOD[2][:-1] + b"\r\n", *GOOD[3:]],
    "a link in capitals": [*GOOD[:-1], GOOD[-1].replace(b'"prev":"', b'"prev":"A')],
    "a link that reaches into the next line": [
        GOOD[0][: GOOD[0].rindex(b'"prev":"') + 11] + b"\n",
        GOOD[1][: GOOD[1].rindex(b'"prev":"') + 60] + GOOD[1][GOOD[1].rindex(b'","run"') :],
        *GOOD[2:],
    ],
    "a line too long": [*GOOD[:-1], GOOD[-1].replace(b'"t":"', b'"t":"' + b"x" * MAX_LINE)],
}


@pytest.mark.parametrize("block", [300, 700, BLOCK])
@pytest.mark.parametrize("how", BROKEN)
def test_of_a_stretch_that_is_not_as_it_should_be_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, block: int
) -> None:
    monkeypatch.setattr("harvest.ledger.scan.BLOCK", block)
    path = put(tmp_path, BROKEN[how])
    assert scan(path, 0, path.stat().st_size, [6]) is None
    assert scan(put(tmp_path, GOOD), 0, len(b"".join(GOOD)), [6])


def test_a_line_may_be_as_long_as_lines_can_be_and_no_longer(tmp_path: Path) -> None:
    room = MAX_LINE - len(chained([numbered(["source"])[0]._replace(body={"t": ""})])[0])
    for length, whole in ((room, True), (room + 1, False)):
        raw = chained([numbered(["source"])[0]._replace(body={"t": "x" * room})])[0]
        raw = raw.replace(b"xx", b"x" * (2 + length - room), 1)
        stretch = scan(put(tmp_path, [raw]), 0, len(raw), [1])
        assert (stretch is not None) is whole


def test_more_bytes_than_there_are_are_no_stretch(tmp_path: Path) -> None:
    path = put(tmp_path, GOOD)
    assert scan(path, 0, path.stat().st_size + 1, [6]) is None


def test_times_may_stand_still_from_one_block_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = spoilt(lambda entries: [entry._replace(time=TIME) for entry in entries])
    for block in (1, 700, BLOCK):
        monkeypatch.setattr("harvest.ledger.scan.BLOCK", block)
        assert scan(put(tmp_path, stored), 0, len(b"".join(stored)), [6])


def test_lines_are_looked_at_each_for_itself_where_that_is_asked_for(tmp_path: Path) -> None:
    path, offsets = put(tmp_path, GOOD), [0, *accumulate(map(len, GOOD))]
    stretch = scan(path, offsets[1], offsets[6], [5], True)
    assert stretch
    assert stretch.examiner
    assert [(event.seq, event.offset) for event in stretch.examiner.events] == [(n, offsets[n]) for n in range(1, 5)]
    unexamined = scan(path, 0, offsets[6], [6])
    assert unexamined
    assert unexamined.examiner is None


def test_a_line_that_is_no_entry_is_found_only_where_each_is_looked_at(tmp_path: Path) -> None:
    raw = GOOD[0].replace(b'"t":""', b'"t":01')
    path = put(tmp_path, [raw])
    assert scan(path, 0, len(raw), [1])
    assert scan(path, 0, len(raw), [1], True) is None


def test_every_cut_of_a_good_stretch_inside_a_line_is_no_stretch(tmp_path: Path) -> None:
    path, ends = put(tmp_path, GOOD), list(accumulate(map(len, GOOD)))
    for before, after in pairwise(ends):
        for cut in (before + 1, after - 1):
            assert scan(path, 0, cut, [6]) is None


def test_blocks_end_with_the_file_and_with_a_line_that_is_too_long() -> None:
    short = list(_blocks(io.BytesIO(b"a\nb\n"), 0, 9))
    assert short == [(0, [b"a", b"b"]), (4, [b""])]
    endless = list(_blocks(io.BytesIO(b"x" * (3 * BLOCK)), 0, 3 * BLOCK))
    assert endless == [(0, [b""])]
