import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli import ledgers
from tests.cli.conftest import Room

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def _flip(path: Path, old: bytes, new: bytes) -> None:
    stored = path.read_bytes()
    assert stored.count(old) == 1
    path.write_bytes(stored.replace(old, new))


def _one_source(room: Room) -> Path:
    return room.ledger(
        ("source", ledgers.source("s1", "16996037", "Semax in rats")), finished=ledgers.account(included=1)
    )


def test_a_finished_ledger_is_valid_and_exits_0(room: Room) -> None:
    _one_source(room)

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 0
    assert "valid, 5 entries read" in said.out


def test_a_flipped_byte_is_named_by_its_line_and_exits_1(room: Room) -> None:
    path = _one_source(room)
    _flip(path, b"Semax in rats", b"Semax in rots")

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 1
    assert "first divergence: line 4" in said.out


def test_an_unfinished_run_exits_2(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "16996037", "Semax in rats")))

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 2
    assert "has no run-finished" in said.out


def test_a_file_can_be_named_in_place_of_a_topic(room: Room) -> None:
    path = _one_source(room)

    assert room.harvest("verify", str(path)).code == 0


def test_a_file_that_is_not_there_exits_3(room: Room) -> None:
    said = room.harvest("verify", str(room.data / "nothing.jsonl"))

    assert said.code == 3
    assert "UNREADABLE" in said.out


def test_a_known_topic_without_a_ledger_exits_3(room: Room) -> None:
    assert room.harvest("verify", "semax-ssri").code == 3


def test_a_topic_that_nobody_knows_exits_64_in_one_line(room: Room) -> None:
    said = room.harvest("verify", "semax-sri")

    assert said.code == 64
    assert said.err.count("\n") == 1
    assert "did you mean semax-ssri?" in said.err


def test_a_ledger_under_another_topics_name_is_broken(room: Room) -> None:
    path = _one_source(room)
    path.rename(path.with_name("ketamine-depression.jsonl"))

    assert room.harvest("verify", "ketamine-depression").code == 1


def test_a_kept_checkpoint_finds_a_ledger_that_was_rolled_back(room: Room, tmp_path: Path) -> None:
    path = _one_source(room)
    kept = tmp_path / "kept"
    kept.write_bytes(path.with_suffix(".checkpoint").read_bytes())
    for one in path.parent.iterdir():
        one.unlink()
    for one in room.state.rglob("*"):
        if one.is_file():
            one.unlink()
    room.ledger(finished=ledgers.account())

    assert room.harvest("verify", "semax-ssri").code == 0
    assert room.harvest("verify", "semax-ssri", "--against", str(kept)).code == 1


@pytest.mark.parametrize("content", [b"", b"not a checkpoint\n", b"\xff"])
def test_what_is_no_checkpoint_speaks_for_nothing_and_exits_64(room: Room, tmp_path: Path, content: bytes) -> None:
    _one_source(room)
    bad = tmp_path / "bad.checkpoint"
    bad.write_bytes(content)

    said = room.harvest("verify", "semax-ssri", "--against", str(bad))

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert f"expected a checkpoint file for --against, got '{bad}': expected a signed note" in said.err


@needs_git
def test_a_folder_that_is_no_repository_exits_64_before_anything_is_verified(room: Room, tmp_path: Path) -> None:
    _one_source(room)
    (tmp_path / "folder").mkdir()

    absent = room.harvest("verify", "semax-ssri", "--git", str(tmp_path / "absent"))
    folder = room.harvest("verify", "semax-ssri", "--git", str(tmp_path / "folder"))

    for said in (absent, folder):
        assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert f"expected a git repository, got no such folder: {tmp_path / 'absent'}, for --git" in absent.err
    assert f"in {tmp_path / 'folder'}, got fatal: not a git repository" in folder.err


@needs_git
def test_a_repository_without_a_tag_of_ours_is_a_notice(room: Room, tmp_path: Path) -> None:
    _one_source(room)
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "heads")], check=True)

    said = room.harvest("verify", "semax-ssri", "--git", str(tmp_path / "heads"))

    assert said.code == 0
    assert f"no head is tagged in {tmp_path / 'heads'}" in said.out


def test_where_git_is_not_installed_a_repository_is_reported_as_not_checked(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _one_source(room)
    monkeypatch.setenv("PATH", str(tmp_path))

    said = room.harvest("verify", "semax-ssri", "--git", str(tmp_path))

    assert said.code == 0
    assert "git tags not checked: expected git to run" in said.out


def test_json_is_one_object_with_the_exit_code(room: Room) -> None:
    _one_source(room)

    said = json.loads(room.harvest("verify", "semax-ssri", "--json").out)

    assert (said["verdict"], said["exit_code"], said["entries"]) == ("valid", 0, 5)


def test_a_deep_look_finds_what_lines_contradict_each_other(room: Room) -> None:
    twice = ("source", ledgers.source("s1", "16996037", "Semax in rats"))
    room.ledger(twice, twice, finished=ledgers.account(included=2))

    shallow = room.harvest("verify", "semax-ssri")
    deep = room.harvest("verify", "semax-ssri", "--deep")

    assert (shallow.code, deep.code) == (0, 1)
    assert "contradiction: line 5, byte" in deep.out
    assert "expected pmid:16996037 once, found it settled as source before" in deep.out
    assert "expected sid s2, found s1" in deep.out


def test_a_quick_look_sees_a_change_of_what_was_verified_before(room: Room) -> None:
    path = _one_source(room)
    first = room.harvest("verify", "semax-ssri", "--quick")
    again = room.harvest("verify", "semax-ssri", "--quick")
    assert (first.code, first.out) == (again.code, again.out)

    _flip(path, b"Semax in rats", b"Semax in rots")

    assert "first divergence: line 4" in room.harvest("verify", "semax-ssri", "--quick").out


def test_a_look_is_deep_or_quick_and_not_both(room: Room) -> None:
    _one_source(room)

    said = room.harvest("verify", "semax-ssri", "--deep", "--quick")

    assert said.code == 64
    assert "expected --deep or --quick, got both" in said.err
