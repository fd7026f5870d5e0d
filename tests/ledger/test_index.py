"""Looking lines up: fast, and nothing is believed."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken, LedgerError, LedgerMissing, UsageError
from harvest.ledger import Checkpoint, Index, newest_head
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.follower import Follower
from harvest.ledger.leaf import leaf
from harvest.ledger.merkle import extends, includes, stored_position, tree_root
from harvest.ledger.names import SIGNING_KEY, Names
from harvest.ledger.note import Signer
from harvest.ledger.stored import Stored
from tests.ledger.room import SECOND_RUN, Room

pytestmark = pytest.mark.usefixtures("unsynced")
TREE, ENDS, NAMES = "index-tree", "index-ends", "index-names"


def filled(room: Room, *entries: tuple[str, dict[str, object]]) -> None:
    """A ledger with these entries behind its genesis, sealed."""
    with room.open() as ledger:
        with ledger.batch() as batch:
            for kind, body in entries:
                batch.append(kind, body)  # type: ignore[arg-type] # bodies of tests
        ledger.seal()


def agrees(room: Room) -> bool:
    """Every line is found by its number."""
    with Index.open(room.path) as index:
        return [index.at(seq).raw for seq in range(index.size)] == room.stored()


def test_every_line_is_found_by_its_number(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        assert index.size == 6
        assert [index.at(seq).raw for seq in range(6)] == crawled.stored()
        assert [index.at(seq).entry.seq for seq in range(6)] == list(range(6))


@pytest.mark.parametrize("seq", [-1, 6, 10**9])
def test_a_line_that_is_not_there_is_not_found(crawled: Room, seq: int) -> None:
    with Index.open(crawled.path) as index, pytest.raises(UsageError, match="expected a line from 0 to 5"):
        index.at(seq)


def test_a_source_is_found_by_its_sid_its_key_and_its_other_keys(room: Room) -> None:
    body = {"sid": "s1", "key": "pmid:1", "keys": ["pmid:1", 'doi:10.1000/ä"b']}
    filled(room, ("source", body), ("source", {"sid": "s2", "key": "pmid:2", "keys": ["pmid:2"]}))
    with Index.open(room.path) as index:
        for name in ("s1", "pmid:1", 'doi:10.1000/ä"b'):
            assert index.named(name).entry.body == body
        assert index.named("s2").entry.seq == 2


def test_a_source_goes_before_a_record_that_was_left_out_under_the_same_key(room: Room) -> None:
    filled(
        room,
        ("excluded", {"key": "pmid:1"}),
        ("source", {"sid": "s1", "key": "pmid:1"}),
        ("duplicate", {"key": "pmid:1"}),
    )
    with Index.open(room.path) as index:
        assert index.named("pmid:1").entry.type == "source"


def test_a_sources_own_key_goes_before_one_that_it_has_besides(room: Room) -> None:
    filled(
        room,
        ("source", {"sid": "s1", "key": "pmid:1", "keys": ["pmid:1", "nct:NCT1"]}),
        ("source", {"sid": "s2", "key": "nct:NCT1"}),
    )
    with Index.open(room.path) as index:
        assert index.named("nct:NCT1").entry.body["sid"] == "s2"


def test_a_record_that_was_left_out_is_found_by_its_keys(room: Room) -> None:
    filled(
        room, ("excluded", {"key": "pmid:1", "keys": ["doi:10.1000/1"]}), ("duplicate", {"key": "pmid:2", "sid": "s9"})
    )
    with Index.open(room.path) as index:
        assert index.named("doi:10.1000/1").entry.type == "excluded"
        assert index.named("pmid:2").entry.type == "duplicate"
        with pytest.raises(UsageError, match="got 's9'"):
            index.named("s9")


def test_a_name_of_several_lines_names_none(room: Room) -> None:
    filled(room, *(("source", {"sid": f"s{n}", "key": f"pmid:{n}", "keys": ["nct:NCT1"]}) for n in (1, 2)))
    with Index.open(room.path) as index, pytest.raises(UsageError, match="got 'nct:NCT1' of 2; choose from 1, 2"):
        index.named("nct:NCT1")


def test_of_many_lines_with_one_name_ten_are_said(room: Room) -> None:
    filled(room, *(("source", {"sid": f"s{n}", "keys": ["nct:NCT1"]}) for n in range(12)))
    with Index.open(room.path) as index, pytest.raises(UsageError) as caught:
        index.named("nct:NCT1")
    assert caught.value.hint == "choose from 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"


def test_entries_of_other_types_and_odd_bodies_answer_to_nothing(room: Room) -> None:
    filled(
        room,
        ("changed", {"key": "pmid:1"}),
        ("source", {"sid": 7, "key": None, "keys": "pmid:1"}),
        ("source", {"keys": [1]}),
    )
    with Index.open(room.path) as index, pytest.raises(UsageError, match="expected a source such as s1"):
        index.named("pmid:1")


def test_what_was_appended_since_is_found_by_an_index_that_is_open(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        index.named("s1")
        crawled.crawl(SECOND_RUN)
        for seq in (6, 9):
            assert index.at(seq).raw == crawled.stored()[seq]
        assert index.rebuilds == 0


def test_opening_a_current_index_reads_a_line_and_not_the_ledger(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    Index.open(crawled.path).close()

    def no_catching_up(*_: object) -> None:
        raise AssertionError("the index was current")

    monkeypatch.setattr(Follower, "_catch_up", no_catching_up)
    with Index.open(crawled.path) as index:
        assert index.at(3).raw == crawled.stored()[3]


def test_an_index_that_a_signer_cuts_just_now_is_looked_at_again_under_its_lock(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = Stored.end
    asked: list[int] = []

    def cut_before(self: Stored, size: int) -> int:
        asked.append(size)
        if size == 6 and asked.count(6) == 2:
            self.cut(4)
        return end(self, size)

    monkeypatch.setattr(Stored, "end", cut_before)
    with Index.open(crawled.path) as index:
        assert (index.kept, index.size) == (True, 6)
        assert [index.at(seq).raw for seq in range(6)] == crawled.stored()
    assert asked.count(6) > 2


def test_the_seal_leaves_an_index_that_is_current(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stored, "append", lambda *_: pytest.fail("the index was current"))
    assert agrees(crawled)


def test_a_ledger_without_an_index_gets_one(crawled: Room) -> None:
    for suffix in (TREE, ENDS):
        crawled.beside(suffix).unlink()
    assert agrees(crawled)
    assert crawled.beside(ENDS).stat().st_size == 6 * 8


def _zeros(raw: bytes) -> bytes:
    return bytes(len(raw))


def _shifted(raw: bytes) -> bytes:
    return raw[8:] + raw[:8]


DAMAGES: list[Callable[[bytes], bytes]] = [
    _zeros,
    _shifted,
    lambda raw: raw[:-1],
    lambda raw: raw[:-8],
    lambda raw: raw + b"\x00" * 8,
    lambda raw: raw + raw,
    lambda raw: b"",
    lambda raw: b"\xff" * len(raw),
    lambda raw: raw[: len(raw) // 2] + bytes(8) + raw[len(raw) // 2 + 8 :],
]


@pytest.mark.parametrize("suffix", [TREE, ENDS])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_costs_a_rebuild_and_nothing_else(
    crawled: Room, suffix: str, damage: Callable[[bytes], bytes]
) -> None:
    Index.open(crawled.path).close()
    path = crawled.beside(suffix)
    path.write_bytes(damage(path.read_bytes()))
    assert agrees(crawled)
    with Index.open(crawled.path) as index:
        index.hold(read_checkpoint(crawled.head.read_bytes())[0], "head")


@pytest.mark.parametrize("suffix", [TREE, ENDS])
def test_every_changed_byte_of_an_index_is_found_when_it_matters(crawled: Room, suffix: str) -> None:
    Index.open(crawled.path).close()
    path, whole, stored = crawled.beside(suffix), crawled.beside(suffix).read_bytes(), crawled.stored()
    head, _ = read_checkpoint(crawled.head.read_bytes())
    for at in range(0, len(whole), 11):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with Index.open(crawled.path) as index:
            assert [index.at(seq).raw for seq in range(6)] == stored
            for seq in range(6):
                assert includes(head.root, 6, leaf(stored[seq]), seq, index.inclusion(seq, head))


def test_every_changed_hash_is_found_by_a_proof_of_inclusion_that_needs_it(crawled: Room) -> None:
    path, head = crawled.beside(TREE), read_checkpoint(crawled.head.read_bytes())[0]
    whole, rebuilds = path.read_bytes(), 0
    for at in range(0, len(whole), 32):
        for seq, raw in enumerate(crawled.stored()):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with Index.open(crawled.path) as index:
                assert includes(head.root, 6, leaf(raw), seq, index.inclusion(seq, head))
                rebuilds += index.rebuilds
    assert rebuilds > 6


def test_every_changed_hash_is_found_by_a_proof_of_consistency_that_needs_it(crawled: Room) -> None:
    path, head = crawled.beside(TREE), read_checkpoint(crawled.head.read_bytes())[0]
    whole, hashed = path.read_bytes(), [leaf(raw) for raw in crawled.stored()]
    rebuilds = 0
    for at in range(0, len(whole), 32):
        for size in range(1, 7):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with Index.open(crawled.path) as index:
                old = Checkpoint("", size, tree_root(hashed[:size]))
                assert extends(old.root, size, head.root, 6, index.consistency(old, head))
                rebuilds += index.rebuilds
    assert rebuilds > 6


def test_the_index_of_another_ledger_is_not_believed(crawled: Room, tmp_path: Path) -> None:
    other = Room(tmp_path / "other")
    other.crawl()
    for suffix in (TREE, ENDS, NAMES):
        if other.beside(suffix).exists():
            crawled.beside(suffix).write_bytes(other.beside(suffix).read_bytes())
    assert agrees(crawled)


def test_opening_alone_finds_an_index_of_another_ledger_as_long(crawled: Room, tmp_path: Path) -> None:
    other = Room(tmp_path / "other")
    other.crawl()
    right = crawled.beside(TREE).read_bytes()
    crawled.beside(TREE).write_bytes(other.beside(TREE).read_bytes())
    assert crawled.beside(ENDS).read_bytes() == other.beside(ENDS).read_bytes()
    crawled.beside("checkpoint").unlink()
    Index.open(crawled.path).close()
    assert crawled.beside(TREE).read_bytes() == right


def test_opening_alone_finds_a_tree_that_is_not_the_newest_heads(crawled: Room) -> None:
    right, at = crawled.beside(TREE).read_bytes(), 32 * stored_position(2, 0)
    crawled.beside(TREE).write_bytes(right[:at] + bytes(32) + right[at + 32 :])
    Index.open(crawled.path).close()
    assert crawled.beside(TREE).read_bytes() == right


def test_the_index_of_a_ledger_that_was_cut_and_went_on_differently_is_cut_too(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("source", {"sid": "s8", "key": "pmid:8"})
        batch.append("source", {"sid": "s9", "key": "pmid:9"})
    with Index.open(crawled.path) as index:
        assert (index.size, index.named("s9").entry.seq) == (8, 7)
    crawled.put(crawled.stored()[:6])
    with crawled.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        batch.append("source", {"sid": "s7", "key": "pmid:1"})
        batch.append("source", {"sid": "s8", "key": "pmid:8 anew"})
    assert agrees(crawled)
    with Index.open(crawled.path) as index:
        assert [line.entry.seq for line in index.answering("pmid:1")] == [3, 6]
        assert index.named("s7").entry.seq == 6
        assert index.named("s8").entry.body["key"] == "pmid:8 anew"
        with pytest.raises(UsageError):
            index.named("s9")


def test_a_torn_last_line_is_no_line(crawled: Room) -> None:
    with crawled.path.open("ab") as file:
        file.write(b'{"body":')
    with Index.open(crawled.path) as index:
        assert index.size == 6
    assert crawled.beside(ENDS).stat().st_size == 6 * 8


def test_a_line_that_was_changed_is_shown_as_it_stands_and_no_longer_proved(crawled: Room) -> None:
    head, _ = read_checkpoint(crawled.head.read_bytes())
    crawled.path.write_bytes(crawled.path.read_bytes().replace(b'"sid":"s2"', b'"sid":"s?"'))
    with Index.open(crawled.path) as index:
        assert index.at(3).raw == crawled.stored()[3]
        with pytest.raises(LedgerBroken, match="expected root"):
            index.hold(head, "head")


def test_what_is_no_entry_is_refused(crawled: Room) -> None:
    crawled.put([*crawled.stored()[:3], b"?\n", *crawled.stored()[4:]])
    with Index.open(crawled.path) as index, pytest.raises(LedgerBroken, match="expected an entry of seq 3"):
        index.at(3)


def test_an_entry_under_another_number_is_refused(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:3], stored[4], stored[3], stored[5]])
    with (
        Index.open(crawled.path) as index,
        pytest.raises(LedgerBroken, match=r"expected an entry of seq 3 .* got one of seq 4"),
    ):
        index.at(3)


def test_a_missing_ledger_has_no_index(room: Room) -> None:
    with pytest.raises(LedgerMissing, match="expected a ledger at"):
        Index.open(room.path)
    assert not room.path.parent.exists()


def test_what_is_no_file_is_no_ledger(room: Room) -> None:
    room.path.mkdir(parents=True)
    with pytest.raises(LedgerError, match=r"expected a readable ledger at .* got something else"):
        Index.open(room.path)


def test_an_empty_file_has_no_lines(room: Room) -> None:
    room.path.parent.mkdir()
    room.path.touch()
    with Index.open(room.path) as index:
        assert index.size == 0
        with pytest.raises(UsageError):
            index.named("s1")


def test_where_no_index_can_be_written_one_is_made_that_is_not_kept(crawled: Room) -> None:
    for suffix in (TREE, ENDS, NAMES):
        crawled.beside(suffix).unlink(missing_ok=True)
        crawled.beside(suffix).mkdir()
    with Index.open(crawled.path) as index:
        assert not index.kept
        assert [index.at(seq).raw for seq in range(6)] == crawled.stored()
        assert index.named("s2").entry.seq == 3


def test_an_index_that_can_only_be_read_is_used_as_long_as_it_is_current(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index.open(crawled.path) as index:
        index.named("s1")
    real = os.open

    def read_only(path: object, flags: int, *rest: int, **more: int) -> int:
        if "index" in str(path) and flags & (os.O_RDWR | os.O_WRONLY):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest, **more)  # type: ignore[call-overload, no-any-return] # as it came

    monkeypatch.setattr(os, "open", read_only)
    with monkeypatch.context() as current, Index.open(crawled.path) as index:
        current.setattr(Names, "extend", lambda *_: pytest.fail("the names were current"))
        assert index.kept
        assert index.named("s2").entry.seq == 3
    monkeypatch.setattr(os, "open", real)
    crawled.crawl(SECOND_RUN)
    crawled.beside(ENDS).write_bytes(crawled.beside(ENDS).read_bytes()[:48])
    monkeypatch.setattr(os, "open", read_only)
    with Index.open(crawled.path) as index:
        assert not index.kept
        assert index.at(9).raw == crawled.stored()[9]


def test_a_full_disk_costs_the_index_and_not_the_look_up(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    crawled.beside(TREE).unlink()
    real, limited = os.pwrite, [True]

    def full(descriptor: int, content: bytes, at: int) -> int:
        taken = content[: len(content) // 2] if limited else content
        limited.clear()
        return real(descriptor, taken, at)

    monkeypatch.setattr(os, "pwrite", full)
    with Index.open(crawled.path) as index:
        assert not index.kept
        assert index.at(3).raw == crawled.stored()[3]


def test_a_ledger_that_cannot_be_read_is_said_to_be(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(self: Follower, size: int) -> None:
        raise OSError(5, "Input/output error")

    crawled.beside(ENDS).unlink()
    monkeypatch.setattr(Follower, "_catch_up", failing)
    with pytest.raises(LedgerError, match="input/output error"):
        Index.open(crawled.path)


def _no_table(path: Path) -> None:
    path.write_bytes(b"this is no table" * 100)


def _torn_table(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + bytes(len(raw) - 4096))


def changed(path: Path, *commands: str) -> None:
    table = sqlite3.connect(path)
    for command in commands:
        table.execute(command)
    table.commit()
    table.close()


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x"
NAMES_DAMAGED: list[Callable[[Path], None]] = [
    _no_table,
    _torn_table,
    Path.unlink,
    lambda path: changed(path, "DELETE FROM names"),
    lambda path: changed(path, "UPDATE names SET seq = seq + 1"),
    lambda path: changed(path, "UPDATE names SET seq = 10000"),
    lambda path: changed(path, "UPDATE covered SET leaf = 'x'"),
    lambda path: changed(path, "UPDATE covered SET leaf = x'00'"),
    lambda path: changed(path, "UPDATE covered SET size = 10000"),
    lambda path: changed(path, "UPDATE covered SET size = 'x'"),
    lambda path: changed(path, "UPDATE covered SET size = NULL"),
    lambda path: changed(path, "DELETE FROM covered", "DELETE FROM names"),
    lambda path: changed(path, "DROP TABLE covered", "CREATE TABLE covered (other INTEGER)"),
    lambda path: changed(path, "INSERT INTO covered SELECT 1, x'00', place FROM covered", "DELETE FROM names"),
    lambda path: changed(path, "UPDATE covered SET size = -1"),
    lambda path: changed(path, "UPDATE names SET seq = 'x'"),
    lambda path: changed(path, "UPDATE names SET seq = -1"),
    lambda path: changed(path, "CREATE VIEW more AS SELECT 1"),
    lambda path: changed(path, "DROP TABLE names", f"CREATE VIEW names AS {ENDLESS} AS digest, x AS seq FROM c"),
    lambda path: changed(path, "DROP TABLE covered", f"CREATE VIEW covered AS {ENDLESS} AS size, x AS leaf FROM c"),
]


@pytest.mark.parametrize("damage", NAMES_DAMAGED)
def test_damaged_names_cost_a_rebuild_and_nothing_else(crawled: Room, damage: Callable[[Path], None]) -> None:
    with Index.open(crawled.path) as index:
        index.named("s1")
    damage(crawled.beside(NAMES))
    for _ in range(2):
        with Index.open(crawled.path) as index:
            assert index.named("s2").entry.body["sid"] == "s2"
            assert index.named("pmid:2").entry.body["sid"] == "s3"
            with pytest.raises(UsageError):
                index.named("s4")
    assert crawled.beside(NAMES).read_bytes().startswith(b"SQLite format 3\x00")


@pytest.fixture
def misled(room: Room) -> Room:
    """A ledger with a record that was left out and then catalogued; its names have lost the second line."""
    filled(room, ("excluded", {"key": "pmid:7"}), ("source", {"sid": "s1", "key": "pmid:7"}))
    with Index.open(room.path) as index:
        assert index.named("pmid:7").entry.seq == 2
    changed(room.beside(NAMES), "DELETE FROM names WHERE seq = 2")
    return room


def test_names_that_came_with_a_copy_of_the_ledger_are_made_anew(misled: Room, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(misled.path.parent, copy)
    for _ in range(2):
        with Index.open(copy / misled.path.name) as index:
            assert index.named("pmid:7").entry.seq == 2


def test_names_that_somebody_else_may_have_written_are_left_alone(misled: Room) -> None:
    misled.beside(NAMES).chmod(0o620)
    before = misled.beside(NAMES).read_bytes()
    with Index.open(misled.path) as index:
        assert index.named("pmid:7").entry.seq == 2
    assert misled.beside(NAMES).read_bytes() == before


def test_a_row_that_this_user_took_out_is_believed(misled: Room) -> None:
    """What the table of names says it cannot tell."""
    with Index.open(misled.path) as index:
        assert index.named("pmid:7").entry.seq == 1


def test_a_head_is_held_against_a_key_of_the_ledger_before_it_is_refused(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
        ledger.seal()
    with Index.open(crawled.path) as index:
        newest = newest_head(index, None)
        first, second = index.key_at(6), index.key_at(7)
    changed(crawled.beside(NAMES), "DELETE FROM names WHERE seq = 6")
    with Index.open(crawled.path) as index:
        assert index.key_at(newest.checkpoint.size, lambda key: key == first) == first
    with Index.open(crawled.path) as index:
        assert newest_head(index, None) == newest
        assert index.key_at(newest.checkpoint.size) == second


def test_a_head_that_no_key_of_the_ledger_signed_is_refused(crawled: Room) -> None:
    head, note = read_checkpoint(crawled.beside("checkpoint").read_bytes())
    other = Signer(note.signatures[0].name, bytes(32))
    crawled.beside("checkpoint").write_bytes(head.sign(other))
    with Index.open(crawled.path) as index, pytest.raises(LedgerBroken, match="in the checkpoint, got none that"):
        newest_head(index, None)


def test_a_table_of_names_that_misleads_and_cannot_be_removed_is_made_anew_without_a_file(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index.open(crawled.path) as index:
        index.named("s1")
    changed(crawled.beside(NAMES), "UPDATE names SET seq = seq + 1")

    def refused(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    with Index.open(crawled.path) as index:
        assert index.named("s2").entry.seq == 3


def test_names_that_cannot_be_written_to_a_file_are_kept_without_one(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend, failures = Names.extend, [1, 2]

    def full(self: Names, first: int, lines: object, covered: tuple[int, bytes]) -> None:
        if failures:
            failures.pop()
            raise sqlite3.OperationalError("database or disk is full")
        extend(self, first, lines, covered)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(Names, "extend", full)
    with Index.open(crawled.path) as index:
        assert index.named("s2").entry.seq == 3
    assert not failures


def test_lines_of_a_batch_that_is_not_whole_are_not_taken_in(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    crawled.beside(ENDS).unlink()
    settled = sum(map(len, crawled.stored()[:4]))
    monkeypatch.setattr(Follower, "_settled_length", lambda _: settled)
    with Index.open(crawled.path) as index:
        assert index.size == 4
    monkeypatch.undo()
    assert agrees(crawled)


def test_nobody_else_changes_an_index_while_it_is_caught_up(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    crawled.beside(ENDS).unlink()
    catch_up, refused = Follower._catch_up, []

    def watched(self: Follower, size: int) -> None:
        with Stored.beside(crawled.path) as other, pytest.raises(BlockingIOError) as busy:
            other.locked(wait=False).__enter__()
        refused.append(busy)
        catch_up(self, size)

    monkeypatch.setattr(Follower, "_catch_up", watched)
    Index.open(crawled.path).close()
    assert len(refused) == 1


@pytest.mark.parametrize(("first", "last"), [(0, 6), (0, 0), (2, 4), (5, 6)])
def test_lines_are_read_in_one_go_from_one_to_another(crawled: Room, first: int, last: int) -> None:
    follower = Follower.open(crawled.path)
    assert list(follower.lines(first, last)) == crawled.stored()[first:last]
    follower.close()


def test_a_ledger_behind_an_endless_link_cannot_be_read(room: Room) -> None:
    room.path.parent.mkdir()
    room.path.symlink_to(room.path)
    with pytest.raises(LedgerError, match="too many levels of symbolic links"):
        Index.open(room.path)


@pytest.mark.parametrize(
    "misled",
    [
        "UPDATE names SET seq = 0 WHERE seq = 2",
        "UPDATE names SET seq = 3 WHERE seq = 2",
        "UPDATE names SET seq = 10000 WHERE seq = 2",
    ],
)
def test_a_table_that_misleads_about_one_of_several_lines_is_made_anew(room: Room, misled: str) -> None:
    filled(room, ("excluded", {"key": "pmid:1"}), ("source", {"sid": "s1", "key": "pmid:1"}))
    with Index.open(room.path) as index:
        index.named("s1")
    changed(room.beside(NAMES), misled)
    with Index.open(room.path) as index:
        assert index.named("pmid:1").entry.type == "source"


def test_a_name_that_nothing_answers_to_costs_no_table(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Names, "anew", lambda _: pytest.fail("the table is right"))
    with Index.open(crawled.path) as index, pytest.raises(UsageError):
        index.named("pmid:99")


@pytest.mark.parametrize("name", ["pmid:\udcff", "\ud800"])
def test_a_name_that_no_utf_8_spells_is_that_of_no_line(crawled: Room, name: str) -> None:
    with Index.open(crawled.path) as index:
        assert index.answering(name) == []
        with pytest.raises(UsageError, match="expected a source such as s1"):
            index.named(name)


def test_names_hold_no_name(room: Room) -> None:
    filled(room, ("source", {"sid": "s1", "key": "url:https://example.org/a-very-private-page"}))
    with Index.open(room.path) as index:
        assert index.named("url:https://example.org/a-very-private-page").entry.seq == 1
    assert b"private" not in room.beside(NAMES).read_bytes()


def test_names_are_not_written_before_somebody_asks_for_one(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        index.at(2)
    assert not crawled.beside(NAMES).exists()


def test_names_are_filled_on_from_where_they_end(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with Index.open(crawled.path) as index:
        index.named("s1")
    crawled.crawl(SECOND_RUN)
    firsts: list[int] = []
    extend = Names.extend

    def seen(self: Names, first: int, lines: object, covered: tuple[int, bytes]) -> None:
        firsts.append(first)
        extend(self, first, lines, covered)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(Names, "extend", seen)
    with Index.open(crawled.path) as index:
        assert [line.entry.seq for line in index.answering("s1")] == [2, 7]
    assert firsts == [6]


def test_names_of_another_history_are_those_of_no_line_any_more(room: Room) -> None:
    filled(room, ("source", {"sid": "s1", "key": "pmid:1"}))
    with room.open(SECOND_RUN) as ledger:
        ledger.rotate()
    with Index.open(room.path) as index:
        index.named("s1")
    changed(room.beside(NAMES), "UPDATE covered SET leaf = x'00'", "DELETE FROM names")
    with Index.open(room.path) as index:
        assert [line.entry.seq for line in index.answering(SIGNING_KEY)] == [0, 2]


def test_a_line_that_is_no_json_stands_in_no_name(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored, b'"s9"\n', b'{"type":"source","body":{"sid":"s9"}\n'])
    with Index.open(crawled.path) as index, pytest.raises(UsageError, match="got 's9'"):
        index.named("s9")


def test_the_key_of_a_size_is_the_one_that_the_lines_below_it_name_last(crawled: Room) -> None:
    first = json.loads(crawled.stored()[0])["body"]["vkey"]
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    second = json.loads(crawled.stored()[6])["body"]["vkey"]
    with Index.open(crawled.path) as index:
        assert [str(index.key_at(size)) for size in (1, 6, 7)] == [first, first, second]
        with pytest.raises(LedgerBroken, match="expected a verification key in the first 0 lines"):
            index.key_at(0)


def test_a_head_of_another_history_is_shown_with_both_roots(crawled: Room) -> None:
    with Index.open(crawled.path) as index:
        with pytest.raises(LedgerBroken, match=r"expected root AAAA.*= over 4 entries as in the old one, got root "):
            index.hold(Checkpoint("", 4, bytes(32)), "old one")
        with pytest.raises(LedgerBroken, match="expected 7 entries as in the old one, got 6"):
            index.hold(Checkpoint("", 7, bytes(32)), "old one")
