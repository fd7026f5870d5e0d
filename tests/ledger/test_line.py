"""Format 1, "Lines"."""

import hashlib
import json
import string
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvest.ledger.entry import Entry, stamp
from harvest.ledger.leaf import NO_LEAF, leaf
from harvest.ledger.line import MAX_INTEGER, MAX_LINE, LineRefused, decode, encode
from harvest.ledger.nesting import MAX_NESTING

RUN = "01J00000000000000000000001"
TIME = "2026-11-21T19:06:00.123456Z"

text = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=8)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | text
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))
bodies = st.dictionaries(keys, values, max_size=6)


def entry(**changes: Any) -> Entry:
    envelope = {"v": 1, "seq": 0, "time": TIME, "run": RUN, "type": "source", "prev": NO_LEAF, "body": {}}
    return Entry(**(envelope | changes))


def raw(**changes: Any) -> bytes:
    """A line as anybody could write it: sorted, compact, unchecked."""
    envelope = {"v": 1, "seq": 0, "time": TIME, "run": RUN, "type": "source", "prev": NO_LEAF, "body": {}}
    return json.dumps(envelope | changes, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


@settings(deadline=None)
@given(bodies)
@example({"t": '\x7f\x80\u2028 \\ud800 "\b\f\n\r\t\x00\x1f/ \N{GRINNING FACE} \ufeff'})
def test_what_is_encoded_decodes_to_itself(body: dict[str, Any]) -> None:
    assert decode(encode(entry(body=body))).body == body


@settings(deadline=None)
@given(bodies)
def test_the_bytes_are_those_of_another_canonical_writer(body: dict[str, Any]) -> None:
    line = encode(entry(body=body))
    assert line == orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_bytes_are_an_entry_or_refused(noise: bytes) -> None:
    with pytest.raises(LineRefused):
        decode(noise)


@settings(deadline=None)
@given(st.data(), bodies)
def test_a_respelt_line_is_refused_or_another_leaf(data: st.DataObject, body: dict[str, Any]) -> None:
    line = encode(entry(body=body))
    place = data.draw(st.integers(0, len(line) - 1))
    changed = (
        line[:place] + bytes([data.draw(st.integers(0, 255).filter(lambda b: b != line[place]))]) + line[place + 1 :]
    )
    try:
        decode(changed)
    except LineRefused:
        return
    assert leaf(changed) != leaf(line)


def test_a_leaf_is_the_hash_of_a_zero_byte_and_the_line_without_its_lf() -> None:
    line = encode(entry())
    assert leaf(line) == hashlib.sha256(b"\x00" + line[:-1]).digest()


def test_keys_stand_in_order_and_without_white_space() -> None:
    assert encode(entry(body={"b": 1, "a": [True, None]})) == (
        b'{"body":{"a":[true,null],"b":1},"prev":"' + NO_LEAF.encode() + b'","run":"01J00000000000000000000001",'
        b'"seq":0,"time":"2026-11-21T19:06:00.123456Z","type":"source","v":1}\n'
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"p": 0.5}, "0.5"),
        ({"p": float("nan")}, "not JSON compliant"),
        ({"n": MAX_INTEGER + 1}, "9007199254740992"),
        ({"n": -MAX_INTEGER - 1}, "-9007199254740992"),
        ({"Key": 1}, "'Key'"),
        ({"": 1}, "''"),
        ({"ключ": 1}, "'ключ'"),
        ({"t": "\ud800"}, "lone surrogate"),
        ({"t": "\\" * MAX_LINE}, "bytes or more"),
        ({"when": datetime(2026, 1, 1, tzinfo=UTC)}, "datetime"),
        ({1: "a", "b": 2}, "not supported"),
    ],
)
def test_a_body_that_no_line_can_hold_is_refused(body: dict[str, Any], found: str) -> None:
    with pytest.raises(LineRefused, match=found):
        encode(entry(body=body))


def test_a_body_nested_without_end_is_refused() -> None:
    nested: list[Any] = []
    nested.append(nested)
    with pytest.raises(LineRefused, match="expected strings, integers"):
        encode(entry(body={"a": nested}))


def called_from(calls: int, line: bytes) -> Entry:
    """What `decode` says to somebody so many calls deep."""
    return called_from(calls - 1, line) if calls else decode(line)


@pytest.mark.parametrize("calls", [0, 600])
@pytest.mark.parametrize("beside", ["", '"\\ud83d\\ude00"', '"\\u0041"', '"[{"'])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")], ids=["lists", "objects", "both"])
def test_how_deep_a_line_may_nest_depends_on_nothing_else(brackets: tuple[str, str], beside: str, calls: int) -> None:
    for levels in (MAX_NESTING - 4, MAX_NESTING - 2, MAX_NESTING, MAX_NESTING + 2, 252, 253, 898, 950, 1_010, 5_000):
        times = (levels - 2) // (2 if len(brackets[1]) > 1 else 1)
        nested = brackets[0] * times + (beside or "null") + brackets[1] * times
        line = raw(body={"a": 1}).replace(b'"a":1', f'"a":{nested}'.encode())
        if 2 + times * len(brackets[1]) <= MAX_NESTING:
            assert called_from(calls, line).body["a"] == json.loads(nested)
        else:
            with pytest.raises(LineRefused, match="at most 100 deep"):
                called_from(calls, line)


@pytest.mark.parametrize("levels", [MAX_NESTING, MAX_NESTING + 1, 300, 5_000])
@pytest.mark.parametrize("text", ["", "\N{GRINNING FACE}"])
def test_what_nests_too_deeply_to_be_read_is_not_written(levels: int, text: str) -> None:
    body: Any = {"a": text}
    for _ in range(levels - 2):
        body = {"a": body}
    if levels <= MAX_NESTING:
        assert decode(encode(entry(body=body))).body == body
    else:
        with pytest.raises(LineRefused):
            encode(entry(body=body))


def test_the_longest_line_has_65535_bytes() -> None:
    room = MAX_LINE - len(raw(body={"t": ""}))
    assert len(encode(entry(body={"t": "x" * room}))) == MAX_LINE
    with pytest.raises(LineRefused, match="at most 65535 bytes"):
        encode(entry(body={"t": "x" * (room + 1)}))


GOOD = raw(body={"a": 1, "b": "x y"})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (GOOD[:-1], "ends with LF"),
        (b"", "ends with LF"),
        (b"\n", "a JSON object"),
        (GOOD[:-1] + b"\r\n", "control characters"),
        (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
        (GOOD.replace(b"x y", b"x\ty"), "control characters"),
        (GOOD.replace(b"x y", b"x\x00y"), "control characters"),
        (GOOD.replace(b"x y", b"x\xffy"), "UTF-8"),
        (GOOD.replace(b"x y", b"x\xed\xa0\x80y"), "UTF-8"),
        (GOOD.replace(b'"a":1', b'"a": 1'), "white space"),
        (b" " + GOOD, "white space"),
        (GOOD[:-1] + b" \n", "white space"),
        (GOOD.replace(b'"a":1', b'"a":1,"a":2'), "each once"),
        (GOOD.replace(b'"a":1', b'"a":1,"\\u0061":2'), "each once"),
        (GOOD.replace(b'"a":1', b'"c":1'), "sorted keys"),
        (GOOD.replace(b'"a":1', b'"A":1'), "keys of a-z"),
        (GOOD.replace(b'"a":1', b'"a":1.0'), "integers only"),
        (GOOD.replace(b'"a":1', b'"a":1e3'), "integers only"),
        (GOOD.replace(b'"a":1', b'"a":NaN'), "integers only"),
        (GOOD.replace(b'"a":1', b'"a":-Infinity'), "integers only"),
        (GOOD.replace(b'"a":1', b'"a":01'), "a JSON object"),
        (GOOD.replace(b'"a":1', b'"a":9007199254740992'), "integers within"),
        (GOOD.replace(b'"a":1', b'"a":' + b"9" * 5000), "a JSON object"),
        (GOOD.replace(b'"a":1', b'"a":"\\ud800"'), "lone surrogate"),
        (GOOD.replace(b'"a":1', b'"a":"\\udc00\\ud800"'), "lone surrogate"),
        (GOOD.replace(b'"a":1', b'"a":' + b"[" * 30000 + b"]" * 30000), "nested too deeply"),
        (GOOD.replace(b'"a":1', b'"a":"' + b"x" * MAX_LINE + b'"'), "at most 65535"),
        (raw(body={"a": 1}).replace(b'"a":1', b'"a":"'), "a JSON object"),
        (GOOD + GOOD, "control characters"),
        (GOOD[:-1] + b"{}\n", "a JSON object"),
        (b"[]\n", "a JSON object, got list"),
        (b"{}\n", "the keys body, prev"),
        (raw(more=1), "the keys body, prev"),
        (raw(v=2), "1 as v"),
        (raw(v=True), "1 as v"),
        (raw(v="1"), "1 as v"),
        (raw(seq=-1), "a count as seq"),
        (raw(seq=True), "a count as seq"),
        (raw(seq="0"), "a count as seq"),
        (raw(time="2026-11-21T19:06:00Z"), "UTC with microseconds"),
        (raw(time="2026-11-21T19:06:00.123456+00:00"), "UTC with microseconds"),
        (raw(time="2026-02-30T19:06:00.123456Z"), "UTC with microseconds"),
        (raw(time="٢٠٢٦-11-21T19:06:00.123456Z"), "UTC with microseconds"),
        (raw(time=1), "UTC with microseconds"),
        (raw(run="run-1"), "a ULID"),
        (raw(run=1), "a ULID"),
        (raw(type=""), "a name as type"),
        (raw(type=None), "a name as type"),
        (raw(prev="A" * 64), "64 lower-case hex"),
        (raw(prev="0" * 63), "64 lower-case hex"),
        (raw(body=[]), "an object as body"),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_with_the_rule(line: bytes, expected: str) -> None:
    with pytest.raises(LineRefused, match=expected):
        decode(line)


@pytest.mark.parametrize(
    ("key", "found", "meaning"),
    [
        ("body", [], "an object"),
        ("prev", "0", "64 lower-case hex digits"),
        ("run", "run-1", "a ULID"),
        ("seq", -1, "a count"),
        ("time", "today", "UTC with microseconds"),
        ("type", "", "a name"),
        ("v", 2, "1"),
    ],
)
def test_what_a_key_of_the_envelope_should_hold_is_said(key: str, found: object, meaning: str) -> None:
    with pytest.raises(LineRefused) as refused:
        decode(raw(**{key: found}))
    assert (refused.value.expected, refused.value.found) == (f"{meaning} as {key}", repr(found))


@pytest.mark.parametrize("spelt", [b'"\\ud83d\\ude00"', b'"\\\\ud800"', b'"\\u0061\\/"', b'"\xef\xbb\xbf"', b'"\x7f"'])
def test_escapes_that_mean_text_are_read(spelt: bytes) -> None:
    assert decode(GOOD.replace(b'"a":1', b'"a":' + spelt)).body["a"] == json.loads(spelt)


def test_a_time_is_spelt_in_utc_with_microseconds() -> None:
    moment = datetime(2026, 11, 21, 21, 6, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(moment) == "2026-11-21T19:06:00.000000Z"


def test_a_time_without_its_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="with its zone"):
        stamp(datetime(2026, 11, 21))  # noqa: DTZ001 - the mistake itself
