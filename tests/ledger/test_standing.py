"""A quick look: what one digest shows unchanged is passed over, and nothing else is."""

import errno
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvest.ledger import Depth, Report, StateFolder
from harvest.ledger import swift as swift_way
from tests.ledger.room import FIRST_RUN, ORIGIN, SECOND_RUN, Room


def quick(room: Room, **options: Any) -> Report:
    return room.verify(depth=Depth.QUICK, **options)


def kept(room: Room) -> Path:
    return room.head.with_name("verified")


@pytest.fixture
def looked_at(room: Room) -> Room:
    """A finished run at which a quick look was taken."""
    room.crawl(FIRST_RUN)
    assert quick(room).exit_code == 0
    return room


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes at which scans began."""
    begun: list[int] = []
    scan = swift_way.scan

    def watched(path: Path, begin: int, *rest: Any, **told: Any) -> Any:
        begun.append(begin)
        return scan(path, begin, *rest, **told)

    monkeypatch.setattr(swift_way, "scan", watched)
    return begun


def test_the_second_quick_look_scans_nothing_and_says_the_same(looked_at: Room, scanned: list[int]) -> None:
    assert quick(looked_at) == looked_at.verify()
    assert scanned == [0]


def test_only_what_was_appended_since_is_scanned(looked_at: Room, scanned: list[int]) -> None:
    before = looked_at.path.stat().st_size
    looked_at.crawl(SECOND_RUN)
    assert quick(looked_at).sealed == 11
    assert scanned == [before]
    assert quick(looked_at) == looked_at.verify()


def test_progress_is_told_of_bytes_that_are_passed_over_and_then_of_the_others(
    looked_at: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.ledger.standing._BLOCK", 1_000)
    before = looked_at.path.stat().st_size
    looked_at.crawl(SECOND_RUN)
    size = looked_at.path.stat().st_size
    told: list[tuple[int, int]] = []
    quick(looked_at, progress=lambda *said: told.append(said))
    assert told == [*((read, size) for read in (1_000, before)), (size, size)]
    assert 1_000 < before < 2_000


def test_the_standing_has_mode_0600_and_lies_beside_the_kept_head(looked_at: Room) -> None:
    assert kept(looked_at).stat().st_mode & 0o777 == 0o600


def test_a_changed_byte_below_is_found(looked_at: Room) -> None:
    stored = looked_at.stored()
    stored[2] = stored[2].replace(b"pmid:1", b"pmid:7") if b"pmid:1" in stored[2] else stored[2].replace(b"s", b"z", 1)
    looked_at.put(stored)
    report = quick(looked_at)
    assert report.first_divergence == looked_at.verify().first_divergence
    assert report.exit_code == 1


def test_a_cut_below_is_found(looked_at: Room) -> None:
    looked_at.put(looked_at.stored()[:-1])
    assert quick(looked_at).first_divergence == looked_at.verify().first_divergence
    assert quick(looked_at).exit_code == 1


def test_a_head_that_was_not_held_before_is_held_against_all_lines(looked_at: Room, scanned: list[int]) -> None:
    old = looked_at.beside("checkpoint").read_bytes()
    looked_at.crawl(SECOND_RUN)
    against = looked_at.folder / "kept-by-somebody"
    against.write_bytes(old)
    assert quick(looked_at, against=against).exit_code == 0
    size = looked_at.verify().sealed
    for forged in (5, size - 1):
        against.write_bytes(old.replace(b"\n6\n", b"\n%d\n" % forged))
        report = quick(looked_at, against=against)
        assert report.first_divergence is not None
        assert report.first_divergence.line == forged
    assert 0 in scanned


def test_a_digest_ends_where_the_newest_head_does_whatever_is_written_behind_it(looked_at: Room) -> None:
    sealed = looked_at.path.stat().st_size
    kept(looked_at).unlink()
    with looked_at.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("run-started", {"spider": "pubmed"})
    assert quick(looked_at).unsealed == 1
    assert json.loads(kept(looked_at).read_bytes())["offset"] == sealed


@pytest.mark.parametrize("standing", [b"", b"{}", b"[1]", b"\xff", b'{"offset": "much"}', b"[" * 100_000])
def test_what_is_no_standing_is_passed_over(looked_at: Room, standing: bytes) -> None:
    kept(looked_at).write_bytes(standing)
    assert quick(looked_at) == looked_at.verify()
    assert json.loads(kept(looked_at).read_bytes())["size"] == 6


def test_a_standing_with_wrong_values_is_passed_over(looked_at: Room) -> None:
    right = json.loads(kept(looked_at).read_bytes())
    several = {"roots": ["zz"], "vkey": "none", "last": [1], "heads": None, "types": 1}
    runs: list[Any] = [{}, {"open": {}, "ended": {}, "counts": []}]
    for name, wrong in [*several.items(), *(("runs", wrong) for wrong in runs)]:
        kept(looked_at).write_bytes(json.dumps(right | {name: wrong}).encode())
        assert quick(looked_at) == looked_at.verify()


def test_a_ledger_that_was_adopted_is_always_looked_at_whole(looked_at: Room) -> None:
    looked_at.head.unlink()
    looked_at.adopt()
    kept(looked_at).unlink(missing_ok=True)
    assert quick(looked_at).exit_code == 0
    assert not kept(looked_at).exists()


def test_without_a_kept_head_nothing_is_kept(looked_at: Room) -> None:
    kept(looked_at).unlink()
    looked_at.head.unlink()
    assert quick(looked_at).exit_code == 0
    assert [path.name for path in looked_at.key.parent.iterdir()] == ["key"]


# --- a digest that cannot be kept or read -----------------------------------------------------------------------------


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_that_the_digest_cannot_be_kept_does_not_change_the_verdict(
    looked_at: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(looked_at).read_bytes()
    looked_at.crawl(SECOND_RUN)
    whole = looked_at.verify()
    monkeypatch.setattr("harvest.ledger.keys.write_file", failing(errno.EROFS))
    report = quick(looked_at)
    (notice,) = report.notices
    assert notice.startswith("the next quick look begins where this one did: read-only file system while writing /")
    assert f"writing {kept(looked_at)}; " in notice
    assert replace(report, notices=()) == whole
    assert report.exit_code == 0
    assert kept(looked_at).read_bytes() == before


@pytest.mark.parametrize("call", ["write_file", "rename"])
def test_nothing_is_left_of_a_digest_that_could_not_be_kept(
    looked_at: Room, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    names = sorted(kept(looked_at).parent.iterdir())
    monkeypatch.setattr(f"harvest.ledger.keys.{call}", failing(errno.EIO))
    assert len(quick(looked_at).notices) == 1
    assert sorted(kept(looked_at).parent.iterdir()) == names


def test_a_folder_in_the_place_of_the_digest_does_not_change_the_verdict(looked_at: Room) -> None:
    kept(looked_at).unlink()
    kept(looked_at).mkdir()
    report = quick(looked_at)
    assert (report.exit_code, len(report.notices)) == (0, 1)
    assert replace(report, notices=()) == looked_at.verify()


def test_what_changes_behind_a_quick_look_is_found_by_the_next(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody exchanges a word right after it was scanned, and before anything is kept."""
    room.crawl()
    scan = swift_way.scan

    def exchanged(*place: Any, **told: Any) -> Any:
        stretch = scan(*place, **told)
        room.path.write_bytes(room.path.read_bytes().replace(b"pmid:2", b"pmid:9"))
        return stretch

    with monkeypatch.context() as patch:
        patch.setattr(swift_way, "scan", exchanged)
        assert quick(room).exit_code == 0
    assert quick(room) == room.verify()
    assert quick(room).exit_code == 1


def test_a_digest_that_cannot_be_read_is_passed_over(
    looked_at: Room, scanned: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StateFolder, "standing", failing(errno.EACCES))
    assert quick(looked_at) == looked_at.verify()
    assert scanned == [0, 0]


def test_two_that_keep_a_digest_at_once_do_not_disturb_one_another(
    looked_at: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(kept(looked_at).parent.iterdir())

    def late(path: Path, new: Path) -> None:
        monkeypatch.undo()
        assert re.fullmatch(r"verified\.[0-9a-f]{64}\.tmp", path.name)
        looked_at.keys.keep_standing(ORIGIN, b"of another that came between")
        assert kept(looked_at).read_bytes() == b"of another that came between"
        path.rename(new)

    monkeypatch.setattr("harvest.ledger.keys.rename", late)
    looked_at.keys.keep_standing(ORIGIN, b"first begun, last named")
    assert kept(looked_at).read_bytes() == b"first begun, last named"
    assert sorted(kept(looked_at).parent.iterdir()) == names


def test_no_part_of_a_standing_is_believed(looked_at: Room, scanned: list[int]) -> None:
    whole = kept(looked_at).read_bytes()
    report = looked_at.verify()
    torn = [whole[:length] for length in range(0, len(whole) - 1, 9)]
    torn += [bytes(length) + whole[length:] for length in range(1, len(whole), 90)]
    torn += [whole[:-40] + bytes(40), whole + whole[-40:], whole + b"\0"]
    for part in torn:
        kept(looked_at).write_bytes(part)
        assert quick(looked_at) == report
    assert scanned == [0] * (len(torn) + 1)
    assert quick(looked_at) == report
    assert scanned == [0] * (len(torn) + 1)
