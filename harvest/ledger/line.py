"""One line of the ledger: an entry to its only bytes, and bytes to an entry, strictly (format 1, "Lines").

The writer's bytes are canonical (RFC 8785 on this profile). The reader hashes what is stored and refuses what the
profile forbids. Most lines take a short way that can only accept: what a C parser reads holds nothing but what the
profile allows, and written again in canonical form it is the stored bytes. Any other goes the long way, which decides.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, Final

import orjson

from harvest.errors import LedgerError
from harvest.ledger.entry import Entry
from harvest.ledger.nesting import MAX_NESTING, SCALARS, is_deeper

MAX_LINE: Final = 65_535
"""Bytes of a line with its LF, at most (a C2SP tile entry)."""
MAX_INTEGER: Final = 2**53 - 1

_ENVELOPE_BEGIN: Final = b'{"body":'
_ENVELOPE_END: Final = re.compile(
    rb'"prev":"([0-9a-f]{64})","run":"([0-7][0-9A-HJKMNP-TV-Z]{25})","seq":(0|[1-9][0-9]{0,14}),'
    rb'"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","type":"([a-z-]+)","v":1}\n'
)
"""What follows the body in a line as we write it."""
_AFTER_BODY: Final = b'"prev":"'
_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_CANONICAL_LINE: Final = _CANONICAL | orjson.OPT_APPEND_NEWLINE
_PLAIN_NESTING: Final = MAX_NESTING - 3
"""What stands deeper is left to the long way, which counts exactly."""
_KEYS_KEPT: Final = 10_000
_good_keys: Final[set[str]] = set()
"""Keys that were found to be as they should, so that each is looked at once."""
_CONTROL: Final = re.compile(rb"[\x00-\x1f]")
_KEY: Final = re.compile(r"[a-z0-9_]+")
_LEAF: Final = re.compile(r"[0-9a-f]{64}")
_NO_SPACE_OUTSIDE_STRINGS: Final = re.compile(rb'(?:[^" ]++|"(?:[^"\\]++|\\.)*+")*+')
_SURROGATE_ESCAPE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_TIMES: Final = re.compile(rb"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z)*+")
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


class LineRefused(LedgerError):
    """Bytes or values that format 1 does not allow in a line.

    Attributes:
        expected: what the format asks for.
        found: what came instead.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, got {found}")
        self.expected = expected
        self.found = found


def encode(entry: Entry) -> bytes:
    """The bytes of an entry's line, LF included.

    Raises:
        LineRefused: if the line would break a rule of the format (floats, keys, integers, length, surrogates).
    """
    return encoded(entry)[0]


def encoded(entry: Entry) -> tuple[bytes, Entry]:
    """As `encode`, and the entry as readers of those bytes will have it; its body may be the one that was given."""
    return _written(entry) or _written_long(entry)


def decode(raw: bytes) -> Entry:
    """The entry of a stored line.

    Raises:
        LineRefused: at the first rule of "Lines" that the bytes break.
    """
    return _read(raw) or _read_long(raw)


def body_before(line: bytes, end: int) -> dict[str, Any] | None:
    """The body of a line that is right from its `"prev"` on, which begins at byte `end`; still to be seen `is_plain`.

    None for what the short way to read does not take.
    """
    stored = line[len(_ENVELOPE_BEGIN) : end - 1]
    if not line.startswith(_ENVELOPE_BEGIN) or line[end - 1 : end] != b",":
        return None
    try:
        body = orjson.loads(stored)
        return body if type(body) is dict and orjson.dumps(body, option=_CANONICAL) == stored else None
    except (ValueError, TypeError):
        return None


def are_runs(names: Iterable[str]) -> bool:
    """Is each of them a ULID?"""
    return all(map(_ULID.fullmatch, names))


def are_times(times: Sequence[bytes]) -> bool:
    """Is each of them a moment that the calendar has, in the one spelling of "Lines"?"""
    if not _TIMES.fullmatch(b"".join(times)):
        return False
    try:
        return all(date.fromisoformat(day.decode()) for day in {time[:10] for time in times})
    except ValueError:
        return False


def is_plain(*values: object) -> bool:
    """Are lists and objects made of what the profile allows? Large integers and lone surrogates are not looked for."""
    found = [*values]
    for value in found:
        if type(value) is dict:
            if not _good_keys.issuperset(value) and not _are_keys(value):
                return False
            children: Collection[object] = value.values()
        elif type(value) is list:
            children = value
        else:
            return False
        for child in children:
            if type(child) not in SCALARS:
                found.append(child)  # noqa: PERF401 - a loop takes the least time here
        if len(found) > MAX_LINE:  # no line can hold as many; a list that holds itself has no end
            return False
    return len(found) <= _PLAIN_NESTING or not is_deeper(_PLAIN_NESTING, *values)  # so few cannot be deeper


def _written(entry: Entry) -> tuple[bytes, Entry] | None:
    """The short way to write: None for what it does not take."""
    try:
        raw = orjson.dumps(_envelope(entry), option=_CANONICAL_LINE) if is_plain(entry.body) else b""
    except TypeError:
        return None
    return (raw, entry) if len(raw) <= MAX_LINE and _envelope_end(raw) else None


def _written_long(entry: Entry) -> tuple[bytes, Entry]:
    """The long way to write."""
    try:
        raw = _ENCODER.encode(_envelope(entry)).encode() + b"\n"
    except UnicodeEncodeError:
        raise LineRefused("text", "a lone surrogate") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise LineRefused("strings, integers, booleans, lists and objects with string keys", str(error)) from None
    return raw, _read_long(raw)


def _read(raw: bytes) -> Entry | None:
    """The short way to read: None for what it does not take."""
    envelope = _envelope_end(raw)
    body = body_before(raw, envelope.start()) if envelope and len(raw) <= MAX_LINE else None
    if envelope is None or body is None or not is_plain(body):
        return None
    prev, run, seq, time, type_ = map(bytes.decode, envelope.groups())
    return Entry(1, int(seq), time, run, type_, prev, body) if _is_time(time) else None


def _envelope_end(raw: bytes) -> re.Match[bytes] | None:
    """The parts of a line that ends as ours do: `prev`, `run`, `seq`, `time` and `type`."""
    return _ENVELOPE_END.fullmatch(raw, max(0, raw.rfind(_AFTER_BODY)))


def _are_keys(keys: Collection[object]) -> bool:
    if not all(type(key) is str and _KEY.fullmatch(key) for key in keys):
        return False
    if len(_good_keys) < _KEYS_KEPT:
        _good_keys.update(map(str, keys))
    return True


def _envelope(entry: Entry) -> dict[str, Any]:
    """The seven keys, in order."""
    v, seq, time, run, type_, prev, body = entry
    return {"body": body, "prev": prev, "run": run, "seq": seq, "time": time, "type": type_, "v": v}


def _read_long(raw: bytes) -> Entry:
    """The long way to read."""
    _check_bytes(raw)
    try:
        envelope = _DECODER.decode(raw[:-1].decode())
        deep = is_deeper(MAX_NESTING, envelope)
    except UnicodeDecodeError as error:
        raise LineRefused("UTF-8", f"byte 0x{raw[error.start]:02x} at {error.start}") from None
    except RecursionError:
        deep = True
    except ValueError as error:
        raise LineRefused("a JSON object", str(error)) from None
    if deep:
        raise LineRefused(f"lists and objects at most {MAX_NESTING} deep", "some nested too deeply")
    if _SURROGATE_ESCAPE.search(raw):
        _refuse_lone_surrogates(envelope)
    return _entry(envelope)


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Stored lines with their LF; a piece that is too long or lacks its LF comes as it is, for `decode` to refuse."""
    while raw := stream.readline(MAX_LINE + 1):
        yield raw


def _check_bytes(raw: bytes) -> None:
    """The rules of "Lines" that hold for bytes: length, LF, BOM, control characters, white space."""
    if len(raw) > MAX_LINE:
        raise LineRefused(f"a line of at most {MAX_LINE} bytes", f"{len(raw)} bytes or more")
    if not raw.endswith(b"\n"):
        raise LineRefused("a line that ends with LF", f"{len(raw)} bytes without it")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise LineRefused("a line that starts with an object", "a byte order mark")
    if control := _CONTROL.search(raw, 0, len(raw) - 1):
        raise LineRefused("control characters only by escape", f"byte 0x{control[0][0]:02x} at {control.start()}")
    if (end := _NO_SPACE_OUTSIDE_STRINGS.match(raw).end()) < len(raw) and raw[end : end + 1] == b" ":  # type: ignore[union-attr]  # the pattern matches the empty string
        raise LineRefused("no white space outside strings", f"a space at {end}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are `[a-z0-9_]+`, sorted by code point, each once."""
    previous = ""
    for key, _ in pairs:
        if not _KEY.fullmatch(key):
            raise LineRefused("keys of a-z, 0-9 and _", repr(key))
        if key <= previous:
            raise LineRefused("sorted keys, each once", f"{key!r} after {previous!r}")
        previous = key
    return dict(pairs)


def _integer(digits: str) -> int:
    """An integer within 2^53 - 1 on both sides."""
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        raise LineRefused(f"integers within {MAX_INTEGER} on both sides", digits)
    return number


def _no_number(text: str) -> None:
    """Floats, NaN and infinities have no place in a line."""
    raise LineRefused("integers only", text)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number
)


def _refuse_lone_surrogates(envelope: object) -> None:
    """A surrogate escape without its other half is no text."""
    try:
        json.dumps(envelope, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise LineRefused("text", "a lone surrogate") from None


def _entry(envelope: object) -> Entry:
    """The envelope's seven keys, each of its type."""
    if not isinstance(envelope, dict):
        raise LineRefused("a JSON object", type(envelope).__name__)
    if list(envelope) != list(_MEANINGS):
        raise LineRefused(f"the keys {', '.join(_MEANINGS)}", ", ".join(envelope) or "none")
    for key, (meaning, holds) in _MEANINGS.items():
        if not holds(envelope[key]):
            raise LineRefused(f"{meaning} as {key}", repr(envelope[key])[:80])
    return Entry(**envelope)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    """A moment that the calendar has, in the one spelling of "Lines"."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_MEANINGS: Final[dict[str, tuple[str, Callable[[object], bool]]]] = {
    "body": ("an object", lambda value: isinstance(value, dict)),
    "prev": ("64 lower-case hex digits", lambda value: _matches(_LEAF, value)),
    "run": ("a ULID", lambda value: _matches(_ULID, value)),
    "seq": ("a count", lambda value: type(value) is int and value >= 0),
    "time": ("UTC with microseconds", _is_time),
    "type": ("a name", lambda value: isinstance(value, str) and value != ""),
    "v": ("1", lambda value: type(value) is int and value == 1),
}
"""The envelope's keys, in order, and what each must be ("Lines", the table)."""
