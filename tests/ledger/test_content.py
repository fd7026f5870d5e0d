"""The content store, and the five states of what lines commit to (format 1, "Erasable content")."""

import base64
import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvest.errors import LedgerBroken, LedgerError, WriteFailed
from harvest.ledger import ContentStore, Depth, Json, LineRefused
from harvest.ledger.content import MAX_CONTENT, ContentCheck, committed
from harvest.ledger.references import Event
from tests.ledger.calls import open_files
from tests.ledger.room import FIRST_RUN, Room

FIELDS: dict[str, Json] = {"title": "Что-то ≥ β", "person": "hash", "claims": [{"start": 0}]}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def nested(depth: int) -> Json:
    """Lists in lists."""
    inner: Json = 1
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "content" / "semax-ssri")


def stored(store: ContentStore, commitment: str) -> Path:
    return store.folder / f"{commitment}.json"


def test_the_file_is_the_salt_and_the_fields_and_is_named_by_its_digest(store: ContentStore) -> None:
    reference = store.put(FIELDS)
    path = stored(store, reference["commitment"])
    raw = path.read_bytes()
    salt, fields = json.loads(raw)
    assert (reference["fields"], fields) == (["claims", "person", "title"], FIELDS)
    assert raw.decode() == f'["{salt}",{{"claims":[{{"start":0}}],"person":"hash","title":"Что-то ≥ β"}}]'
    assert len(base64.urlsafe_b64decode(salt + "=")) == 32
    assert path.stem == base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(store.folder.stat().st_mode)) == (0o600, 0o700)


def test_the_same_content_twice_has_two_commitments(store: ContentStore) -> None:
    assert store.put(FIELDS)["commitment"] != store.put(FIELDS)["commitment"]


@pytest.mark.usefixtures("unsynced")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), VALUES, min_size=1, max_size=4))
def test_what_was_put_is_what_comes(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, object]) -> None:
    store = ContentStore(tmp_path_factory.mktemp("content"))
    assert store.get(store.put(fields)["commitment"]) == fields  # type: ignore[arg-type]  # drawn from JSON's values


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "content of fields named with a-z, 0-9 and _, got no field"),
        ({"Title": "x", "A": "y"}, "content of fields named with a-z, 0-9 and _, got Title, A"),
        ({"title": "\ud800"}, "text, got a lone surrogate"),
        ({"title": float("nan")}, "strings, integers, booleans, lists and objects as content"),
        ({"title": object()}, "strings, integers, booleans, lists and objects as content"),
        (
            {"title": nested(100_000)},
            "strings, integers, booleans, lists and objects as content, got maximum recursion",
        ),
        ({"title": "x" * MAX_CONTENT}, f"content of at most {MAX_CONTENT} bytes"),
    ],
)
def test_content_that_cannot_be_held_is_refused_and_leaves_nothing(
    store: ContentStore, fields: dict[str, str], expected: str
) -> None:
    with pytest.raises(LineRefused, match=expected):
        store.put(fields)
    assert not store.folder.exists()


def test_content_may_be_of_a_mebibyte_to_the_byte(store: ContentStore) -> None:
    beside = len('["",{"title":""}]') + 43
    assert store.get(store.put({"title": "x" * (2**20 - beside)})["commitment"])
    with pytest.raises(LineRefused):
        store.put({"title": "x" * (2**20 - beside + 1)})


def test_content_that_is_erased_is_none_and_so_is_what_never_was(store: ContentStore) -> None:
    commitment = store.put(FIELDS)["commitment"]
    store.erase({commitment})
    assert list(store.folder.iterdir()) == []
    assert store.get(commitment) is None
    assert store.get("../../ledgers/semax-ssri") is None


def test_where_nothing_was_ever_put_there_is_nothing_to_erase(store: ContentStore) -> None:
    store.erase({"c" * 43, "../../ledgers/semax-ssri"})
    assert store.keep_only(set()) == 0
    assert not store.folder.exists()


def test_erasing_takes_the_copies_beside_it_and_nothing_else(store: ContentStore) -> None:
    first, second = (store.put(FIELDS)["commitment"] for _ in range(2))
    for end in (".tmp", "~", ".bak", "\n"):
        (store.folder / f"{first}.json{end}").write_text("copy")
    store.erase({first})
    assert list(store.folder.iterdir()) == [stored(store, second)]


def test_content_is_erased_also_where_a_listing_leaves_it_out_and_the_folder_is_synced(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    commitment = store.put(FIELDS)["commitment"]
    synced: list[Path] = []
    monkeypatch.setattr("harvest.ledger.content.sync_folder", synced.append)
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(()))
    store.erase({commitment})
    assert not stored(store, commitment).exists()
    assert synced == [store.folder]


def test_content_that_was_altered_is_an_error(store: ContentStore) -> None:
    commitment = store.put(FIELDS)["commitment"]
    stored(store, commitment).write_bytes(b'["salt",{"title":"other"}]')
    with pytest.raises(LedgerBroken, match="got it altered"):
        store.get(commitment)


@pytest.mark.parametrize("raw", [b"nothing", b"7", b'["salt"]', b'["salt",7]', b"\xff"])
def test_bytes_that_hash_right_and_are_no_content_are_an_error(store: ContentStore, raw: bytes) -> None:
    store.folder.mkdir(parents=True)
    commitment = base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
    stored(store, commitment).write_bytes(raw)
    with pytest.raises(LedgerBroken, match="expected \\[salt, fields\\]"):
        store.get(commitment)


def test_content_whose_name_may_not_last_is_taken_away_again(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    store.put(FIELDS)
    there = list(store.folder.iterdir())
    monkeypatch.setattr("harvest.ledger.durable.sync_folder", failing)
    with pytest.raises(WriteFailed):
        store.put(FIELDS)
    assert list(store.folder.iterdir()) == there


def test_content_that_cannot_be_read_is_one_line(store: ContentStore) -> None:
    stored(store, "c" * 43).mkdir(parents=True)
    with pytest.raises(LedgerError, match="expected readable content, got no regular file"):
        store.get("c" * 43)


def test_a_folder_that_cannot_be_looked_through_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("a file")
    with pytest.raises(WriteFailed, match="not a directory while looking through"):
        ContentStore(tmp_path / "content").keep_only(set())


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_a_disk_that_fails_leaves_no_text_behind(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    store.erase({store.put(FIELDS)["commitment"]})

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(WriteFailed, match="no space left on device while writing"):
            store.put(FIELDS)
    assert list(store.folder.iterdir()) == []


def _unlink(path: Path) -> None:
    path.unlink()


def _alter(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"wrote", b"spoke"))


def _leave(_: Path) -> None:
    return


def _put_a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _put_a_pipe_there(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("put", [_put_a_folder_there, _put_a_pipe_there])
def test_what_is_no_file_in_the_place_of_content_is_refused_and_not_waited_for(
    store: ContentStore, put: Callable[[Path], None]
) -> None:
    commitment = store.put(FIELDS)["commitment"]
    path = stored(store, commitment)
    put(path)
    with pytest.raises(LedgerError) as caught:
        store.get(commitment)
    assert caught.value.message == f"expected readable content, got no regular file: {path}"
    assert str(path) not in open_files()


@pytest.mark.parametrize(
    ("redacted", "then", "state"),
    [
        (False, _leave, ""),
        (True, _unlink, ""),
        (False, _unlink, "expected content {}, found it lost: absent without redaction"),
        (True, _leave, "expected content {} to be erased, found it not erased: present after redaction"),
        (False, _alter, "expected content {}, found it altered: {}"),
        (False, _put_a_folder_there, "expected content {}, found it lost: absent without redaction"),
        (False, _put_a_pipe_there, "expected content {}, found it lost: absent without redaction"),
    ],
)
def test_verification_tells_the_five_states_apart(
    room: Room, *, redacted: bool, then: Callable[[Path], None], state: str
) -> None:
    with room.open(FIRST_RUN) as ledger:
        with ledger.batch() as batch:
            seq = batch.append("changed", {"key": "a:1", "new": {}}, content={"title": "what somebody wrote"})
            if redacted:
                batch.append("redaction", {"reason": "legal", "seq": seq})
        ledger.seal()
    (path,) = (room.folder / "content" / "semax-ssri").iterdir()
    then(path)
    at = room.verify(depth=Depth.DEEP).first_divergence
    if not state:
        assert at is None
    else:
        assert at is not None
        altered = committed(path.read_bytes()) if path.is_file() else ""
        assert at.line == seq + 1
        assert str(at).partition(": ")[2] == state.format(path.stem, altered)


def test_content_that_goes_while_it_is_looked_at_is_lost(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with room.open(FIRST_RUN) as ledger, ledger.batch() as batch:
        seq = batch.append("changed", {"key": "a:1", "new": {}}, content={"title": "what somebody wrote"})
    (path,) = (room.folder / "content" / "semax-ssri").iterdir()
    path.unlink()
    check = ContentCheck(path.parent)
    check.take(Event(seq, 0, "changed", "", {"content": {"commitment": path.stem}}))
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    at = check.fault()
    assert at is not None
    assert at.found == "it lost: absent without redaction"


def test_of_content_that_is_too_long_only_the_beginning_is_read(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "content")
    beginning = b"x" * (MAX_CONTENT + 1)
    path = tmp_path / "content" / f"{committed(beginning + b'y')}.json"
    path.parent.mkdir()
    path.write_bytes(beginning + b"y")
    check = ContentCheck(path.parent)
    check.take(Event(1, 0, "changed", "", {"content": {"commitment": path.stem}}))
    at = check.fault()
    assert at is not None
    assert at.found == f"it altered: {committed(beginning)}"
    with pytest.raises(LedgerBroken):
        store.get(path.stem)


def test_a_folder_in_the_place_of_content_is_named_when_it_cannot_be_erased(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "content")
    path = tmp_path / "content" / f"{store.put(FIELDS)['commitment']}.json"
    _put_a_folder_there(path)
    with pytest.raises(WriteFailed) as caught:
        store.erase({path.stem})
    assert str(path) in caught.value.message
    assert "remove it" in caught.value.hint


def test_a_commitment_that_is_none_breaks_the_ledger_and_is_shown_by_its_beginning(room: Room) -> None:
    bad = "x" * 200
    with room.open(FIRST_RUN) as ledger, ledger.batch() as batch:
        batch.append("changed", {"key": "a:1", "new": {}, "content": {"commitment": bad, "fields": []}})
    at = room.verify(depth=Depth.DEEP).first_divergence
    assert at is not None
    assert (at.expected, at.found) == ("a commitment of 43 base64url digits", repr(bad)[:80])
