"""Persons as keyed hashes."""

import fcntl
import hashlib
import hmac
import os
import stat
import threading
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harvest.errors import LedgerError
from harvest.ledger import Persons, StateFolder
from tests.ledger.room import ORIGIN


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Where the key will lie."""
    return tmp_path / "state" / hashlib.sha256(ORIGIN.encode()).hexdigest() / "persons"


def persons(tmp_path: Path, origin: str = ORIGIN) -> Persons:
    return Persons(StateFolder(tmp_path / "state"), origin)


def test_one_account_has_one_hash_also_in_another_process(tmp_path: Path, key: Path) -> None:
    one = persons(tmp_path).hash("reddit", "t2_abc")
    assert persons(tmp_path).hash("reddit", "t2_abc") == one
    assert len(one) == 43
    assert urlsafe_b64decode(one + "=") == hmac.digest(key.read_bytes(), b"reddit\0t2_abc", "sha256")


def test_other_accounts_providers_and_ledgers_have_other_hashes(tmp_path: Path) -> None:
    one = persons(tmp_path)
    other = persons(tmp_path, "example.org/other")
    hashes = [one.hash("reddit", "a"), one.hash("reddit", "b"), one.hash("x", "a"), other.hash("reddit", "a")]
    assert len(set(hashes)) == 4


def test_the_key_is_its_owners_alone_and_never_below_data(tmp_path: Path, key: Path) -> None:
    persons(tmp_path).hash("reddit", "a")
    assert len(key.read_bytes()) == 32
    assert [stat.S_IMODE(path.stat().st_mode) for path in (key, key.parent, key.parent.parent)] == [
        0o600, 0o700, 0o700,
    ]  # fmt: skip


def test_a_key_that_another_process_made_meanwhile_is_the_one(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = persons(tmp_path)

    def first(*_: object) -> None:
        monkeypatch.undo()
        other.hash("reddit", "a")

    late = persons(tmp_path)
    monkeypatch.setattr("harvest.ledger.persons.make_folder", lambda *_, **__: first())
    assert late.hash("reddit", "a") == other.hash("reddit", "a")
    assert len(key.read_bytes()) == 32


def test_who_makes_a_key_waits_for_another_that_does(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key.parent.mkdir(parents=True)
    arrived, flock = threading.Event(), fcntl.flock

    def arriving(descriptor: int, operation: int) -> None:
        arrived.set()
        flock(descriptor, operation)

    folder = os.open(key.parent, os.O_RDONLY)
    flock(folder, fcntl.LOCK_EX)
    monkeypatch.setattr(fcntl, "flock", arriving)
    with ThreadPoolExecutor() as pool:
        late = pool.submit(persons(tmp_path).hash, "reddit", "a")
        came = arrived.wait(30)
        key.write_bytes(bytes(32))
        key.chmod(0o600)
        os.close(folder)
        assert came, "it made a key without asking who else does"
        assert late.result(30) == persons(tmp_path).hash("reddit", "a")
    assert key.read_bytes() == bytes(32)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path, key: Path) -> None:
    persons(tmp_path).hash("reddit", "a")
    key.chmod(0o644)
    with pytest.raises(LedgerError, match="only its owner can read, got mode 0644"):
        persons(tmp_path).hash("reddit", "a")


def test_a_key_of_another_length_is_refused(tmp_path: Path, key: Path) -> None:
    persons(tmp_path).hash("reddit", "a")
    key.write_bytes(b"short")
    with pytest.raises(LedgerError, match="expected a key of 32 bytes, got 5"):
        persons(tmp_path).hash("reddit", "a")


def test_a_key_that_cannot_be_read_is_one_line(tmp_path: Path, key: Path) -> None:
    key.mkdir(parents=True)
    with pytest.raises(LedgerError, match="expected a readable key"):
        persons(tmp_path).hash("reddit", "a")
