"""What may stand in a ledger, line by line and run by run, for the second verifier."""

from base64 import b64encode
from typing import Any

import pytest

from tests.tools.book import OTHER_RUN, RUN, Book, Key, Shelf, broken_at, run_tool, sha256

LATER = "2026-11-21T20:00:00.000000Z"
LINE = f'{{"body":{{}},"prev":"PREV","run":"{RUN}","seq":SEQ,"time":"{LATER}","type":"later","v":1}}'.encode()


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
        LINE.replace(b"{}", b'{"a":' + b"[" * 980 + b"]" * 980 + b"}"),
        LINE.replace(b"{}", b'{"a":' + b"[" * 99 + b"]" * 99 + b"}"),
        LINE.replace(b"{}", b'{"a":1,"b":' * 99 + b"{}" + b"}" * 99),
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
        b'{"a":' + b"[" * 98 + b"]" * 98 + b"}",
        b'{"a":1,"b":' * 98 + b"{}" + b"}" * 98,
        b'{"a":"' + b"[" * 200 + b'","b":[' + b"[[],{}]," * 200 + b"[]]}",
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


@pytest.mark.parametrize("key", [b"\x01" + bytes(30), b"\x01" + bytes(31), b"\x01" + bytes(33), b"\x02" + bytes(32)])
def test_a_genesis_whose_key_is_none_of_ed25519_is_none(shelf: Shelf, book: Book, key: bytes) -> None:
    digest = sha256(book.key.origin.encode(), b"\n", key)[:4]
    vkey = f"{book.key.origin}+{digest.hex()}+{b64encode(key).decode()}"
    forged = Book()
    forged.lines.clear()
    forged.add("ledger", {"origin": book.key.origin, "nonce": book.nonce, "vkey": vkey})
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


ODD = "\r\x1b[2KVALID: \x7f\x9b\u202e\u2028\n"


def only_plain(printed: str) -> bool:
    """Is it one line that no terminal takes for anything else?"""
    return printed.endswith("\n") and printed.isascii() and printed[:-1].isprintable() and len(printed) < 400


@pytest.mark.parametrize(
    "body",
    [
        {"content": {"commitment": ODD}},
        {"content": {"commitment": " " * 60_000}},
        {"content": {"commitment": ODD * 1_000}},
    ],
)
def test_a_forged_commitment_does_not_reach_the_terminal(shelf: Shelf, book: Book, body: dict[str, Any]) -> None:
    book.add("source", body, run=OTHER_RUN)
    shelf.store(book, size=6)
    code, printed = shelf.verify()
    assert broken_at((code, printed), 7)
    assert only_plain(printed)


@pytest.mark.parametrize("origin", [f"{ODD.strip()}", f"x{ODD}" * 1_000, "x" * 60_000])
def test_a_forged_origin_does_not_reach_the_terminal(shelf: Shelf, book: Book, origin: str) -> None:
    shelf.store(book)
    forged = Book()
    forged.lines.clear()
    forged.add("ledger", {"origin": origin, "nonce": book.nonce, "vkey": book.key.vkey})
    shelf.ledger.write_bytes(b"".join(forged.lines))
    code, printed = shelf.verify()
    assert broken_at((code, printed), 1)
    assert only_plain(printed)


def test_the_name_of_a_file_does_not_reach_the_terminal_as_it_is(shelf: Shelf) -> None:
    code, printed = run_tool(shelf.tool, shelf.folder / "\x1b[2J\x9b\udc80.jsonl")
    assert (code, only_plain(printed.replace(str(shelf.folder), ""))) == (3, True)
    assert r"\x1b[2J" in printed


def test_control_characters_of_a_forged_line_do_not_reach_the_terminal(shelf: Shelf, book: Book) -> None:
    book.put(LINE.replace(b"later", b"\x1b[2J"))
    shelf.store(book, size=6)
    assert "\x1b" not in shelf.verify()[1]
