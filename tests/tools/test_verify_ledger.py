"""Each row of "What verification finds, and what it cannot" against ledgers written by hand."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.tools.book import ORIGIN, OTHER_RUN, RUN, TOOL, Book, Key, Shelf, load_tool, run_tool

LATER = "2026-11-21T20:00:00.000000Z"
LINE = f'{{"body":{{}},"prev":"PREV","run":"{RUN}","seq":SEQ,"time":"{LATER}","type":"later","v":1}}'.encode()


def broken_at(answer: tuple[int, str], line: int) -> bool:
    """Is the first divergence in that line?"""
    return answer[0] == 1 and answer[1].startswith(f"BROKEN line {line}, byte ")


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


@pytest.mark.parametrize("size", range(1, 18))
def test_the_root_of_any_number_of_lines_is_that_of_rfc_9162(shelf: Shelf, size: int) -> None:
    book = Book()
    for number in range(size - 1):
        book.add("source", {"key": f"pmid:{number}"})
    shelf.store(book)
    assert shelf.verify()[0] == 0


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


@pytest.mark.parametrize(
    "raw",
    [
        LINE + b"\r",
        b"\xef\xbb\xbf" + LINE,
        b"",
        b" " + LINE,
        LINE.replace(b'"seq":', b'"seq": '),
        LINE.replace(b"{}", b'{"a":1,"a":1}'),
        LINE.replace(b"{}", rb'{"a":1,"\u0061":1}'),
        LINE.replace(b"{}", b'{"b":1,"a":1}'),
        LINE.replace(b"{}", b'{"A":1}'),
        LINE.replace(b"{}", b'{"a":1.0}'),
        LINE.replace(b"{}", b'{"a":1e2}'),
        LINE.replace(b"{}", b'{"a":NaN}'),
        LINE.replace(b"{}", b'{"a":-Infinity}'),
        LINE.replace(b"{}", rb'{"a":"\ud800"}'),
        LINE.replace(b"{}", b'{"a":"\xed\xa0\x80"}'),
        LINE.replace(b"{}", b'{"a":"\t"}'),
        LINE.replace(b"{}", b'{"a":9007199254740992}'),
        LINE.replace(b"{}", b'{"a":-9007199254740992}'),
        LINE.replace(b"{}", b'{"a":' + b"9" * 5000 + b"}"),
        LINE.replace(b"{}", b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
        LINE.replace(b"{}", b'{"a":"' + b"x" * 65_535 + b'"}'),
        LINE.replace(b"{}", b"[]"),
        LINE.replace(b'"v":1', b'"v":2'),
        LINE.replace(b'"v":1', b'"v":true'),
        LINE.replace(b'"v":1', b'"v":1,"w":1'),
        LINE.replace(b'"type":"later",', b""),
        LINE.replace(b'"later"', b'""'),
        LINE.replace(b"SEQ", b"7"),
        LINE.replace(b"SEQ", b'"6"'),
        LINE.replace(b"PREV", b"0" * 64),
        LINE.replace(b"01J", b"01I"),
        LINE.replace(b"20:00:00.000000Z", b"20:00:00Z"),
        LINE.replace(b"20:00:00.000000Z", b"20:00:60.000000Z"),
        LINE.replace(b"20:00:00.000000Z", b"20:00:00.000000+00:00"),
        LINE.replace(b"2026-11-21", b"2026-11-31"),
        LINE.replace(b"2026-11-21", b"2026-11-20"),
        b"[]",
        b'["body","prev","run","seq","time","type","v"]',
        b'{"body":{}',
    ],
    ids=lambda raw: repr(raw[:60]),
)
def test_a_line_that_breaks_a_rule_is_found_even_if_nothing_was_signed_since(
    shelf: Shelf, book: Book, raw: bytes
) -> None:
    book.put(raw.replace(RUN.encode(), OTHER_RUN.encode()))
    shelf.store(book, size=6)
    assert broken_at(shelf.verify(), 7)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":"\xef\xbb\xbf \x7f\xe2\x80\xa8"}',
        rb'{"a":"\ud83d\ude00\u0000\/"}',
        b'{"a":-9007199254740991,"b":[null,true]}',
    ],
)
def test_what_the_rules_allow_is_accepted(shelf: Shelf, book: Book, body: bytes) -> None:
    book.put(LINE.replace(RUN.encode(), OTHER_RUN.encode()).replace(b"{}", body))
    shelf.store(book)
    assert shelf.verify()[0] == 0


def test_a_line_may_have_65535_bytes_with_its_lf_and_no_more(shelf: Shelf, book: Book) -> None:
    book.add("later", {"a": ""}, run=OTHER_RUN)
    room = 65_535 - len(book.lines.pop())
    for length, code in ((room, 0), (room + 1, 1)):
        book.add("later", {"a": "x" * length}, run=OTHER_RUN)
        shelf.store(book)
        assert shelf.verify()[0] == code
        book.lines.pop()


def test_a_last_line_without_lf_is_torn(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(book.lines)[:-1])
    assert broken_at(shelf.verify(), 6)


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


def test_a_removed_ledger_is_refused(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.unlink()
    code, printed = shelf.verify()
    assert (code, printed[:8]) == (3, "REFUSED:")


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


def test_a_line_from_another_ledger_is_found(shelf: Shelf, book: Book) -> None:
    other = Book(nonce="00" * 32)
    other.crawl()
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join((*book.lines[:3], other.lines[3], *book.lines[4:])))
    assert broken_at(shelf.verify(), 4)


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


def test_a_head_of_no_lines_agrees_with_any_ledger_of_its_key(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.head.write_text(book.checkpoint(0))
    assert shelf.verify()[0] == 0
    shelf.head.write_text(book.checkpoint(0, signer=Key(9)))
    assert broken_at(shelf.verify(), 1)


@pytest.mark.parametrize(
    "counts",
    [
        {"found": 4},
        {"included": 2},
        {"excluded": 1},
        {"known": -1, "failed": 1},
        {"duplicate": False},
        {"found": "3"},
        {"found": None},
    ],
)
def test_accounts_that_do_not_add_up_are_found_though_signed(shelf: Shelf, counts: dict[str, Any]) -> None:
    book = Book()
    book.crawl(**counts)
    shelf.store(book)
    assert broken_at(shelf.verify(), 6)


@pytest.mark.parametrize("body", [{}, {"providers": []}, {"providers": {"pubmed": 3}}])
def test_an_end_of_a_run_without_accounts_is_found(shelf: Shelf, body: dict[str, object]) -> None:
    book = Book()
    book.add("run-finished", body)
    shelf.store(book)
    assert broken_at(shelf.verify(), 2)


def test_a_run_that_never_finished_is_interrupted_though_signed(shelf: Shelf, book: Book) -> None:
    book.add("run-started", {"spider": "pubmed"}, run=OTHER_RUN)
    shelf.store(book)
    assert shelf.verify() == (2, "VALID: 7 entries, 0 unsealed, 1 runs interrupted\n")


def test_an_entry_after_the_end_of_its_run_is_found(shelf: Shelf, book: Book) -> None:
    book.add("source", {"key": "pmid:666"})
    shelf.store(book)
    assert broken_at(shelf.verify(), 7)


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


@pytest.mark.parametrize(
    "changes", [{"nonce": "5E" * 32}, {"nonce": None}, {"origin": "else"}, {"origin": 1}, {"vkey": "x"}, {"vkey": None}]
)
def test_a_genesis_that_names_no_nonce_origin_or_key_is_none(
    shelf: Shelf, book: Book, changes: dict[str, object]
) -> None:
    genesis = {"origin": book.key.origin, "nonce": book.nonce, "vkey": book.key.vkey}
    forged = Book()
    forged.lines.clear()
    forged.add("ledger", genesis | changes)
    shelf.store(book)
    shelf.ledger.write_bytes(b"".join(forged.lines))
    assert broken_at(shelf.verify(), 1)


@pytest.mark.parametrize("origin", ["a b", "a+b", ""])
def test_an_origin_that_cannot_name_a_key_is_none(shelf: Shelf, origin: str) -> None:
    shelf.ledger.write_bytes(Book(key=Key(origin=origin)).lines[0])
    assert broken_at(shelf.verify(), 1)


def test_an_empty_ledger_has_no_genesis(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.ledger.write_bytes(b"")
    assert broken_at(shelf.verify(), 1)


def test_a_second_genesis_is_none(shelf: Shelf, book: Book) -> None:
    book.add("ledger", {"origin": book.key.origin, "nonce": book.nonce, "vkey": book.key.vkey}, run=OTHER_RUN)
    shelf.store(book)
    assert broken_at(shelf.verify(), 7)


def test_unknown_types_are_verified_like_any(shelf: Shelf, book: Book) -> None:
    book.add("of-a-later-version", {"nested": {"more": ["ж", -1]}}, run=OTHER_RUN)
    shelf.store(book)
    assert shelf.verify()[0] == 0


def test_a_missing_head_is_said_and_the_ledger_still_valid(shelf: Shelf, book: Book) -> None:
    shelf.store(book)
    shelf.head.unlink()
    assert shelf.verify() == (0, "VALID: 6 entries, 0 unsealed, 0 runs interrupted, no kept head\n")


@pytest.mark.parametrize("name", ["head", "checkpoint"])
def test_head_and_checkpoint_may_be_named(shelf: Shelf, book: Book, name: str) -> None:
    shelf.store(book)
    elsewhere = (shelf.head if name == "head" else shelf.checkpoint).rename(shelf.folder / "elsewhere")
    assert shelf.verify(f"--{name}", elsewhere) == (0, "VALID: 6 entries, 0 unsealed, 0 runs interrupted\n")
    elsewhere.unlink()
    assert shelf.verify(f"--{name}", elsewhere)[0] == 3


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


def test_control_characters_of_a_forged_line_do_not_reach_the_terminal(shelf: Shelf, book: Book) -> None:
    book.put(LINE.replace(b"later", b"\x1b[2J"))
    shelf.store(book, size=6)
    assert "\x1b" not in shelf.verify()[1]
