"""A process killed in the middle, another one after it, then a loss of power: the second relies on nothing unsynced."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import HeadMissing, WriteFailed
from harvest.ledger import Verdict, durable
from harvest.ledger.durable import make_folder
from harvest.ledger.store import Store
from tests.ledger.room import SECOND_RUN, Room


class Killed(BaseException):
    """SIGKILL."""


def kill(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The paths that were synced, in order."""
    paths: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: paths.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    return paths


def test_a_folder_that_is_there_is_synced_into_its_parent(tmp_path: Path, synced: list[Path]) -> None:
    (tmp_path / "made").mkdir()
    make_folder(tmp_path / "made" / "inside")
    make_folder(tmp_path / "made" / "inside")
    assert synced == [tmp_path, tmp_path / "made", tmp_path / "made"]


def test_a_folder_in_a_place_that_is_not_ours_to_read_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(durable, "sync_folder", refuse)
    make_folder(tmp_path)
    with pytest.raises(WriteFailed, match="permission denied while making the folder"):
        make_folder(tmp_path / "new")


def test_the_names_of_ledger_and_key_are_synced_whenever_a_ledger_is_opened(crawled: Room, synced: list[Path]) -> None:
    crawled.open(SECOND_RUN).close()
    assert crawled.path.parent in synced
    assert crawled.key.parent in synced


@pytest.mark.parametrize("name", ["path", "key"])
def test_a_name_that_cannot_be_synced_stops_the_run(crawled: Room, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    broken: Path = getattr(crawled, name).parent

    def fail(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink() == broken:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteFailed, match=r"input/output error while (syncing|making)"):
        crawled.open(SECOND_RUN)


def test_a_rotation_that_a_killed_writer_did_not_sync_is_synced_before_the_old_key_goes(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = crawled.key.read_bytes()
    with monkeypatch.context() as patch, crawled.open(SECOND_RUN) as ledger:
        patch.setattr(Store, "sync", kill)
        with pytest.raises(Killed):
            ledger.rotate()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "sync", kill)
        with pytest.raises(Killed):
            crawled.open(SECOND_RUN)
    assert crawled.key.read_bytes() == old
    crawled.open(SECOND_RUN).close()
    assert crawled.key.read_bytes() != old


def test_an_adoption_killed_before_its_head_is_kept_can_be_done_again(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = crawled.key.parent
    for name in ("key", "head"):
        (folder / name).unlink()
    with monkeypatch.context() as patch:
        patch.setattr("harvest.ledger.seal.replace", kill)
        with pytest.raises(Killed):
            crawled.adopt()
    with pytest.raises(HeadMissing, match="harvest adopt"):
        crawled.open(SECOND_RUN)
    crawled.adopt()
    crawled.open(SECOND_RUN).close()
    assert crawled.verify().verdict is Verdict.VALID
