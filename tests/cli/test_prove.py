import sys
from pathlib import Path

import pytest

from harvest.ledger import Proof
from harvest.ledger.stored import Stored
from tests.cli import ledgers
from tests.cli.conftest import Room


def _one_source(room: Room) -> Path:
    return room.ledger(
        ("source", ledgers.source("s1", "16996037", "Semax in rats")),
        ("excluded", ledgers.excluded("7", "Something else")),
        finished=ledgers.account(included=1, excluded=1),
    )


def _kept(room: Room, tmp_path: Path) -> Path:
    kept = tmp_path / "kept.checkpoint"
    kept.write_bytes((room.data / "ledgers" / "semax-ssri.checkpoint").read_bytes())
    return kept


@pytest.mark.parametrize(("named", "seq"), [("s1", 3), ("pmid:16996037", 3), ("pmid:7", 4), ("0", 0), ("5", 5)])
def test_a_line_is_proved_by_its_source_its_key_or_its_number(room: Room, tmp_path: Path, named: str, seq: int) -> None:
    path = _one_source(room)
    proof, line = tmp_path / "proof", tmp_path / "line"

    said = room.harvest("prove", "semax-ssri", named, "--out", str(proof), "--line-out", str(line))

    assert (said.code, said.out) == (0, "")
    assert f"seq {seq} (" in said.err
    assert Proof.parse(proof.read_bytes()).index == seq
    assert line.read_bytes() == path.read_bytes().splitlines(keepends=True)[seq]
    assert room.harvest("verify-proof", str(proof), "--line", str(line)).code == 2


def test_a_proof_goes_to_standard_output_as_it_would_go_to_a_file(room: Room, tmp_path: Path) -> None:
    _one_source(room)

    said = room.harvest("prove", "semax-ssri", "s1")
    room.harvest("prove", "semax-ssri", "s1", "--out", str(tmp_path / "proof"))

    assert said.out == (tmp_path / "proof").read_text(encoding="utf-8")


def test_on_a_terminal_what_a_head_bears_besides_is_not_obeyed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = _one_source(room).with_suffix(".checkpoint")
    checkpoint.write_bytes(checkpoint.read_bytes() + "— \x9b2J AAAAAAAA\n".encode())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    said = room.harvest("prove", "semax-ssri", "s1")

    assert said.code == 0
    assert "\x9b" not in said.out
    assert "\n— \\x9b2J AAAAAAAA\n" in said.out


def test_a_ledger_file_can_be_named_in_place_of_a_topic(room: Room) -> None:
    assert room.harvest("prove", str(_one_source(room)), "s1").code == 0


def test_a_line_above_the_newest_head_exits_3_and_says_so(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "16996037", "Semax in rats")))

    said = room.harvest("prove", "semax-ssri", "s1")

    assert said.code == 3
    assert "expected a sealed line, got seq 3, above the newest signed head of 1 entries" in said.err


def test_a_file_that_exists_is_never_overwritten(room: Room, tmp_path: Path) -> None:
    path = _one_source(room)
    before = path.read_bytes()

    said = room.harvest("prove", "semax-ssri", "s1", "--out", str(path))

    assert said.code == 64
    assert "expected a new file" in said.err
    assert path.read_bytes() == before


def test_where_the_second_file_is_refused_the_first_is_not_left_behind(room: Room, tmp_path: Path) -> None:
    path = _one_source(room)
    proof, nowhere = tmp_path / "proof", tmp_path / "nowhere" / "line"

    exists = room.harvest("prove", "semax-ssri", "s1", "--out", str(proof), "--line-out", str(path))
    twice = room.harvest("prove", "semax-ssri", "s1", "--out", str(proof), "--line-out", str(proof))
    lost = room.harvest("prove", "semax-ssri", "s1", "--out", str(proof), "--line-out", str(nowhere))

    assert (exists.code, twice.code, lost.code) == (64, 64, 3)
    assert not proof.exists()


def test_nothing_is_said_where_the_line_cannot_be_written(room: Room) -> None:
    said = room.harvest("prove", "semax-ssri", "s1", "--line-out", str(_one_source(room)))

    assert (said.code, said.out) == (64, "")


@pytest.mark.parametrize("content", [b"", b"not a checkpoint\n", b"a\n1\nAAAA\n"])
def test_what_is_no_checkpoint_is_named_and_exits_64(room: Room, tmp_path: Path, content: bytes) -> None:
    _one_source(room)
    bad = tmp_path / "bad.checkpoint"
    bad.write_bytes(content)

    said = room.harvest("prove", "semax-ssri", "--since", str(bad))

    assert (said.code, said.err.count("\n")) == (64, 1)
    assert f"expected a checkpoint file for --since, got '{bad}': expected a signed note" in said.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "got neither"),
        (("s1", "--since", "x"), "got both"),
        (("s9",), "got 's9'"),
        (("6000",), "expected a line from 0 to 5"),
        (("9" * 16,), "expected a line from 0 to 5"),
        (("9" * 5_000,), "expected a source such as s1"),
        (("pmid:\udcff",), "expected a source such as s1"),
        (("--since", "nothing"), "expected a checkpoint file for --since, got 'nothing'"),
        (("--since", "nothing", "--line-out", "x"), "expected --line-out with a line"),
    ],
)
def test_what_cannot_be_proved_exits_64_in_one_line(room: Room, arguments: tuple[str, ...], expected: str) -> None:
    _one_source(room)

    said = room.harvest("prove", "semax-ssri", *arguments)

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert expected in said.err


def test_a_topic_that_nobody_knows_exits_64(room: Room) -> None:
    said = room.harvest("prove", "semax-sri", "s1")

    assert said.code == 64
    assert "did you mean semax-ssri?" in said.err


def test_a_topics_ledger_of_another_origin_than_the_settings_say_exits_3(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _one_source(room)
    monkeypatch.setenv("HARVEST_ORIGIN", "example.org/evidence")

    by_topic, by_file = room.harvest("prove", "semax-ssri", "s1"), room.harvest("prove", str(path), "s1")

    assert (by_topic.code, by_topic.out, by_file.code) == (3, "", 0)
    assert "expected origin example.org/evidence/semax-ssri in line 1 of " in by_topic.err


def test_a_known_topic_without_a_ledger_exits_3(room: Room) -> None:
    assert room.harvest("prove", "semax-ssri", "s1").code == 3


def test_an_index_that_cannot_be_kept_is_said(room: Room) -> None:
    path = _one_source(room)
    path.with_suffix(".index-tree").unlink()
    path.with_suffix(".index-tree").mkdir()

    said = room.harvest("prove", "semax-ssri", "s1")

    assert said.code == 0
    assert "cannot be written beside it" in said.err


def test_the_newest_head_is_proved_to_continue_an_older_one(room: Room, tmp_path: Path) -> None:
    _one_source(room)
    kept = _kept(room, tmp_path)
    room.ledger(("source", ledgers.source("s2", "8", "Semax again")), finished=ledgers.account(included=1))
    proof = tmp_path / "proof"

    said = room.harvest("prove", "semax-ssri", "--since", str(kept), "--out", str(proof))

    assert said.code == 0
    assert "continues that of 6" in said.err
    assert proof.read_bytes().startswith(b"old 6\n")
    assert room.harvest("verify-proof", str(proof), "--since", str(kept)).code == 2


def test_a_fork_is_shown_with_both_roots_and_exits_3(room: Room, tmp_path: Path) -> None:
    path = _one_source(room)
    kept = _kept(room, tmp_path)
    with Stored.beside(path) as stored:
        assert stored.size() == 6
    for one in (*path.parent.iterdir(), *room.state.rglob("*")):
        if one.is_file():
            one.unlink()
    _one_source(room)

    said = room.harvest("prove", "semax-ssri", "--since", str(kept))

    assert said.code == 3
    assert "over 6 entries as in the older checkpoint, got root " in said.err


def test_a_checkpoint_of_another_ledger_exits_64(room: Room, tmp_path: Path) -> None:
    _one_source(room)
    kept = _kept(room, tmp_path)
    kept.write_bytes(kept.read_bytes().replace(b"harvest.invalid", b"example.invalid"))

    said = room.harvest("prove", "semax-ssri", "--since", str(kept))

    assert said.code == 64
    assert "expected a checkpoint of harvest.invalid/semax-ssri for --since" in said.err
