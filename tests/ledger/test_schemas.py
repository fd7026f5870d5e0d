"""What the body of each type of entry must hold: one that does, and what is said where a field is missing or wrong."""

from typing import Any, Final

import pytest

from harvest.ledger import Divergence
from harvest.ledger.deep import Deep
from harvest.ledger.examiner import FAULTS_KEPT, Columns, Examiner
from harvest.ledger.scan import _columns
from harvest.ledger.schemas import fault
from tests.ledger.room import Room
from tests.ledger.test_runs import entry
from tests.ledger.test_scan import chained, numbered

HEX: Final = "0f" * 32
RECORD: Final = {"key": "k", "keys": [], "provider": "p", "title": "", "query": 0, "snapshot": {}}
JUDGED: Final = {
    "screening": "direct", "evidence": "human", "design": "d", "tier": 8, "probability": 1_000_000,
    "needs_review": False, "outcome": "mixed", "harms": "reported", "basis": "b", "parts": [], "claims": [],
    "reasons": [], "flags": [],
}  # fmt: skip
DESCRIBED: Final = {
    "abstract": "", "authors": [], "authors_total": 0, "date": {}, "journal": "", "language": [], "types": [],
    "mesh": [], "links": [], "url": "", "content": {},
}  # fmt: skip
BODIES: Final[dict[str, dict[str, Any]]] = {
    "ledger": {"origin": "o", "topic": "t", "vkey": "v", "nonce": HEX, "created_by": "c", "synthetic": True},
    "run-started": {"spider": "s", "topic": "t", "topic_sha256": HEX, "versions": {}, "settings": {}},
    "search": {
        "provider": "p", "query": "", "outcome": "o", "window": {}, "warnings": {}, "stated_total": 0, "returned": 0,
        "requests": 0, "snapshots": [],
    },
    "source": {"sid": "s1", **RECORD, **DESCRIBED, **JUDGED},
    "excluded": {**RECORD, "stage": "s", "reason": "r", **JUDGED},
    "duplicate": {**RECORD, "of": "s10", "rule": "r", "agreed": []},
    "merged": {"sids": [], "kept": "s1"},
    "unmerged": {"sids": [], "kept": "s1"},
    "linked": {"one": "o", "other": "o", "relation": "r"},
    "changed": {"key": "k", "provider": "p", "what": [], "old": {}, "new": {}, "sid": "s1"},
    "reclassified": {"key": "k", "old": {}, "new": {}, "why": "", "model": "m", "sid": "s1"},
    "review": {"sid": "s1", "reviewer": "r", "decision": "d"},
    "failed": {"provider": "p", "keys": [], "reason": "r"},
    "rechecked": {"provider": "p", "key": "k", "snapshot": {}},
    "redaction": {"seq": 0, "reason": "r"},
    "recovered": {"file": "f", "length": 0, "reason": "", "sha256": HEX},
    "adopted": {"vkey": "v", "reason": "", "size": 0, "root": "r"},
    "key-rotated": {"vkey": "v", "note": "n"},
    "clock-regressed": {"clock": "c", "kept": "k"},
    "run-finished": {"providers": {}, "acknowledged": 0, "journal_sha256": HEX},
}  # fmt: skip
NEEDED: Final = {
    "ledger": "nonce origin vkey",
    "run-started": "spider topic_sha256",
    "search": "outcome provider query",
    "source": "evidence key keys provider screening sid",
    "excluded": "key keys provider reason stage",
    "duplicate": "key keys of provider rule",
    "merged": "kept sids",
    "unmerged": "kept sids",
    "linked": "one other relation",
    "changed": "key new",
    "reclassified": "key new",
    "review": "decision reviewer sid",
    "failed": "keys provider",
    "rechecked": "provider",
    "redaction": "reason seq",
    "recovered": "length sha256",
    "adopted": "vkey",
    "key-rotated": "note vkey",
    "clock-regressed": "",
    "run-finished": "providers",
}
FIELDS: Final = [(type_, name) for type_, body in BODIES.items() for name in body]
WORDS: Final = {
    str: {"text", "text that is not empty", "s1, s2, …", "a SHA-256 in hex"},
    int: {"a count", "a count or null", "1 to 8", "millionths"},
    bool: {"true or false"},
    list: {"a list"},
    dict: {"an object"},
}
NAMES: Final = {
    "ledger": "origin topic vkey created_by", "run-started": "spider topic", "search": "provider outcome",
    "source": "key provider design basis", "excluded": "key provider stage reason", "duplicate": "key provider rule",
    "linked": "one other relation", "changed": "key provider", "reclassified": "key model",
    "review": "reviewer decision", "failed": "provider reason", "rechecked": "provider key", "redaction": "reason",
    "recovered": "file", "adopted": "vkey root", "key-rotated": "vkey note", "clock-regressed": "clock kept",
}  # fmt: skip
"""Texts that must not be empty."""


def wrong(type_: str, **changes: object) -> tuple[str, str] | None:
    return fault(type_, {**BODIES[type_], **changes})


@pytest.mark.parametrize("type_", BODIES)
def test_a_body_that_holds_what_it_may_and_more_is_right(type_: str) -> None:
    assert fault(type_, BODIES[type_]) is None
    assert wrong(type_, something_else=None) is None


@pytest.mark.parametrize("type_", BODIES)
def test_a_body_needs_what_a_reader_relies_on_and_nothing_else(type_: str) -> None:
    needed = NEEDED[type_].split()
    assert fault(type_, {name: BODIES[type_][name] for name in needed}) is None
    for name in needed:
        lacking = {other: value for other, value in BODIES[type_].items() if other != name}
        assert fault(type_, lacking) == (f"{name} in {type_}", ", ".join(lacking)[:80])
    if needed:
        assert fault(type_, {}) == (f"{needed[0]} in {type_}", "nothing")


@pytest.mark.parametrize(("type_", "name"), FIELDS)
def test_a_field_of_another_type_is_said(type_: str, name: str) -> None:
    good = BODIES[type_][name]
    for value in ("7", 7, True, None, [], {}):
        if type(value) is not type(good) and not (name == "stated_total" and value is None):
            found = wrong(type_, **{name: value})
            assert found
            assert found[0].endswith(f" as {name} of {type_}")
            assert found[1] == repr(value)
            assert found[0].partition(" as ")[0] in WORDS[type(good)] or found[0].startswith("one of ")


@pytest.mark.parametrize(("type_", "names"), NAMES.items())
def test_a_name_is_not_empty_and_a_text_may_be(type_: str, names: str) -> None:
    for name, value in BODIES[type_].items():
        if isinstance(value, str) and value != HEX and not value.startswith("s1"):
            found = wrong(type_, **{name: ""})
            if name in names.split():
                assert found == (f"text that is not empty as {name} of {type_}", "''")
            elif value == "":
                assert found is None


@pytest.mark.parametrize(
    ("type_", "name", "good", "bad", "words"),
    [
        ("source", "sid", ["s1", "s999999999999999"], ["s0", "s01", "s", "1", "s1 ", "s1000000000000000"], "s1, s2, …"),
        ("duplicate", "of", ["s1"], ["s0"], "s1, s2, …"),
        ("ledger", "nonce", ["0" * 64], ["0" * 63, "0" * 65, "F" * 64], "a SHA-256 in hex"),
        ("source", "tier", [1, 8], [0, 9], "1 to 8"),
        ("source", "probability", [0, 1_000_000], [-1, 1_000_001], "millionths"),
        ("source", "query", [0, 1], [-1], "a count"),
        ("search", "stated_total", [0, None], [-1], "a count or null"),
    ],
)
def test_what_a_field_may_be_has_its_bounds(
    type_: str, name: str, good: list[object], bad: list[object], words: str
) -> None:
    for value in good:
        assert wrong(type_, **{name: value}) is None
    for value in bad:
        assert wrong(type_, **{name: value}) == (f"{words} as {name} of {type_}", repr(value))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("screening", "direct, compound-only, condition-only, off-topic"),
        ("evidence", "human, preclinical, anecdotal, none, undetermined"),
        ("outcome", "improved, worsened, no-clear-difference, mixed, not-reported"),
        ("harms", "reported, none-reported, not-reported"),
    ],
)
@pytest.mark.parametrize("type_", ["source", "excluded"])
def test_a_judgement_is_one_of_those_that_there_are(type_: str, name: str, values: str) -> None:
    assert wrong(type_, **{name: "odd"}) == (f"one of {values} as {name} of {type_}", "'odd'")
    for value in values.split(", "):
        assert wrong(type_, **{name: value}) is None


def test_of_a_long_value_its_beginning_is_said() -> None:
    found = wrong("source", sid="x" * 99)
    assert found == ("s1, s2, … as sid of source", repr("x" * 99)[:80])
    assert wrong("source", sid=["x" * 99]) == ("s1, s2, … as sid of source", repr(["x" * 99])[:80])


def test_types_without_rules_may_hold_anything() -> None:
    assert fault("omen", {"sid": 7}) is None


# --- many lines ----------------------------------------------------------------------------------------------------


def test_an_examiner_keeps_the_first_faults_and_counts_the_rest() -> None:
    examiner = Examiner()
    for seq in range(FAULTS_KEPT + 3):
        examiner.take(entry(seq, "redaction"), 100 * seq)
    assert len(examiner.events) == FAULTS_KEPT + 3
    assert len(examiner.faults) == FAULTS_KEPT
    assert examiner.more == 3
    assert examiner.faults[1] == Divergence(2, 100, "reason in redaction", "nothing")


def looked_at(*bodies: dict[str, Any], type_: str = "redaction", spoil: tuple[bytes, bytes] = (b"", b"")) -> Examiner:
    """An examiner of lines with these bodies, of which the last is spoilt after its spelling."""
    entries = [one._replace(body=body) for one, body in zip(numbered([type_] * len(bodies)), bodies, strict=True)]
    *lines, last = (raw.removesuffix(b"\n") for raw in chained(entries))
    lines.append(last.replace(*spoil))
    columns = _columns([line[line.rfind(b'"prev"') :] for line in lines], 0)
    examiner = Examiner()
    assert columns
    if not examiner.take_lines(lines, columns, 7):
        raise ValueError("a line that is no entry")
    return examiner


RIGHT: Final = {**BODIES["redaction"], "of_this_test": [{"a": [1]}]}


def test_each_line_has_its_place() -> None:
    lines = [raw.removesuffix(b"\n") for raw in chained(numbered(["source"] * 3))]
    columns = _columns([line[line.rfind(b'"prev"') :] for line in lines], 0)
    examiner = Examiner()
    assert columns
    assert examiner.take_lines(lines, columns, 7)
    places = [(event.seq, event.offset) for event in examiner.events]
    assert places == [(0, 7), (1, 8 + len(lines[0])), (2, 9 + len(lines[0]) + len(lines[1]))]
    assert Examiner().take_lines([], Columns(0, [], [], [], []), 7)


SPOILT: Final = [
    (b'"body":{', b'"body":{?'),
    (b'"body":{', b' "body":{'),
    (b'"body":{', b'"also":{'),
    (b',"prev":"', b'?"prev":"'),
    (b',"prev":"', b'}"prev":"'),
    (b"[1]", b"[1.5]"),
    (b"[1]", b"[01]"),
    (b"[1]", b"[1 ]"),
    (b"[1]", b"[9007199254740992]"),
    (b'{"a"', b'{"A"'),
    (b'"of_this_test"', b'"Of_this_test"'),
    (b'"run":"0', b'"run":"8'),
    (b'"time":"2026-11-21', b'"time":"2026-02-30'),
    (b"T19:06:00.", b"T24:06:00."),
    (b"T19:06:00.", b"T19:60:00."),
    (b"T19:06:00.", b"T19:06:60."),
    (b"T19:06:00.", b"T19-06-00."),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_line_that_is_no_entry_is_refused_though_one_like_it_was_right(spoil: tuple[bytes, bytes]) -> None:
    assert len(looked_at(RIGHT, RIGHT).events) == 2
    with pytest.raises(ValueError, match="no entry"):
        looked_at(RIGHT, RIGHT, spoil=spoil)


@pytest.mark.parametrize("field", [["x"], {"b": "x"}, [["x"]], [{"b": "x"}], {"b": ["x"]}])
def test_what_a_field_holds_is_looked_into_though_a_body_like_it_was_right(field: object) -> None:
    assert len(looked_at({"a": field}, {"a": field}, type_="omen").events) == 2
    with pytest.raises(ValueError, match="no entry"):
        looked_at({"a": field}, {"a": field}, type_="omen", spoil=(b'"x"', b"1.5"))


def test_lines_in_the_middle_of_a_ledger_keep_their_numbers() -> None:
    lines = [raw.removesuffix(b"\n") for raw in chained(numbered(["omen"] * 3, 5))]
    columns = _columns([line[line.rfind(b'"prev"') :] for line in lines], 5)
    examiner = Examiner()
    assert columns
    assert examiner.take_lines(lines, columns, 0)
    assert [event.seq for event in examiner.events] == [5, 6, 7]


def test_nothing_that_is_no_body_passes_for_an_empty_one() -> None:
    assert len(looked_at({}, {}, type_="omen").events) == 2
    for body in (b"[]", b"{", b"null", b'{"a":0.5}', b""):
        with pytest.raises(ValueError, match="no entry"):
            looked_at({}, {}, type_="omen", spoil=(b'"body":{}', b'"body":' + body))


def test_what_is_spelt_in_an_unusual_way_is_an_entry_all_the_same() -> None:
    examiner = looked_at(RIGHT, {**RIGHT, "reason": "a"}, spoil=(b'"reason":"a"', b'"reason":"\\u0061"'))
    assert [event.body for event in examiner.events] == [{"seq": 0}] * 2
    assert not examiner.faults


def test_a_value_that_is_wrong_is_found_though_a_body_like_it_was_right() -> None:
    examiner = looked_at(RIGHT, RIGHT, {**RIGHT, "seq": -1})
    assert [(fault.line, fault.expected) for fault in examiner.faults] == [(3, "a count as seq of redaction")]


@pytest.mark.parametrize("kept", [0, 10_000])
def test_a_body_is_looked_at_even_where_no_more_shapes_are_kept(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    known: dict[object, object] = {}
    monkeypatch.setattr("harvest.ledger.examiner._SHAPES_KEPT", kept)
    monkeypatch.setattr("harvest.ledger.examiner._known", known)
    assert not looked_at(RIGHT, RIGHT).faults
    assert not looked_at({}, {}, type_="omen").faults
    assert len(looked_at(RIGHT, {**RIGHT, "seq": "1"}).faults) == 1
    assert len(known) == (2 if kept else 0)


def examined(first: int, count: int) -> Examiner:
    """What an examiner finds in so many lines that name a source which is not there."""
    examiner = Examiner()
    for seq in range(first, first + count):
        examiner.take(entry(seq, "review", sid="s9", reviewer="r", decision="d"), 100 * seq)
    return examiner


@pytest.mark.parametrize(("stretches", "untold"), [([5], 0), ([FAULTS_KEPT], 0), ([15, 15], 10), ([21], 1), ([0], 0)])
def test_a_deep_look_tells_the_first_contradictions_and_counts_the_rest(
    room: Room, stretches: list[int], untold: int
) -> None:
    deep, first = Deep(room.path), 0
    for count in stretches:
        deep.take(examined(first, count))
        first += count
    told = deep.contradictions()
    assert [fault.line for fault in told] == list(range(1, min(first, FAULTS_KEPT) + 1))
    assert {(fault.expected, fault.found) for fault in told} <= {("sid to be a source before", "s9")}
    assert [fault.offset for fault in told] == [100 * (fault.line - 1) for fault in told]
    more = (f"{untold} further contradictions are not told one by one",) if untold else ()
    assert deep.notices() == more


def test_a_deep_look_counts_what_an_examiner_did_not_keep(room: Room) -> None:
    examiner, deep = Examiner(), Deep(room.path)
    for seq in range(FAULTS_KEPT + 3):
        examiner.take(entry(seq, "redaction", seq=99, reason=""), 100 * seq)
    deep.take(examiner)
    assert len(deep.contradictions()) == FAULTS_KEPT
    assert deep.notices() == (f"{FAULTS_KEPT + 6} further contradictions are not told one by one",)


def test_contradictions_are_told_in_the_order_of_the_lines(room: Room) -> None:
    examiner, deep = Examiner(), Deep(room.path)
    examiner.take(entry(0, "review", sid="s9", reviewer="r", decision="d"), 0)
    examiner.take(entry(1, "redaction", reason="r"), 100)
    deep.take(examiner)
    assert [fault.line for fault in deep.contradictions()] == [1, 2, 2]
