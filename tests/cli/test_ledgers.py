"""Which ledger a topic's name stands for, in every command that goes on with one."""

import pytest

from tests.cli import ledgers
from tests.cli.conftest import Room

BY = ("--reviewer", "A. Person", "--reason", "read both")
COMMANDS = (
    ("adopt", ()),
    ("recheck", ()),
    ("redact", ("s1", "--reason", "mistake")),
    ("merge", ("s1", "s2", *BY)),
    ("unmerge", ("s1", "s2", *BY)),
    ("anchor", ()),
    ("show", ()),
    ("explain", ("s1",)),
    ("prove", ("s1",)),
    ("verify", ()),
)
each = pytest.mark.parametrize(("command", "more"), COMMANDS, ids=[name for name, _ in COMMANDS])


@each
@pytest.mark.parametrize(
    ("topic", "hint"), [("semax-sri", "did you mean semax-ssri? topics: "), ("nosuch", "topics: ")]
)
def test_a_topic_that_nobody_knows_exits_64_with_those_that_exist(
    room: Room, command: str, more: tuple[str, ...], topic: str, hint: str
) -> None:
    said = room.harvest(command, topic, *more)

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert f"got '{topic}'; {hint}" in said.err
    assert "harvest crawl" not in said.err


@each
@pytest.mark.parametrize("topic", ["..", "Semax", "semax_ssri", "a\nb"])
def test_what_no_topic_can_be_called_exits_64_whatever_lies_there(
    room: Room, command: str, more: tuple[str, ...], topic: str
) -> None:
    path = room.ledger(finished=ledgers.account())
    path.with_name(f"{topic}.jsonl").write_bytes(path.read_bytes())

    said = room.harvest(command, topic, *more)

    assert (said.code, said.err.count("\n")) == (64, 1)
    assert "expected a topic's name such as semax-ssri, got" in said.err


@pytest.mark.parametrize("command", ["adopt", "recheck", "redact"])
def test_a_topic_in_another_folder_is_no_topic(room: Room, command: str) -> None:
    more = next(more for name, more in COMMANDS if name == command)

    assert room.harvest(command, "../x", *more).code == 64


def test_a_ledger_whose_topic_has_no_definition_any_more_goes_on(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "1", "Semax in rats")), finished=ledgers.account(included=1))
    (room.data / "topics" / "semax-ssri.toml").unlink()

    assert room.harvest("recheck", "semax-ssri").code == 0
    assert "s1" in room.harvest("redact", "semax-ssri", "s1", "--reason", "mistake").err
    next(room.state.glob("*/head")).unlink()
    assert room.harvest("adopt", "semax-ssri").code == 0
    assert room.harvest("verify", "semax-ssri").code == 0
