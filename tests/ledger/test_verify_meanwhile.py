"""What somebody else does while a ledger is verified makes a healthy one no less healthy."""

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from harvest.ledger import Depth, Verdict, verify
from harvest.ledger import content as contents
from tests.ledger.room import FIRST_RUN, SECOND_RUN, Room

MODULE: Any = sys.modules[verify.__module__]


def test_content_that_is_redacted_meanwhile_is_no_loss(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with room.open(FIRST_RUN) as ledger:
        with ledger.batch() as batch:
            first, second = (
                batch.append("changed", {"key": "a:1", "new": {}}, content={"title": word}) for word in ("one", "two")
            )
        ledger.seal()
    stored, redacted = contents._stored, [first, second]

    def late(path: Path) -> Any:
        if redacted:
            with room.open(SECOND_RUN) as ledger:
                ledger.redact([redacted.pop()], "legal")
        return stored(path)

    monkeypatch.setattr(contents, "_stored", late)
    report = room.verify(depth=Depth.DEEP)
    assert (report.first_divergence, report.entries) == (None, 5)
    assert not redacted


def test_content_that_is_lost_is_lost_however_the_ledger_grows(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with room.open(FIRST_RUN) as ledger, ledger.batch() as batch:
        seq = batch.append("changed", {"key": "a:1", "new": {}}, content={"title": "what somebody wrote"})
    (path,) = (room.folder / "content" / "semax-ssri").iterdir()
    path.unlink()
    stored, grown = contents._stored, [1, 2]

    def late(path: Path) -> Any:
        if grown:
            with room.open(SECOND_RUN) as ledger, ledger.batch() as batch:
                batch.append("changed", {"key": "a:2", "new": {"number": grown.pop()}})
        return stored(path)

    monkeypatch.setattr(contents, "_stored", late)
    report = room.verify(depth=Depth.DEEP)
    assert report.first_divergence is not None
    assert (report.first_divergence.line, report.entries) == (seq + 1, 4)


def test_a_ledger_that_is_begun_meanwhile_is_valid(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.crawl()
    whole, written = room.verify(), room.path.read_bytes()
    room.path.write_bytes(b"")
    settled, asked = MODULE._settled_size, []

    def late(stream: BinaryIO) -> int:
        asked.append(stream)
        if len(asked) == 2:
            room.path.write_bytes(written)
        return settled(stream)

    monkeypatch.setattr(MODULE, "_settled_size", late)
    assert room.verify() == whole
    assert whole.verdict is Verdict.VALID


def test_an_empty_ledger_is_broken_and_no_beginning_is_waited_for(room: Room) -> None:
    room.crawl()
    room.path.write_bytes(b"")
    assert room.verify().verdict is Verdict.BROKEN


@pytest.mark.parametrize("suffix", ["checkpoint", "checkpoints"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "device"])
def test_what_is_no_file_beside_a_ledger_is_said_and_not_waited_for(crawled: Room, suffix: str, kind: str) -> None:
    path = crawled.beside(suffix)
    path.rename(crawled.folder / "elsewhere")
    {
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "link": lambda: path.symlink_to(crawled.folder / "elsewhere"),
        "device": lambda: path.symlink_to("/dev/zero"),
    }[kind]()
    report = crawled.verify()
    assert (report.verdict, report.exit_code) == (Verdict.UNREADABLE, 3)
    assert str(path) in report.unreadable


@pytest.mark.parametrize(("suffix", "most"), [("checkpoint", 1 << 20), ("checkpoints", 1 << 26)])
def test_a_side_file_that_is_too_long_is_said_and_not_read(crawled: Room, suffix: str, most: int) -> None:
    path = crawled.beside(suffix)
    os.truncate(path, most + 1)
    report = crawled.verify()
    assert report.unreadable == f"expected at most {most} bytes in {path}, got {most + 1}"
