"""A rotation stopped at each call that reaches the disk, and keys and heads that contradict each other."""

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import HeadMissing, LedgerBroken
from harvest.ledger import Checkpoint, Ledger, entries
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.note import Signer
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

THIRD_RUN = "01J00000000000000000000003"
DURABLE = (
    (os, "write"),
    (os, "fsync"),
    (os, "open"),
    (os, "ftruncate"),
    (os, "truncate"),
    (Path, "rename"),
    (Path, "unlink"),
)
"""The calls by which a rotation changes what the disk holds."""


class Killed(BaseException):
    """Nothing of ours catches it: the process is gone."""


def rotate(room: Room, run: str) -> Checkpoint:
    with room.open(run) as ledger:
        return ledger.rotate()


def stop_at(monkeypatch: pytest.MonkeyPatch, last: int, *, half: bool) -> None:
    """Raises in place of durable call number `last`; of a write, half is done first if `half`."""
    calls = itertools.count()

    def stopping(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if next(calls) < last:
                return real(*arguments, **options)
            if half and real is write:
                descriptor, content = arguments
                real(descriptor, bytes(content)[: len(content) // 2])
            raise Killed

        return call

    write = os.write
    for owner, name in DURABLE:
        monkeypatch.setattr(owner, name, stopping(getattr(owner, name)))


@pytest.mark.usefixtures("unsynced")
@pytest.mark.parametrize("half", [False, True], ids=["whole writes", "torn writes"])
def test_a_rotation_killed_at_any_durable_call_is_ended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, half: bool
) -> None:
    rotated_before_the_kill = []
    whole = Room(tmp_path / "whole")
    whole.crawl()
    for last in itertools.count():
        room = Room(tmp_path / str(last), whole.clock)
        shutil.copytree(whole.folder, room.folder)
        old, before = room.key.read_bytes(), room.stored()
        ledger = room.open(SECOND_RUN)
        with monkeypatch.context() as disk:
            stop_at(disk, last, half=half)
            try:
                ledger.rotate()
            except Killed:
                ended = False
            else:
                ended = True
        ledger.close()
        rotated_before_the_kill.append(len(room.stored()) > len(before))
        rotate(room, THIRD_RUN)
        report = room.verify()
        assert (report.exit_code, report.sealed) == (0, report.entries), last
        assert room.stored()[: len(before)] == before
        assert [path.name for path in room.key.parent.iterdir() if path.name.startswith("key.next")] == []
        assert all(old not in path.read_bytes() for path in room.state.rglob("*") if path.is_file()), last
        if ended:
            break
    assert last > 20, last
    assert {True, False} == set(rotated_before_the_kill)


def test_the_old_seed_is_overwritten_where_it_lies_before_its_name_is_taken(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, inode = crawled.key.read_bytes(), crawled.key.stat().st_ino
    held: list[bytes] = []
    rename = Path.rename

    def watched(self: Path, target: Path) -> Path:
        if self.name == "key.next":
            held.append(target.read_bytes())
            assert target.stat().st_ino == inode
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", watched)
    rotate(crawled, SECOND_RUN)
    assert held == [bytes(32)]
    assert crawled.key.read_bytes() not in {old, bytes(32)}
    assert crawled.key.stat().st_mode & 0o777 == 0o600


def forge_head(room: Room, root: bytes, *, size: int = 6) -> None:
    signer = Signer(ORIGIN, room.key.read_bytes())
    room.head.write_bytes(Checkpoint(ORIGIN, size, root).sign(signer))


@pytest.mark.parametrize("sign", [Ledger.seal, Ledger.rotate], ids=["seal", "rotate"])
def test_nothing_is_signed_that_contradicts_the_kept_head(crawled: Room, sign: Callable[[Ledger], Checkpoint]) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        forge_head(crawled, bytes(32))
        stored, head, key = crawled.path.read_bytes(), crawled.head.read_bytes(), crawled.key.read_bytes()
        with pytest.raises(LedgerBroken, match="continuing 6"):
            sign(ledger)
    assert (crawled.path.read_bytes(), crawled.head.read_bytes()) == (stored, head)
    assert crawled.key.read_bytes() == key
    assert not crawled.key.with_name("key.next").exists()


@pytest.mark.parametrize("sign", [Ledger.seal, Ledger.rotate], ids=["seal", "rotate"])
def test_nothing_is_signed_that_is_shorter_than_the_kept_head(
    crawled: Room, sign: Callable[[Ledger], Checkpoint]
) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        forge_head(crawled, bytes(32), size=7)
        with pytest.raises(LedgerBroken, match="continuing 7"):
            sign(ledger)
    assert not crawled.key.with_name("key.next").exists()


@pytest.mark.parametrize("sign", [Ledger.seal, Ledger.rotate], ids=["seal", "rotate"])
def test_nothing_is_signed_where_the_head_is_gone(crawled: Room, sign: Callable[[Ledger], Checkpoint]) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        crawled.head.unlink()
        with pytest.raises(HeadMissing, match="harvest adopt semax-ssri"):
            sign(ledger)
    assert not crawled.key.with_name("key.next").exists()


def test_keys_that_follow_each_other_each_vouch_for_the_next(crawled: Room) -> None:
    for number in range(3):
        rotate(crawled, f"01J0000000000000000000001{number}")
    vkeys = [str(entry.body["vkey"]) for entry in entries(crawled.path) if "vkey" in entry.body]
    assert len(set(vkeys)) == 4
    report = crawled.verify()
    assert (report.exit_code, report.vkey) == (0, vkeys[-1])
    assert read_checkpoint(crawled.head.read_bytes())[0].size == 9
