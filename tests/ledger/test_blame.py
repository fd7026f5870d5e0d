"""Which of two lines is named when the link between them is broken."""

from pathlib import Path

import pytest

from harvest.ledger import Depth
from tests.ledger.room import Room


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize("lines", [1, 2])
def test_a_line_under_a_head_that_agreed_is_not_blamed_for_what_follows_it(
    crawled: Room, tmp_path: Path, lines: int, depth: Depth
) -> None:
    other = Room(tmp_path / "other")
    other.crawl(sources=lines + 3)
    crawled.put([*crawled.stored(), *other.stored()[6 : 6 + lines]])
    at = crawled.verify(depth=depth).first_divergence
    assert at
    assert (at.line, at.expected.split()[0]) == (7, "prev")
