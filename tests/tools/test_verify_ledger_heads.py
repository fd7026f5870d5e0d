"""Signed heads, keys and what only they can find, for the second verifier."""

import re
import subprocess
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.tools.book import ORIGIN, OTHER_RUN, Book, Key, Shelf, broken_at, load_tool, run_tool

LATER = "2026-11-21T20:00:00.000000Z"


@pytest.mark.parametrize("size", range(1, 18))
def test_the_root_of_any_number_of_lines_is_that_of_rfc_9162(shelf: Shelf, size: int) -> None:
    book = Book()
    for number in range(size - 1):
        book.add("source", {"key": f"pmid:{number}"})
    shelf.store(book)
    assert shelf.verify()[0] == 0


def test_a_cut_tail_is_found_by_the_kept_head(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(book.lines[:4]))
    shelf.checkpoint.write_text(book.checkpoint(4))
    answer = shelf.verify()
    assert broken_at(answer, 5)
    assert "expected 6 lines" in answer[1]


def test_an_older_copy_without_kept_head_is_found_by_a_checkpoint_that_somebody_kept(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    kept = shelf.folder / "kept"
    kept.write_text(book.checkpoint())
    shelf.ledger.write_bytes(b"".join(book.lines[:4]))
    shelf.checkpoint.write_text(book.checkpoint(4))
    shelf.head.unlink()
    assert shelf.verify()[0] == 2
    assert broken_at(shelf.verify("--against", kept), 5)


def test_an_older_checkpoint_is_consistent_if_its_root_is_that_of_as_many_lines(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    kept = shelf.folder / "kept"
    kept.write_text(book.checkpoint(4))
    assert shelf.verify("--against", kept)[0] == 0
    book.lines[2] = book.lines[2].replace(b"pmid:0", b"pmid:9")
    kept.write_text(book.checkpoint(4))
    assert broken_at(shelf.verify("--against", kept), 4)


def test_forged_lines_above_the_last_checkpoint_are_unsealed(shelf: Shelf, book: Book) -> None:
    book.add("source", {"key": "pmid:666"}, run=OTHER_RUN)
    shelf.store(book, size=6)
    assert shelf.verify() == (2, "VALID: 7 entries, 1 unsealed, 0 runs interrupted\n")


def test_without_any_checkpoint_all_lines_are_unsealed(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.head.unlink()
    shelf.checkpoint.unlink()
    assert shelf.verify() == (2, "VALID: 6 entries, 6 unsealed, 0 runs interrupted, no kept head\n")


def test_a_rewrite_without_the_key_is_found_by_the_signature(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    text, forger = book.head_text(), Key(9)
    named_alike = forger.signature(text).replace(forger.vkey.split("+")[1], "")
    shelf.checkpoint.write_text(f"{text}\n{named_alike}")
    answer = shelf.verify()
    assert broken_at(answer, 6)
    assert f"signed by key {book.key.digest.hex()}" in answer[1]


def test_a_signature_of_another_text_is_found(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.checkpoint.write_text(f"{book.head_text()}\n{book.key.signature(book.head_text(5))}")
    assert broken_at(shelf.verify(), 6)


def test_a_rewrite_under_the_forgers_own_key_is_found_by_the_kept_head(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    kept = shelf.head.read_text()
    forged = Book(key=Key(9))
    forged.crawl()
    shelf.store(forged)
    assert shelf.verify()[0] == 0
    shelf.head.write_text(kept)
    assert shelf.verify()[0] == 1


def test_a_rewrite_with_the_key_is_found_by_an_earlier_checkpoint_and_by_the_history(shelf: Shelf, book: Book) -> None:
    shelf.history.write_text(book.checkpoint(4) + book.checkpoint())
    rewritten = Book(nonce="00" * 32)
    rewritten.crawl()
    shelf.store(rewritten)
    assert broken_at(shelf.verify(), 4)
    kept = shelf.history.rename(shelf.folder / "kept")
    assert shelf.verify()[0] == 0
    kept.write_text(book.checkpoint(5))
    assert broken_at(shelf.verify("--against", kept), 5)


def test_what_our_key_did_not_sign_in_the_history_proves_nothing(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.history.write_text(book.checkpoint(2, signer=Key(9)) + book.checkpoint(4) + "example.org/evidence/sem")
    assert shelf.verify()[0] == 0


def test_a_checkpoint_of_another_origin_is_none_of_this_ledger(shelf: Shelf, book: Book) -> None:
    other = Book(key=Key(origin="example.org/evidence/other"))
    other.crawl()
    shelf.store(book)
    for size in (3, 6):
        shelf.checkpoint.write_text(other.checkpoint(size))
        assert broken_at(shelf.verify(), 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text.replace("\n6\n", "\n06\n"),
        lambda text: text.replace("\n6\n", "\n+6\n"),
        lambda text: text.replace("\n\n", "\nextension\n\n"),
        lambda text: text.replace("=\n\n", "\n\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("—", "-"),
        lambda text: text + "— witness AAAA\n",
        lambda text: text + "— wit\x00ness AAAAAAAA\n",
        lambda text: text + "\n",
        lambda text: text[:-3] + chr(ord(text[-3]) + 1) + text[-2:],
    ],
)
def test_a_checkpoint_in_another_spelling_is_none(shelf: Shelf, book: Book, spoil: Callable[[str], str]) -> None:
    shelf.store(book)
    shelf.checkpoint.write_bytes(spoil(book.checkpoint()).encode())
    assert shelf.verify()[0] == 1


def test_signatures_of_others_under_a_checkpoint_are_passed_over(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    witness = Key(9, origin="witness.example").signature(book.head_text())
    shelf.checkpoint.write_text(book.checkpoint() + witness)
    assert shelf.verify()[0] == 0


def test_a_signature_that_bears_the_name_of_another_is_not_ours(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.checkpoint.write_text(book.checkpoint().replace(f"— {ORIGIN}", "— witness.example"))
    assert broken_at(shelf.verify(), 6)


def test_a_signature_twice_is_one(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.checkpoint.write_text(book.checkpoint() + book.key.signature(book.head_text()))
    assert shelf.verify()[0] == 0
    shelf.checkpoint.write_text(book.checkpoint() + book.key.signature("else"))
    assert broken_at(shelf.verify(), 6)


def test_of_two_signatures_of_our_key_each_must_hold(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    other = book.key.other_signature(book.head_text())
    shelf.checkpoint.write_text(book.checkpoint() + other)
    assert shelf.verify()[0] == 0
    for line in (book.key.signature("else"), book.key.other_signature("else")):
        for lines in (line, other + line, line + other):
            shelf.checkpoint.write_text(book.checkpoint() + lines)
            assert broken_at(shelf.verify(), 6)


def test_a_long_line_in_the_history_takes_no_more_memory_than_a_few_times_its_length(shelf: Shelf, book: Book) -> None:
    history = f"{book.checkpoint()}— x {'A' * (1 << 20)}!"
    tracemalloc.start()
    try:
        found = [*re.finditer(shelf.tool.NOTE, history)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == 1
    assert most < 4 * len(history)


def test_a_head_of_no_lines_agrees_with_any_ledger_of_its_key(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.head.write_text(book.checkpoint(0))
    assert shelf.verify()[0] == 0
    shelf.head.write_text(book.checkpoint(0, signer=Key(9)))
    assert broken_at(shelf.verify(), 1)


def test_a_rotated_key_signs_from_there_on_and_the_old_one_before(shelf: Shelf, book: Book) -> None:
    old, kept = book.checkpoint(), shelf.folder / "kept"
    kept.write_text(old)
    book.rotate(Key(2))
    shelf.store(book)
    assert shelf.verify("--against", kept)[0] == 0
    shelf.checkpoint.write_text(book.checkpoint(signer=Key(1)))
    assert broken_at(shelf.verify(), 7)


@pytest.mark.parametrize("note", ["another signer", "another root", "no text", "none"])
def test_a_rotation_that_the_old_key_did_not_sign_is_found(shelf: Shelf, book: Book, note: str) -> None:
    key, statement = Key(2), f"{book.head_text()}{Key(2).vkey}\n"
    notes = {
        "another signer": key.note(statement),
        "another root": book.key.note(f"{book.head_text(5)}{key.vkey}\n"),
        "no text": book.key.signature(statement),
    }
    book.add("key-rotated", {"vkey": key.vkey, "note": notes.get(note)}, run=OTHER_RUN)
    shelf.store(book, size=6)
    assert broken_at(shelf.verify(), 7)


def test_an_adoption_names_a_new_key(shelf: Shelf, book: Book) -> None:
    book.add("adopted", {"vkey": Key(2).vkey}, run=OTHER_RUN)
    book.key = Key(2)
    shelf.store(book)
    assert shelf.verify()[0] == 0


def test_a_forged_adoption_that_the_kept_head_does_not_cover_is_not_believed(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    book.add("adopted", {"vkey": Key(9).vkey}, run=OTHER_RUN)
    shelf.ledger.write_bytes(b"".join(book.lines))
    shelf.checkpoint.write_text(book.checkpoint(signer=Key(9)))
    assert shelf.verify() == (2, "VALID: 7 entries, 1 unsealed, 0 runs interrupted\n")
    shelf.head.write_text(book.checkpoint(signer=Key(9)))
    assert shelf.verify()[0] == 0


def test_a_forged_adoption_in_place_of_a_tail_is_found_by_what_the_key_before_signed(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.head.write_text(book.checkpoint(3))
    forged = Book.of(Key(9), book.lines[:4])
    forged.add("adopted", {"vkey": Key(9).vkey}, run=OTHER_RUN, time=LATER)
    shelf.ledger.write_bytes(b"".join(forged.lines))
    assert broken_at(shelf.verify(), 6)
    shelf.checkpoint.rename(shelf.history)
    assert broken_at(shelf.verify(), 6)
    forged.add("adopted", {"vkey": Key(8).vkey}, run=OTHER_RUN, time=LATER)
    shelf.ledger.write_bytes(b"".join(forged.lines))
    assert broken_at(shelf.verify(), 6)
    shelf.history.unlink()
    assert shelf.verify() == (2, "VALID: 6 entries, 3 unsealed, 1 runs interrupted\n")


@pytest.mark.parametrize("name", ["head", "checkpoint"])
def test_head_and_checkpoint_may_be_named(shelf: Shelf, book: Book, name: str) -> None:
    shelf.store(book)
    elsewhere = (shelf.head if name == "head" else shelf.checkpoint).rename(shelf.folder / "elsewhere")
    assert shelf.verify(f"--{name}", elsewhere) == (0, "VALID: 6 entries, 0 unsealed, 0 runs interrupted\n")
    elsewhere.unlink()
    assert shelf.verify(f"--{name}", elsewhere)[0] == 3


def test_without_openssl_signatures_are_taken_on_trust_and_the_verdict_says_so(
    shelf: Shelf, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.store(book)
    monkeypatch.setenv("PATH", str(shelf.folder))
    tool = load_tool()
    assert run_tool(tool, shelf.ledger, "--state", shelf.state) == (
        0,
        "VALID: 6 entries, 0 unsealed, 0 runs interrupted, signature not checked\n",
    )
    shelf.checkpoint.write_text(book.checkpoint(signer=Key(9)))
    assert run_tool(tool, shelf.ledger)[0] == 1


def test_openssl_is_asked_once_about_each_note_and_only_about_signatures_that_bear_our_name_and_id(
    shelf: Shelf, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.store(book)
    others = book.checkpoint(signer=Key(9)) + "\n" + Key(1, origin="witness.example").note(book.head_text())
    shelf.history.write_text(f"{others}\n{book.checkpoint(3)}")
    asked: list[list[str]] = []
    run = subprocess.run

    def counted(command: list[str], **how: Any) -> Any:
        asked.append(command)
        return run(command, **how)

    monkeypatch.setattr(subprocess, "run", counted)
    assert shelf.verify()[0] == 0
    assert len(asked) == 2
    shelf.history.write_text(book.checkpoint(3) * 40)
    assert shelf.verify()[0] == 0
    assert len(asked) == 4
