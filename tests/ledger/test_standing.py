"""A quick look: what one digest shows unchanged is passed over, and nothing else is."""

import json
from pathlib import Path
from typing import Any

import pytest

from harvest.ledger import Depth, Report
from harvest.ledger import swift as swift_way
from tests.ledger.room import FIRST_RUN, SECOND_RUN, Room


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

    def watched(path: Path, begin: int, *rest: Any) -> Any:
        begun.append(begin)
        return scan(path, begin, *rest)

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
    forged = old.replace(b"\n6\n", b"\n5\n")
    against.write_bytes(forged)
    assert quick(looked_at, against=against).exit_code == 1
    assert 0 in scanned


@pytest.mark.parametrize("standing", [b"", b"{}", b"[1]", b"\xff", b'{"offset": "much"}'])
def test_what_is_no_standing_is_passed_over(looked_at: Room, standing: bytes) -> None:
    kept(looked_at).write_bytes(standing)
    assert quick(looked_at) == looked_at.verify()
    assert json.loads(kept(looked_at).read_bytes())["size"] == 6


def test_a_standing_with_wrong_values_is_passed_over(looked_at: Room) -> None:
    right = json.loads(kept(looked_at).read_bytes())
    for name, wrong in {"roots": ["zz"], "vkey": "none", "last": [1], "runs": {}, "heads": None}.items():
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
