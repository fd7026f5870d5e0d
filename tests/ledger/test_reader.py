"""The entries of a ledger as they are read from its file, and what is said where they cannot be."""

import errno
import os
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken, LedgerError, LedgerMissing
from harvest.ledger import entries
from harvest.ledger.reader import unreadable
from tests.ledger.room import Room


def test_entries_of_a_broken_ledger_come_up_to_the_fault(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:2], b"?\n", *stored[3:]])
    reader = entries(crawled.path)
    assert [next(reader).seq, next(reader).seq] == [0, 1]
    offset = len(b"".join(stored[:2]))
    with pytest.raises(LedgerBroken, match=f"semax-ssri.jsonl: line 3, byte {offset}: expected a JSON object"):
        next(reader)


def test_entries_of_no_ledger_say_so(room: Room, tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing, match="got no file"):
        next(entries(room.path))
    with pytest.raises(LedgerError, match=rf"expected a readable ledger at {tmp_path}, got something else"):
        next(entries(tmp_path))


def test_a_pipe_in_place_of_a_ledger_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jsonl")
    with pytest.raises(LedgerError, match="got something else"):
        next(entries(tmp_path / "x.jsonl"))


def test_a_disk_that_fails_while_entries_are_read_is_said(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("harvest.ledger.reader.lines", failing)
    with pytest.raises(LedgerError, match=f"expected a readable ledger at {crawled.path}, got input/output error"):
        next(entries(crawled.path))


def test_an_error_that_the_system_has_no_words_for_is_told_by_its_own(tmp_path: Path) -> None:
    assert unreadable(tmp_path, OSError("Odd")).message == f"expected a readable ledger at {tmp_path}, got odd"
