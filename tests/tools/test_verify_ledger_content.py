"""Erasable content beside a ledger: five states, for the second verifier."""

import os
from base64 import urlsafe_b64encode
from pathlib import Path
from types import ModuleType

import pytest

from tests.tools.book import OTHER_RUN, Book, Shelf, broken_at, sha256

STORED = b'["salt",{"text":"what somebody wrote"}]'
COMMITMENT = urlsafe_b64encode(sha256(STORED)).decode().rstrip("=")


@pytest.fixture
def shelf(tmp_path: Path, tool: ModuleType) -> Shelf:
    (tmp_path / "ledgers").mkdir()
    return Shelf(tmp_path / "ledgers", tool)


def kept(shelf: Shelf, book: Book, *, redacted: bool, commitment: object = COMMITMENT) -> Path:
    """Stores a ledger whose seventh line has content; where that content lies."""
    book.add("source", {"content": {"commitment": commitment, "fields": ["text"]}}, run=OTHER_RUN)
    if redacted:
        book.add("redaction", {"seq": 6, "reason": "person-asked"}, run=OTHER_RUN)
    shelf.store(book)
    path = shelf.folder.parent / "content" / shelf.ledger.stem / f"{COMMITMENT}.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(STORED)
    return path


def test_content_that_is_there_is_valid(shelf: Shelf, book: Book) -> None:
    kept(shelf, book, redacted=False)
    assert shelf.verify()[0] == 0


def test_content_that_was_erased_is_valid(shelf: Shelf, book: Book) -> None:
    kept(shelf, book, redacted=True).unlink()
    assert shelf.verify()[0] == 0


def test_content_that_is_lost_is_found_in_its_line(shelf: Shelf, book: Book) -> None:
    kept(shelf, book, redacted=False).unlink()
    answer = shelf.verify()
    assert broken_at(answer, 7)
    assert answer[1].startswith(f"BROKEN line 7, byte {sum(map(len, book.lines[:6]))}: expected {COMMITMENT} ")


def test_content_that_was_not_erased_is_found(shelf: Shelf, book: Book) -> None:
    kept(shelf, book, redacted=True)
    assert broken_at(shelf.verify(), 7)


def test_content_that_was_altered_is_found(shelf: Shelf, book: Book) -> None:
    kept(shelf, book, redacted=False).write_bytes(STORED.replace(b"what", b"why"))
    assert broken_at(shelf.verify(), 7)


@pytest.mark.parametrize("redacted", [False, True])
def test_content_longer_than_any_is_not_read(shelf: Shelf, book: Book, *, redacted: bool) -> None:
    path = kept(shelf, book, redacted=redacted)
    with path.open("r+b") as stream:
        stream.truncate(1 << 40)
    assert broken_at(shelf.verify(), 7)


def test_content_may_have_a_mebibyte_and_no_more(shelf: Shelf, book: Book) -> None:
    for length, code in ((1 << 20, 0), ((1 << 20) + 1, 1)):
        stored = bytes(length)
        commitment = urlsafe_b64encode(sha256(stored)).decode().rstrip("=")
        book.add("source", {"content": {"commitment": commitment}}, run=OTHER_RUN)
        shelf.store(book)
        path = shelf.folder.parent / "content" / shelf.ledger.stem / f"{commitment}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stored)
        assert shelf.verify()[0] == code


def test_what_is_no_file_is_no_content(shelf: Shelf, book: Book) -> None:
    path = kept(shelf, book, redacted=False)
    path.unlink()
    os.mkfifo(path)
    assert broken_at(shelf.verify(), 7)
    path.unlink()
    path.symlink_to(os.devnull)
    assert broken_at(shelf.verify(), 7)


def test_of_two_faults_in_content_the_first_line_is_named(shelf: Shelf, book: Book) -> None:
    book.add("pasted", {"content": {"commitment": "A" * 43}}, run=OTHER_RUN)
    kept(shelf, book, redacted=False).unlink()
    assert broken_at(shelf.verify(), 7)


@pytest.mark.parametrize("commitment", ["../../ledgers/semax-ssri", "", None, 7, "a" * 42, "a" * 5000, "é" * 43])
@pytest.mark.parametrize("redacted", [False, True])
def test_a_commitment_that_is_none_is_found_and_leads_nowhere(
    shelf: Shelf, book: Book, commitment: object, *, redacted: bool
) -> None:
    kept(shelf, book, redacted=redacted, commitment=commitment)
    assert broken_at(shelf.verify(), 7)


@pytest.mark.parametrize("seq", [None, "6", [6], {"seq": 6}])
def test_a_redaction_of_no_line_erases_nothing(shelf: Shelf, book: Book, seq: object) -> None:
    book.add("redaction", {"seq": seq}, run=OTHER_RUN)
    book.add("source", {"content": {"commitment": COMMITMENT}}, run=OTHER_RUN)
    shelf.store(book)
    assert broken_at(shelf.verify(), 8)


def test_a_ledger_may_be_named_from_its_own_folder(shelf: Shelf, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(shelf, book, redacted=False)
    monkeypatch.chdir(shelf.folder)
    assert shelf.tool.main([shelf.ledger.name, "--state", str(shelf.state)]) == 0
