"""Keys and heads on disk ("Checkpoints, keys, state"): where they lie, of which mode, in which order they change."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harvest.errors import LedgerError, WriteFailed
from harvest.ledger import StateFolder
from harvest.ledger.secret import read_secret
from tests.ledger.calls import open_files, recorded_calls
from tests.ledger.room import ORIGIN
from tests.ledger.turns import after_another, is_locked, watched

NAME = hashlib.sha256(ORIGIN.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the key and the head of our origin lie."""
    return tmp_path / "state" / NAME


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


def test_a_new_key_is_a_random_seed_for_its_owner_alone(state: StateFolder, folder: Path) -> None:
    mask = os.umask(0)
    try:
        signer = state.create_signer(ORIGIN)
    finally:
        os.umask(mask)
    assert len((folder / "key").read_bytes()) == 32
    modes = [path.stat().st_mode & 0o7777 for path in (folder.parent, folder, folder / "key")]
    assert modes == [0o700, 0o700, 0o600]
    again = state.signer(ORIGIN)
    assert again
    assert again.verifier == signer.verifier
    assert signer.verifier.name == ORIGIN
    assert StateFolder(folder.parent / "other").create_signer(ORIGIN).verifier != signer.verifier


def test_an_origin_without_a_key_has_none(state: StateFolder) -> None:
    assert (state.signer(ORIGIN), state.next_signer(ORIGIN), state.head(ORIGIN)) == (None, None, None)
    state.create_signer(ORIGIN)
    assert (state.signer("example.org/other"), state.next_signer(ORIGIN)) == (None, None)


def test_a_key_is_never_made_in_place_of_another(state: StateFolder, folder: Path) -> None:
    state.create_signer(ORIGIN)
    seed = (folder / "key").read_bytes()
    with pytest.raises(WriteFailed, match="file exists while writing"):
        state.create_signer(ORIGIN)
    assert (folder / "key").read_bytes() == seed


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o610, 0o602])
def test_a_key_that_others_may_reach_is_refused(state: StateFolder, folder: Path, mode: int) -> None:
    state.create_signer(ORIGIN)
    (folder / "key").chmod(mode)
    with pytest.raises(LedgerError, match=f"only its owner can read, got mode {mode:04o}") as caught:
        state.signer(ORIGIN)
    assert caught.value.hint == f"chmod 600 {folder / 'key'}"
    (folder / "key").chmod(0o700)
    assert state.signer(ORIGIN)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(state: StateFolder, folder: Path, length: int) -> None:
    state.create_signer(ORIGIN)
    (folder / "key").write_bytes(bytes(length))
    with pytest.raises(LedgerError, match=f"expected a key of 32 bytes, got {length}"):
        state.signer(ORIGIN)


def test_what_cannot_be_read_is_not_taken_for_missing(state: StateFolder, folder: Path) -> None:
    (folder / "key").mkdir(parents=True)
    (folder / "head").mkdir()
    with pytest.raises(LedgerError, match="expected a readable key, got no regular file"):
        state.signer(ORIGIN)
    with pytest.raises(LedgerError, match=r"expected a readable file at .*head, got no regular file"):
        state.head(ORIGIN)


def test_a_head_is_kept_verbatim_and_replaced_at_once(
    state: StateFolder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.create_signer(ORIGIN)
    state.keep(ORIGIN, b"first")
    calls = recorded_calls(monkeypatch)
    state.keep(ORIGIN, b"next")
    assert calls == ["write head.tmp", "fsync head.tmp", "rename head.tmp", f"fsync {NAME}"]
    assert state.head(ORIGIN) == b"next"


def test_an_old_seed_is_overwritten_before_the_next_key_takes_its_place_and_both_reach_the_disk(
    state: StateFolder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.create_signer(ORIGIN)
    prepared = state.prepare_signer(ORIGIN)
    seed, inode = (folder / "key.next").read_bytes(), (folder / "key").stat().st_ino
    with (folder / "key").open("rb") as old:
        calls = recorded_calls(monkeypatch)
        state.promote_signer(ORIGIN)
        assert os.fstat(old.fileno()).st_ino == inode
        assert old.read() == bytes(32)
    assert calls == ["write key", "fsync key", "rename key.next", f"fsync {NAME}"]
    assert (folder / "key").read_bytes() == seed
    promoted = state.signer(ORIGIN)
    assert promoted
    assert promoted.verifier == prepared.verifier
    assert state.next_signer(ORIGIN) is None


def test_a_key_that_was_prepared_before_makes_room_for_a_newer_one(state: StateFolder) -> None:
    state.create_signer(ORIGIN)
    first, second = state.prepare_signer(ORIGIN), state.prepare_signer(ORIGIN)
    prepared = state.next_signer(ORIGIN)
    assert prepared
    assert prepared.verifier == second.verifier != first.verifier


def test_what_a_killed_process_left_is_synced_on_demand(
    state: StateFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.create_signer(ORIGIN)
    calls = recorded_calls(monkeypatch)
    state.sync(ORIGIN)
    assert calls == [f"fsync {NAME}"]

    def refuse(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(WriteFailed, match=f"input/output error while syncing .*{NAME}"):
        state.sync(ORIGIN)
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]


def test_repositories_are_remembered_once_each_by_their_whole_path(
    state: StateFolder, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert state.repositories(ORIGIN) == ()
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0)
    try:
        for name in ("one", "two", "one"):
            state.remember(ORIGIN, Path(name))
    finally:
        os.umask(mask)
    assert state.repositories(ORIGIN) == (tmp_path / "one", tmp_path / "two")
    assert [path.stat().st_mode & 0o7777 for path in (folder.parent, folder)] == [0o700, 0o700]
    assert state.repositories("example.org/other") == ()


@pytest.mark.parametrize("content", [b"?", b"7", b"[7]", b"\xff", b""])
def test_what_is_no_list_of_repositories_is_refused(state: StateFolder, folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "git").write_bytes(content)
    with pytest.raises(LedgerError, match="expected a list of git repositories, got something else"):
        state.repositories(ORIGIN)


def test_an_old_seed_is_never_cut_off_so_that_its_own_bytes_are_overwritten(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.create_signer(ORIGIN)
    state.prepare_signer(ORIGIN)
    real, opened = os.open, []

    def noting(path: Path, flags: int, *mode: int) -> int:
        if Path(path).name == "key":
            opened.append(flags & (os.O_TRUNC | os.O_WRONLY | os.O_RDWR))
        return real(path, flags, *mode)

    monkeypatch.setattr(os, "open", noting)
    state.promote_signer(ORIGIN)
    assert opened == [os.O_RDWR]


def test_the_key_that_vouches_is_the_prepared_one_once_the_old_seed_is_erased(state: StateFolder, folder: Path) -> None:
    assert state.vouching(ORIGIN) is None
    signer = state.create_signer(ORIGIN)
    prepared = state.prepare_signer(ORIGIN)
    assert state.vouching(ORIGIN) == signer.verifier
    (folder / "key").write_bytes(bytes(32))
    assert state.vouching(ORIGIN) == prepared.verifier
    in_use = state.in_use(ORIGIN)
    assert in_use
    assert in_use.verifier == prepared.verifier
    (folder / "key.next").unlink()
    assert (state.vouching(ORIGIN), state.in_use(ORIGIN)) == (None, None)


def test_an_erased_seed_is_no_key_and_makes_room_for_one(state: StateFolder, folder: Path) -> None:
    state.create_signer(ORIGIN)
    (folder / "key").write_bytes(bytes(32))
    assert state.signer(ORIGIN) is None
    made = state.create_signer(ORIGIN)
    kept = state.signer(ORIGIN)
    assert kept
    assert kept.verifier == made.verifier
    assert (folder / "key").stat().st_mode & 0o7777 == 0o600
    state.prepare_signer(ORIGIN)
    (folder / "key.next").write_bytes(bytes(32))
    assert state.next_signer(ORIGIN) is None


def test_of_two_that_remember_a_repository_at_once_none_is_lost(
    state: StateFolder, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    after_another(monkeypatch, folder, lambda: state.remember(ORIGIN, one))
    state.remember(ORIGIN, two)
    assert state.repositories(ORIGIN) == (one, two)
    locked = watched(monkeypatch, "harvest.ledger.keys.replace", folder)
    state.remember(ORIGIN, tmp_path / "three")
    assert (locked, is_locked(folder)) == ([True], False)


@pytest.mark.parametrize(("zeros", "renamed"), [(zeros, renamed) for zeros in range(4) for renamed in range(zeros, 5)])
def test_a_key_is_found_whenever_another_process_rotates_meanwhile(
    state: StateFolder, folder: Path, monkeypatch: pytest.MonkeyPatch, zeros: int, renamed: int
) -> None:
    old, prepared = state.create_signer(ORIGIN).verifier, state.prepare_signer(ORIGIN).verifier
    reads = 0

    def meanwhile(path: Path) -> bytes | None:
        nonlocal reads
        if reads == zeros:
            (folder / "key").write_bytes(bytes(32))
        if reads == renamed:
            (folder / "key.next").rename(folder / "key")
        reads += 1
        return read_secret(path)

    monkeypatch.setattr("harvest.ledger.keys.read_secret", meanwhile)
    assert state.vouching(ORIGIN) == (prepared if zeros == 0 else old)


# --- what somebody else put there ------------------------------------------------------------------------------


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path, 0o600)


def link(path: Path, whole: Path) -> None:
    path.symlink_to(whole)


@pytest.mark.parametrize(
    ("lay", "said"), [(pipe, "no regular file"), (link, "[Tt]oo many levels of symbolic links")], ids=["pipe", "link"]
)
@pytest.mark.parametrize("name", ["key", "verified", "git"])
def test_no_pipe_is_waited_for_and_no_link_followed(
    state: StateFolder, folder: Path, name: str, lay: Callable[[Path, Path], None], said: str
) -> None:
    folder.mkdir(parents=True)
    (folder / "whole").write_bytes(b"7" * 32)
    (folder / "whole").chmod(0o600)
    lay(folder / name, folder / "whole")
    look = {"key": state.signer, "verified": state.standing, "git": state.repositories}[name]
    with pytest.raises(LedgerError, match=rf"expected a readable .*{said}"):
        look(ORIGIN)
    assert not [path for path in open_files() if path.startswith(str(folder))]


@pytest.mark.parametrize("name", ["key", "verified", "git"])
def test_what_is_longer_than_any_of_ours_is_not_read(state: StateFolder, folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    (folder / name).touch(mode=0o600)
    os.truncate(folder / name, 1 << 40)
    look = {"key": state.signer, "verified": state.standing, "git": state.repositories}[name]
    with pytest.raises(LedgerError, match=rf"bytes.*, got {1 << 40}"):
        look(ORIGIN)


@pytest.mark.parametrize(("come", "said"), [([31, 0], 32), ([32, 32], 64), ([32, 1], 33), ([1, 32], 33)])
def test_a_key_of_which_more_or_less_comes_back_than_there_is_is_refused(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch, come: list[int], said: int
) -> None:
    """As where a read is said to have been done and was not: what stands in memory is no key."""
    state.create_signer(ORIGIN)
    pieces = map(bytes, come)
    monkeypatch.setattr(os, "read", lambda *_: next(pieces))
    with pytest.raises(LedgerError, match=f"expected a key of 32 bytes, got {said}: "):
        state.signer(ORIGIN)
