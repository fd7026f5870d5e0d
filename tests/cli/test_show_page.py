"""`harvest show` of a page: what it claims, as a table."""

from harvest.entries import source
from harvest.judging import judge
from harvest.model import Found, Snapshot
from harvest.pages import record
from tests.cli import ledgers
from tests.cli.conftest import Room
from tests.web_pages.made import PROSE, plain
from tests.web_pages.test_claims import TOPIC

TEXT = f"Semax reduced anxiety in rats [1]. Two sprays of it are taken. {PROSE}\nReferences\n1. Nemo. PMID: 16996037"


def test_the_claims_of_a_page_are_shown_as_a_table_without_dosing(room: Room) -> None:
    found = Found(record(plain(TEXT), "url:x"), Snapshot("none.warc.gz", "urn:uuid:0", "0" * 64), search=2)
    room.ledger(("source", source("s1", judge(found, TOPIC))))

    said = room.harvest("show", "semax-ssri", "s1")

    lines = said.out.splitlines()
    first = lines[next(number for number, line in enumerate(lines) if line.endswith("the page says")) + 1]
    assert "animals or laboratory, not people" in first
    assert "pmid:16996037" in first
    assert first.endswith("Semax reduced anxiety in rats [1].")
    assert "sprays" not in said.out


def test_a_paper_has_no_such_table(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "16996037", "Semax in rats")))

    assert "the page says" not in room.harvest("show", "semax-ssri", "s1").out
