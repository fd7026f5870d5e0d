import json
from pathlib import Path

import pytest

from harvest.ledger import StateFolder
from tests.cli import ledgers
from tests.cli.conftest import Room
from tests.ledger.witness import Witness

ORIGIN = "harvest.invalid/semax-ssri"


def finished(room: Room) -> Path:
    return room.ledger(finished=ledgers.account())


def test_showing_a_key_says_all_but_the_seed(room: Room) -> None:
    finished(room)
    seed = next(room.state.glob("*/key"))

    said = room.harvest("key", "show", "semax-ssri")

    assert said.code == 0
    assert "head      4 entries, signed by this key" in said.out
    assert f"seed      {seed}" in said.out
    assert "rotation  none" in said.out
    assert seed.read_bytes().hex() not in said.out


def test_json_of_a_key_has_the_vkey_that_verification_names(room: Room) -> None:
    finished(room)

    shown = json.loads(room.harvest("key", "show", "semax-ssri", "--json").out)
    report = json.loads(room.harvest("verify", "semax-ssri", "--json").out)

    assert shown["vkey"] == report["vkey"]
    assert shown["vkey"].startswith(f"{ORIGIN}+{shown['key_id']}+")
    assert shown["head"] == {"size": 4, "signed_by_this_key": True}
    assert shown["rotation"] == "none"


def test_a_rotation_is_said_in_one_line_with_both_keys(room: Room) -> None:
    finished(room)
    old = json.loads(room.harvest("key", "show", "semax-ssri", "--json").out)["vkey"]

    said = room.harvest("key", "rotate", "semax-ssri")

    new = json.loads(room.harvest("key", "show", "semax-ssri", "--json").out)["vkey"]
    assert (said.code, said.out) == (0, f"semax-ssri: key rotated, 5 entries signed: {old} -> {new}\n")
    assert old != new
    assert "copy-on-write" in said.err
    assert room.harvest("verify", "semax-ssri").code == 0


def test_a_rotation_that_was_begun_and_not_ended_is_shown_and_ended(room: Room) -> None:
    finished(room)
    StateFolder(room.state).prepare_signer(ORIGIN)

    assert "begun and not ended" in room.harvest("key", "show", "semax-ssri").out
    assert room.harvest("key", "rotate", "semax-ssri").code == 0
    assert "rotation  none" in room.harvest("key", "show", "semax-ssri").out


def test_the_erased_seed_of_a_rotation_that_was_stopped_is_never_shown_as_the_key(room: Room) -> None:
    finished(room)
    prepared = StateFolder(room.state).prepare_signer(ORIGIN)
    next(room.state.glob("*/key")).write_bytes(bytes(32))

    assert f"vkey      {prepared.verifier}" in room.harvest("key", "show", "semax-ssri").out
    assert f"log {prepared.verifier}" in room.harvest("key", "policy", "semax-ssri").out


def test_a_head_that_the_key_before_signed_is_shown_as_such(room: Room) -> None:
    finished(room)
    (head,) = room.state.glob("*/head")
    before = head.read_bytes()
    room.harvest("key", "rotate", "semax-ssri")
    head.write_bytes(before)

    assert "head      4 entries, signed by an earlier key" in room.harvest("key", "show", "semax-ssri").out


def test_a_key_whose_head_is_gone_is_shown_without_one(room: Room) -> None:
    finished(room)
    next(room.state.glob("*/head")).unlink()

    assert "head      none kept" in room.harvest("key", "show", "semax-ssri").out


def test_a_ledger_whose_key_is_gone_names_adoption_and_exits_3(room: Room) -> None:
    finished(room)
    next(room.state.glob("*/key")).unlink()

    said = room.harvest("key", "show", "semax-ssri")

    assert said.code == 3
    assert "harvest adopt semax-ssri" in said.err
    assert said.err.count("\n") == 1


def test_a_topic_without_a_ledger_has_no_key_and_nothing_to_rotate(room: Room) -> None:
    shown, rotated = room.harvest("key", "show", "semax-ssri"), room.harvest("key", "rotate", "semax-ssri")

    assert (shown.code, rotated.code) == (3, 3)
    assert "the first `harvest crawl semax-ssri` makes one" in shown.err
    assert "expected a ledger at" in rotated.err
    assert not (room.data / "ledgers").exists()
    assert room.harvest("key", "rotate", "semax-sri").code == 64


def test_a_policy_names_the_log_and_asks_for_no_witness(room: Room) -> None:
    finished(room)
    vkey = json.loads(room.harvest("key", "show", "semax-ssri", "--json").out)["vkey"]

    said = room.harvest("key", "policy", "semax-ssri")

    assert said.code == 0
    assert said.out.splitlines()[1:] == [f"log {vkey}", "quorum none"]


def test_a_policy_with_witnesses_asks_for_as_many_as_the_quorum_says(room: Room) -> None:
    finished(room)
    one, two = Witness("w1.example", 1).vkey, Witness("w2.example", 2).vkey

    said = room.harvest("key", "policy", "semax-ssri", "--witness", one, "--witness", two, "--quorum", "1")

    assert said.out.splitlines()[2:] == [
        f"witness w1.example {one}",
        f"witness w2.example {two}",
        "group witnesses 1 w1.example w2.example",
        "quorum witnesses",
    ]


def test_a_policy_that_cannot_be_met_exits_64_in_one_line(room: Room) -> None:
    finished(room)
    one = Witness("w1.example", 1).vkey

    many = room.harvest("key", "policy", "semax-ssri", "--witness", one, "--quorum", "2")
    wrong = room.harvest("key", "policy", "semax-ssri", "--witness", "w1.example")

    assert (many.code, wrong.code) == (64, 64)
    assert "number from 1 to 1, got 2" in many.err
    assert "expected an Ed25519 verification key, got 'w1.example' for --witness" in wrong.err
    assert many.err.count("\n") == wrong.err.count("\n") == 1


@pytest.mark.parametrize("quorum", ["any", "1", "2"])
def test_a_quorum_of_no_witnesses_exits_64(room: Room, quorum: str) -> None:
    finished(room)

    said = room.harvest("key", "policy", "semax-ssri", "--quorum", quorum)

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert f"expected witnesses for --quorum {quorum}, got none; name each with --witness VKEY" in said.err


@pytest.mark.parametrize("quorum", ["", "0", "-1", "01", "foo", "1 w1.example", "all w1.example\n#"])
@pytest.mark.parametrize("witnesses", [0, 2])
def test_what_is_no_quorum_exits_64(room: Room, quorum: str, witnesses: int) -> None:
    finished(room)
    given = [f"--witness={Witness(f'w{seed}.example', seed).vkey}" for seed in range(1, 1 + witnesses)]

    said = room.harvest("key", "policy", "semax-ssri", *given, f"--quorum={quorum}")

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert "expected all, any or a number from 1 for --quorum, got " in said.err


def test_all_of_no_witnesses_is_a_policy_of_the_log_alone(room: Room) -> None:
    finished(room)

    said = room.harvest("key", "policy", "semax-ssri", "--quorum", "all")

    assert (said.code, said.out) == (0, room.harvest("key", "policy", "semax-ssri").out)
