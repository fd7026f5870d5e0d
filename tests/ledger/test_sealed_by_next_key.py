"""A line goes bad below a checkpoint that a later key signed: it was sealed, and nothing is moved away."""

from typing import Any

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import StateFolder, entries
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.note import Signer
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.test_verify import extended

THIRD_RUN = "01J00000000000000000000003"
STRANGER = Signer(ORIGIN, b"\1" * 32)


class Killed(BaseException):
    """Nothing of ours catches it: the process is gone."""


def kill(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.fixture
def rotated(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Six lines under the kept head, two more and two rotations under the checkpoint alone, by the newest key."""
    with monkeypatch.context() as patch, crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("failed", {})
            batch.append("failed", {"why": "no answer"})
        patch.setattr(StateFolder, "keep", lambda *_: None)
        patch.setattr("harvest.ledger.seal.Seal._kept_head", kept(crawled))
        ledger.rotate()
        ledger.rotate()
    assert [read_checkpoint(path.read_bytes())[0].size for path in (crawled.head, crawled.beside("checkpoint"))] == [
        6,
        10,
    ]
    assert [entry.type for entry in entries(crawled.path)][8:] == ["key-rotated", "key-rotated"]
    return crawled


def kept(room: Room) -> Any:
    head = read_checkpoint(room.head.read_bytes())[0]
    return lambda _: head


def spoil(room: Room, *numbers: int) -> None:
    stored = room.stored()
    for number in numbers:
        stored[number] = stored[number].replace(b'"type":"', b'"type": "')
    room.put(stored)


def refused(room: Room, line: int = 7) -> None:
    before = room.path.read_bytes()
    with pytest.raises(LedgerBroken, match=f"line {line}, .*nothing was repaired"):
        room.open(THIRD_RUN)
    with pytest.raises(LedgerBroken, match=f"line {line}, .*nothing was repaired"):
        room.adopt()
    assert (room.path.read_bytes(), room.quarantines()) == (before, [])


def test_a_checkpoint_by_the_key_in_use_binds_below_the_line_that_names_it(rotated: Room) -> None:
    spoil(rotated, 6, 8, 9)
    refused(rotated)


def test_a_checkpoint_by_a_prepared_key_binds_below_the_line_that_names_it(rotated: Room) -> None:
    rotated.key.rename(rotated.key.with_name("key.next"))
    rotated.keys.create_signer(ORIGIN)
    spoil(rotated, 7, 8, 9)
    refused(rotated, 8)


def test_a_checkpoint_by_a_key_that_is_only_named_behind_the_line_binds(rotated: Room) -> None:
    rotated.key.write_bytes(bytes(32))
    spoil(rotated, 7)
    before = rotated.path.read_bytes()
    with pytest.raises(LedgerBroken, match=r"line 8, .*nothing was repaired"):
        rotated.adopt()
    assert (rotated.path.read_bytes(), rotated.quarantines()) == (before, [])


def test_a_checkpoint_is_sealed_as_far_as_it_says_and_no_further(rotated: Room) -> None:
    rotated.path.write_bytes(rotated.path.read_bytes() + b"torn")
    rotated.open(THIRD_RUN).close()
    assert [path.read_bytes() for path in rotated.quarantines()] == [b"torn"]


@pytest.mark.parametrize("own", [True, False], ids=["its own note", "the note for another key"])
def test_a_checkpoint_by_a_key_that_nobody_vouches_for_binds_nothing(crawled: Room, *, own: bool) -> None:
    other = Signer(ORIGIN, b"\2" * 32).verifier
    vouching = STRANGER if own else Signer(ORIGIN, crawled.key.read_bytes())
    note = bytes(vouching.sign(f"{ORIGIN}\n7\n{'A' * 43}=\n{STRANGER.verifier if own else other}\n")).decode()
    extended(
        crawled, (SECOND_RUN, "failed", {}), (SECOND_RUN, "key-rotated", {"note": note, "vkey": str(STRANGER.verifier)})
    )
    crawled.beside("checkpoint").write_bytes(bytes(STRANGER.sign(f"{ORIGIN}\n8\n{'A' * 43}=\n")))
    spoil(crawled, 6)
    crawled.open(THIRD_RUN).close()
    assert len(crawled.quarantines()) == 1


def test_the_kept_head_counts_whoever_signed_it(crawled: Room) -> None:
    """The line that names its key went bad as well, and the key that lies in the state folder is another."""
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    crawled.beside("checkpoint").unlink()
    crawled.key.write_bytes(b"\1" * 32)
    spoil(crawled, 3, 6)
    refused(crawled, line=4)
