"""Lines are written and read in a short way where nothing is unusual, and in the long way otherwise: both agree."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.ledger import Entry
from harvest.ledger import line as lines
from harvest.ledger.leaf import NO_LEAF
from harvest.ledger.line import MAX_INTEGER, MAX_LINE, LineRefused
from harvest.ledger.nesting import MAX_NESTING
from tests.ledger.room import FIRST_RUN
from tests.ledger.test_line import TIME, bodies


def entry(body: Any, **changes: Any) -> Entry:
    envelope = {"v": 1, "seq": 7, "time": TIME, "run": FIRST_RUN, "type": "run-started", "prev": NO_LEAF, "body": body}
    return Entry(**(envelope | changes))


def raw(body: Any, **changes: Any) -> bytes:
    """A line that nobody checked."""
    envelope = entry(body, **changes)._asdict()
    return json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def nested(levels: int) -> list[Any]:
    """Lists within one another."""
    outermost: list[Any] = []
    for _ in range(levels - 1):
        outermost = [outermost]
    return outermost


USUAL = [
    {},
    {"a": [], "b": {}, "c": [[], {}, [{"d": [None]}]]},
    {"a": True, "b": False, "c": None, "d": 0, "e": -1, "f": 'Семакс ≥ β \n\t"\\ 😀'},
    {"n": MAX_INTEGER, "m": -MAX_INTEGER, "s_1": ""},
    {"0": {"00": 1, "_": 2, "z": 3}},
    {f"key_{number}": number for number in range(300)},
    {"a": [[number] for number in range(3000)]},
    {"a": nested(90), "b": [nested(90) for number in range(100)]},
]


@pytest.mark.parametrize("body", USUAL)
def test_usual_lines_take_the_short_way_both_ways(body: dict[str, Any]) -> None:
    written = lines._written(entry(body))
    assert written == lines._written_long(entry(body)) == (raw(body), entry(body))
    assert lines._read(raw(body)) == lines._read_long(raw(body)) == entry(body)


@pytest.mark.parametrize("seq", [0, 9, 10, 999_999_999_999_999])
@pytest.mark.parametrize("type_", ["source", "run-finished"])
def test_usual_envelopes_take_the_short_way(seq: int, type_: str) -> None:
    changed = {"seq": seq, "type": type_, "prev": "0123456789abcdef" * 4, "run": "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"}
    assert lines._read(raw({}, **changed)) == entry({}, **changed)
    written = lines._written(entry({}, **changed))
    assert written
    assert written[0] == raw({}, **changed)


UNUSUAL = [
    raw({"Key": 1}),
    raw({"": 1}),
    raw({"a": {"ключ": 1}}),
    raw({"a": [{"b\n": 1}]}),
    raw({"a": 0.5}),
    raw({"a": [1.0]}),
    raw({"a": MAX_INTEGER + 1}),
    raw({"a": -MAX_INTEGER - 1}),
    raw({"a": "x" * MAX_LINE}),
    raw({"a": nested(MAX_NESTING - 1)}),
    raw({"a": [nested(200), *[[]] * 200]}),
    raw([]),
    raw("text"),
    raw(None),
    raw({}, v=2),
    raw({}, v=True),
    raw({}, seq=-1),
    raw({}, seq=True),
    raw({}, time="2026-02-30T19:06:00.123456Z"),
    raw({}, time="2026-11-21T19:06:00.123456+00:00"),
    raw({}, run="8" + FIRST_RUN[1:]),
    raw({}, run=FIRST_RUN.replace("J", "U")),
    raw({}, prev="F" * 64),
    raw({}, type=""),
    raw({"a": 1}).replace(b'"a":1', b'"a":1,"a":2'),
    raw({"a": 1}).replace(b'"a":1', b'"b":1,"a":2'),
    raw({"a": 1}).replace(b'"a":1', b'"a":01'),
    raw({"a": 1}).replace(b'"a":1', b'"a":1e0'),
    raw({"a": 1}).replace(b'"a":1', b'"a": 1'),
    raw({"a": 1}).replace(b'"a":1', b'"a":"\\ud800"'),
    raw({"a": 1}).replace(b'"a":1', b'"a":"\xed\xa0\x80"'),
    raw({"a": 1}).replace(b'"a":1', b'"a":"\xff"'),
    raw({})[:-1],
    raw({})[:-1] + b"\r\n",
    raw({}) + b"\n",
    b" " + raw({}),
    b"\xef\xbb\xbf" + raw({}),
    raw({}).replace(b'"v":1', b'"v":1,"w":1'),
    raw({}).replace(b'"body"', b'"also":1,"body"'),
    raw({}).replace(b'"body":{},', b""),
    b"\n",
    b"",
]


@pytest.mark.parametrize("line", UNUSUAL)
def test_what_breaks_a_rule_never_takes_the_short_way(line: bytes) -> None:
    assert lines._read(line) is None
    with pytest.raises(LineRefused):
        lines._read_long(line)


@pytest.mark.parametrize(
    "line",
    [
        raw({"a": 1}).replace(b'"a":1', b'"a":"\\u0061"'),
        raw({"a": 1}).replace(b'"a":1', b'"a":"\\/"'),
        raw({}, type="Source of 1"),
        raw({}, seq=MAX_INTEGER),
    ],
)
def test_what_is_allowed_but_unusual_is_read_the_long_way(line: bytes) -> None:
    assert lines._read(line) is None
    assert lines.decode(line) == lines._read_long(line)


@pytest.mark.parametrize(
    "body",
    [
        {"Key": 1},
        {1: 2},
        {"a": 0.5},
        {"a": (1, 2)},
        {"a": {"b": {1, 2}}},
        {"a": MAX_INTEGER + 1},
        {"a": "\ud800"},
        {"a": "x" * MAX_LINE},
        {"a": [[]] * MAX_LINE},
        {"a": nested(MAX_NESTING - 1)},
        {"a": [nested(200), *[[]] * 200]},
        "text",
        None,
    ],
)
def test_what_is_no_usual_value_is_never_written_the_short_way(body: Any) -> None:
    assert lines._written(entry(body)) is None


def test_a_key_that_was_found_good_is_kept() -> None:
    assert lines._written(entry({"a_key_that_one_test_has": 1}))
    assert "a_key_that_one_test_has" in lines._good_keys


def test_keys_are_looked_at_again_once_no_more_of_them_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_KEYS_KEPT", 0)
    for _ in range(2):
        assert lines._written(entry({"a_key_that_no_other_test_has": 1}))
        assert lines._written(entry({"a_key_that_no_other_test_has": 1, "Key": 2})) is None
    assert "a_key_that_no_other_test_has" not in lines._good_keys


def test_a_body_that_holds_itself_has_an_end_the_short_way() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = [endless]
    assert lines._written(entry(endless)) is None


def test_values_of_a_body_that_nest_too_deeply_for_its_line_are_not_plain() -> None:
    assert lines.is_plain(nested(MAX_NESTING - 10), {"a": []})
    assert not lines.is_plain({"a": []}, nested(MAX_NESTING - 1))
    assert not lines.is_plain(nested(MAX_NESTING), *[[]] * 1_000)


def test_an_envelope_that_is_not_as_ours_is_never_written_the_short_way() -> None:
    for changes in ({"v": 2}, {"seq": -1}, {"run": "run-1"}, {"type": "Source"}, {"prev": ""}, {"time": "now"}):
        assert lines._written(entry({}, **changes)) is None


def test_a_line_may_fill_its_length_to_the_last_byte_the_short_way() -> None:
    room = MAX_LINE - len(raw({"t": ""}))
    full, beyond = {"t": "x" * room}, {"t": "x" * (room + 1)}
    written = lines._written(entry(full))
    assert written
    assert len(written[0]) == MAX_LINE
    assert lines._read(raw(full)) == lines._read_long(raw(full)) == entry(full)
    assert lines._written(entry(beyond)) is None
    assert lines._read(raw(beyond)) is None


@settings(deadline=None, max_examples=60)
@given(bodies)
def test_both_ways_write_and_read_the_same(body: dict[str, Any]) -> None:
    long, again = lines._written_long(entry(body))
    assert lines._written(entry(body)) == (long, again)
    assert lines._read(long) == lines._read_long(long) == again


@settings(deadline=None, max_examples=60)
@given(bodies, st.data())
def test_whatever_takes_the_short_way_is_read_alike_the_long_way(body: dict[str, Any], data: st.DataObject) -> None:
    changed = bytearray(raw(body))
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    read = lines._read(bytes(changed))
    assert read is None or read == lines._read_long(bytes(changed))


def test_a_body_nested_too_deeply_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(LineRefused, match="expected strings, integers"):
        lines.encode(entry({"a": deep}))


def test_lines_come_whole_up_to_their_length_and_longer_ones_in_pieces() -> None:
    longest = b"x" * (MAX_LINE - 1) + b"\n"
    assert list(lines.lines(io.BytesIO(longest + b"y\n"))) == [longest, b"y\n"]
    pieces = list(lines.lines(io.BytesIO(b"x" * (3 * MAX_LINE))))
    assert [len(piece) for piece in pieces] == [MAX_LINE + 1, MAX_LINE + 1, MAX_LINE - 2]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"{}\n", "none"),
        (b'{"body":{},"v":1}\n', "body, v"),
        (b"\t" + raw({}), "byte 0x09 at 0"),
        (raw({"a": " "})[:-1] + b"\x00\n", f"byte 0x00 at {len(raw({'a': ' '})) - 1}"),
        (raw({"a": 1}).replace(b'"a":1', b'"a": 1'), "a space at 13"),
        (b"x" * (MAX_LINE + 1), "65536 bytes or more"),
        (raw({})[:-1], f"{len(raw({})) - 1} bytes without it"),
        (raw({"a": 1}).replace(b'"a":1', b'"a":"\xff"'), "byte 0xff at 14"),
        (raw({}, v=2), "2"),
        (raw({}, prev="A" * 99), repr("A" * 99)[:80]),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_place(line: bytes, found: str) -> None:
    with pytest.raises(LineRefused) as caught:
        lines.decode(line)
    assert caught.value.found == found
