"""Something else stands where a file of ours should be: one line says so, nothing is waited for, read or spoilt."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken, LedgerError, WriteFailed
from harvest.ledger.checkpoint import MOST_OF_A_HISTORY
from harvest.ledger.store import Store
from tests.ledger.room import SECOND_RUN, START, Room

THIRD_RUN = "01J00000000000000000000003"


def link(place: Path, key: Path) -> None:
    place.symlink_to(key)


def pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


def folder(place: Path, _: Path) -> None:
    place.mkdir()


def huge(place: Path, _: Path) -> None:
    place.touch()
    os.truncate(place, 1 << 40)


@pytest.mark.parametrize("suffix", ["checkpoint", "checkpoints", "head"])
@pytest.mark.parametrize(
    ("put", "said"),
    [
        (link, "too many levels of symbolic links; a link stands where a file of our own should be; remove it"),
        (pipe, "no regular file; something else stands where a file of our own should be; remove it"),
        (folder, "no regular file; something else stands where a file of our own should be; remove it"),
        (huge, f"got {1 << 40}; move it away"),
    ],
)
def test_what_is_no_file_of_ours_is_named_and_left_as_it_is(
    crawled: Room, suffix: str, put: Callable[[Path, Path], None], said: str
) -> None:
    key, secret = crawled.key, crawled.key.read_bytes()
    place = crawled.head if suffix == "head" else crawled.beside(suffix)
    place.unlink()
    put(place, key)
    before = place.lstat()
    with pytest.raises(LedgerError) as caught:
        crawled.crawl(SECOND_RUN)
    assert str(place) in caught.value.message
    assert str(caught.value).endswith(said)
    assert key.read_bytes() == secret
    assert (place.lstat().st_ino, place.lstat().st_size) == (before.st_ino, before.st_size)


def test_a_history_is_read_up_to_its_most_and_not_a_byte_further(crawled: Room) -> None:
    history = crawled.beside("checkpoints")
    os.truncate(history, MOST_OF_A_HISTORY + 1)
    with pytest.raises(LedgerError) as caught:
        crawled.crawl(SECOND_RUN)
    assert caught.value.message == f"expected at most {1 << 26} bytes in {history}, got {(1 << 26) + 1}"
    os.truncate(history, MOST_OF_A_HISTORY)
    crawled.crawl(THIRD_RUN)
    assert history.read_bytes().endswith(crawled.head.read_bytes())


def test_a_checkpoint_and_a_head_are_read_up_to_a_mebibyte(crawled: Room) -> None:
    for place in (crawled.beside("checkpoint"), crawled.head):
        stored = place.read_bytes()
        os.truncate(place, (1 << 20) + 1)
        with pytest.raises(LedgerError) as caught:
            crawled.open(SECOND_RUN)
        assert caught.value.message == f"expected at most {1 << 20} bytes in {place}, got {(1 << 20) + 1}"
        os.truncate(place, 1 << 20)
        if place == crawled.head:
            with pytest.raises(LedgerBroken, match="expected a checkpoint in the kept head"):
                crawled.open(SECOND_RUN)
        else:
            crawled.open(SECOND_RUN).close()
        place.write_bytes(stored)


@pytest.mark.parametrize("put", [pipe, folder, link])
def test_a_history_that_is_exchanged_during_a_run_is_not_written_to(
    crawled: Room, put: Callable[[Path, Path], None]
) -> None:
    history, key, secret = crawled.beside("checkpoints"), crawled.key, crawled.key.read_bytes()
    with crawled.open(SECOND_RUN) as ledger:
        ledger.seal()
        history.unlink()
        put(history, key)
        with ledger.batch() as batch:
            batch.append("failed", {})
        with pytest.raises(LedgerError, match=r"checkpoints, got (no regular file|too many levels)"):
            ledger.seal()
    assert key.read_bytes() == secret


def test_a_ledger_that_is_a_pipe_is_refused(crawled: Room) -> None:
    crawled.path.unlink()
    os.mkfifo(crawled.path)
    with pytest.raises(WriteFailed) as caught:
        crawled.open(SECOND_RUN)
    assert caught.value.message == f"no regular file while opening {crawled.path}"
    assert not [path for path in Path("/proc/self/fd").iterdir() if os.path.realpath(path) == str(crawled.path)]


def test_a_pipe_that_takes_the_place_of_an_open_ledger_is_not_waited_for(crawled: Room) -> None:
    store = Store(crawled.path)
    crawled.path.unlink()
    os.mkfifo(crawled.path)
    with pytest.raises(LedgerBroken, match="got another in its place"), store.reader(0):
        pass
    store.close()


def test_a_tail_is_not_moved_to_a_name_that_a_link_bears(crawled: Room) -> None:
    crawled.clock = lambda: START + timedelta(days=1)
    for _ in range(2):
        crawled.path.write_bytes(crawled.path.read_bytes() + b"torn")
        crawled.open(SECOND_RUN).close()
        first = crawled.quarantines()[0]
        first.unlink()
        first.symlink_to("nowhere")
    assert [(path.name, path.is_symlink()) for path in crawled.quarantines()] == [
        ("semax-ssri.quarantine-20261122T190600.000000Z", True),
        ("semax-ssri.quarantine-20261122T190600.000000Z-2", False),
    ]
