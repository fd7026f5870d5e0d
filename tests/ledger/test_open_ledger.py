"""What holds for every use of an open ledger: its lock, its files, what is said where it cannot be used."""

import fcntl
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from harvest.errors import HarvestError, LedgerBroken
from harvest.ledger import Depth, Ledger, entries, verify
from harvest.ledger.chain import Chain
from harvest.ledger.store import Store
from tests.ledger.calls import open_files
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.test_keys import adopt

Use = Callable[[Room], object]
VERIFYING = import_module("harvest.ledger.verify")  # the package has a function of that name


def opened(use: Callable[[Ledger], object]) -> Use:
    """Some use of a ledger that is opened for it and closed again."""

    def used(room: Room) -> None:
        with room.open(SECOND_RUN) as ledger:
            use(ledger)

    return used


def batch(ledger: Ledger) -> None:
    with ledger.batch() as opened:
        opened.append("failed", {})


def adopted(room: Room) -> None:
    room.head.unlink()
    adopt(room)


def redacted(room: Room) -> None:
    with room.open(SECOND_RUN) as ledger:
        with ledger.batch() as opened:
            seq = opened.append("source", {"sid": "s4"}, content={"title": "x"})
        ledger.redact([seq], "person-asked")


USES = [opened(batch), opened(Ledger.rotate), opened(Ledger.seal), adopted, redacted]


def files_in(room: Room) -> list[str]:
    return [path for path in open_files() if path.startswith(str(room.folder))]


@pytest.mark.parametrize("use", USES)
def test_whatever_is_appended_or_cut_is_so_under_the_append_lock(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, use: Use
) -> None:
    crawled.path.write_bytes(crawled.path.read_bytes() + b"torn")
    holders = []
    for name in ("append", "cut", "sync"):
        real = getattr(Store, name)

        def noting(self: Store, *arguments: object, real: Callable[..., None] = real, **options: object) -> None:
            holders.append(self._holder)
            real(self, *arguments, **options)

        monkeypatch.setattr(Store, name, noting)
    use(crawled)
    assert set(holders) == {threading.get_ident()}
    assert crawled.verify().exit_code in {0, 2}


@pytest.mark.parametrize("use", USES)
def test_no_use_leaves_a_file_open(crawled: Room, use: Use) -> None:
    use(crawled)
    assert files_in(crawled) == []


@pytest.mark.parametrize("use", USES)
def test_no_use_that_fails_leaves_a_file_open_or_a_lock_taken(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, use: Use
) -> None:
    class Stopped(BaseException):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Stopped

    for name in ("append", "sync", "cut"):
        monkeypatch.setattr(Store, name, stop)
    monkeypatch.setattr(Chain, "extend", stop)
    with pytest.raises(Stopped):
        use(crawled)
    assert files_in(crawled) == []
    monkeypatch.undo()
    if crawled.state.glob("*/head"):
        adopt_or_crawl(crawled)
    assert crawled.verify().exit_code == 0


def adopt_or_crawl(room: Room) -> None:
    try:
        room.crawl(SECOND_RUN)
    except HarvestError:
        adopt(room)


def test_a_tail_that_another_writer_left_torn_is_recovered_before_a_head_is_signed(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        crawled.path.write_bytes(crawled.path.read_bytes() + b"torn")
        assert ledger.seal().size == 7
    assert [entry.type for entry in entries(crawled.path)][-1] == "recovered"
    assert crawled.verify().exit_code == 0


def test_an_empty_file_is_no_ledger_that_could_be_adopted(room: Room) -> None:
    room.path.parent.mkdir()
    room.path.touch()
    with pytest.raises(LedgerBroken):
        adopt(room)
    assert room.path.read_bytes() == b""


def test_a_spoilt_head_is_said_where_the_ledger_is_gone_as_well(crawled: Room) -> None:
    crawled.path.unlink()
    crawled.head.write_bytes(b"?")
    with pytest.raises(HarvestError, match="expected a checkpoint in the kept head"):
        crawled.open(SECOND_RUN)


def test_a_chain_that_is_handed_over_grows_with_the_entries(crawled: Room) -> None:
    chain = Chain()
    sizes = [(chain.tree.size, entry.seq) for entry in entries(crawled.path, chain=chain)]
    assert sizes == [(seq + 1, seq) for seq in range(6)]
    assert chain.origin == ORIGIN


# --- verification --------------------------------------------------------------------------------------------------


def test_a_ledger_that_is_not_there_is_unreadable_and_why_is_said(tmp_path: Path) -> None:
    report = verify(tmp_path / "x.jsonl", state=None)
    assert report.unreadable == "expected a readable file, got no such file or directory"
    assert verify(tmp_path, state=None).unreadable == "expected a readable file, got something else"


def test_a_failure_without_a_number_is_said_in_its_own_words(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("Nothing Came")

    monkeypatch.setattr(VERIFYING, "_opened", fail)
    assert crawled.verify().unreadable == "expected a readable file, got nothing came"


@pytest.mark.parametrize("depth", Depth)
def test_a_ledger_without_a_state_folder_is_read_at_every_depth(crawled: Room, depth: Depth) -> None:
    report = verify(crawled.path, state=None, depth=depth, processes=1)
    assert (report.first_divergence, report.entries, report.kept_head) == (None, 6, False)


def test_as_many_processes_read_as_are_asked_for(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def swiftly(*_: object, processes: int, **__: object) -> bool:
        asked.append(processes)
        return False

    monkeypatch.setattr(VERIFYING, "swiftly", swiftly)
    monkeypatch.setattr(VERIFYING, "cores", lambda: 7)
    for processes in (3, None):
        assert verify(crawled.path, state=crawled.state, processes=processes).exit_code == 0
    assert asked == [3, 7]


def test_no_look_at_a_ledger_leaves_a_file_open(crawled: Room) -> None:
    for depth in Depth:
        verify(crawled.path, state=crawled.state, depth=depth, processes=1)
    verify(crawled.folder, state=crawled.state)
    assert files_in(crawled) == []


def test_origin_and_size_are_looked_at_under_a_lock_that_waits_for_a_batch_and_is_given_back(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks = []
    monkeypatch.setattr(fcntl, "flock", lambda _, operation: locks.append(operation))
    assert crawled.verify().exit_code == 0
    assert locks == [fcntl.LOCK_SH, fcntl.LOCK_UN] * 2
