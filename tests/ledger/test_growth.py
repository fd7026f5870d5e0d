"""What the signer does with the index: sealing reads only what is new, and never fails for the index."""

import os
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import Checkpoint, Index, Ledger, Verdict
from harvest.ledger.checkpoint import split_notes
from harvest.ledger.growth import Growth
from harvest.ledger.merkle import Frontier
from harvest.ledger.seal import Seal
from harvest.ledger.stored import Stored
from tests.ledger.room import FIRST_RUN, SECOND_RUN, Room

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From which byte the ledger is read again for a seal, each time it is."""
    found: list[int] = []
    continues = Seal._continues

    def seen(self: Seal, growth: Growth, head: Checkpoint) -> bool:
        found.append(growth.offset)
        return continues(self, growth, head)

    monkeypatch.setattr(Seal, "_continues", seen)
    return found


def covered(room: Room) -> int:
    with Stored.beside(room.path) as stored:
        return stored.size()


def add(room: Room, starts: list[int], *, run: str = SECOND_RUN) -> list[int]:
    """One more entry, sealed by a ledger that is opened for it; from where the seal read."""
    with room.open(run) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        starts.clear()
        ledger.seal()
    return starts


def test_sealing_a_continued_ledger_reads_only_what_is_new(crawled: Room, starts: list[int]) -> None:
    sealed = crawled.path.stat().st_size
    assert add(crawled, starts) == [sealed]
    assert covered(crawled) == 7
    assert crawled.verify().unsealed == 0


def test_sealing_again_reads_on_from_the_own_head_without_asking_the_index(crawled: Room, starts: list[int]) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        size = crawled.path.stat().st_size
        ledger.seal()
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s5", "key": "pmid:5"})
        starts.clear()
        ledger.seal()
    assert starts == [size]
    assert covered(crawled) == 8


def test_a_head_that_another_process_signed_is_gone_on_from(crawled: Room, starts: list[int]) -> None:
    with crawled.open(SECOND_RUN) as one:
        one.seal()
        with crawled.open(FIRST_RUN[:-1] + "9") as other:
            with other.batch() as batch:
                batch.append("source", {"sid": "s4", "key": "pmid:4"})
            other.seal()
        sealed = crawled.path.stat().st_size
        with one.batch() as batch:
            batch.append("source", {"sid": "s5", "key": "pmid:5"})
        starts.clear()
        one.seal()
    assert starts == [sealed]
    assert (crawled.verify().verdict, covered(crawled)) == (Verdict.VALID, 8)


def _another_tree(path: Path) -> None:
    raw = path.with_suffix(".index-tree").read_bytes()
    path.with_suffix(".index-tree").write_bytes(raw[32:] + raw[:32])


def _other_ends(path: Path) -> None:
    ends = path.with_suffix(".index-ends")
    raw = ends.read_bytes()
    ends.write_bytes(raw[:-8] + (int.from_bytes(raw[-8:], "little") - 10).to_bytes(8, "little"))


def _shorter(path: Path) -> None:
    with Stored.beside(path) as stored:
        stored.cut(3)


def _longer(path: Path) -> None:
    with Stored.beside(path) as stored:
        stored.append(6, bytes(256), [10**6] * 3)


def _gone(path: Path) -> None:
    path.with_suffix(".index-tree").unlink()


@pytest.mark.parametrize("damage", [_another_tree, _other_ends, _shorter, _gone])
def test_an_index_that_does_not_fit_costs_a_look_at_the_whole_ledger(
    crawled: Room, starts: list[int], damage: Callable[[Path], None]
) -> None:
    damage(crawled.path)
    assert add(crawled, starts) == [0]
    assert crawled.verify().unsealed == 0
    with Stored.beside(crawled.path) as stored:
        assert [stored.end(size) for size in range(8)] == [0, *accumulate(map(len, crawled.stored()))]
        assert stored.size() == 7
    with Index.open(crawled.path) as index:
        assert [index.at(seq).raw for seq in range(7)] == crawled.stored()


@pytest.mark.parametrize(("damage", "left"), [(_another_tree, 0), (_other_ends, 0), (_shorter, 3), (_gone, 0)])
def test_an_index_that_was_changed_between_two_seals_is_left_to_its_next_reader(
    crawled: Room, damage: Callable[[Path], None], left: int
) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
        damage(crawled.path)
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        ledger.seal()
    assert covered(crawled) == left
    with Index.open(crawled.path) as index:
        assert [index.at(seq).raw for seq in range(7)] == crawled.stored()


def test_an_index_that_goes_beyond_the_head_is_cut_to_it(crawled: Room, starts: list[int]) -> None:
    _longer(crawled.path)
    assert add(crawled, starts) == [sum(map(len, crawled.stored()[:6]))]
    assert covered(crawled) == 7
    with Index.open(crawled.path) as index:
        assert [index.at(seq).raw for seq in range(7)] == crawled.stored()
        assert index.rebuilds == 0


def test_an_index_with_a_right_tree_and_a_wrong_end_is_found_by_what_follows(
    crawled: Room, starts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line before the end is checked, so only a forger comes that far."""
    offset = len(crawled.stored()[0])
    monkeypatch.setattr(Growth, "from_index", lambda *_: growth_from(crawled, offset))
    assert add(crawled, starts) == [offset, 0]
    assert crawled.verify().unsealed == 0


def growth_from(room: Room, offset: int) -> Growth:
    """The tree of all lines, and the wrong byte to go on from."""
    with Stored.beside(room.path) as stored:
        return Growth(room.path, stored.frontier(6), offset)


@pytest.mark.parametrize("call", ["open", "pwrite", "ftruncate", "fstat", "pread"])
@pytest.mark.parametrize("nth", range(4))
def test_no_failure_of_the_index_fails_a_seal(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    _longer(crawled.path)
    real, left = getattr(os, call), [nth]

    def failing(target: object, *rest: object, **more: object) -> object:
        path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else target
        if ".index-" in str(path):
            left[0] -= 1
            if left[0] == -1:
                raise OSError(28, "No space left on device")
        return real(target, *rest, **more)

    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        monkeypatch.setattr(os, call, failing)
        assert ledger.seal().size == 7
        monkeypatch.setattr(os, call, real)
    assert crawled.verify().unsealed == 0
    with Index.open(crawled.path) as index:
        assert [index.at(seq).raw for seq in range(7)] == crawled.stored()


def test_a_short_write_of_the_index_costs_a_rebuild(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda descriptor, content, at: real(descriptor, content[:-1], at))
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        ledger.seal()
    monkeypatch.setattr(os, "pwrite", real)
    with Index.open(crawled.path) as index:
        assert [index.at(seq).raw for seq in range(7)] == crawled.stored()


def test_an_index_that_somebody_changes_just_now_is_left_to_them(crawled: Room, starts: list[int]) -> None:
    with Stored.beside(crawled.path) as busy, busy.locked():
        add(crawled, starts)
    assert covered(crawled) == 6
    with Index.open(crawled.path) as index:
        assert index.at(6).raw == crawled.stored()[6]


def test_a_seal_still_refuses_what_is_not_what_was_written(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        stored = crawled.path.read_bytes()
        crawled.path.write_bytes(stored.replace(b'"sid":"s4"', b'"sid":"s5"'))
        with pytest.raises(LedgerBroken, match="expected root"):
            ledger.seal()


@pytest.mark.parametrize("torn", [b"{", b"{}", b"x" * 70_000])
def test_a_seal_refuses_what_stands_behind_the_last_line(crawled: Room, torn: bytes) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
        with crawled.path.open("ab") as file:
            file.write(torn)
        with pytest.raises(LedgerBroken, match="expected root"):
            ledger._seal._reread(ledger._seal._kept_head())


def test_many_lines_are_written_in_several_turns(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.ledger.growth._TOGETHER", 2)
    room.path.parent.mkdir()
    growth, written = Growth(room.path, Frontier(), 0), []
    for number in range(5):
        growth.extend([bytes([number]) * 32], [10 * number + 10])
        written.append(covered(room))
    growth.keep()
    assert (*written, covered(room)) == (0, 2, 2, 4, 4, 5)
    with Stored.beside(room.path) as stored:
        assert (stored.frontier(5), stored.end(5)) == (growth.tree, growth.offset)


def test_no_lines_are_nothing_to_write(room: Room) -> None:
    room.path.parent.mkdir()
    growth = Growth(room.path, Frontier(), 7)
    growth.extend([], [])
    assert (growth.tree.size, growth.offset) == (0, 7)


def test_the_history_of_checkpoints_is_read_again_only_if_somebody_else_wrote_to_it(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def seen(raw: bytes) -> tuple[list[bytes], int]:
        read.append(len(raw))
        return split_notes(raw)

    monkeypatch.setattr("harvest.ledger.seal.split_notes", seen)
    history = crawled.beside("checkpoints")

    def seal(ledger: Ledger) -> bytes:
        with ledger.batch() as batch:
            batch.append("source", {"sid": "s4", "key": "pmid:4"})
        ledger.seal()
        return crawled.head.read_bytes()

    with crawled.open(SECOND_RUN) as one, crawled.open(FIRST_RUN[:-1] + "9") as other:
        heads = [seal(ledger) for ledger in (one, one, one, other, one)]
        assert len(read) == 3
        history.write_bytes(history.read_bytes() + b"torn")
        heads.append(seal(one))
        assert len(read) == 4
        history.unlink()
        heads.append(seal(one))
        assert split_notes(history.read_bytes())[0] == heads[-1:]
        one.seal()
    assert len(read) == 5
    assert split_notes(history.read_bytes())[0] == heads[-1:]
    assert crawled.verify().unsealed == 0
