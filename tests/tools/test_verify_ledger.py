"""What the second verifier says of a ledger, and how: verdict, place, exit code, command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.book import TOOL, Book, Shelf, broken_at, run_tool


def test_it_is_short_enough_to_be_read_and_imports_nothing_of_ours() -> None:
    lines = TOOL.read_text().splitlines()
    imports = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert len(lines) <= 150
    assert imports <= sys.stdlib_module_names


def test_a_finished_and_signed_ledger_is_valid(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    assert shelf.verify() == (0, "VALID: 6 entries, 0 unsealed, 0 runs interrupted\n")


def test_the_example_of_the_reference_is_valid(shelf: Shelf) -> None:
    page = (TOOL.parents[1] / "docs" / "reference" / "ledger-format.md").read_text()
    for path, fence in ((shelf.ledger, "```jsonl\n"), (shelf.checkpoint, "```checkpoint\n")):
        path.write_text(page.split(fence)[1].split("```")[0])
    assert shelf.verify() == (0, "VALID: 4 entries, 0 unsealed, 0 runs interrupted, no kept head\n")


def test_as_a_program_it_prints_one_line_and_exits_with_the_verdict(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(book.lines[:-1]))
    command = [sys.executable, str(TOOL), str(shelf.ledger), "--state", str(shelf.state)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, shelf.verify()[1], "")
    assert answer.stdout.count("\n") == 1


def test_place_expected_and_found_are_printed(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(book.lines).replace(b"pubmed", b"reddit", 1))
    code, printed = shelf.verify()
    offset = len(book.lines[0] + book.lines[1])
    assert broken_at((code, printed), 3)
    assert printed.startswith(f"BROKEN line 3, byte {offset}: expected seq 2, prev ")
    assert f"found 'seq 2, prev {book.leaves()[1].hex()}'" in printed


def test_a_flipped_bit_is_found_wherever_it_is(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    stored = b"".join(book.lines)
    for place in range(0, len(stored), 5):
        shelf.ledger.write_bytes(stored[:place] + bytes([stored[place] ^ 1]) + stored[place + 1 :])
        assert shelf.verify()[0] == 1, place


@pytest.mark.parametrize("order", [(0, 1, 2, 1, 3, 4, 5), (0, 1, 2, 4, 5), (0, 1, 2, 4, 3, 5)])
def test_a_line_that_is_repeated_deleted_or_moved_is_found(shelf: Shelf, book: Book, order: tuple[int, ...]) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(book.lines[number] for number in order))
    assert broken_at(shelf.verify(), 4)


@pytest.mark.parametrize(
    ("old", "new"), [(b'"run-finished"', b'"run-finishes"'), (b'"run-finished"', rb'"run\u002dfinished"')]
)
def test_a_change_or_another_spelling_in_the_last_line_is_found_by_the_root(
    shelf: Shelf, book: Book, old: bytes, new: bytes
) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(book.lines).replace(old, new))
    answer = shelf.verify()
    assert broken_at(answer, 6)
    assert "expected root" in answer[1]


def test_a_removed_ledger_is_refused(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.unlink()
    code, printed = shelf.verify()
    assert (code, printed[:8]) == (3, "REFUSED:")


def test_a_line_from_another_ledger_is_found(shelf: Shelf, book: Book) -> None:
    other = Book(nonce="00" * 32)
    other.crawl()
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join((*book.lines[:3], other.lines[3], *book.lines[4:])))
    assert broken_at(shelf.verify(), 4)


def test_an_entry_after_the_end_of_its_run_is_found(shelf: Shelf, book: Book) -> None:
    book.add("source", {"key": "pmid:666"})
    shelf.store(book)
    assert broken_at(shelf.verify(), 7)


def test_a_missing_head_is_said_and_the_ledger_still_valid(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.head.unlink()
    assert shelf.verify() == (0, "VALID: 6 entries, 0 unsealed, 0 runs interrupted, no kept head\n")


def test_the_state_folder_is_found_through_the_environment(
    shelf: Shelf, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.store(book)
    monkeypatch.delenv("HARVEST_STATE_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(shelf.folder / "nowhere"))
    assert "no kept head" in run_tool(shelf.tool, shelf.ledger)[1]
    shelf.state.rename(shelf.folder / "harvest")
    monkeypatch.setenv("XDG_STATE_HOME", str(shelf.folder))
    assert "no kept head" not in run_tool(shelf.tool, shelf.ledger)[1]
    monkeypatch.setenv("HARVEST_STATE_DIR", str(shelf.folder / "nowhere"))
    assert "no kept head" in run_tool(shelf.tool, shelf.ledger)[1]


def test_a_folder_or_wrong_arguments_are_refused(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_tool(shelf.tool, shelf.folder)[0] == 3
    for arguments in ((), ("a", "b"), ("--nothing",)):
        with pytest.raises(SystemExit) as stop:
            run_tool(shelf.tool, *arguments)
        assert stop.value.code == 3


@pytest.mark.parametrize("name", ["ledger", "checkpoint", "history", "head"])
def test_a_pipe_a_device_or_a_folder_is_neither_read_nor_waited_for(shelf: Shelf, book: Book, name: str) -> None:
    shelf.store(book)
    path: Path = getattr(shelf, name)
    for make in (os.mkfifo, Path.mkdir, lambda at: at.symlink_to("/dev/zero")):
        path.unlink(missing_ok=True)
        make(path)
        assert shelf.verify()[0] == 3
        assert shelf.verify()[1].startswith("REFUSED: ")
        if path.is_dir():
            path.rmdir()


@pytest.mark.parametrize(("name", "bytes_"), [("checkpoint", 1 << 20), ("history", 1 << 26), ("head", 1 << 20)])
def test_heads_longer_than_any_are_not_read(shelf: Shelf, book: Book, name: str, bytes_: int) -> None:
    shelf.store(book)
    path: Path = getattr(shelf, name)
    with path.open("ab") as stream:
        stream.truncate(bytes_ + 1)
    assert shelf.verify()[0] == 3


@pytest.mark.parametrize("name", ["checkpoint", "history", "head"])
def test_a_link_is_not_taken_for_a_head_nor_one_to_nothing_for_none(shelf: Shelf, book: Book, name: str) -> None:
    shelf.store(book)
    path: Path = getattr(shelf, name)
    path.unlink(missing_ok=True)
    path.symlink_to(shelf.folder / "elsewhere")
    assert shelf.verify()[0] == 3
    (shelf.folder / "elsewhere").write_text(book.checkpoint())
    assert shelf.verify()[0] == 3
    assert shelf.verify()[1].startswith("REFUSED: expected no link")


def test_the_ledger_and_a_checkpoint_that_somebody_kept_may_be_links(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    kept = shelf.folder / "kept"
    kept.symlink_to(shelf.checkpoint)
    shelf.ledger.symlink_to(shelf.ledger.rename(shelf.folder / "elsewhere"))
    assert shelf.verify("--against", kept)[0] == 0


@pytest.mark.parametrize("first", [b"", b"{", b"[]\n", b"x" * 70_000])
def test_heads_are_read_before_any_line_is_judged(shelf: Shelf, book: Book, first: bytes) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(first)
    assert broken_at(shelf.verify(), 1)
    assert "heads" not in shelf.verify()[1]
    shelf.checkpoint.unlink()
    shelf.checkpoint.mkdir()
    assert shelf.verify()[0] == 3


def test_an_empty_ledger_is_none_though_a_head_of_no_lines_is_kept(shelf: Shelf, book: Book) -> None:
    shelf.store(book, size=0)
    shelf.ledger.write_bytes(b"")
    assert broken_at(shelf.verify(), 1)
