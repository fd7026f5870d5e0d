from pathlib import Path

from tests.cli import ledgers
from tests.cli.conftest import Room


def _forget(room: Room, name: str) -> None:
    for path in room.state.rglob(name):
        path.unlink()


def test_a_ledger_whose_head_is_gone_is_adopted_and_valid_again(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "16996037", "Semax in rats")), finished=ledgers.account(included=1))
    _forget(room, "head")

    said = room.harvest("adopt", "semax-ssri", "--reason", "moved to a new machine")

    assert said.code == 0
    assert "adopted, 6 entries signed" in said.out
    assert room.harvest("verify", "semax-ssri").code == 0
    assert b"moved to a new machine" in (room.data / "ledgers" / "semax-ssri.jsonl").read_bytes()


def test_a_ledger_whose_head_is_kept_is_not_adopted(room: Room) -> None:
    path = room.ledger(finished=ledgers.account())
    before = path.read_bytes()

    said = room.harvest("adopt", "semax-ssri")

    assert said.code == 3
    assert said.err.count("\n") == 1
    assert path.read_bytes() == before


def test_a_topic_without_a_ledger_has_nothing_to_adopt(room: Room) -> None:
    assert room.harvest("adopt", "semax-ssri").code == 3
    assert not Path(room.data / "ledgers").exists()
