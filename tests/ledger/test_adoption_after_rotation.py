"""A rotation that was killed, and an adoption after it: no key that was given up signs again."""

from pathlib import Path
from typing import Any

import pytest

from harvest.errors import HeadMissing, LedgerBroken
from harvest.ledger import StateFolder, entries
from harvest.ledger.note import Signer
from tests.ledger.calls import recorded_calls
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

THIRD_RUN = "01J00000000000000000000003"
ENDED = "a rotation that was begun is ended now, and the ledger can be written again"


class Killed(BaseException):
    """Nothing of ours catches it: the process is gone."""


def kill(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.fixture(params=["before the seed is erased", "before the new key has its name"])
def killed(crawled: Room, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Room:
    """A room whose rotation is in the ledger, and whose new key is not in place."""
    with monkeypatch.context() as patch, crawled.open(SECOND_RUN) as ledger:
        if request.param == "before the seed is erased":
            patch.setattr(StateFolder, "promote_signer", kill)
        else:
            patch.setattr(Path, "rename", only(kill, "key.next"))
        with pytest.raises(Killed):
            ledger.rotate()
    return crawled


def only(instead: Any, name: str) -> Any:
    real = Path.rename
    return lambda path, new: instead() if path.name == name else real(path, new)


def rotated(room: Room) -> str:
    """The key that the rotation names."""
    return str(next(entry.body["vkey"] for entry in entries(room.path) if entry.type == "key-rotated"))


def test_where_nothing_is_gone_the_rotation_is_ended_and_nothing_adopted(killed: Room) -> None:
    old, stored = killed.key.read_bytes(), killed.stored()
    with pytest.raises(LedgerBroken) as caught:
        killed.adopt()
    assert caught.value.message == f"expected that the key or the kept head of {killed.path} is gone, got both"
    assert caught.value.hint == ENDED
    assert killed.stored() == stored
    assert str(Signer(ORIGIN, killed.key.read_bytes()).verifier) == rotated(killed)
    assert old not in [path.read_bytes() for path in killed.key.parent.iterdir()]
    with pytest.raises(LedgerBroken) as again:
        killed.adopt()
    assert again.value.hint == ""
    killed.crawl(THIRD_RUN)
    assert killed.verify().exit_code == 0


def test_where_the_head_is_gone_the_rotated_key_adopts(killed: Room) -> None:
    killed.head.unlink()
    with pytest.raises(HeadMissing, match="expected a kept head"):
        killed.open(THIRD_RUN)
    killed.adopt()
    *_, adopted = entries(killed.path)
    assert (adopted.type, adopted.body["vkey"]) == ("adopted", rotated(killed))
    assert str(Signer(ORIGIN, killed.key.read_bytes()).verifier) == rotated(killed)
    assert not killed.key.with_name("key.next").exists()
    assert killed.verify().exit_code == 0


def test_a_rotation_is_synced_before_an_adoption_ends_it(killed: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = recorded_calls(monkeypatch)
    with pytest.raises(LedgerBroken):
        killed.adopt()
    assert calls[-5:] == [
        "fsync semax-ssri.jsonl",
        "write key",
        "fsync key",
        "rename key.next",
        f"fsync {killed.key.parent.name}",
    ]


@pytest.mark.parametrize("prepared", [None, b"\1" * 32])
def test_an_erased_seed_signs_nothing_and_a_new_key_adopts(crawled: Room, prepared: bytes | None) -> None:
    crawled.key.write_bytes(bytes(32))
    if prepared:
        following = crawled.key.with_name("key.next")
        following.write_bytes(prepared)
        following.chmod(0o600)
    with pytest.raises((HeadMissing, LedgerBroken), match="harvest adopt"):
        crawled.open(SECOND_RUN)
    crawled.adopt()
    seed = crawled.key.read_bytes()
    assert seed not in {bytes(32), prepared}
    *_, adopted = entries(crawled.path)
    assert adopted.body["vkey"] == str(Signer(ORIGIN, seed).verifier)
    crawled.crawl(THIRD_RUN)
    assert crawled.verify().exit_code == 0
