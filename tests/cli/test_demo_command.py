from pathlib import Path

import pytest

from harvest import demo
from tests.cli.conftest import Room


def test_the_demonstration_runs_whatever_the_settings_are(room: Room) -> None:
    said = room.harvest("demo")

    assert (said.code, said.err) == (0, "")
    assert "one paper, counted twice" in said.out


def test_a_replay_that_fails_is_one_line_with_what_it_said(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recordings = tmp_path / "other" / "demo"
    recordings.mkdir(parents=True)
    (recordings / "empty.warc.gz").write_bytes(b"")
    (recordings.parent / "topics").symlink_to(room.data / "topics")
    monkeypatch.setattr(demo, "recordings", lambda _: recordings)

    said = room.harvest("demo")

    assert said.code == 3
    assert said.err.startswith("harvest: expected the replay to be complete, got exit code 3: ")
    assert said.err.count("\n") == 1


def test_damage_that_goes_unnoticed_is_a_failure(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "damaged", lambda stage: (stage.ledger, 4))

    said = room.harvest("demo")

    assert said.code == 1
    assert "nothing noticed" in said.out
