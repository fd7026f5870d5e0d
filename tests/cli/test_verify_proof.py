import json
from pathlib import Path

import pytest

from tests.cli import ledgers
from tests.cli.conftest import Room


@pytest.fixture
def proof(room: Room, tmp_path: Path) -> Path:
    """A proof of the only source, with its line and an older checkpoint beside it."""
    path = room.ledger(
        ("source", ledgers.source("s1", "16996037", "Semax in rats")), finished=ledgers.account(included=1)
    )
    proof = tmp_path / "proof"
    room.harvest("prove", "semax-ssri", "s1", "--out", str(proof), "--line-out", str(tmp_path / "line"))
    (tmp_path / "kept").write_bytes(path.with_suffix(".checkpoint").read_bytes())
    return proof


@pytest.fixture
def vkey(room: Room, proof: Path) -> str:
    return str(json.loads(room.harvest("verify", "semax-ssri", "--json").out)["vkey"])


def test_a_proof_that_holds_under_the_trusted_key_exits_0(room: Room, proof: Path, vkey: str) -> None:
    said = room.harvest("verify-proof", str(proof), "--line", str(proof.with_name("line")), "--vkey", vkey)

    assert said.code == 0
    assert said.out.startswith("holds: seq 3 (source, ")
    assert said.out.count("\n") == 2


def test_it_needs_neither_the_ledger_nor_the_state(room: Room, proof: Path, vkey: str) -> None:
    for one in (*room.data.rglob("ledgers/*"), *room.state.rglob("*")):
        if one.is_file():
            one.unlink()

    assert room.harvest("verify-proof", str(proof), "--line", str(proof.with_name("line")), "--vkey", vkey).code == 0


def test_a_changed_line_exits_1(room: Room, proof: Path, vkey: str) -> None:
    line = proof.with_name("line")
    line.write_bytes(line.read_bytes().replace(b"rats", b"cats"))

    said = room.harvest("verify-proof", str(proof), "--line", str(line), "--vkey", vkey)

    assert said.code == 1
    assert said.out.startswith("BROKEN: expected the line at index 3 of 5")


def test_a_proof_without_a_trusted_key_is_not_vouched_for_and_exits_2(room: Room, proof: Path) -> None:
    said = room.harvest("verify-proof", str(proof), "--line", str(proof.with_name("line")))

    assert said.code == 2
    assert said.out.startswith("not vouched for: seq 3")


def test_what_is_no_proof_exits_3(room: Room, proof: Path) -> None:
    said = room.harvest("verify-proof", str(proof.with_name("line")), "--line", str(proof.with_name("line")))

    assert said.code == 3
    assert "expected a c2sp.org/tlog-proof@v1 file" in said.err


def test_json_is_one_object_with_the_exit_code(room: Room, proof: Path, vkey: str) -> None:
    said = room.harvest("verify-proof", str(proof), "--line", str(proof.with_name("line")), "--vkey", vkey, "--json")

    told = json.loads(said.out)
    assert (told["standing"], told["exit_code"], len(told["said"])) == ("holds", 0, 2)


def test_an_older_checkpoint_is_shown_to_be_continued(room: Room, proof: Path, vkey: str) -> None:
    kept, continued = proof.with_name("kept"), proof.with_name("continued")
    room.harvest("prove", "semax-ssri", "--since", str(kept), "--out", str(continued))

    said = room.harvest("verify-proof", str(continued), "--since", str(kept), "--vkey", vkey)

    assert said.code == 0
    assert "a head of 5 entries of harvest.invalid/semax-ssri continues the one of 5" in said.out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("proof",), "got neither"),
        (("proof", "--line", "line", "--since", "kept"), "got both"),
        (("proof", "--line", "nothing"), "expected a file, got"),
        (("nothing", "--line", "line"), "expected a file, got"),
        (("proof", "--line", "line", "--vkey", "me+1+2"), "expected an Ed25519 verification key"),
        (
            ("proof", "--line", "line", "--vkey", f"x\udcff+00000000+{'AQ':A<44}"),
            r"expected a verification key in UTF-8, got 'x\udcff+00000000+AQA",
        ),
    ],
)
def test_wrong_arguments_exit_64_in_one_line(
    room: Room, proof: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], expected: str
) -> None:
    monkeypatch.chdir(proof.parent)

    said = room.harvest("verify-proof", *arguments)

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert expected in said.err


def test_the_help_says_which_code_a_file_that_is_not_there_has(room: Room) -> None:
    words = " ".join(room.harvest("verify-proof", "--help").out.split())

    assert "3 no proof or no checkpoint, 64 a file that cannot be read" in words
