"""The table of names: all or nothing, and no name in it."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from harvest.ledger.names import SIGNING_KEY, Names, ranked, ranks


def line(type_: str, **body: object) -> bytes:
    return orjson.dumps({"type": type_, "body": body})


ONE, TWO = line("source", sid="s1", key="pmid:1"), line("source", sid="s2", key="pmid:2")


def test_a_source_answers_to_its_sid_first_then_its_key_then_its_other_keys() -> None:
    body = {"sid": "s1", "key": "pmid:1", "keys": ["pmid:1", "doi:10.1000/1"]}
    assert ranked("source", body) == {"s1": 0, "pmid:1": 1, "doi:10.1000/1": 2}


@pytest.mark.parametrize("type_", ["excluded", "duplicate"])
def test_a_record_that_was_left_out_answers_after_every_source(type_: str) -> None:
    body = {"sid": "s1", "key": "pmid:1", "keys": ["pmid:1", "doi:10.1000/1"]}
    assert ranked(type_, body) == {"pmid:1": 3, "doi:10.1000/1": 4}


@pytest.mark.parametrize("type_", ["ledger", "adopted", "key-rotated"])
def test_lines_that_name_a_key_answer_to_one_name(type_: str) -> None:
    assert ranked(type_, {"key": "pmid:1"}) == {SIGNING_KEY: 0}


def test_tables_that_were_filled_before_go_on_to_answer_which_lines_name_a_key() -> None:
    assert SIGNING_KEY == "vkey"


def test_other_lines_answer_to_nothing() -> None:
    assert ranked("changed", {"sid": "s1", "key": "pmid:1"}) == {}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"7", b"[]", b"{}", b'{"type":"source","body":7}', b'{"type":[],"body":{}}', b"\xff"]
)
def test_what_is_no_entry_answers_to_nothing(raw: bytes) -> None:
    assert ranks(raw) == {}


def test_lines_are_found_by_the_names_that_they_answer_to(tmp_path: Path) -> None:
    names = Names(tmp_path / "names")
    names.extend(0, [ONE, TWO, ONE], (3, b"leaf"))
    assert (names.lines("s1"), names.lines("pmid:2"), names.lines("s3")) == ([0, 2], [1], [])
    names.close()


def test_what_is_covered_is_what_was_said_last(tmp_path: Path) -> None:
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.extend(0, [ONE], (1, b"one"))
    names.extend(1, [TWO], (2, b"two"))
    names.close()
    again = Names(tmp_path / "names")
    assert again.covered() == (2, b"two")
    assert (again.lines("s1"), again.lines("s2")) == ([0], [1])
    again.close()


def test_what_begins_with_the_first_line_takes_the_place_of_all(tmp_path: Path) -> None:
    names = Names(tmp_path / "names")
    names.extend(0, [ONE, ONE], (2, b"one"))
    names.extend(0, [TWO], (1, b"two"))
    assert (names.lines("s1"), names.lines("s2"), names.covered()) == ([], [0], (1, b"two"))
    names.close()


@pytest.mark.parametrize("first", [0, 1])
def test_lines_are_added_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    monkeypatch.setattr("harvest.ledger.names._TOGETHER", 1)

    def failing() -> Iterator[bytes]:
        yield TWO
        yield TWO
        raise OSError(5, "Input/output error")

    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"one"))
    with pytest.raises(OSError, match="Input/output error"):
        names.extend(first, failing(), (3, b"two"))
    assert (names.lines("s1"), names.lines("s2"), names.covered()) == ([0], [], (1, b"one"))
    names.close()


def test_many_lines_are_added_in_several_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.ledger.names._TOGETHER", 3)
    names = Names(tmp_path / "names")
    names.extend(0, [ONE, TWO] * 5, (10, b"leaf"))
    assert names.lines("s2") == [1, 3, 5, 7, 9]
    names.close()


def test_only_its_owner_can_read_the_table(tmp_path: Path) -> None:
    Names(tmp_path / "names").close()
    assert (tmp_path / "names").stat().st_mode & 0o777 == 0o600


def test_a_link_in_place_of_the_table_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "names").symlink_to(tmp_path / "elsewhere")
    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"leaf"))
    assert names.lines("s1") == [0]
    assert (tmp_path / "elsewhere").read_bytes() == b""
    names.close()


def test_a_table_made_anew_is_empty_and_in_its_file(tmp_path: Path) -> None:
    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"leaf"))
    names.anew()
    assert (names.lines("s1"), names.covered()) == ([], (0, b""))
    names.extend(0, [TWO], (1, b"leaf"))
    names.close()
    again = Names(tmp_path / "names")
    assert again.lines("s2") == [0]
    again.close()


def test_a_table_without_a_file_leaves_none_changed(tmp_path: Path) -> None:
    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"leaf"))
    names.unkeep()
    assert names.covered() == (0, b"")
    names.extend(0, [TWO], (1, b"leaf"))
    names.close()
    again = Names(tmp_path / "names")
    assert again.lines("s1") == [0]
    again.close()


def test_a_table_that_cannot_be_removed_is_made_anew_without_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"leaf"))
    monkeypatch.setattr(Path, "unlink", refused)
    names.anew()
    assert (names.lines("s1"), names.covered()) == ([], (0, b""))
    names.close()


@pytest.mark.parametrize(
    "covered", [("x", b"leaf"), (1, "x"), (None, b"leaf"), (1, None), (1.5, b"leaf"), (0, b"leaf")]
)
def test_what_cannot_be_said_of_lines_covers_none(tmp_path: Path, covered: tuple[object, object]) -> None:
    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"leaf"))
    with sqlite3.connect(tmp_path / "names") as table:
        table.execute("UPDATE covered SET size = ?, leaf = ?", covered)
    table.close()
    assert names.covered() == (0, b"")
    names.close()


def test_a_number_that_is_none_is_given_as_one_that_no_line_has(tmp_path: Path) -> None:
    names = Names(tmp_path / "names")
    names.extend(0, [ONE], (1, b"leaf"))
    with sqlite3.connect(tmp_path / "names") as table:
        table.execute("UPDATE names SET seq = 'x'")
    table.close()
    assert names.lines("s1") == [-1]
    names.close()


def kept(path: Path) -> None:
    """A table of one line."""
    names = Names(path)
    names.extend(0, [ONE], (1, b"leaf"))
    names.close()


@pytest.mark.parametrize(
    "more",
    [
        "CREATE TABLE more (x)",
        "CREATE VIEW another AS SELECT 1",
        "CREATE INDEX a ON names (seq)",
        "CREATE TRIGGER z AFTER INSERT ON names BEGIN DELETE FROM names; END",
        "ALTER TABLE names ADD COLUMN more INTEGER",
        "DROP TABLE names",
    ],
)
def test_a_file_with_anything_else_in_it_is_not_used(tmp_path: Path, more: str) -> None:
    kept(tmp_path / "names")
    with sqlite3.connect(tmp_path / "names") as table:
        table.execute(more)
    table.close()
    names = Names(tmp_path / "names")
    assert (names.covered(), names.lines("s1")) == ((0, b""), [])
    names.close()


def test_a_copy_of_a_file_covers_nothing_and_is_filled_anew(tmp_path: Path) -> None:
    kept(tmp_path / "names")
    (tmp_path / "copy").write_bytes((tmp_path / "names").read_bytes())
    (tmp_path / "copy").chmod(0o600)
    for covered in ((0, b""), (1, b"leaf")):
        names = Names(tmp_path / "copy")
        assert names.covered() == covered
        names.extend(0, [ONE], (1, b"leaf"))
        names.close()


@pytest.mark.parametrize(("mode", "used"), [(0o600, True), (0o645, True), (0o620, False), (0o602, False)])
def test_a_file_that_others_can_write_is_neither_used_nor_changed(tmp_path: Path, mode: int, *, used: bool) -> None:
    kept(tmp_path / "names")
    (tmp_path / "names").chmod(mode)
    before = (tmp_path / "names").read_bytes()
    names = Names(tmp_path / "names")
    assert names.covered() == ((1, b"leaf") if used else (0, b""))
    names.close()
    assert (tmp_path / "names").read_bytes() == before


def test_a_file_of_another_user_is_neither_used_nor_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path / "names")
    before = (tmp_path / "names").read_bytes()
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    names = Names(tmp_path / "names")
    names.extend(0, [TWO], (1, b"two"))
    assert (names.lines("s1"), names.lines("s2"), names.covered()) == ([], [0], (1, b"two"))
    names.close()
    assert (tmp_path / "names").read_bytes() == before


def test_a_file_that_can_only_be_read_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    kept(tmp_path / "names")
    monkeypatch.setattr(os, "open", refused)
    names = Names(tmp_path / "names")
    assert (names.lines("s1"), names.covered()) == ([0], (1, b"leaf"))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        names.extend(1, [TWO], (2, b"two"))
    names.close()


def test_a_file_that_can_only_be_read_and_is_no_table_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "names").write_bytes(b"this is no table" * 100)
    (tmp_path / "names").chmod(0o400)
    monkeypatch.setattr(os, "open", refused)
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.close()


def test_nothing_is_made_at_the_end_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "names").symlink_to(tmp_path / "elsewhere")
    Names(tmp_path / "names").close()
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_to_a_table_is_not_used(tmp_path: Path) -> None:
    kept(tmp_path / "elsewhere")
    (tmp_path / "names").symlink_to(tmp_path / "elsewhere")
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.close()


# --- what SQLite takes for a part of the table -----------------------------------------------------------------

PARTS = ("-journal", "-wal", "-shm")


def journal(table: Path, instead: bytes) -> bytes:
    """A rollback journal that puts other pages in place of the table's ("Database File Format", 3)."""
    size, chosen = int.from_bytes(instead[16:18]), 0
    pages = [instead[at : at + size] for at in range(0, len(instead), size)]
    assert len(instead) == table.stat().st_size
    header = bytes.fromhex("d9d505f920a163d7")
    header += b"".join(word.to_bytes(4) for word in (len(pages), chosen, len(pages), 512, size))
    written = header.ljust(512, b"\0")
    for number, page in enumerate(pages, 1):
        summed = chosen + sum(page[at] for at in range(size - 200, 0, -200))
        written += number.to_bytes(4) + page + summed.to_bytes(4)
    return written


def without_a_row(path: Path) -> bytes:
    """The table as it would be without what it has."""
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as table:
        table.execute("DELETE FROM names")
    table.close()
    return copy.read_bytes()


def strange(path: Path, content: bytes = b"") -> Path:
    """A file that others can write."""
    path.write_bytes(content)
    path.chmod(0o602)
    return path


def test_a_journal_that_others_wrote_is_not_played_back(tmp_path: Path) -> None:
    kept(tmp_path / "names")
    laid = strange(tmp_path / "names-journal", journal(tmp_path / "names", without_a_row(tmp_path / "names")))
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.extend(0, [ONE], (1, b"leaf"))
    names.close()
    assert not laid.exists()
    again = Names(tmp_path / "names")
    assert (again.covered(), again.lines("s1")) == ((1, b"leaf"), [0])
    again.close()


def test_a_journal_of_our_own_is_played_back(tmp_path: Path) -> None:
    kept(tmp_path / "names")
    (tmp_path / "names-journal").write_bytes(journal(tmp_path / "names", without_a_row(tmp_path / "names")))
    (tmp_path / "names-journal").chmod(0o600)
    names = Names(tmp_path / "names")
    assert (names.covered(), names.lines("s1")) == ((1, b"leaf"), [])
    names.close()


@pytest.mark.parametrize("part", PARTS)
def test_a_table_beside_which_others_wrote_a_part_is_made_anew(tmp_path: Path, part: str) -> None:
    kept(tmp_path / "names")
    laid = strange(tmp_path / f"names{part}")
    names = Names(tmp_path / "names")
    assert (names.covered(), names.lines("s1"), laid.exists()) == ((0, b""), [], False)
    names.extend(0, [TWO], (1, b"two"))
    names.close()
    again = Names(tmp_path / "names")
    assert (again.covered(), again.lines("s2")) == ((1, b"two"), [0])
    again.close()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_no_file_cannot_be_removed_and_no_table_is_kept_beside_it(tmp_path: Path, part: str) -> None:
    kept(tmp_path / "names")
    (tmp_path / f"names{part}").mkdir(mode=0o700)
    for _ in range(2):
        names = Names(tmp_path / "names")
        assert names.covered() == (0, b"")
        names.extend(0, [ONE], (1, b"leaf"))
        assert names.lines("s1") == [0]
        names.close()
    assert not (tmp_path / "names").exists()


def test_a_link_in_place_of_a_part_goes_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    kept(tmp_path / "names")
    (tmp_path / "elsewhere").write_bytes(b"of others")
    (tmp_path / "names-journal").symlink_to(tmp_path / "elsewhere")
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.close()
    assert not (tmp_path / "names-journal").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"of others"


def test_a_table_of_others_is_left_with_its_parts(tmp_path: Path) -> None:
    kept(tmp_path / "names")
    strange(tmp_path / "names-journal")
    (tmp_path / "names").chmod(0o620)
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.close()
    assert (tmp_path / "names").exists()
    assert (tmp_path / "names-journal").exists()


def test_a_table_that_can_only_be_read_is_not_used_beside_what_others_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    kept(tmp_path / "names")
    laid = strange(tmp_path / "names-wal")
    monkeypatch.setattr(os, "open", refused)
    names = Names(tmp_path / "names")
    assert (names.covered(), laid.exists()) == ((0, b""), True)
    names.close()


def test_a_table_that_cannot_be_removed_is_not_used_beside_what_others_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    kept(tmp_path / "names")
    strange(tmp_path / "names-journal")
    monkeypatch.setattr(Path, "unlink", refused)
    names = Names(tmp_path / "names")
    assert names.covered() == (0, b"")
    names.close()
