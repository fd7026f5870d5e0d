"""A deep look at bodies that say what they must in a way that nobody foresaw: it answers, whatever they hold."""

from typing import Any

import pytest

from harvest.ledger import Depth
from tests.ledger.room import SECOND_RUN, Room
from tests.ledger.test_verify import extended

ODD: tuple[Any, ...] = (None, True, -1, 10**15, "", "s", "s0", "s9", "s" + "9" * 5_000, "s٣", [], [[]], {}, {"a": 1})
NAMES = {
    "merged": ("sids", "kept"),
    "linked": ("one", "other"),
    "review": ("sid",),
    "changed": ("sid", "key"),
    "reclassified": ("key", "sid"),
    "redaction": ("seq",),
    "source": ("key", "keys", "sid", "query", "snapshot", "content"),
    "duplicate": ("of", "key"),
    "search": ("snapshots",),
    "run-started": ("topic",),
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_a_deep_look_answers_whatever_a_field_holds(crawled: Room, kind: str, name: str) -> None:
    stored = crawled.stored()
    for value in ODD:
        crawled.put(stored)
        extended(crawled, (SECOND_RUN, kind, {name: value}))
        report = crawled.verify(depth=Depth.DEEP)
        assert (report.unreadable, report.contradictions != ()) == ("", True), value


@pytest.mark.parametrize("file", ["x" * 300, "\x00", "..", "/", "a/b", ""])
def test_a_snapshot_in_a_file_that_cannot_be_is_not_looked_for(crawled: Room, file: str) -> None:
    cited = {"file": file, "record": "urn:uuid:0", "sha256": "0" * 64}
    extended(crawled, (SECOND_RUN, "search", {"snapshots": [cited, cited, 3], "snapshot": cited}))
    report = crawled.verify(depth=Depth.DEEP)
    assert report.unreadable == ""
    assert any("not looked at" in notice for notice in report.notices)
