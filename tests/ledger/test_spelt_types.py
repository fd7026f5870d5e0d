"""Types that are not spelt as Harvest spells them, under a head that its key signed."""

import json

import pytest

from harvest.ledger import Depth
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.test_verify import signed


def spelt(room: Room, line: int, old: bytes, new: bytes) -> None:
    """Spells a type otherwise, links all lines after it anew and signs the whole."""
    from tests.tools.mutations import relinked

    stored = room.stored()
    stored[line] = stored[line].replace(b'"type":"%b"' % old, b'"type":"%b"' % new)
    room.put(relinked(stored, line + 1))
    signer = room.keys.signer(ORIGIN)
    assert signer
    for path in (room.head, room.beside("checkpoint"), room.beside("checkpoints")):
        path.write_bytes(signed(room, signer))


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize("line", [1, 5])
def test_a_type_in_escapes_is_what_its_json_says(crawled: Room, line: int, depth: Depth) -> None:
    kind = json.loads(crawled.stored()[line])["type"].encode()
    spelt(crawled, line, kind, kind.replace(b"n", rb"\u006e"))
    report = crawled.verify(depth=depth)
    assert (report.first_divergence, report.unsealed, report.interrupted) == (None, 0, ())
    assert report.types == {"ledger": 1, "run-started": 1, "source": 3, "run-finished": 1}


@pytest.mark.parametrize("depth", Depth)
def test_a_key_line_in_escapes_changes_the_key(crawled: Room, depth: Depth) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    spelt(crawled, 6, b"key-rotated", rb"key\u002drotated")
    report = crawled.verify(depth=depth)
    assert (report.first_divergence, report.unsealed) == (None, 0)


@pytest.mark.parametrize("depth", Depth)
def test_a_type_that_is_no_utf8_gets_an_answer(crawled: Room, depth: Depth) -> None:
    spelt(crawled, 3, b"source", b"sour\xff")
    report = crawled.verify(depth=depth)
    assert report.first_divergence
    assert (report.first_divergence.line, report.first_divergence.expected) == (4, "UTF-8")
