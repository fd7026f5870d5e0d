"""The index's two files."""

import fcntl
import hashlib
import io
from io import FileIO
from itertools import accumulate
from pathlib import Path

import pytest

from harvest.ledger.line import MAX_LINE
from harvest.ledger.merkle import Frontier, stored_count
from harvest.ledger.stored import FOR_READING, Stored, Torn, leaves


def leaf(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def filled(path: Path, lines: list[bytes]) -> Frontier:
    """The files of a ledger with these lines, and its tree."""
    tree, size = Frontier(), 0
    with Stored.beside(path) as stored:
        for hashed, ends in leaves(io.BytesIO(b"".join(line + b"\n" for line in lines)), 0):
            stored.append(size, tree.extend(hashed), ends)
            size += len(ends)
    return tree


def test_leaves_and_ends_are_those_of_the_lines() -> None:
    lines = [b"one", b"", b"three" * 100]
    ((hashed, ends),) = leaves(io.BytesIO(b"one\n\n" + lines[2] + b"\n"), 0)
    assert hashed == [leaf(line) for line in lines]
    assert ends == [4, 5, 506]


def test_a_torn_last_line_is_left_out() -> None:
    assert [ends for _, ends in leaves(io.BytesIO(b"one\ntwo\nthr"), 0)] == [[4, 8]]
    assert list(leaves(io.BytesIO(b"thr"), 0)) == []


def test_lines_across_blocks_are_whole() -> None:
    lines = [b"%d" % number * 9_000 for number in range(1, 90)]
    found = list(leaves(io.BytesIO(b"".join(line + b"\n" for line in lines)), 0))
    assert len(found) > 1
    assert [one for hashed, _ in found for one in hashed] == [leaf(line) for line in lines]
    assert [end for _, ends in found for end in ends] == list(accumulate(len(line) + 1 for line in lines))


def test_what_has_no_end_is_not_read_to_its_end() -> None:
    endless = io.BytesIO(b"one\n" + b"x" * (4 << 20))
    assert [ends for _, ends in leaves(endless, 0)] == [[4]]
    assert endless.tell() <= MAX_LINE + (2 << 20)


def test_the_tree_of_any_size_is_read_from_the_file(tmp_path: Path) -> None:
    lines = [b"%d" % number for number in range(40)]
    tree = filled(tmp_path / "a.jsonl", lines)
    with Stored.beside(tmp_path / "a.jsonl") as stored:
        assert stored.size() == 40
        assert stored.frontier(40) == tree
        for size in range(41):
            smaller = Frontier()
            smaller.extend([leaf(line) for line in lines[:size]])
            assert stored.frontier(size) == smaller
            assert stored.end(size) == sum(len(line) + 1 for line in lines[:size])


def test_both_files_hold_nothing_but_hashes_and_ends(tmp_path: Path) -> None:
    tree = Frontier()
    filled(tmp_path / "a.jsonl", [b"x", b"yz"])
    assert (tmp_path / "a.index-tree").read_bytes() == tree.extend([leaf(b"x"), leaf(b"yz")])
    assert (tmp_path / "a.index-ends").read_bytes() == (2).to_bytes(8, "little") + (5).to_bytes(8, "little")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_what_is_cut_off_is_forgotten(tmp_path: Path) -> None:
    filled(tmp_path / "a.jsonl", [b"x", b"y", b"z"])
    with Stored.beside(tmp_path / "a.jsonl") as stored:
        stored.cut(2)
        assert stored.size() == 2
        with pytest.raises(Torn):
            stored.leaf(2)
    assert (tmp_path / "a.index-tree").stat().st_size == 32 * stored_count(2)


def test_files_that_do_not_fit_together_cover_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "a.jsonl", [b"x", b"y", b"z"])
    tree = tmp_path / "a.index-tree"
    tree.write_bytes(tree.read_bytes()[:-1])
    with Stored.beside(tmp_path / "a.jsonl") as stored:
        assert stored.size() == 0


def test_a_line_is_read_where_it_stands_and_compared_with_its_leaf(tmp_path: Path) -> None:
    ledger = tmp_path / "a.jsonl"
    ledger.write_bytes(b"one\ntwo\nthree\n")
    filled(ledger, [b"one", b"two", b"three"])
    with Stored.beside(ledger) as stored, ledger.open("rb") as opened:
        assert [stored.line(opened.fileno(), seq) for seq in range(3)] == [b"one\n", b"two\n", b"three\n"]
        ledger.write_bytes(b"one\ntWo\nthree\n")
        with pytest.raises(Torn, match="another line at byte 4"):
            stored.line(opened.fileno(), 1)


@pytest.mark.parametrize("ends", [(8, 4), (-4, 4), (2**62, 2**62 + 4), (0, MAX_LINE + 1), (4, 4), (-8, -4)])
def test_ends_that_cannot_be_are_torn(tmp_path: Path, ends: tuple[int, int]) -> None:
    ledger = tmp_path / "a.jsonl"
    ledger.write_bytes(b"one\ntwo\n")
    filled(ledger, [b"one", b"two"])
    packed = b"".join(end.to_bytes(8, "little", signed=True) for end in ends)
    (tmp_path / "a.index-ends").write_bytes(packed)
    with Stored.beside(ledger) as stored, ledger.open("rb") as opened, pytest.raises(Torn):
        stored.line(opened.fileno(), 1)


def test_somebody_who_does_not_wait_is_told_that_the_files_are_locked(tmp_path: Path) -> None:
    ledger = tmp_path / "a.jsonl"
    with Stored.beside(ledger) as one, Stored.beside(ledger) as other, one.locked(), pytest.raises(BlockingIOError):
        other.locked(wait=False).__enter__()


def test_somebody_who_says_nothing_of_waiting_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = fcntl.flock
    with Stored.beside(tmp_path / "a.jsonl") as one, Stored.beside(tmp_path / "a.jsonl") as other:
        busy = one.locked()
        busy.__enter__()

        def freed_in_time(file: FileIO, flags: int) -> None:
            with pytest.raises(BlockingIOError):
                lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            monkeypatch.undo()
            busy.__exit__(None, None, None)
            assert not flags & fcntl.LOCK_NB
            lock(file, flags)

        monkeypatch.setattr(fcntl, "flock", freed_in_time)
        with other.locked():
            assert other.size() == 0


def test_a_lock_ends_with_its_block(tmp_path: Path) -> None:
    with Stored.beside(tmp_path / "a.jsonl") as one, Stored.beside(tmp_path / "a.jsonl") as other:
        with one.locked():
            pass
        with other.locked(wait=False):
            assert other.size() == 0


def test_the_longest_line_is_read(tmp_path: Path) -> None:
    ledger, line = tmp_path / "a.jsonl", b"x" * (MAX_LINE - 1)
    ledger.write_bytes(line + b"\n")
    filled(ledger, [line])
    with Stored.beside(ledger) as stored, ledger.open("rb") as opened:
        assert stored.line(opened.fileno(), 0) == line + b"\n"


def test_a_line_that_lost_its_lf_is_another(tmp_path: Path) -> None:
    ledger = tmp_path / "a.jsonl"
    filled(ledger, [b"one", b"two"])
    ledger.write_bytes(b"one two\n")
    with Stored.beside(ledger) as stored, ledger.open("rb") as opened, pytest.raises(Torn):
        stored.line(opened.fileno(), 0)


def test_files_opened_for_reading_take_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "a.jsonl", [b"x"])
    with Stored.beside(tmp_path / "a.jsonl", FOR_READING) as stored:
        assert stored.leaf(0) == leaf(b"x")
        with pytest.raises(OSError, match="Bad file descriptor"):
            stored.append(1, leaf(b"y"), [4])


def test_a_link_in_place_of_a_file_is_refused_and_nothing_stays_open(tmp_path: Path) -> None:
    (tmp_path / "a.index-ends").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        Stored.beside(tmp_path / "a.jsonl")


def test_unkept_files_have_no_name(tmp_path: Path) -> None:
    with Stored.unkept() as stored:
        stored.append(0, leaf(b"x"), [2])
        assert (stored.size(), stored.leaf(0), stored.kept) == (1, leaf(b"x"), False)
