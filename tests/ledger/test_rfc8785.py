"""The test vectors of RFC 8785, where the profile of a line has room for them ("Lines").

| vector | in a body | why not |
|---|---|---|
| `arrays` | whole | |
| `values` | its literals and its string | its numbers are floats |
| `french` | its texts | keys with accents |
| `structures` | its texts | empty and upper-case keys, a key with a line feed |
| `unicode` | its texts, not normalised | a key with a blank and upper case |
| `weird` | its texts | keys of several scripts and control characters |
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest.ledger.entry import Entry
from harvest.ledger.leaf import NO_LEAF
from harvest.ledger.line import LineRefused, decode, encode

pytestmark = pytest.mark.recorded

NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")
BEFORE, AFTER = b'{"body":{"vector":', b'},"prev":"%b",' % NO_LEAF.encode()


@pytest.fixture(scope="module")
def vectors(recorded: Path) -> Path:
    return recorded / "rfc8785_vectors" / "test" / "assets"


def given(vectors: Path, name: str) -> Any:
    return json.loads((vectors / "input" / f"{name}.json").read_bytes())


def canonical(vectors: Path, name: str) -> bytes:
    return (vectors / "output" / f"{name}.json").read_bytes().removesuffix(b"\n")


def line_of(value: Any) -> bytes:
    """A line whose body has the value."""
    run, time = "01J00000000000000000000001", "2026-11-21T19:06:00.000000Z"
    return encode(Entry(1, 0, time, run, "later", NO_LEAF, {"vector": value}))


def spelt(value: Any) -> bytes:
    """The value's bytes in such a line."""
    line = line_of(value)
    assert line.startswith(BEFORE)
    assert decode(line).body == {"vector": value}
    return line[len(BEFORE) : line.index(AFTER)]


def texts(value: Any) -> Iterator[str]:
    """Every string in a value, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)


@pytest.mark.parametrize("name", NAMES)
def test_the_vector_is_the_one_in_hexadecimal(vectors: Path, name: str) -> None:
    assert bytes.fromhex((vectors / "outhex" / f"{name}.txt").read_text()) == canonical(vectors, name)


def test_a_vector_that_fits_is_written_and_read_byte_for_byte(vectors: Path) -> None:
    value, expected = given(vectors, "arrays"), canonical(vectors, "arrays")
    assert spelt(value) == expected
    assert decode(line_of(0).replace(b'"vector":0', b'"vector":' + expected)).body["vector"] == value


@pytest.mark.parametrize("part", ["literals", "string"])
def test_the_parts_of_a_vector_that_fit_are_written_byte_for_byte(vectors: Path, part: str) -> None:
    assert b'"%b":%b' % (part.encode(), spelt(given(vectors, "values")[part])) in canonical(vectors, "values")


@pytest.mark.parametrize("name", NAMES)
def test_every_text_of_every_vector_is_spelt_as_there(vectors: Path, name: str) -> None:
    value, expected = given(vectors, name), canonical(vectors, name)
    found = [spelt(text) for text in texts(value)]
    assert len(found) >= 2
    assert all(text in expected for text in found)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "arrays"])
def test_a_vector_that_does_not_fit_is_refused_by_writer_and_reader(vectors: Path, name: str) -> None:
    wanted = "integers only" if name == "values" else "keys of a-z, 0-9 and _"
    with pytest.raises(LineRefused, match=wanted):
        line_of(json.loads(canonical(vectors, name)))
    with pytest.raises(LineRefused, match=wanted):
        decode(line_of(0).replace(b'"vector":0', b'"vector":' + canonical(vectors, name)))


def test_an_encoder_that_escapes_what_is_not_ascii_is_caught(vectors: Path) -> None:
    """A negative control."""
    assert json.dumps(given(vectors, "unicode")).encode() not in canonical(vectors, "unicode")
    assert any(json.dumps(text).encode() not in canonical(vectors, "weird") for text in texts(given(vectors, "weird")))
